/** Sessions as they lie on disk: an import that died or is at work, and what listing and removing make of each. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chimera, documentOf, MAIN, makeDataDir, removeDataDir } from './chimera.ts';
import { PINNED_NODE } from './terminal.ts';

let dataDir: string;
let trades: string;

beforeAll(() => {
  dataDir = makeDataDir();
  trades = path.join(dataDir, 'trades.csv');
  const lines = Array.from({ length: 120_000 }, (_, i) => {
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
    expect(documentOf(again)).toMatchObject({ inputs: 120_000 });
    expect(readdirSync(sessions())).toEqual(['traded']);
    expect(await chimera(['verify', 'traded'], { dataDir })).toMatchObject({ code: 0 });
  }, 30_000);
});
