/** `chimera replay SESSION`: the console on a recorded session, or one fold without it. */
import type { ControlMode } from '../../engine/domain/index.ts';
import { readLastWords } from '../../logs/index.ts';
import { dataDirAt } from '../data-dir.ts';
import { CommandError, EXIT, type ExitCode } from '../exit-codes.ts';
import { rulesToReplay } from '../host/config.ts';
import type { ReplayRun } from '../host/job.ts';
import { lastWordsNote, refuseEmpty, replayWarnings } from '../host/session-run.ts';
import { asCommandError } from '../journal-faults.ts';
import { type ModelRegistry, openRegistry } from '../models/registry.ts';
import { keepForImport, servingModels, tellWithheld } from '../models/run-models.ts';
import { runReplayConsole } from './console.ts';
import { foldSession } from './fold-session.ts';
import { printJson, printSummary, tell } from './output.ts';
import { runReplayFork } from './replay-fork.ts';
import { manifestOf, sessionDirectory } from './session-files.ts';

/** A run of a session: its own, one made for an import, or a fork. */
export interface RunArguments {
  readonly dataDir: string;
  readonly session: string;
  readonly control: ControlMode | undefined;
  readonly bar: number | undefined;
  readonly seed: number;
  readonly cash: string;
  /** Name of a forked run. */
  readonly run: string | undefined;
}

export interface ReplayArguments extends RunArguments {
  readonly headless: boolean;
  readonly json: boolean;
  readonly plain: boolean;
  /** Where the console is to stand first. */
  readonly at: string | undefined;
}

export async function runReplay(args: ReplayArguments): Promise<ExitCode> {
  const directory = sessionDirectory(args.dataDir, args.session);
  refuseForeignOptions(directory, args);
  const run = runAsked(directory, args);
  const { dataDir, run: fork, at, plain } = args;
  const attended = plain || (process.stdin.isTTY === true && process.stdout.isTTY === true);
  if (attended && !args.headless && !args.json)
    return runReplayConsole({ kind: 'replay', dataDir, directory, run, fork, at }, plain);
  if (args.at !== undefined)
    throw new CommandError(EXIT.usage, '--at is for the console: a headless replay folds it all');
  if (fork !== undefined) return runReplayFork(directory, { ...args, run: fork });
  const { mismatch, tail, manifest, ...result } = foldAsked(directory, run);
  for (const warning of replayWarnings({ manifest, tail })) tell(warning);
  const words = lastWordsNote(readLastWords(directory, manifest));
  if (words !== undefined) tell(words);
  if (mismatch !== undefined)
    throw new CommandError(EXIT.verification, `replay of ${args.session} differs from its recording: ${mismatch}`);
  if (args.json) printJson({ session: args.session, ...result });
  else printSummary(`replay of ${args.session}`, result);
  return EXIT.done;
}

/** The run that is made of an import; a recorded one and a fork have theirs. */
export function runAsked(directory: string, args: RunArguments): ReplayRun {
  const dir = dataDirAt(args.dataDir);
  const isMade = manifestOf(directory).kind === 'import' && args.run === undefined;
  const rules = rulesToReplay(dir, isMade, tell);
  const models = isMade ? modelsFor(directory, openRegistry(dir, { notice: tell, market: 'real' })) : undefined;
  const { control, bar: barIntervalUs, seed, cash: startingCash } = args;
  return { control, barIntervalUs, seed, startingCash, ...rules, models };
}

function modelsFor(directory: string, registry: ModelRegistry) {
  tellWithheld(registry, tell);
  return keepForImport(directory, servingModels(registry), tell);
}

function foldAsked(directory: string, run: ReplayRun) {
  try {
    const manifest = manifestOf(directory);
    const result = foldSession(directory, manifest, run);
    refuseEmpty(manifest, result.inputs);
    return { ...result, manifest };
  } catch (cause) {
    throw asCommandError(cause);
  }
}

/** A recorded run has its own control and bars, which no option may change. */
export function refuseForeignOptions(directory: string, args: RunArguments): void {
  const manifest = manifestOf(directory);
  if (manifest.config === undefined || (args.control === undefined && args.bar === undefined)) return;
  throw new CommandError(
    EXIT.usage,
    `${args.session} is a recorded run: it replays under its own control and bars; leave --control and --bar away`,
  );
}
