/** `chimera sessions` and `chimera verify`: what is recorded, and whether it holds. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_POLICY } from '../../engine/domain/index.ts';
import { cleanText, isSessionName, PARTIAL_SUFFIX, readManifest, verifyJournal } from '../../logs/index.ts';
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

interface SessionRow {
  readonly name: string;
  readonly kind: string;
  /** Not known of a session that was not closed: `verify` counts them. */
  readonly inputs: number | null;
  readonly from: string | null;
  readonly symbols: string;
  readonly complete: boolean;
}

export function runSessions(args: SessionsArguments): ExitCode {
  const { sessions } = dataDirAt(args.dataDir);
  const rows = namesIn(sessions).map((name) => describe(join(sessions, name), name));
  if (args.json) printJson({ directory: sessions, sessions: rows });
  else if (rows.length === 0)
    process.stdout.write(`no sessions in ${sessions}; \`chimera\` records one, \`chimera import\` makes one\n`);
  else for (const row of rows) process.stdout.write(`${lineOf(row)}\n`);
  return EXIT.done;
}

function namesIn(sessions: string): string[] {
  try {
    const names = readdirSync(sessions).sort();
    return names.filter((name) => isSessionName(name) && !name.endsWith(PARTIAL_SUFFIX));
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    throw new CommandError(EXIT.badInput, `cannot list ${sessions}: ${message}`);
  }
}

function lineOf({ name, kind, inputs, from, symbols, complete }: SessionRow): string {
  const count = complete ? `${String(inputs)} inputs` : 'not closed';
  return cleanText(
    `${name.padEnd(24)} ${kind.padEnd(8)} ${count.padStart(16)}  ${(from ?? '').padEnd(19)}  ${symbols}`,
  );
}

function describe(directory: string, name: string): SessionRow {
  try {
    const { kind, inputs, firstUs, instruments, createdAt, complete } = readManifest(directory);
    const startedAt = complete && firstUs > 0 ? new Date(firstUs / 1000).toISOString() : createdAt;
    return {
      name,
      kind,
      inputs: complete ? inputs : null,
      from: startedAt.slice(0, 19),
      symbols: instruments.map((i) => i.symbol).join(','),
      complete,
    };
  } catch (cause) {
    return { name, kind: 'damaged', inputs: null, from: null, symbols: (cause as Error).message, complete: false };
  }
}

/** Checks frames, chain and counts, and for a recorded run that replay gives the same. */
export function runVerify(args: SessionsArguments & { readonly session: string }): ExitCode {
  const directory = sessionDirectory(args.dataDir, args.session);
  try {
    const report = verifyJournal(directory);
    const session = openSession(directory);
    const recorded = session.manifest.kind === 'console' && session.source.count > 0;
    const run = {
      control: undefined,
      barIntervalUs: undefined,
      seed: 1,
      startingCash: '10000',
      policy: DEFAULT_POLICY,
    };
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
