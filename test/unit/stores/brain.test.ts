/** `brain.db`: grown in steps or rebuilt it has the same rows, and whatever is wrong with it or a journal is told. */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type EngineEvent, PRODUCER_COUNT } from '../../../engine/domain/index.ts';
import { type SessionManifest, SessionWriter, verifyJournal } from '../../../logs/index.ts';
import { type DataDir, openDataDir } from '../../../src/data-dir.ts';
import { EXIT } from '../../../src/exit-codes.ts';
import { takeLock } from '../../../src/file-lock.ts';
import { BrainDb } from '../../../src/stores/brain-db.ts';
import { type ProjectionOptions, projectBrain } from '../../../src/stores/brain-projection.ts';
import { SessionRows } from '../../../src/stores/brain-rows.ts';
import { type Cell, FACT_TABLES, PROGRESS, type Row, SESSIONS } from '../../../src/stores/brain-tables.ts';
import { recordBrainSession } from '../../fixtures/brain-session.ts';
import { linearSpec, sessionWithDecision, testConfig } from '../../fixtures/engine-session.ts';
import { CONSOLE_DRAFT, IMPORT_DRAFT, inputRecord, SOURCE, segmentFiles, thrown } from '../logs/helpers.ts';

let dir: DataDir;
beforeEach(() => {
  dir = openDataDir(mkdtempSync(join(tmpdir(), 'chimera-brain-')));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(dir.root, { recursive: true, force: true });
});

type Content = Record<string, Record<string, Cell>[]>;

/** Brings the file up to date and gives every row of it. */
function project(rebuild = false, options: ProjectionOptions = {}): Content {
  const database = projectBrain(dir, rebuild, options);
  const content = Object.fromEntries([SESSIONS, ...FACT_TABLES].map((t) => [t.name, [...database.rows(t)]]));
  database.close();
  return content;
}

const sizes = (content: Content) =>
  Object.fromEntries(Object.entries(content).map(([name, rows]) => [name, rows.length]));

test('grown while a session is recorded it equals a rebuilt one, row by row', () => {
  const grown: number[] = [];
  const look = (): void => void grown.push(project(false, { commitEvery: 200 }).decisions!.length);
  const { directory, counts } = recordBrainSession(dir.sessions, { every: [300, look] });
  const before = project(false, { commitEvery: 60 });
  expect(segmentFiles(directory).length).toBeGreaterThan(5);
  expect(new Set(grown).size).toBeGreaterThan(4);
  expect(project(true)).toEqual(before);
  expect(project()).toEqual(before);
  const rows = sizes(before);
  expect(rows).toMatchObject({
    sessions: 1,
    decisions: counts.decision,
    votes: counts.decision! * PRODUCER_COUNT,
    // Those that count as shipped.
    strategies: counts.decision! * 3,
    proposals: counts['proposal-opened'],
    order_events: counts.order,
    fills: counts.fill,
    trades: counts['position-closed'],
    commands: 7,
    suggestions: counts.suggestion,
    safety: counts.kill! + counts.halt! + counts.resume! + counts.control!,
  });
  for (const table of ['decisions', 'fills', 'trades', 'suggestions', 'safety'])
    expect(rows[table], table).toBeGreaterThan(2);
  expect(rows.other_events).toBe(
    Object.entries(counts).reduce((sum, [kind, n]) => sum + (['book', 'protective'].includes(kind) ? n : 0), 0),
  );
});

test('a projection that loses its place by one output is caught by that comparison', () => {
  const { put } = BrainDb.prototype;
  const look = (): void => {
    vi.spyOn(BrainDb.prototype, 'put').mockImplementation(function (this: BrainDb, table, row) {
      put.call(this, table, table === PROGRESS ? { ...row, notes: Number(row.notes) + 1 } : row);
    });
    project(false, { commitEvery: 20 });
    vi.restoreAllMocks();
  };
  recordBrainSession(dir.sessions, { every: [800, look] });
  expect(project()).not.toEqual(project(true));
});

test('rows say what the journal says, exactly', () => {
  const { directory } = recordBrainSession(dir.sessions);
  const { sessions, commands, fills, orders, proposals, safety, trades } = project();
  const report = verifyJournal(directory);
  expect(sessions).toEqual([
    expect.objectContaining({ session: 's', kind: 'console', complete: 1, inputs: report.inputs, fault: null }),
  ]);
  expect(commands!.map(({ command, subject, refused }) => [command, subject, refused])).toEqual([
    ['approve', 'proposal 99 revision 1', 'unknown-proposal'],
    ['set-control', 'manual', null],
    ['set-control', 'auto', null],
    ['accept-suggestion', 'suggestion 1', null],
    ['kill', null, null],
    ['flatten', null, expect.toBeOneOf([null, expect.any(String)])],
    ['resume', null, expect.toBeOneOf([null, expect.any(String)])],
  ]);
  for (const fill of fills!) {
    expect(fill.price).toMatch(/^\d+\.\d+$/);
    expect(fill.fee).toMatch(/^-?\d+\.\d{16}$/);
    expect(orders!.some(({ order_id, symbol }) => order_id === fill.order_id && symbol === fill.symbol)).toBe(true);
  }
  expect(orders!.every(({ state, created_us }) => state !== null && created_us !== null)).toBe(true);
  expect(proposals!.some(({ outcome }) => outcome === 'cleared-by-policy')).toBe(true);
  expect(safety!.map(({ kind, stage }) => stage ?? kind)).toContain('none-open');
  expect(trades!.every(({ opened_us, at_us }) => Number(opened_us) < Number(at_us))).toBe(true);
});

test('a proposal keeps the size it was made with beside the one that the operator left of it', () => {
  const rows: Row[] = [];
  const manifest = { name: 's', instruments: [linearSpec()], accountCurrency: 'USDT' } as unknown as SessionManifest;
  const into = new SessionRows(manifest, (_table, row) => rows.push(row));
  const session = sessionWithDecision(testConfig());
  session.command({ kind: 'resize', proposalId: 1, revision: 1, viewSeq: 0, lots: 60 });
  for (const [i, event] of session.events.entries()) into.event(event, i + 1);
  into.command(9, 10, { kind: 'resize', proposalId: 1, revision: 1, viewSeq: 0, lots: 60 }, 'console');
  const proposal = Object.assign({}, ...rows.filter((row) => 'proposal_id' in row));
  expect(proposal).toMatchObject({ proposal_id: 1, revision: 2, quantity: '0.149', cut_quantity: '0.060' });
  expect(rows.at(-1)).toMatchObject({ command: 'resize', subject: 'proposal 1 revision 1 to 60 lots' });
});

/** Lets the next projection die at its row number `row`. */
function dieAt(row: number): void {
  const { put } = BrainDb.prototype;
  let rows = 0;
  vi.spyOn(BrainDb.prototype, 'put').mockImplementation(function (this: BrainDb, table, given) {
    if (++rows === row) throw new Error('killed');
    put.call(this, table, given);
  });
}

test('a projection that dies goes on where it last committed, or begins anew beside nothing half done', () => {
  let looks = 0;
  const look = (): void => {
    if (++looks !== 1) return;
    dieAt(300);
    expect(() => project()).toThrow('killed');
    vi.restoreAllMocks();
    expect(existsSync(dir.brainFile)).toBe(false);
    project();
  };
  recordBrainSession(dir.sessions, { every: [900, look] });
  const early = sizes(readAll());
  for (const row of [1, 250, 200]) {
    dieAt(row);
    expect(() => project(false, { commitEvery: 10 })).toThrow('killed');
    vi.restoreAllMocks();
  }
  const committed = sizes(readAll());
  expect(committed.decisions).toBeGreaterThan(early.decisions!);
  const grown = project(false, { commitEvery: 60 });
  expect(sizes(grown).decisions).toBeGreaterThan(committed.decisions!);
  expect(grown).toEqual(project(true));
});

/** What the file holds, without bringing it up to date. */
function readAll(): Content {
  const database = BrainDb.open(dir.brainFile);
  const content = Object.fromEntries([SESSIONS, ...FACT_TABLES].map((t) => [t.name, [...database.rows(t)]]));
  database.close();
  return content;
}

test('sessions that are gone, replaced under the same name, or cut leave nothing of themselves behind', () => {
  recordBrainSession(dir.sessions, { name: 'gone', inputs: 900 });
  recordBrainSession(dir.sessions, { name: 'other', inputs: 900, seed: 6 });
  const { directory } = recordBrainSession(dir.sessions, { name: 'cut', inputs: 1_500, dies: true });
  const first = project();
  rmSync(join(dir.sessions, 'gone'), { recursive: true });
  rmSync(join(dir.sessions, 'other'), { recursive: true });
  const draft = { ...CONSOLE_DRAFT, createdAt: '2026-01-01T00:00:00.000Z' };
  const writer = SessionWriter.open(dir.sessions, 'other', draft);
  writer.append(inputRecord(1));
  writer.finish();
  for (const path of segmentFiles(directory).slice(-2)) rmSync(path);
  const then = project();
  expect(then.sessions!.map(({ session }) => session)).toEqual(['cut', 'other']);
  expect(then.decisions!.length).toBeLessThan(first.decisions!.length);
  expect(then).toEqual(project(true));
});

test('an unfinished session whose tail is torn off loses those rows and no others', () => {
  const { directory } = recordBrainSession(dir.sessions, { inputs: 1_500, dies: true });
  const whole = project();
  const last = segmentFiles(directory).at(-1)!;
  truncateSync(last, statSync(last).size - 4_001);
  const torn = project();
  expect(torn).toEqual(project(true));
  expect(JSON.stringify(torn).length).toBeLessThan(JSON.stringify(whole).length);
  expect(torn.sessions).toEqual([expect.objectContaining({ complete: 0, last_us: null })]);
});

test('an import has inputs only, an empty folder no manifest', () => {
  const writer = SessionWriter.create(dir.sessions, 'imported', IMPORT_DRAFT);
  for (let seq = 1; seq <= 20; seq++) writer.append(inputRecord(seq));
  writer.finish({ source: SOURCE });
  mkdirSync(join(dir.sessions, 'empty'));
  const content = project();
  expect(content.sessions).toEqual([
    expect.objectContaining({ session: 'empty', fault: expect.stringContaining('manifest.json: no such file') }),
    expect.objectContaining({ session: 'imported', kind: 'import', inputs: 20, control: null }),
  ]);
  expect(content.commands).toEqual([]);
  expect(content).toEqual(project(true));
});

test('a session whose journal is refused has one row that says why, and harms no other', () => {
  const { directory } = recordBrainSession(dir.sessions, { name: 'bad', inputs: 900, dies: true });
  recordBrainSession(dir.sessions, { name: 'good', inputs: 900, seed: 6 });
  const before = project();
  const path = segmentFiles(directory).at(-1)!;
  const bytes = readFileSync(path);
  bytes[200]! ^= 1;
  writeFileSync(path, bytes);
  const after = project();
  expect(after.sessions![0]).toMatchObject({ session: 'bad', fault: expect.stringMatching(/: at byte \d+: /) });
  const good = before.decisions!.filter(({ session }) => session === 'good');
  expect(good.length).toBeGreaterThan(0);
  expect(after.decisions).toEqual(good);
  expect(after).toEqual(project(true));
});

test.each([
  ['without its trace', { kind: 'decision' }],
  ['of an instrument that is not there', { kind: 'fill', instrument: 9, orderId: 1, decisionId: 1, side: 1, lots: 1 }],
  ['with an object for a text', { kind: 'kill', stage: { a: 1 }, openOrders: 0, source: 'console' }],
  ['with quantities that are none', { kind: 'fill', instrument: 0, side: 1, lots: 1.5, priceTicks: 1, fee: '0' }],
])('a whole journal with an event %s is told, and fills no table', (_name, body) => {
  const writer = SessionWriter.open(dir.sessions, 's', CONSOLE_DRAFT);
  writer.append(inputRecord(1));
  writer.appendOutput({ seq: 1, atUs: 1, ...body } as unknown as EngineEvent);
  writer.finish();
  const content = project();
  expect(content.sessions).toEqual([
    expect.objectContaining({
      fault: expect.stringMatching(/000001\.journal: at byte \d+: no \w+ that this build knows/),
    }),
  ]);
  expect(content.decisions).toEqual([]);
  expect(content.fills).toEqual([]);
});

test('events of kinds that this build has no table for are kept as they are', () => {
  const writer = SessionWriter.open(dir.sessions, 's', CONSOLE_DRAFT);
  writer.append(inputRecord(1));
  writer.appendOutput({ seq: 1, atUs: 1, kind: 'of-tomorrow', text: '\u001b[2J' } as unknown as EngineEvent);
  writer.finish();
  const [event] = project().other_events!;
  expect(event).toMatchObject({ kind: 'of-tomorrow', json: '{"text":"\ufffd[2J"}' });
});

const DAMAGE: ReadonlyArray<readonly [name: string, damage: (path: string) => void, reason: RegExp]> = [
  ['no database', (path) => writeFileSync(path, 'this is no database, however long one looks at it'), /it is damaged/],
  ['nothing', (path) => writeFileSync(path, ''), /it is of version 0/],
  ['half of itself', (path) => truncateSync(path, 20_000), /it is damaged/],
  ['a page overwritten', (path) => overwrite(path, 4_096), /it is damaged/],
  ['another version', (path) => execute(path, 'PRAGMA user_version = 99'), /it is of version 99/],
  ['a table gone', (path) => execute(path, 'DROP TABLE fills'), /it is damaged/],
];

function overwrite(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes.fill(0xa5, at, at + 4_096);
  writeFileSync(path, bytes);
}

function execute(path: string, statement: string): void {
  const database = new DatabaseSync(path);
  database.exec(statement);
  database.close();
}

test.each(DAMAGE)('a file that is %s is told of and left, and made anew by the rebuild', (_name, damage, reason) => {
  recordBrainSession(dir.sessions, { inputs: 700 });
  const good = project();
  damage(dir.brainFile);
  const bytes = readFileSync(dir.brainFile);
  const error = thrown(() => project());
  expect(error).toMatchObject({ exitCode: EXIT.badInput, message: expect.stringMatching(reason) });
  expect((error as Error).message).toMatch(/; chimera export --rebuild makes it anew from the journals$/);
  expect(readFileSync(dir.brainFile).equals(bytes)).toBe(true);
  expect(project(true)).toEqual(good);
  expect(project()).toEqual(good);
});

test("another file's rollback journal does not get into the one that is made anew", () => {
  recordBrainSession(dir.sessions, { inputs: 700 });
  const good = project();
  const old = new DatabaseSync(dir.brainFile);
  old.exec('PRAGMA cache_size = 1; BEGIN; UPDATE votes SET status = status || status; DELETE FROM gates;');
  const hot = `${dir.brainFile}-journal`;
  expect(existsSync(hot)).toBe(true);
  copyFileSync(hot, join(dir.root, 'kept'));
  old.exec('ROLLBACK');
  old.close();
  renameSync(join(dir.root, 'kept'), hot);
  expect(project(true)).toEqual(good);
  expect(existsSync(hot)).toBe(false);
});

test('the file is 0600 whatever the mask, and set back to it', () => {
  const mask = process.umask(0);
  try {
    project();
    expect(statSync(dir.brainFile).mode & 0o777).toBe(0o600);
    chmodSync(dir.brainFile, 0o644);
    project();
    expect(statSync(dir.brainFile).mode & 0o777).toBe(0o600);
  } finally {
    process.umask(mask);
  }
});

test('two projections at once: the second says who is at it', () => {
  const lock = takeLock(`${dir.brainFile}.lock`, '2026-01-02T03:04:05.000Z')!;
  expect(thrown(() => project(false, { lockWaitMs: 10 }))).toMatchObject({
    exitCode: EXIT.refused,
    message: expect.stringContaining(`is being written (pid ${process.pid}, since 2026-01-02T03:04:05.000Z)`),
  });
  lock.release();
  project();
});

test('it can be deleted at any time', () => {
  recordBrainSession(dir.sessions, { inputs: 700 });
  const good = project();
  rmSync(dir.brainFile);
  expect(project()).toEqual(good);
});
