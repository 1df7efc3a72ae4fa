/** Sessions as they lie on disk: an import that died or is at work, and what listing and removing make of each. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BRIEF, chimera, documentOf, MAIN, makeDataDir, removeDataDir } from './chimera.ts';
import { PINNED_NODE, startProgram } from './terminal.ts';

/** Enough that an import can be stopped in the middle. */
const INPUTS = 50_000;

let dataDir: string;
let trades: string;

beforeAll(() => {
  dataDir = makeDataDir();
  trades = path.join(dataDir, 'trades.csv');
  const lines = Array.from({ length: INPUTS }, (_, i) => {
    const ms = 1_700_000_000_000 + i * 10;
    return `${i + 1},${40_000 + (i % 7)},0.5,20000,${ms},true,true`;
  });
  writeFileSync(trades, `id,price,qty,quote_qty,time,is_buyer_maker,is_best_match\n${lines.join('\n')}\n`);
});
afterAll(() => removeDataDir(dataDir));

const sessions = (...names: string[]): string => path.join(dataDir, 'sessions', ...names);
const importArgs = (name: string): string[] => ['import', trades, '--out', name, '--symbol', 'BTC/USDT', '--json'];

/** Starts an import and resolves once it writes. */
async function importUnderWay(name: string) {
  const child = spawn(PINNED_NODE, [MAIN, ...importArgs(name), '--data-dir', dataDir], { stdio: 'ignore' });
  const closed = new Promise<void>((resolve) => child.on('close', () => resolve()));
  await expect.poll(() => existsSync(sessions(`${name}.partial`)), { timeout: 10_000, interval: 2 }).toBe(true);
  child.kill('SIGSTOP');
  return { child, closed };
}

describe('an import', () => {
  it('at work keeps others away; dead, it is done anew', async () => {
    const { child, closed } = await importUnderWay('traded');
    const second = await chimera(importArgs('traded'), { dataDir });
    expect(second).toMatchObject({ code: 6, stdout: '' });
    expect(second.stderr).toMatch(
      new RegExp(`^chimera: session traded is being imported .*\\(pid ${child.pid}, since`),
    );
    child.kill('SIGKILL');
    await closed;
    expect(readdirSync(sessions())).toEqual(['traded.partial']);
    const again = await chimera(importArgs('traded'), { dataDir });
    expect(again).toMatchObject({ code: 0 });
    expect(again.stderr).toMatch(/an earlier import of traded broke off: its \d files are removed, and it begins anew/);
    expect(documentOf(again)).toMatchObject({ inputs: INPUTS });
    expect(readdirSync(sessions())).toEqual(['traded']);
    expect(await chimera(['verify', 'traded'], { dataDir })).toMatchObject({ code: 0 });
  }, 30_000);
});

describe('what is recorded', () => {
  it('is listed as such, and not removed meanwhile', async () => {
    const args = [MAIN, '--headless', '--for', '60s', '--session', 'live', '--data-dir', dataDir, ...BRIEF];
    const engine = spawn(PINNED_NODE, args, { stdio: 'ignore' });
    const ended = new Promise((resolve) => engine.on('close', resolve));
    await expect.poll(() => existsSync(path.join(dataDir, 'control.sock')), { timeout: 10_000 }).toBe(true);
    const [listed, removed] = await Promise.all([
      chimera(['sessions', '--json'], { dataDir }),
      chimera(['sessions', '--remove', 'live', '--yes', 'live'], { dataDir }),
    ]);
    engine.kill('SIGKILL');
    await ended;
    expect(documentOf(listed).sessions).toMatchObject([
      { name: 'live', state: 'recording', torn: null },
      { name: 'traded', state: 'complete', inputs: INPUTS },
    ]);
    expect(removed).toMatchObject({ code: 6, stdout: '' });
    expect(removed.stderr).toMatch(/^chimera: live is not removed: it is being recorded \(pid \d+, since [^)]+\)\n$/);
  }, 30_000);

  it('is removed when its name is typed', async () => {
    const args = [PINNED_NODE, MAIN, 'sessions', '--remove', 'live', '--data-dir', dataDir];
    const session = startProgram(args, {});
    try {
      await session.waitFor('type live to delete it for good');
      await session.type('live');
      await session.press('Enter');
      expect(await session.waitForExit()).toBe(0);
      expect(readdirSync(sessions())).toEqual(['traded']);
    } finally {
      await session.dispose();
    }
  });

  it('is held against a head that was kept', async () => {
    const kept = await chimera(['verify', 'traded', '--anchor'], { dataDir });
    expect(kept).toMatchObject({ code: 0, stderr: '' });
    expect(kept.stdout).toMatch(
      new RegExp(`^chimera-anchor session=traded segment=1 seq=${INPUTS} head=[0-9a-f]{64}\\n$`),
    );
    const file = path.join(dataDir, 'anchor.txt');
    writeFileSync(file, kept.stdout);
    const held = await chimera(['verify', 'traded', '--against', kept.stdout, '--json'], { dataDir });
    expect(documentOf(held)).toMatchObject({ keptHead: 'held', torn: false });
    cutAtFirstSeal('traded');
    const [alone, cut] = await Promise.all([
      chimera(['verify', 'traded'], { dataDir }),
      chimera(['verify', 'traded', '--against', file], { dataDir }),
    ]);
    expect(alone).toMatchObject({ code: 0 });
    expect(cut).toMatchObject({ code: 4, stdout: '' });
    expect(cut.stderr).toMatch(
      /^chimera: traded: anchor: the head that was kept, after input \d+ [^\n]+ cut or rewritten\n$/,
    );
  });
});

/** Cuts a session behind its first seal and forges the manifest to fit. */
function cutAtFirstSeal(name: string): void {
  const segment = sessions(name, '000001.journal');
  const bytes = readFileSync(segment);
  let at = 64;
  let lastUs = 0;
  for (; bytes[at + 8] !== 66; at += bytes.readUInt32LE(at)) lastUs = bytes.readDoubleLE(at + 24);
  truncateSync(segment, at + 64);
  const file = sessions(name, 'manifest.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as object;
  const chainHead = bytes.subarray(at + 32, at + 64).toString('hex');
  writeFileSync(file, JSON.stringify({ ...manifest, inputs: bytes.readDoubleLE(at + 16), lastUs, chainHead }));
}
