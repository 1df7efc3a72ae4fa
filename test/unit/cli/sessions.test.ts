/** The list of sessions, and removing one: by its name only, and never while an engine or an importer is at it. */
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SessionWriter } from '../../../logs/index.ts';
import { runRemove } from '../../../src/cli/remove.ts';
import { runSessions } from '../../../src/cli/sessions.ts';
import { runVerify } from '../../../src/cli/verify.ts';
import { type DataDir, openDataDir } from '../../../src/data-dir.ts';
import { EXIT } from '../../../src/exit-codes.ts';
import { saveFork } from '../../../src/fork-file.ts';
import { takeOwnership } from '../../../src/owner.ts';
import { lockImport } from '../../../src/session-writers.ts';
import { recordedAnswers } from '../../fixtures/console-view.ts';
import { linearSpec, START_US, testConfig } from '../../fixtures/engine-session.ts';
import { appendSample, CONSOLE_DRAFT, IMPORT_DRAFT, SOURCE, timeOf } from '../../fixtures/journal-sample.ts';
import { segmentFiles, thrown } from '../logs/helpers.ts';

let dir: DataDir;
let printed: string[];
beforeEach(() => {
  dir = openDataDir(mkdtempSync(join(tmpdir(), 'chimera-sessions-')));
  printed = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(dir.root, { recursive: true, force: true });
});

/** A console session of 40 inputs in several segments whose writer died. */
function deadSession(name: string): string {
  const writer = SessionWriter.open(dir.sessions, name, CONSOLE_DRAFT, { segmentBytes: 2048, blockBytes: 500 });
  appendSample(writer, 1, 40);
  writer.flush();
  writer.abort();
  return writer.directory;
}

function importedSession(name: string): void {
  const writer = SessionWriter.create(dir.sessions, name, IMPORT_DRAFT);
  appendSample(writer, 1, 10);
  writer.finish({ source: SOURCE });
}

async function listed(): Promise<unknown> {
  printed.length = 0;
  await runSessions({ dataDir: dir.root, json: true });
  return (JSON.parse(printed.join('')) as { sessions: unknown }).sessions;
}

const remove = (session: string, yes: string | undefined = session) =>
  runRemove({ dataDir: dir.root, json: true, session, yes });

test('each session says what has become of it', async () => {
  importedSession('imported');
  const directory = deadSession('dead');
  mkdirSync(join(dir.sessions, 'empty'));
  mkdirSync(join(dir.sessions, 'left.partial'));
  mkdirSync(join(dir.sessions, 'under-way.partial'));
  mkdirSync(join(dir.sessions, '.gone.removed'));
  writeFileSync(join(dir.sessions, 'UPPER'), '');
  const lock = lockImport(dir, 'under-way', '2026-01-02T03:04:05.000Z');
  const rows = [
    { name: 'dead', kind: 'console', state: 'not-closed', inputs: 40, torn: null, lastWords: 0, complete: false },
    { name: 'empty', state: 'damaged', inputs: null, note: expect.stringContaining('manifest.json: no such file') },
    { name: 'imported', kind: 'import', state: 'complete', inputs: 10, torn: null, complete: true, note: null },
    { name: 'left.partial', kind: 'import', state: 'partial', inputs: null, note: null },
    { name: 'under-way.partial', state: 'importing', note: `pid ${process.pid}, since 2026-01-02T03:04:05.000Z` },
  ];
  expect(await listed()).toMatchObject(rows);
  lock.release();
  appendFileSync(segmentFiles(directory).at(-1)!, Buffer.alloc(12, 7));
  const torn = { ...rows[0], torn: '12 bytes are left over, too few for a record' };
  expect(await listed()).toMatchObject([torn, rows[1], rows[2], rows[3], { state: 'partial' }]);
  printed.length = 0;
  await runSessions({ dataDir: dir.root, json: false });
  expect(printed[0]).toMatch(/^dead +console +40 inputs .*\[not closed, torn tail\]\n$/);
  expect(printed[2]).toMatch(/^imported +import +10 inputs [^[]*\n$/);
  expect(printed[3]).toMatch(/^left\.partial +import +\[import broke off\]\n$/);
});

test('a run says when it began and what came of it, and shows a dash where that is not stored', async () => {
  const result = { equity: '10012.34', equityChange: '12.34', trades: 3, wins: 2 };
  const ended = (name: string, ending: Parameters<SessionWriter['finish']>[0]): void => {
    const writer = SessionWriter.open(dir.sessions, name, CONSOLE_DRAFT);
    appendSample(writer, 1, 10);
    writer.finish(ending);
  };
  ended('made', { result });
  ended('old', {});
  deadSession('shot');
  importedSession('taken');
  const from = CONSOLE_DRAFT.createdAt.slice(0, 19);
  const { accountCurrency: currency } = CONSOLE_DRAFT;
  expect(await listed()).toMatchObject([
    { name: 'made', from, result: { ...result, currency } },
    { name: 'old', from, result: null },
    { name: 'shot', from, result: null },
    { name: 'taken', from: new Date(timeOf(1) / 1000).toISOString().slice(0, 19), result: null },
  ]);
  printed.length = 0;
  await runSessions({ dataDir: dir.root, json: false });
  expect(printed[0]).toContain(`${from}  result +12.34 ${currency}, 3 trades `);
  expect(printed[1]).toMatch(new RegExp(`${from}  result – +[A-Z]`));
  expect(printed[3]).not.toContain('equity');
});

test('forks stand below their session: what was changed, and what came of it', async () => {
  importedSession('market');
  const config = testConfig({ instruments: [linearSpec('ETH/USDT:USDT')] });
  const [subject, view] = [
    { instrument: 0, side: -1 },
    { revision: 1, viewSeq: 0 },
  ] as const;
  const approval = {
    index: 3,
    atUs: START_US,
    command: { kind: 'approve', proposalId: 15, ...view },
    subject,
  } as const;
  const control = { index: 5, atUs: START_US + 1e6, command: { kind: 'set-control', mode: 'veto' } } as const;
  const result = {
    ...{ inputs: 12, stateHash: 'ab', equity: '10012.30', recordedEquity: '10000.00' },
    ...{ trades: 1, wins: 1, recordedTrades: 0, recordedWins: 0, answers: recordedAnswers() },
  };
  saveFork(dir, { session: 'market', config, commands: [approval, control], result });
  saveFork(dir, { session: 'market', config, commands: Array.from({ length: 9 }, () => control), result: null });
  saveFork(dir, { session: 'gone', config, commands: [control], result: null });
  writeFileSync(join(dir.root, 'runs', 'market-fork-10.json'), '{"formatVersion": 3}');
  printed.length = 0;
  await runSessions({ dataDir: dir.root, json: false });
  expect(printed.slice(1).join('').replaceAll(dir.root, 'DIR')).toMatchInlineSnapshot(`
    "  market-fork-1  fork: 12:00:00.000 approve #15 SELL ETH/USDT:USDT, 12:00:01.000 control VETO
        equity 10012.30 (+12.30) USDT against the recording, 1 trade, 1 won
        recorded answers: 12 given (1 of them to another size or price), 1 overruled by an answer of the fork, 2 had no such proposal here; 3 proposals expired unanswered, 1 of them not in the recording
      market-fork-2  fork: 12:00:01.000 control VETO, 12:00:01.000 control VETO, 12:00:01.000 control VETO, 12:00:01.000 control VETO, 12:00:01.000 control VETO, 12:00:01.000 control VETO, and 3 more
        not read to its end: chimera replay market --run market-fork-2 --headless
      market-fork-10  [DIR/runs/market-fork-10.json: formatVersion Invalid discriminator value. Expected '2' | '1']
      gone-fork-1  fork of gone, which is not here: 12:00:01.000 control VETO
    "
  `);
  expect(await listed()).toMatchObject([
    {
      name: 'market',
      forks: [
        { name: 'market-fork-1', result },
        { name: 'market-fork-2', result: null },
        { damaged: expect.stringContaining('formatVersion') },
      ],
    },
  ]);
});

test('a session is removed when its name is given again, with what earlier removals left', async () => {
  deadSession('a');
  deadSession('b');
  mkdirSync(join(dir.root, 'runs'));
  writeFileSync(join(dir.root, 'runs', 'a-fork-1.json'), '{}');
  mkdirSync(join(dir.sessions, '.a.removed', 'half'), { recursive: true });
  mkdirSync(join(dir.sessions, 'c.partial'));
  for (const yes of ['', 'b', 'A', 'a '])
    await expect(remove('a', yes)).rejects.toMatchObject({ exitCode: EXIT.refused, message: /type a exactly/ });
  expect(await remove('a')).toBe(EXIT.done);
  expect(JSON.parse(printed.join(''))).toEqual({ removed: 'a', forksLeft: 1 });
  expect(readdirSync(dir.sessions).sort()).toEqual(['b', 'c.partial']);
  await remove('c.partial');
  expect(readdirSync(dir.sessions)).toEqual(['b']);
});

test.each(['../sessions', '..', '', 'a/b', '.b.removed', 'UPPER'])('%j is no name to remove', async (name) => {
  deadSession('b');
  await expect(remove(name)).rejects.toMatchObject({ exitCode: EXIT.usage });
  await expect(remove('none')).rejects.toMatchObject({ exitCode: EXIT.badInput });
  expect(existsSync(join(dir.sessions, 'b'))).toBe(true);
});

test('nothing is removed that an importer is at, or that an engine may be at', async () => {
  deadSession('a');
  mkdirSync(join(dir.sessions, 'x.partial'));
  const lock = lockImport(dir, 'x', '2026-01-02T03:04:05.000Z');
  await expect(remove('x.partial')).rejects.toMatchObject({ exitCode: EXIT.refused, message: /pid \d+, since 2026/ });
  lock.release();
  await remove('x.partial');
  const engine = takeOwnership(dir, '2026-01-02T03:04:05.000Z');
  await expect(remove('a')).rejects.toMatchObject({ exitCode: EXIT.refused, message: /does not say what it records/ });
  expect(await listed()).toMatchObject([{ name: 'a', note: expect.stringContaining('engine that does not answer') }]);
  engine.release();
  await remove('a');
  expect(readdirSync(dir.sessions)).toEqual([]);
});

const verify = (session: string, options: { anchor?: boolean; against?: string } = {}) =>
  runVerify({ dataDir: dir.root, json: false, session, anchor: options.anchor ?? false, against: options.against });

test('a head is taken from text, JSON or a file, and must be of this session', () => {
  importedSession('a');
  importedSession('b');
  verify('a', { anchor: true });
  const text = printed.join('');
  const file = join(dir.root, 'kept');
  writeFileSync(file, text);
  for (const against of [text, file]) expect(verify('a', { against })).toBe(EXIT.done);
  expect(thrown(() => verify('b', { against: text }))).toMatchObject({ exitCode: EXIT.usage });
  writeFileSync(file, text.repeat(100));
  for (const against of ['', 'head', file, dir.root])
    expect(thrown(() => verify('a', { against }))).toMatchObject({ exitCode: EXIT.usage });
  const other = text.replace(/seq=\d+/, 'seq=9');
  expect(thrown(() => verify('a', { against: other }))).toMatchObject({
    exitCode: EXIT.verification,
    message: expect.stringMatching(/^a: anchor: the head that was kept, after input 9 in segment 1, is not/),
  });
});

test('a session of which nothing is sealed has no head to keep', () => {
  const writer = SessionWriter.open(dir.sessions, 'a', CONSOLE_DRAFT);
  writer.flush();
  writer.abort();
  expect(thrown(() => verify('a', { anchor: true }))).toMatchObject({
    message: expect.stringContaining('no head to keep'),
  });
});
