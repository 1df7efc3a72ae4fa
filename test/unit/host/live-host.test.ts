/** The live host on the synthetic venue: warm start under a HALT, kill and resume, and troubles that must not stop it. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { systemFiles } from '../../../logs/index.ts';
import { askEngine, attachEngine } from '../../../src/control/client.ts';
import { dataDirAt } from '../../../src/data-dir.ts';
import { EXIT } from '../../../src/exit-codes.ts';
import type { LiveJob } from '../../../src/host/job.ts';
import { LiveHost } from '../../../src/host/live-host.ts';
import { takeUp } from '../../../src/host/take-up.ts';
import type { LiveHostParts } from '../../../src/host/trading-side.ts';
import type { FromEngine, StoppedMessage } from '../../../state/protocol.ts';
import type { EngineView } from '../../../state/view.ts';

let root: string;
let host: LiveHost | undefined;
let messages: FromEngine[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'chimera-host-'));
  messages = [];
});
afterEach(async () => {
  await host?.stop('the test is over');
  host = undefined;
  rmSync(root, { recursive: true, force: true });
});

/** Starts a host and waits until its warm start is over. */
async function startHost(options: Partial<LiveJob> = {}, parts: LiveHostParts = {}): Promise<LiveHost> {
  host = new LiveHost(
    {
      kind: 'live',
      dataDir: root,
      symbols: ['BTC/USDT:USDT', 'ETH/USDT:USDT'],
      seed: 1,
      control: 'manual',
      barIntervalUs: 1_000_000,
      startingCash: '10000',
      ratePerSecond: 100,
      warmupMs: 90_000,
      forMs: 0,
      session: undefined,
      ...options,
    },
    (message) => messages.push(message),
    parts,
  );
  host.start();
  await expect.poll(() => messages.some((each) => each.type === 'ready'), { timeout: 10_000, interval: 5 }).toBe(true);
  return host;
}

/** The view that follows a command, which is shown as soon as the command is on the disk. */
async function newestView(running: LiveHost): Promise<EngineView> {
  const before = messages.length;
  running.handle({ type: 'credit' });
  running.handle({ type: 'command', id: 9, command: { kind: 'set-control', mode: 'manual' } });
  const newest = () => messages.slice(before).findLast((each) => each.type === 'view');
  await expect.poll(newest, { interval: 2 }).toBeDefined();
  const message = newest();
  if (message?.type !== 'view') throw new Error('no view was published');
  return message.view;
}

const stopped = (): StoppedMessage | undefined => messages.find((each) => each.type === 'stopped');

test('starts halted where a HALT was left, with indicators as warm as without', async () => {
  writeFileSync(join(root, 'HALT'), 'left by an earlier run\n');
  const running = await startHost();
  const view = await newestView(running);
  expect(view.halted).toBe('halt-file');
  expect(view.kill).toBe('none-open');
  expect(view.control).toBe('manual');
  // 60 closes are what the slowest indicator needs, and there is one bar a second in 90 seconds of history.
  for (const symbol of view.symbols) expect(symbol.closes.length).toBe(60);
  expect(readFileSync(join(root, 'HALT'), 'utf8')).toBe('left by an earlier run\n');
  running.handle({ type: 'command', id: 1, command: { kind: 'resume' } });
  expect((await newestView(running)).halted).toBe('none');
  expect(existsSync(join(root, 'HALT'))).toBe(false);
});

test('a kill is done even where HALT has no room for a reason, and a resume where it cannot be removed', async () => {
  const running = await startHost();
  mkdirSync(join(root, '.HALT.tmp', 'x'), { recursive: true });
  running.handle({ type: 'command', id: 1, command: { kind: 'kill' } });
  await expect.poll(() => messages).toContainEqual({ type: 'command-done', id: 1, refused: undefined });
  expect(readFileSync(join(root, 'HALT'), 'utf8')).toBe('');
  expect((await newestView(running)).kill).toBe('none-open');
  rmSync(join(root, 'HALT'));
  mkdirSync(join(root, 'HALT'));
  running.handle({ type: 'command', id: 2, command: { kind: 'resume' } });
  await expect.poll(async () => (await newestView(running)).halted, { interval: 20 }).toBe('halt-file');
  expect(messages).toContainEqual(
    expect.objectContaining({ type: 'notice', level: 'error', text: expect.stringContaining('HALT is a folder') }),
  );
  expect(stopped()).toBeUndefined();
});

test('a kill over the socket writes HALT, and a resume over it takes it away', async () => {
  await startHost();
  const dir = dataDirAt(root);
  const killed = await askEngine(dir, 'kill');
  expect(killed).toMatchObject({ refused: null, status: { kill: 'none-open', halted: 'operator' } });
  expect(readFileSync(dir.haltFile, 'utf8')).toMatch(/^halted by socket at \d{4}-/);
  expect((await askEngine(dir, 'kill'))?.refused).toBe('kill-under-way');
  expect((await askEngine(dir, 'resume'))?.refused).toBeNull();
  expect(existsSync(dir.haltFile)).toBe(false);
});

test('the time asked for counts from the end of the warm start; names are never used twice', async () => {
  await startHost({ session: 'once', forMs: 100 });
  expect(stopped()).toBeUndefined();
  await expect.poll(() => stopped()?.summary?.session, { interval: 10 }).toBe('once');
  await expect(startHost({ session: 'once' })).rejects.toThrow(
    expect.objectContaining({ exitCode: EXIT.usage, message: expect.stringContaining('session once exists') }),
  );
});

test('a halted run that goes on has its HALT again, though a hand has removed it', async () => {
  const first = await startHost();
  first.handle({ type: 'command', id: 1, command: { kind: 'kill' } });
  await first.stop('on');
  rmSync(join(root, 'HALT'));
  messages = [];
  const second = await startHost({ continues: '' });
  expect((await newestView(second)).kill).toBe('none-open');
  await expect.poll(() => existsSync(join(root, 'HALT'))).toBe(true);
});

test('a console that goes while the engine stops changes nothing in what is sealed', async () => {
  const { dataSync } = systemFiles.pooled;
  const slow = async (descriptor: number): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, 60));
    await dataSync(descriptor);
  };
  const files = { ...systemFiles, pooled: { ...systemFiles.pooled, dataSync: slow } };
  const running = await startHost({ session: 'sealed', control: 'veto' }, { files });
  const attached = await attachEngine(dataDirAt(root));
  attached?.send({ type: 'credit' });
  await expect.poll(() => readFileSync(join(root, 'chimera.log'), 'utf8')).toContain('a console attached');
  const ended = running.stop('on');
  attached?.send({ type: 'lost', reason: 'the terminal is gone' });
  await expect.poll(() => readFileSync(join(root, 'chimera.log'), 'utf8')).toContain('a console is lost');
  await ended;
  expect(stopped()).toMatchObject({ fault: false });
  expect(takeUp(dataDirAt(root), 'sealed').manifest.stateHash).toBe(stopped()?.summary?.stateHash);
});

test('a run goes on from a session whose clock was ahead, and says so', async () => {
  const { now } = Date;
  const ahead = vi.spyOn(Date, 'now').mockImplementation(() => now() + 3_600_000);
  await (await startHost()).stop('on');
  ahead.mockRestore();
  messages = [];
  await startHost({ continues: '', forMs: 300 });
  await expect.poll(() => stopped()?.summary?.inputs, { interval: 10 }).toBeGreaterThan(10);
  const told = messages.flatMap((each) => (each.type === 'notice' ? [each.text] : []));
  expect(told).toContainEqual(expect.stringMatching(/^the clock is 3[67]\d\d s behind /));
});
