/** `chimera train` as it is built: an imported session, twice the same model, a file instead of the registry, Ctrl-C, refusals. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { walkedBars } from '../fixtures/training-bars.ts';
import { chimera, documentOf, MAIN, makeDataDir, removeDataDir } from './chimera.ts';
import { PINNED_NODE, startProgram } from './terminal.ts';

const BARS = 2_400;
const MINUTE_MS = 60_000;

let dataDir: string;

function writeBars(file: string, count: number): string {
  const rows = walkedBars(count, 2, 0.3).map((bar, k) => {
    const [open, high, low, close] = bar.slice(0, 4).map((ticks) => (ticks / 10).toFixed(1));
    return [1_700_000_040_000 + k * MINUTE_MS, open, high, low, close, bar[4] / 1000].join(',');
  });
  const target = path.join(dataDir, file);
  writeFileSync(target, `open_time,open,high,low,close,volume\n${rows.join('\n')}\n`);
  return target;
}

async function imported(name: string, count: number): Promise<void> {
  const file = writeBars(`BTCUSDT-1m-${name}.csv`, count);
  const { code, stderr } = await chimera(['import', file, '--out', name, '--market', 'spot'], { dataDir });
  expect([code, stderr]).toEqual([0, '']);
}

beforeAll(async () => {
  dataDir = makeDataDir();
  await imported('bars', BARS);
  await imported('few', 500);
  await imported('many', 10_000);
});
afterAll(() => removeDataDir(dataDir));

const objects = (): string[] => {
  const folder = path.join(dataDir, 'models/objects');
  return existsSync(folder) ? readdirSync(folder).sort() : [];
};

interface Told {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly state: string;
  readonly metrics: { readonly rows: number; readonly folds: readonly unknown[] };
}

/** Four trainings in one test, on a machine that may be shared. */
describe('chimera train', { timeout: 120_000 }, () => {
  it('is cancelled by Ctrl-C, and nothing is kept', async () => {
    const args = ['train', 'many', '--kind', 'patchtst', '--data-dir', dataDir];
    const child = spawn(PINNED_NODE, [MAIN, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    const training = new Promise<void>((resolve) => {
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        stderr += text;
        if (text.includes('training patchtst')) resolve();
      });
    });
    const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
    await training;
    child.kill('SIGINT');
    expect(await closed).toBe(130);
    expect(stderr).toMatch(/training patchtst: .*\d+ %, .* left/);
    expect(stderr).toMatch(/\ntraining interrupted: nothing was kept\n$/);
    expect(objects()).toEqual([]);
  });

  it('makes a challenger with its figures, and the same one again from the same bars and seed', async () => {
    const args = ['train', 'bars', '--quick', '--kind', 'leaf-trees,nhits', '--json'];
    const once = await chimera(args, { dataDir, timeoutMs: 60_000 });
    const { models } = documentOf(once) as { models: Told[] };
    expect(models.map(({ kind, name, state }) => [kind, name, state])).toEqual([
      ['leaf-trees', 'bars-leaf-trees', 'challenger'],
      ['nhits', 'bars-nhits', 'challenger'],
    ]);
    expect(models[0]!.metrics.rows).toBeGreaterThan(1_000);
    expect(models[0]!.metrics.folds).toHaveLength(2);
    for (const { id } of models) expect(objects()).toContain(`${id}.model`);
    const again = documentOf(await chimera(args, { dataDir, timeoutMs: 60_000 })) as { models: Told[] };
    expect(again.models.map(({ id }) => id)).toEqual(models.map(({ id }) => id));
    const other = await chimera([...args, '--seed', '2'], { dataDir, timeoutMs: 60_000 });
    expect((documentOf(other) as { models: Told[] }).models[0]!.id).not.toBe(models[0]!.id);
  });

  it('tells in words what came of it, against the model that serves too', async () => {
    const { code, stdout } = await chimera(['train', 'bars', '--quick', '--kind', 'leaf-trees', '--name', 'mine'], {
      dataDir,
      timeoutMs: 60_000,
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^leaf-trees: mine-leaf-trees, challenger \([0-9a-f]{12}\)\n {2}out of sample, 1,?\d{3} bars in 2 tests: /,
    );
    expect(stdout).toMatch(/\n {2}after costs: \d+ bought, \d+ sold, -?\d+ ppm a bar: /);
    expect(stdout).toMatch(/\n {2}against shipped-leaf-trees, which serves: 1,?\d{3} bars: /);
  });

  it('writes a file in the place of the registry, and never over one', async () => {
    const out = path.join(dataDir, 'mine.model');
    const args = ['train', 'bars', '--quick', '--kind', 'depth-trees', '--out', out];
    const before = objects();
    expect(await chimera(args, { dataDir, timeoutMs: 60_000 })).toMatchObject({ code: 0 });
    expect(readFileSync(out).subarray(0, 7).toString()).toBe('CHIMDL1');
    expect(JSON.parse(readFileSync(`${out}.json`, 'utf8'))).toMatchObject({ source: 'trained-here' });
    expect(objects()).toEqual(before);
    const again = await chimera(args, { dataDir });
    expect([again.code, again.stderr]).toEqual([
      2,
      `chimera: ${out} exists; nothing is overwritten, choose another --out\n`,
    ]);
  });

  it('rewrites one line on a terminal, and Ctrl-C takes it away', async () => {
    const session = startProgram([PINNED_NODE, MAIN, 'train', 'many', '--kind', 'patchtst', '--data-dir', dataDir]);
    try {
      await session.waitFor(/^training patchtst: test \d of 4, \d+ %, .* left/m);
      const before = objects();
      await session.press('Ctrl-C');
      expect(await session.waitForExit()).toBe(130);
      expect(session.screenText().trim()).toBe('training interrupted: nothing was kept');
      expect(objects()).toEqual(before);
    } finally {
      await session.dispose();
    }
  });

  it.each([
    [
      ['few'],
      3,
      /^chimera: few has 500 closed bars in 1 series, 270 to learn from, and 2000 are needed: one series of 2230/,
    ],
    [['nothing'], 3, /^chimera: there is no session nothing in/],
    [['bars', 'bars'], 2, /^chimera: a session is named twice/],
    [['bars', '--kind', 'forest'], 2, /^chimera: --kind forest: some of depth-trees, leaf-trees, nhits, patchtst/],
    [['bars', '--out', 'x'], 2, /^chimera: --out takes one model: name its --kind/],
    [['bars', '--instrument', 'ETH/USDT'], 3, /^chimera: ETH\/USDT is in none of the sessions: they have BTC\/USDT/],
    [['bars', '--interval', 'soon'], 2, /^chimera: --interval soon: not a duration such as 500ms, 20s, 5m or 2h/],
  ])('refuses %j in one line', async (args, code, line) => {
    const outcome = await chimera(['train', ...args], { dataDir });
    expect(outcome).toMatchObject({ code, stdout: '' });
    expect(outcome.stderr).toMatch(line);
    expect(outcome.stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});
