/** `chimera sessions` and `chimera verify`: what is recorded, and whether it holds. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isSessionName, PARTIAL_SUFFIX, readManifest, verifyJournal } from '../../logs/index.ts';
import { dataDirAt } from '../data-dir.ts';
import { CommandError, EXIT, type ExitCode } from '../exit-codes.ts';
import { asCommandError } from '../journal-faults.ts';
import { foldSession } from './fold-session.ts';
import { printJson, printSummary, tell } from './output.ts';
import { openSession, sessionDirectory } from './session-files.ts';

export interface SessionsArguments {
  readonly dataDir: string;
  readonly json: boolean;
}

export function runSessions(args: SessionsArguments): ExitCode {
  const { sessions } = dataDirAt(args.dataDir);
  const names = existsSync(sessions) ? readdirSync(sessions).sort() : [];
  const rows = names
    .filter((name) => isSessionName(name) && !name.endsWith(PARTIAL_SUFFIX))
    .map((name) => describe(join(sessions, name), name));
  if (args.json) printJson({ directory: sessions, sessions: rows });
  else if (rows.length === 0)
    process.stdout.write(`no sessions in ${sessions}; \`chimera\` records one, \`chimera import\` makes one\n`);
  else {
    for (const row of rows) {
      process.stdout.write(
        `${row.name.padEnd(24)} ${row.kind.padEnd(8)} ${String(row.inputs).padStart(9)} inputs  ${row.from}  ${row.symbols}${row.complete ? '' : '  (not closed)'}\n`,
      );
    }
  }
  return EXIT.done;
}

function describe(
  directory: string,
  name: string,
): Record<'name' | 'kind' | 'from' | 'symbols', string> & { inputs: number; complete: boolean } {
  try {
    const manifest = readManifest(directory);
    return {
      name,
      kind: manifest.kind,
      inputs: manifest.inputs,
      from: manifest.firstUs > 0 ? new Date(manifest.firstUs / 1000).toISOString().slice(0, 19) : '-',
      symbols: manifest.instruments.map((i) => i.symbol).join(','),
      complete: manifest.complete,
    };
  } catch (cause) {
    return { name, kind: 'damaged', inputs: 0, from: '-', symbols: (cause as Error).message, complete: false };
  }
}

/** Checks frames, chain and counts, and for a recorded run that replay gives the same. */
export function runVerify(args: SessionsArguments & { readonly session: string }): ExitCode {
  const directory = sessionDirectory(args.dataDir, args.session);
  try {
    const report = verifyJournal(directory);
    const session = openSession(directory);
    const recorded = session.manifest.kind === 'console' && session.source.count > 0;
    const run = { control: undefined, barIntervalUs: undefined, seed: 1, startingCash: '10000' };
    const folded = recorded ? foldSession(session, run) : undefined;
    if (folded?.mismatch !== undefined)
      throw new CommandError(EXIT.verification, `${args.session}: replay differs: ${folded.mismatch}`);
    if (!report.holds)
      throw new CommandError(EXIT.verification, `${args.session}: the session was closed, but its end is missing`);
    const { tail, ...counts } = report;
    const result = {
      session: args.session,
      ...counts,
      torn: tail.torn,
      replay: folded === undefined ? 'an import has no run to compare' : `equal, state ${folded.stateHash}`,
    };
    if (args.json) printJson(result);
    else printSummary(`${args.session} holds`, result);
    if (session.tail.torn) tell('the recording breaks off: its writer did not close it');
    return EXIT.done;
  } catch (cause) {
    throw asCommandError(cause);
  }
}
