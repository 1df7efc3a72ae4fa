/** The console at 100 updates a second on 120×40: bytes, processor, and from a key to its effect in the real binary. */
import { fork } from 'node:child_process';
import { rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { livelyAt } from '../e2e/chimera.ts';
import { PINNED_NODE, startConsole } from '../e2e/terminal.ts';
import { handDiffBytes } from './hand-diff.ts';
import type { BenchRow } from './row.ts';
import type { ScreenRun } from './screen-child.tsx';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FOLDER = `${ROOT}dist/bench`;
const SIZE = { columns: 120, rows: 40 };
const SECONDS = 10;
const KEYS = 120;
const STARTS = 5;
/** Asked of the synthetic venue, which gives about four fifths of it as inputs. */
const EVENTS_PER_SECOND = 13_000;
/** From the issue, and PERFORMANCE.md, line 11. */
const MOST_CPU = 0.15;
const MOST_FIRST_FRAME_MS = 400;

/** Node reads no JSX. */
async function bundled(): Promise<string> {
  const bundle = await rolldown({
    cwd: ROOT,
    input: { child: 'test/bench/screen-child.tsx' },
    platform: 'node',
    external: [/^blessed/, 'react-devtools-core', 'ccxt'],
    transform: { define: { 'process.env.NODE_ENV': '"production"' } },
  });
  await bundle.write({ dir: FOLDER, format: 'esm', entryFileNames: '[name].js' });
  await bundle.close();
  return `${FOLDER}/child.js`;
}

function run(child: string, way: 'cells' | 'incremental'): Promise<ScreenRun> {
  return new Promise((resolve, reject) => {
    const process_ = fork(child, [way, String(SECONDS)], {
      execPath: PINNED_NODE,
      env: { ...process.env, NODE_ENV: 'production', CI: 'false' },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    process_.once('message', (message: ScreenRun) => resolve(message));
    process_.once('exit', (code) => reject(new Error(`the console of the benchmark ended with ${code}`)));
  });
}

const bytesOf = ({ writes }: ScreenRun): number => writes.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
const kilobytes = (bytes: number, { seconds }: ScreenRun): number => Math.round((bytes / seconds / 1_000) * 100) / 100;

async function bytesAndCpu(): Promise<BenchRow[]> {
  const child = await bundled();
  try {
    const cells = await run(child, 'cells');
    const incremental = await run(child, 'incremental');
    const ours = kilobytes(bytesOf(cells), cells);
    const hand = kilobytes(await handDiffBytes(cells.writes, SIZE.columns, SIZE.rows), cells);
    const inks = kilobytes(bytesOf(incremental), incremental);
    const note = `${cells.writes.length} writes in ${SECONDS} s`;
    const common = { ours, rounds: 1 };
    return [
      {
        name: 'console, kB/s against a hand-written cell diff',
        ...common,
        reference: hand,
        ratio: hand / ours,
        goal: 1 / 1.2,
        note,
      },
      {
        name: "console, kB/s against Ink's incremental way",
        ...common,
        reference: inks,
        ratio: inks / ours,
        goal: 1 / 0.3,
        note,
      },
      {
        name: 'console, share of a core (console thread and React alone)',
        ours: Math.round(cells.cpuShare * 1_000) / 1_000,
        reference: MOST_CPU,
        ratio: MOST_CPU / cells.cpuShare,
        goal: 1,
        rounds: 1,
        note: `Ink's incremental way takes ${incremental.cpuShare.toFixed(3)}`,
      },
    ];
  } finally {
    rmSync(FOLDER, { recursive: true, force: true });
  }
}

function limited(name: string, ours: number, limit: number, rounds: number, note: string): BenchRow {
  return { name, ours: Math.round(ours * 10) / 10, reference: limit, ratio: limit / ours, goal: 1, rounds, note };
}

const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.ceil(values.length * share) - 1)] ?? Number.NaN;

/** From the byte of a key in the pty to the chosen row on the screen, while the market runs fast. */
async function keyToPaint(): Promise<BenchRow[]> {
  const session = startConsole({ args: livelyAt(EVENTS_PER_SECOND, '1m'), ...SIZE });
  try {
    const chosen = (screen: string): string => /▸ (\S+\/\S+)/.exec(screen)?.[1] ?? '';
    await session.waitFor((screen) => chosen(screen) !== '' && /MANUAL/.test(screen), 60_000);
    await pause(3_000);
    const waits: number[] = [];
    for (let i = 0; i < KEYS; i++) {
      const before = chosen(session.screenText());
      const startMs = performance.now();
      session.send(i % 8 < 4 ? 'j' : 'k');
      await session.waitFor((screen) => chosen(screen) !== '' && chosen(screen) !== before);
      waits.push(performance.now() - startMs);
      await pause(220 + ((i * 37) % 100));
    }
    const note = `longest ${Math.max(...waits).toFixed(1)} ms; 10,000 inputs/s in the same process, the emulator's time included`;
    return [
      limited('key → its effect on the screen, p50 ms', quantile(waits, 0.5), 8, KEYS, note),
      limited('key → its effect on the screen, p99 ms', quantile(waits, 0.99), 30, KEYS, note),
    ];
  } finally {
    await session.dispose();
  }
}

async function firstFrame(): Promise<BenchRow> {
  const waits: number[] = [];
  for (let i = 0; i < STARTS; i++) {
    const startMs = performance.now();
    const session = startConsole(SIZE);
    await session.waitFor(/PAPER|waiting for the engine/);
    waits.push(performance.now() - startMs);
    await session.dispose();
  }
  const note = `shortest ${Math.min(...waits).toFixed(0)} ms, longest ${Math.max(...waits).toFixed(0)} ms`;
  return limited('start → first frame, median ms', quantile(waits, 0.5), MOST_FIRST_FRAME_MS, STARTS, note);
}

export async function benchScreen(): Promise<BenchRow[]> {
  return [...(await bytesAndCpu()), ...(await keyToPaint()), await firstFrame()];
}
