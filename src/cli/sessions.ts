/** `chimera sessions`: what is recorded, and what has become of each. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { textWidth } from '../../components/text/width.ts';
import {
  cleanText,
  isSessionName,
  JournalRotError,
  PARTIAL_SUFFIX,
  readLastWords,
  readManifest,
  type SessionManifest,
  SessionScan,
} from '../../logs/index.ts';
import { signedMoney } from '../../state/text/numbers.ts';
import { type DataDir, dataDirAt } from '../data-dir.ts';
import { CommandError, EXIT, type ExitCode } from '../exit-codes.ts';
import { listForks } from '../fork-file.ts';
import { importerOf, type RunningEngine, runningEngine } from '../session-writers.ts';
import { forkLines, forksOf, forksOfOthers } from './forks.ts';
import { outputColumns, printJson, printLine, printWrapped } from './output.ts';

export interface SessionsArguments {
  readonly dataDir: string;
  readonly json: boolean;
}

/**
 * complete: closed in order · recording: an engine is at it · not-closed: its writer died · journal-failed: the disk
 * would not take it, and the engine was halted · importing: an importer is at it · partial: what a dead importer left ·
 * damaged: it cannot be read · other-build: whole, but this build does not take its configuration.
 */
type SessionState =
  | ('complete' | 'recording' | 'not-closed' | 'journal-failed')
  | ('importing' | 'partial' | 'damaged' | 'other-build');

interface SessionRow {
  readonly name: string;
  readonly kind: string;
  readonly state: SessionState;
  /** Null where it is not known: of imports that are not whole, and of what is damaged. */
  readonly inputs: number | null;
  /** When the run began, its warm-up left out; of an import the time of its first record. */
  readonly from: string | null;
  /** What came of a run that was closed; null where that is not stored. */
  readonly result: (SessionManifest['result'] & { readonly currency: string }) | null;
  readonly symbols: string;
  readonly complete: boolean;
  /** Why the end of one that was not closed was cut; null where nothing was. */
  readonly torn: string | null;
  /** Records that were kept beside the journal when that had failed. */
  readonly lastWords: number;
  /** Why it is damaged, or who is at it; null where there is nothing to say. */
  readonly note: string | null;
}

/** Of what cannot be read, or not yet. */
const NOTHING = {
  inputs: null,
  from: null,
  result: null,
  symbols: '',
  complete: false,
  torn: null,
  lastWords: 0,
} as const;

const STATE_TEXT: Readonly<Record<SessionState, string>> = {
  complete: '',
  recording: 'recording',
  'not-closed': 'not closed',
  'journal-failed': 'journal failed',
  importing: 'importing',
  partial: 'import broke off',
  damaged: 'damaged',
  'other-build': 'of another build',
};

export async function runSessions(args: SessionsArguments): Promise<ExitCode> {
  const dir = dataDirAt(args.dataDir);
  const names = namesIn(dir.sessions);
  const engine = names.length === 0 ? undefined : await runningEngine(dir);
  const forks = listForks(dir);
  const rows = names.map((name) => ({ ...rowOf(dir, name, engine), forks: forksOf(name, forks) }));
  const others = forksOfOthers(names, forks);
  if (args.json) printJson({ directory: dir.sessions, sessions: rows, forksOfOthers: others });
  else if (rows.length === 0)
    printLine(`no sessions in ${dir.sessions}; \`chimera\` records one, \`chimera import\` makes one`);
  for (const row of args.json ? [] : rows) {
    for (const line of linesOf(row)) printWrapped(line, 4);
    for (const fork of row.forks) for (const line of forkLines(fork, true)) printWrapped(line, 6);
  }
  for (const fork of args.json ? [] : others) for (const line of forkLines(fork, false)) printWrapped(line, 6);
  return EXIT.done;
}

function namesIn(sessions: string): string[] {
  try {
    return readdirSync(sessions)
      .filter((name) => isSessionName(withoutSuffix(name)))
      .sort();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    throw new CommandError(EXIT.badInput, `cannot list ${sessions}: ${message}`);
  }
}

const withoutSuffix = (name: string): string =>
  name.endsWith(PARTIAL_SUFFIX) ? name.slice(0, -PARTIAL_SUFFIX.length) : name;

/** One line, or two where the terminal is too narrow for it: what came of it and its symbols are in the second. */
function linesOf(row: SessionRow): readonly string[] {
  const { name, kind, state, inputs, from, result, symbols, torn, lastWords, note } = row;
  const count = inputs === null ? '' : `${inputs} inputs`;
  const parts = [
    STATE_TEXT[state],
    torn === null ? '' : 'torn tail',
    lastWords === 0 ? '' : `${lastWords} last words`,
    note ?? '',
  ];
  const told = parts.filter((text) => text !== '').join(', ');
  const came = kind === 'console' ? resultText(result) : '';
  const notes = told === '' ? '' : `[${told}]`;
  const first = cleanText([name.padEnd(24), kind.padEnd(8), count.padStart(16), '', (from ?? '').padEnd(19)].join(' '));
  const line = cleanText(`${`${first}  ${came.padEnd(30)}  ${symbols}`.trimEnd()}  ${notes}`.trimEnd());
  if (textWidth(line) <= outputColumns()) return [line];
  const second = [came, symbols, notes].filter((text) => text !== '').join('  ');
  return [first.trimEnd(), cleanText(`    ${second}`)];
}

/** What came of a run, a dash where no manifest says it: of one that goes on or died, and of older builds. */
function resultText(result: SessionRow['result']): string {
  if (result === null) return 'result –';
  const { equityChange, currency, trades } = result;
  return `result ${signedMoney(equityChange)} ${currency}, ${trades} ${trades === 1 ? 'trade' : 'trades'}`;
}

function rowOf(dir: DataDir, name: string, engine: RunningEngine | undefined): SessionRow {
  if (name.endsWith(PARTIAL_SUFFIX)) return partialRow(name, importerOf(dir, withoutSuffix(name)));
  const directory = join(dir.sessions, name);
  try {
    const manifest = readManifest(directory);
    return { name, ...described(manifest), ...endOf(directory, name, manifest, engine) };
  } catch (cause) {
    const isOther = cause instanceof JournalRotError && cause.part === 'build';
    if (isOther) return { name, kind: '', state: 'other-build', note: cause.reason, ...NOTHING };
    return { name, kind: '', state: 'damaged', note: (cause as Error).message, ...NOTHING };
  }
}

function partialRow(name: string, importer: string | undefined): SessionRow {
  const state = importer === undefined ? 'partial' : 'importing';
  return { name, kind: 'import', state, note: importer ?? null, ...NOTHING };
}

function described({ kind, firstUs, createdAt, complete, instruments, result, accountCurrency }: SessionManifest) {
  const isTimed = kind === 'import' && complete && firstUs > 0;
  const startedAt = isTimed ? new Date(firstUs / 1000).toISOString() : createdAt;
  const symbols = instruments.map(({ symbol }) => symbol).join(',');
  const came = result === undefined ? null : { ...result, currency: accountCurrency };
  return { kind, from: startedAt.slice(0, 19), result: came, symbols, complete };
}

/** What has become of it: of one that was not closed its last segment tells, which is read and checked. */
function endOf(directory: string, name: string, manifest: SessionManifest, engine: RunningEngine | undefined) {
  if (manifest.complete)
    return { state: 'complete', inputs: manifest.inputs, torn: null, lastWords: 0, note: null } as const;
  const scan = new SessionScan(directory);
  for (const _segment of scan.segments(Number.MAX_SAFE_INTEGER));
  const inputs = scan.inputs;
  if (engine?.session === name)
    return { state: 'recording', inputs, torn: null, lastWords: 0, note: engine.owner } as const;
  const lastWords = readLastWords(directory, manifest).length;
  const state = lastWords > 0 ? 'journal-failed' : 'not-closed';
  const silent = engine !== undefined && engine.session === undefined;
  const note = silent ? `or recorded by the engine that does not answer (${engine.owner})` : null;
  return { state, inputs, torn: scan.tail().reason ?? null, lastWords, note } as const;
}
