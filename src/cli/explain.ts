/** `chimera explain SESSION --decision ID`: one decision of a recorded run, layer by layer, as text or JSON. */
import { formatExplain } from '../../components/format/explain.ts';
import { plainText } from '../../components/text/line.ts';
import { createTheme, detectColourLevel, renderLines } from '../../components/theme.ts';
import { NEXT_ID } from '../../engine/index.ts';
import { flipFigures, flipTexts } from '../../state/explain/flips.ts';
import type { ExplainView } from '../../state/view.ts';
import { chosenTheme } from '../console/theme-choice.ts';
import { dataDirAt } from '../data-dir.ts';
import { CommandError, EXIT, type ExitCode } from '../exit-codes.ts';
import { forkWarnings, loadFork } from '../fork-file.ts';
import { explainOf } from '../host/event-ring.ts';
import { type FoundDecision, findInFork, findInSession } from '../host/find-decision.ts';
import type { ReplayRun } from '../host/job.ts';
import { refuseEmpty } from '../host/session-run.ts';
import { asCommandError } from '../journal-faults.ts';
import { replayCommand } from '../replay-command.ts';
import { printJson, printLine, tell } from './output.ts';
import { type RunArguments, refuseForeignOptions, runAsked } from './replay.ts';
import { manifestOf, openSession, sessionDirectory } from './session-files.ts';

export interface ExplainArguments extends RunArguments {
  readonly decision: number;
  readonly json: boolean;
  /** The options that make an import's run, as they were typed: for the command that stands at the moment. */
  readonly runWords: readonly string[];
}

/** Where there is no terminal, or none that says how wide it is. */
const PLAIN_WIDTH = 80;
const LEAST_WIDTH = 40;
const WIDEST = 200;

export function runExplain(args: ExplainArguments): ExitCode {
  const directory = sessionDirectory(args.dataDir, args.session);
  refuseForeignOptions(directory, args);
  const run = runAsked(directory, args);
  const found = find(directory, args, run);
  const { following, state } = found;
  if (following === undefined) throw noSuchDecision(directory, args, found);
  const { seq } = following.decision;
  const reopen = replayCommand(args.session, args.dataDir, args.runWords)(seq);
  const view = explainOf(following.decision, following.events, state.instruments, reopen);
  if (view === undefined) throw new CommandError(EXIT.fault, `decision ${args.decision} is of no instrument`);
  if (args.json) printJson(documentOf(view, args));
  else printTree(view);
  return EXIT.done;
}

function find(
  directory: string,
  { run: fork, session: name, dataDir, decision }: ExplainArguments,
  run: ReplayRun,
): FoundDecision {
  try {
    if (fork === undefined) {
      const manifest = manifestOf(directory);
      return findInSession(directory, manifest, run, decision);
    }
    const file = loadFork(dataDirAt(dataDir), fork, name);
    for (const warning of forkWarnings(fork, file)) tell(warning);
    const session = openSession(directory);
    refuseEmpty(session.manifest, session.source.count);
    return findInFork(directory, session, file, decision);
  } catch (cause) {
    throw asCommandError(cause);
  }
}

function noSuchDecision(directory: string, args: ExplainArguments, { state, firstId }: FoundDecision): CommandError {
  const { run, session, decision } = args;
  const lastId = state.control.nextId[NEXT_ID.decision]! - 1;
  const has = lastId < firstId ? 'nothing was decided in it' : `it has ${firstId} to ${lastId}`;
  const { startsFrom } = manifestOf(directory);
  const earlier = startsFrom !== undefined && decision < firstId ? `; it goes on from ${startsFrom.session}` : '';
  return new CommandError(EXIT.badInput, `${run ?? session} has no decision ${decision}: ${has}${earlier}`);
}

function documentOf(view: ExplainView, { session, run }: ExplainArguments) {
  const { followed, ...decision } = view;
  const flips = { ...flipFigures(view.trace), texts: flipTexts(view) };
  return { session, run: run ?? null, ...decision, followed: followed.map(({ event }) => event), flips };
}

/** In the console's colours on a terminal that has any. */
function printTree(view: ExplainView): void {
  const { stdout, env } = process;
  const isTerminal = stdout.isTTY === true;
  const columns = isTerminal ? stdout.columns : 0;
  const width = columns < LEAST_WIDTH ? PLAIN_WIDTH : Math.min(columns, WIDEST);
  const lines = formatExplain(view, width);
  const theme = createTheme(isTerminal ? detectColourLevel(env) : 'none', chosenTheme(env));
  if (isTerminal) stdout.write(`${renderLines(lines, width, lines.length, theme).join('\n')}\n`);
  else for (const each of lines) printLine(plainText(each).trimEnd());
}
