/** `chimera sessions --remove NAME`: deletes a session, or what a dead import left, after its name was typed. */
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { isSessionName, PARTIAL_SUFFIX, systemFiles } from '../../logs/index.ts';
import { type DataDir, dataDirAt } from '../data-dir.ts';
import { CommandError, EXIT, type ExitCode } from '../exit-codes.ts';
import { isForkOf, listForks } from '../fork-file.ts';
import { lockImport, runningEngine } from '../session-writers.ts';
import { printJson, tell } from './output.ts';

export interface RemoveArguments {
  readonly dataDir: string;
  readonly json: boolean;
  /** Name of a session, or of one with `.partial`. */
  readonly session: string;
  /** The name once more, for scripts. */
  readonly yes: string | undefined;
}

/** What is being removed is out of sight at once: a name with a dot in front is no session's. */
const removedName = (name: string): string => `.${name}.removed`;

export async function runRemove(args: RemoveArguments): Promise<ExitCode> {
  const { session } = args;
  const dir = dataDirAt(args.dataDir);
  const name = session.endsWith(PARTIAL_SUFFIX) ? session.slice(0, -PARTIAL_SUFFIX.length) : session;
  if (!isSessionName(name)) throw new CommandError(EXIT.usage, `${JSON.stringify(session)} is no name of a session`);
  if (!existsSync(join(dir.sessions, session)))
    throw new CommandError(
      EXIT.badInput,
      `there is no session ${session} in ${dir.sessions}; see \`chimera sessions\``,
    );
  await refuseRecording(dir, session);
  const typed = args.yes ?? (await askName(session));
  if (typed !== session)
    throw new CommandError(EXIT.refused, `nothing removed: type ${session} exactly, or give it by --yes`);
  const importing = lockImport(dir, name, new Date().toISOString());
  try {
    // Whoever was asked for the name took some time: an engine may record there by now.
    await refuseRecording(dir, session);
    remove(dir, session);
  } finally {
    importing.release();
  }
  const forks = listForks(dir).filter((each) => isForkOf(session, each)).length;
  if (args.json) printJson({ removed: session, forksLeft: forks });
  else {
    process.stdout.write(`${session} is removed\n`);
    if (forks > 0) tell(`${forks} forked runs of it stay in ${join(dir.root, 'runs')} and can no longer be replayed`);
  }
  return EXIT.done;
}

/** The session that an engine records, and any while the engine does not say which that is. */
async function refuseRecording(dir: DataDir, session: string): Promise<void> {
  const engine = await runningEngine(dir);
  if (engine === undefined || (engine.session !== undefined && engine.session !== session)) return;
  const why =
    engine.session === undefined ? 'an engine runs here and does not say what it records' : 'it is being recorded';
  throw new CommandError(EXIT.refused, `${session} is not removed: ${why} (${engine.owner})`);
}

/** Under the importer's lock: renamed first, so that a half deleted folder is never taken for a session. */
function remove(dir: DataDir, session: string): void {
  try {
    finishRemovals(dir);
    renameSync(join(dir.sessions, session), join(dir.sessions, removedName(session)));
    systemFiles.syncDirectory(dir.sessions);
    finishRemovals(dir);
  } catch (cause) {
    throw new CommandError(EXIT.fault, `cannot remove ${session}: ${(cause as Error).message}`);
  }
}

/** Deletes what is on its way out, also by a command that died. */
function finishRemovals(dir: DataDir): void {
  for (const name of readdirSync(dir.sessions)) {
    if (name.startsWith('.') && name.endsWith('.removed'))
      rmSync(join(dir.sessions, name), { recursive: true, force: true });
  }
}

async function askName(session: string): Promise<string> {
  if (process.stdin.isTTY !== true) return '';
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const typed = await lines.question(`type ${session} to delete it for good: `);
  lines.close();
  return typed.trim();
}
