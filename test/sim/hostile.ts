/** Journals and imports made to do harm: refused in one line, in little memory and time, and never by falling over. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { rolldown } from 'rolldown';
import { RARE } from '../fixtures/hostile-session.ts';
import { type Figures, repeatWith, type SoakCheck } from '../soak/check.ts';

const NODE = resolve('node_modules/node/bin/node');
const CHILD = resolve('test/fixtures/hostile-child.ts');
export const MOST_MIB = 256;
export const MOST_MS = 5_000;

export interface HostileFigures extends Figures {
  readonly cases: number;
  readonly refused: number;
  /** Those that turned out to do no harm. */
  readonly read: number;
  readonly slowestMs: number;
  readonly slowest: string;
  readonly peakMiB: number;
}

interface Batch extends HostileFigures {
  readonly crashes: never;
}

/** Cases `from` to `from + count`, in processes of {@link RARE} cases each. Throws at the first that does harm. */
export async function hostile(
  count: number,
  from: number,
  mostMiB = MOST_MIB,
  mostMs = MOST_MS,
): Promise<HostileFigures> {
  const child = await bundled(CHILD);
  const total = { cases: 0, refused: 0, read: 0, slowestMs: 0, slowest: '', peakMiB: 0 };
  for (let first = from; first < from + count; first += RARE) {
    const batch = runBatch(child, Math.min(RARE, from + count - first), first);
    const { crashes } = batch as unknown as { readonly crashes: readonly string[] };
    const where = repeatWith('hostile', first);
    if (crashes.length > 0) throw new Error(`case ${crashes[0]}\n${where}`);
    if (batch.peakMiB > mostMiB) throw new Error(`${batch.peakMiB} MiB in cases from ${first}; ${where}`);
    if (batch.slowestMs > mostMs) throw new Error(`${batch.slowestMs} ms in case ${batch.slowest}; ${where}`);
    for (const key of ['cases', 'refused', 'read'] as const) total[key] += batch[key];
    total.peakMiB = Math.max(total.peakMiB, batch.peakMiB);
    if (batch.slowestMs > total.slowestMs) Object.assign(total, { slowestMs: batch.slowestMs, slowest: batch.slowest });
  }
  return total;
}

/** The program as it ships: Node's stripping of types alone takes 50 MiB. */
async function bundled(source: string): Promise<string> {
  const file = join(mkdtempSync(join(tmpdir(), 'chimera-bundle-')), 'child.mjs');
  const bundle = await rolldown({ input: source, platform: 'node' });
  await bundle.write({ file, format: 'esm' });
  await bundle.close();
  return file;
}

function runBatch(child: string, count: number, from: number): Batch {
  const folder = mkdtempSync(join(tmpdir(), 'chimera-hostile-'));
  try {
    run(child, 'make', folder, count, from);
    return JSON.parse(run(child, 'read', folder, count, from)) as Batch;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(child: string, mode: string, folder: string, count: number, from: number): string {
  const args = [child, mode, folder, String(count), String(from)];
  const { stdout, stderr, status, signal } = spawnSync(NODE, args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (status === 0) return stdout;
  throw new Error(`the process that should ${mode} ended with ${signal ?? status}: ${stderr.slice(-2000)}`);
}

export const hostileFiles: SoakCheck = {
  name: 'hostile',
  holds: `hostile journals and imports: at most ${MOST_MIB} MiB and ${MOST_MS / 1000} s each, none falls over`,
  unit: 'files',
  full: 10_000,
  run: (count, from) => hostile(count, from),
};
