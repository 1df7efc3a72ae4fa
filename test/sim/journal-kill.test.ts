/**
 * Processes killed with signal 9 while they record: what they were told is durable is there, and nothing is
 * misread. The page cache survives a killed process; that the syncs reach the disk is for journal-power.test.ts.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { AT } from '../../engine/domain/index.ts';
import { nextBelow, seedPrng } from '../../engine/kernel/prng.ts';
import { loadSession, verifyJournal } from '../../logs/index.ts';
import { inputRecord, temporaryDirectory } from '../unit/logs/helpers.ts';

const KILLS = process.env.SOAK === undefined ? 20 : 500;
const CHILD = fileURLToPath(new URL('../fixtures/journal-child.ts', import.meta.url));

/** Kills the child a random time after its first acknowledgement; resolves to the last it told of. */
async function killOne(sessions: string, seed: number, ...how: string[]): Promise<number> {
  const random = new Int32Array(4);
  seedPrng(random, seed);
  const child: ChildProcessByStdio<null, Readable, null> = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', CHILD, sessions, String(seed), ...how],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let told = '';
  let armed = false;
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text: string) => {
    told += text;
    if (armed) return;
    armed = true;
    setTimeout(() => child.kill('SIGKILL'), nextBelow(random, 60));
  });
  const signal = await new Promise<NodeJS.Signals | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (_code, by) => resolve(by));
  });
  expect(signal).toBe('SIGKILL');
  // A number without its line end was cut off within its digits.
  return Number(told.slice(0, told.lastIndexOf('\n')).split('\n').at(-1));
}

function expectKept(directory: string, acknowledged: number): number {
  const { source, manifest } = loadSession(directory);
  expect(manifest.complete).toBe(false);
  expect(source.count).toBeGreaterThanOrEqual(acknowledged);
  const cursor = { view: new DataView(new ArrayBuffer(0)), words: new Int32Array(0), offset: 0 };
  for (let index = 0; index < source.count; index++) {
    source.seek(index, cursor);
    const { view, offset } = cursor;
    const wanted = inputRecord(index + 1);
    const length = view.getUint32(offset + AT.length, true);
    const payload = Buffer.from(view.buffer, view.byteOffset + offset + AT.seq, length - AT.seq);
    if (length !== wanted.byteLength || !payload.equals(wanted.subarray(AT.seq))) expect.fail(`input ${index + 1}`);
  }
  expect(verifyJournal(directory)).toMatchObject({ holds: true, complete: false, inputs: source.count });
  return source.count - acknowledged;
}

test(`${KILLS} kills: nothing acknowledged is lost, every session loads and verifies`, {
  timeout: 30_000 + KILLS * 2000,
}, async () => {
  let acknowledged = 0;
  let more = 0;
  for (let seed = 1; seed <= KILLS; seed += 2) {
    await Promise.all(
      [seed, seed + 1].map(async (each) => {
        const sessions = join(temporaryDirectory(), 'sessions');
        const told = await killOne(sessions, each);
        expect(told).toBeGreaterThan(0);
        acknowledged += told;
        more += expectKept(join(sessions, 's'), told);
      }),
    );
  }
  // The kills fell in the middle of things: many records were acknowledged, and some written that were not.
  expect(acknowledged).toBeGreaterThan(KILLS * 50);
  expect(more).toBeGreaterThan(0);
});

test('a writer that acknowledges what it never handed over is found out', { timeout: 60_000 }, async () => {
  const sessions = join(temporaryDirectory(), 'sessions');
  const told = await killOne(sessions, 1, 'lies');
  expect(() => expectKept(join(sessions, 's'), told)).toThrow(/greater than or equal/);
});
