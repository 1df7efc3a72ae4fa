/** A fork made by a key in a replay: kept with its result, opened again, folded headless to the same, and told when it is not. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { cursorOver, DEFAULT_POLICY, type OperatorCommand } from '../../../engine/domain/index.ts';
import { createEngine, createState, step } from '../../../engine/index.ts';
import { SessionWriter } from '../../../logs/index.ts';
import { runReplayFork } from '../../../src/cli/replay-fork.ts';
import { type DataDir, openDataDir } from '../../../src/data-dir.ts';
import { EXIT } from '../../../src/exit-codes.ts';
import { loadFork } from '../../../src/fork-file.ts';
import type { ReplayJob } from '../../../src/host/job.ts';
import { ReplayHost } from '../../../src/host/replay-host.ts';
import type { FromEngine } from '../../../state/protocol.ts';
import type { ReplayView } from '../../../state/view.ts';
import { answeredSession } from '../../fixtures/answered-session.ts';
import { CONSOLE_DRAFT } from '../../fixtures/journal-sample.ts';

const NAME = 'answered';
let dir: DataDir;
let directory: string;
/** Inputs after which the first proposal waits. */
let waits: number;
let printed: string[];
let complaints: string[];

beforeAll(() => {
  dir = openDataDir(mkdtempSync(join(tmpdir(), 'chimera-replay-fork-')));
  const { config, records } = answeredSession(6_000, 2);
  const instruments = [...config.instruments];
  const draft = { ...CONSOLE_DRAFT, instruments, config: { ...config, runId: NAME, instruments } };
  const writer = SessionWriter.open(dir.sessions, NAME, draft, { segmentBytes: 512 * 1024, blockBytes: 16_000 });
  const engine = createEngine(createState(draft.config));
  for (const [i, record] of records.entries()) {
    writer.append(record);
    for (const event of step(engine, cursorOver(record))) {
      writer.appendOutput(event);
      if (event.kind === 'proposal-opened') waits ??= i + 1;
    }
  }
  writer.finish({ stateHash: engine.state.arena.hash() });
  ({ directory } = writer);
});

afterAll(() => rmSync(dir.root, { recursive: true, force: true }));

beforeEach(() => {
  [printed, complaints] = [[], []];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => complaints.push(String(text)) > 0);
});
afterEach(() => vi.restoreAllMocks());

/** Opens the session or a fork of it, gives these commands at the moment, and leaves. */
async function replayed(fork: string | undefined, commands: readonly OperatorCommand[]) {
  const messages: FromEngine[] = [];
  const run = { control: undefined, barIntervalUs: undefined, seed: 1, startingCash: '1', policy: DEFAULT_POLICY };
  const job: ReplayJob = { kind: 'replay', dataDir: dir.root, directory, run, fork, at: undefined };
  const host = new ReplayHost(job, (message) => messages.push(message));
  host.start();
  host.handle({ type: 'replay', action: { kind: 'seek', cursor: waits } });
  for (const command of commands) host.handle({ type: 'command', id: 1, command });
  for (let i = 0; i < 100; i++) await turn();
  host.handle({ type: 'replay', action: { kind: 'seek', cursor: 1e9 } });
  host.handle({ type: 'credit' });
  host.handle({ type: 'replay', action: { kind: 'pause' } });
  host.stop('the operator left');
  const views = messages.flatMap((message) => (message.type === 'view' ? [message.view.replay as ReplayView] : []));
  const stopped = messages.find((message) => message.type === 'stopped');
  return { summary: stopped?.summary ?? {}, last: views.at(-1)!, messages };
}

const first = { proposalId: 1, revision: 1, viewSeq: 0 };
const headless = (run: string, json = true) =>
  runReplayFork(directory, { dataDir: dir.root, session: NAME, run, json });

it('is kept with its result, opened again and folded headless to the same', async () => {
  const { summary, last } = await replayed(undefined, [
    { kind: 'veto', ...first },
    { kind: 'set-control', mode: 'observe' },
  ]);
  expect(summary.forkedRun).toBe(`${NAME}-fork-1`);
  const fork = loadFork(dir, `${NAME}-fork-1`, NAME);
  expect(fork.commands).toMatchObject([
    { index: waits, command: { kind: 'veto' }, subject: { side: expect.any(Number) } },
    { index: waits + 1, command: { kind: 'set-control' } },
  ]);
  expect(last.answers).toEqual(fork.result?.answers);
  expect(fork.result?.answers.noProposal).toBeGreaterThan(0);
  expect(summary.recordedAnswers).toContain(`${fork.result?.answers.noProposal} had no such proposal here`);

  const again = await replayed(`${NAME}-fork-1`, []);
  expect(again.summary.forkedRun).toBeUndefined();
  expect(again.last.answers).toEqual(fork.result?.answers);

  expect(headless(`${NAME}-fork-1`)).toBe(EXIT.done);
  const told = JSON.parse(printed.join(''));
  expect(told).toMatchObject({
    run: `${NAME}-fork-1`,
    stateHash: fork.result?.stateHash,
    recordedAnswers: last.answers,
  });
  const { noProposal, noSuggestion, overruled, refused, differing } = fork.result!.answers;
  expect(told.answerLines).toHaveLength(noProposal + noSuggestion + overruled + refused + differing);
  printed.length = 0;
  headless(`${NAME}-fork-1`, false);
  expect(printed.join('')).toMatch(
    /^ {4}\d\d:\d\d:\d\d\.\d{3} .* of #\d+, (BUY|SELL) \S+: not given, nothing such was asked here$/m,
  );
});

it('one that was left at once has its result noted when it is folded, and never another one', async () => {
  const { summary } = await replayed(undefined, [{ kind: 'approve', ...first }]);
  const run = String(summary.forkedRun);
  const path = join(dir.root, 'runs', `${run}.json`);
  const kept = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(path, JSON.stringify({ ...kept, result: null }));
  headless(run);
  const { result } = loadFork(dir, run, NAME);
  expect(result).toEqual(kept.result);
  expect(result?.stateHash).toBe(JSON.parse(printed.join('')).stateHash);
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.replace(result!.stateHash, '0123'));
  expect(() => headless(run)).toThrow(expect.objectContaining({ exitCode: EXIT.verification }));

  const earlier = { ...JSON.parse(text), formatVersion: 1, result: undefined };
  const commands = earlier.commands.map(({ index, command }: { index: number; command: object }) => ({
    index,
    command,
  }));
  const written = JSON.stringify({ ...earlier, commands });
  writeFileSync(path, written);
  printed.length = 0;
  expect(headless(run)).toBe(EXIT.done);
  expect(complaints.join('')).toContain('was made when recorded answers were given by number');
  expect(readFileSync(path, 'utf8')).toBe(written);
});

it('is of one session', () => {
  const other = () =>
    runReplayFork(directory, { dataDir: dir.root, session: 'other', run: `${NAME}-fork-1`, json: true });
  expect(other).toThrow(`${NAME}-fork-1 is a fork of ${NAME}`);
});
