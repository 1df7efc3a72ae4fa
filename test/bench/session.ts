/** A recorded session of ten million inputs: replay with everything on, steps back, seeks, and what snapshots and hashes cost. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_TIME_TRAVEL, TimeTravel } from '../../engine/index.ts';
import { loadSession } from '../../logs/index.ts';
import { ZSTD_PACKER } from '../../src/host/event-packer.ts';
import { foldJournal } from '../../src/host/journal-fold.ts';
import { LongMarket, type LongSession, writeLongSession } from '../fixtures/long-session.ts';
import type { BenchRow } from './row.ts';

const INPUTS = 10_000_000;
const ROUNDS = 5;
const JUMPS = 500;
const CHECKPOINT_EVERY = 20_000;
/** Quote and trade inputs per second and core. */
const REPLAY_GOAL = 8_000_000;
const SEEK_MS = 250;
const STEP_MS = 50;
const MOST_SHARE = 0.05;

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);
const quantile = (values: readonly number[], share: number): number =>
  sorted(values)[Math.min(values.length - 1, Math.floor(values.length * share))]!;
const round = (value: number, digits: number): number => Number(value.toFixed(digits));

function timed(run: () => void): number {
  const startMs = performance.now();
  run();
  return performance.now() - startMs;
}

/** CRC or seals, chain, order and shape of every record, outputs and checkpoints compared, state hashed. */
function replay({ directory, config, stateHash }: LongSession): {
  readonly row: BenchRow;
  readonly nsPerInput: number;
} {
  const rates: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    const before = process.cpuUsage();
    const result = foldJournal(directory, { config, recorded: true });
    const { user, system } = process.cpuUsage(before);
    if (result.mismatch !== undefined || result.stateHash !== stateHash) throw new Error(`replay: ${result.mismatch}`);
    rates.push((result.inputs / (user + system)) * 1e6);
  }
  const ours = Math.round(quantile(rates, 0.5));
  const row: BenchRow = {
    name: 'journal replay, everything on (inputs/s of a core)',
    ours,
    reference: REPLAY_GOAL,
    ratio: ours / REPLAY_GOAL,
    goal: 1,
    rounds: ROUNDS,
    note: `${INPUTS} trades and quotes, ${Math.round(Math.min(...rates)).toLocaleString('en-GB')} to ${Math.round(Math.max(...rates)).toLocaleString('en-GB')}; the prototype's C loop, quoted, not run: 40,000,000`,
  };
  return { row, nsPerInput: 1e9 / ours };
}

/** Most that a share of replay may be, and what it is. */
function share(name: string, ns: number, every: number, nsPerInput: number): BenchRow {
  const ours = ns / every / nsPerInput;
  return {
    name,
    ours: round(ours * 100, 2),
    reference: MOST_SHARE * 100,
    ratio: MOST_SHARE / ours,
    goal: 1,
    rounds: ROUNDS,
    note: `${round(ns / 1000, 1)} µs every ${every} inputs at ${round(nsPerInput, 0)} ns each`,
  };
}

function atMost(name: string, ours: number, most: number, note: string): BenchRow {
  return { name, ours: round(ours, 3), reference: round(most, 3), ratio: most / ours, goal: 1, rounds: JUMPS, note };
}

/** Nanoseconds of one call, the best of some rounds of many. */
function costNs(run: () => void): number {
  const perRound = Array.from({ length: ROUNDS }, () =>
    timed(() => {
      for (let i = 0; i < 200; i++) run();
    }),
  );
  return (quantile(perRound, 0.5) / 200) * 1e6;
}

function travel({ directory, config }: LongSession, nsPerInput: number): BenchRow[] {
  const { source } = loadSession(directory);
  const travel = new TimeTravel(source, config, { ...DEFAULT_TIME_TRAVEL, packer: ZSTD_PACKER });
  while (travel.index(100_000));
  const market = new LongMarket(7);
  // Any generator of places does, as long as it is the same each time.
  const place = (): number => {
    const view = new DataView(market.next().slice().buffer);
    return 1 + Math.floor((view.getFloat64(24, true) * 7_919) % (INPUTS - 2));
  };
  const seeks = Array.from({ length: JUMPS }, () => timed(() => travel.seek(place())));
  const steps = Array.from({ length: JUMPS }, () => {
    travel.seek(place());
    return timed(() => travel.seek(travel.cursor - 1));
  });
  const { arena } = travel.state;
  const copy = new Uint8Array(arena.byteLength);
  arena.save(copy);
  const restoreMs = costNs(() => arena.load(copy)) / 1e6;
  const interval = travel.snapshotEvery;
  const bound = 2 * (restoreMs + (interval * nsPerInput) / 1e6);
  return [
    atMost(
      'step back, p99 (ms)',
      quantile(steps, 0.99),
      bound,
      `bound: twice restore and ${interval} inputs; p50 ${round(quantile(steps, 0.5), 3)} ms`,
    ),
    atMost('step back in 10M inputs, p99 (ms)', quantile(steps, 0.99), STEP_MS, 'after a jump to anywhere'),
    atMost('seek in 10M inputs, p99 (ms)', quantile(seeks, 0.99), SEEK_MS, `p50 ${round(quantile(seeks, 0.5), 2)} ms`),
    share(
      'snapshots, share of replay (%)',
      costNs(() => arena.save(copy)),
      interval,
      nsPerInput,
    ),
    share(
      'state hash, share of replay (%)',
      costNs(() => arena.hash()),
      CHECKPOINT_EVERY,
      nsPerInput,
    ),
  ];
}

export function benchSession(): BenchRow[] {
  const root = mkdtempSync(join(tmpdir(), 'chimera-bench-'));
  try {
    const session = writeLongSession(root, 'long', { inputs: INPUTS, checkpointEvery: CHECKPOINT_EVERY });
    const { row, nsPerInput } = replay(session);
    return [row, ...travel(session, nsPerInput)];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
