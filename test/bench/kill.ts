/** Kill by key while the market runs at 10,000 inputs a second and nobody reads the terminal: the real binary in a pty. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { livelyAt } from '../e2e/chimera.ts';
import { killInState } from '../e2e/kill-matrix.ts';
import type { BenchRow } from './row.ts';

const KILLS = 100;
/** Asked of the synthetic venue, which gives about four fifths of it as inputs. */
const EVENTS_PER_SECOND = 13_000;
/** From PERFORMANCE.md, line 14. */
const LIMIT_MS = 100;

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

function row(name: string, values: readonly number[], note: string): BenchRow {
  const sorted = [...values].sort((a, b) => a - b);
  const p99 = percentile(sorted, 0.99);
  return {
    name,
    ours: Math.round(p99 * 100) / 100,
    reference: LIMIT_MS,
    ratio: LIMIT_MS / p99,
    goal: 1,
    rounds: values.length,
    note: `p50 ${percentile(sorted, 0.5).toFixed(1)} ms, longest ${sorted.at(-1)?.toFixed(1)} ms; ${note}`,
  };
}

/** Milliseconds from the key's byte in the pty, p99, against the 100 ms after which no entry may leave. */
export async function benchKill(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'chimera-bench-kill-'));
  try {
    const figures = await killInState('stalled', new Array<'key'>(KILLS).fill('key'), {
      folder,
      market: livelyAt(EVENTS_PER_SECOND, '3m'),
      openWithinMs: 100,
    });
    const cancels = figures.flatMap(({ cancelMs }) => (cancelMs === undefined ? [] : [cancelMs]));
    const leftAfterKey = figures.filter((each) => each.lastEntryMs > 0).length;
    const leftAfterKill = figures.reduce((sum, each) => sum + each.entriesAfter, 0);
    return [
      row(
        'kill key → no entry leaves any more, 10k inputs/s, terminal unread (p99 ms)',
        figures.map((each) => each.journaledMs),
        `entries that left after the key: ${leftAfterKey}, after the kill was journaled: ${leftAfterKill}`,
      ),
      row(
        'kill key → first cancel, same run (p99 ms)',
        cancels,
        `kills that found an entry at work: ${cancels.length}`,
      ),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
