/** `chimera sessions`: what is recorded. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cleanText, isSessionName, PARTIAL_SUFFIX, readLastWords, readManifest } from '../../logs/index.ts';
import { dataDirAt } from '../data-dir.ts';
import { CommandError, EXIT, type ExitCode } from '../exit-codes.ts';
import { printJson } from './output.ts';

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
  /** The journal could not be written: the engine was halted, and its last words are beside it. */
  readonly journalFailed: boolean;
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

function lineOf({ name, kind, inputs, from, symbols, complete, journalFailed }: SessionRow): string {
  const count = complete ? `${String(inputs)} inputs` : journalFailed ? 'journal failed' : 'not closed';
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
      journalFailed: !complete && readLastWords(directory, instruments.length).length > 0,
    };
  } catch (cause) {
    const nothing = { inputs: null, from: null, complete: false, journalFailed: false };
    return { name, kind: 'damaged', symbols: (cause as Error).message, ...nothing };
  }
}
