/** The journal's cost beside what a bare file, SQLite and a logger take for the same records, on the same disk. */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pino } from 'pino';
import { InputEncoder } from '../../engine/domain/index.ts';
import { JournalWriter } from '../../logs/index.ts';
import type { BenchRow } from './row.ts';

const ROUNDS = 7;
const RECORD_BYTES = 64;
/** Records that become durable together. */
const GROUP = 4096;
const GROUPS = 64;
/** Records appended in one turn of the loop. */
const SLICE = 512;
const LATENCY_MS = 1500;
const START_US = 1_700_000_000_000_000;

type Measure = (directory: string) => number | Promise<number>;

/** One 64-byte trade, stamped anew for every append as the sequencer does it. */
function stampedTrade(): { next(): Uint8Array } {
  const encoder = new InputEncoder();
  encoder.trade(0, START_US, 4_000_000, 17, 1, false);
  const bytes = encoder.bytes();
  let seq = 0;
  return {
    next() {
      seq++;
      encoder.stamp(seq, START_US + seq);
      return bytes;
    },
  };
}

/** Records per second of `groups` times `group`, timed as a whole. */
function perSecond(groups: number, run: (group: number) => void): number {
  const start = performance.now();
  for (let i = 0; i < groups; i++) run(i);
  return (groups * GROUP * 1000) / (performance.now() - start);
}

/** A journal with group commit, and a way to wait until a sequence is on the disk. */
class Grouped {
  readonly writer: JournalWriter;
  /** Told of every acknowledgement. */
  onDurable: (seq: number) => void = () => {};
  #durable = 0;
  #wake = (): void => {};

  constructor(directory: string) {
    const group = {
      onDurable: (seq: number) => {
        this.#durable = seq;
        this.onDurable(seq);
        this.#wake();
      },
      onFailure: (error: Error) => {
        throw error;
      },
    };
    this.writer = JournalWriter.create({ directory, group });
  }

  async until(seq: number): Promise<void> {
    while (this.#durable < seq)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
  }

  async close(): Promise<void> {
    await this.writer.settled();
    this.writer.close();
  }
}

/** Records per second, and nanoseconds that the thread that appends spends on each. */
async function groupedRun(directory: string): Promise<{ readonly perSecond: number; readonly enqueueNs: number }> {
  const grouped = new Grouped(join(directory, 'j'));
  const trade = stampedTrade();
  let appendingMs = 0;
  const start = performance.now();
  for (let group = 1; group <= GROUPS; group++) {
    for (let slice = 1; slice <= GROUP / SLICE; slice++) {
      const before = performance.now();
      for (let i = 0; i < SLICE; i++) grouped.writer.append(trade.next());
      if (slice === GROUP / SLICE) grouped.writer.commit('sync');
      appendingMs += performance.now() - before;
      // The loop turns, as an engine's does: what the pool has done is taken up.
      await new Promise((resolve) => setImmediate(resolve));
    }
    // The next group is made while this one is under way; each has a commit of its own.
    await grouped.until((group - 1) * GROUP);
  }
  await grouped.until(GROUPS * GROUP);
  const tookMs = performance.now() - start;
  await grouped.close();
  const records = GROUPS * GROUP;
  return { perSecond: (records * 1000) / tookMs, enqueueNs: (appendingMs * 1e6) / records };
}

const ourGroups: Measure = async (directory) => (await groupedRun(directory)).perSecond;

const rawGroups: Measure = (directory) => {
  const descriptor = openSync(join(directory, 'raw'), 'w');
  const bytes = new Uint8Array(GROUP * RECORD_BYTES).fill(7);
  const rate = perSecond(GROUPS, () => {
    writeSync(descriptor, bytes);
    fdatasyncSync(descriptor);
  });
  closeSync(descriptor);
  return rate;
};

const sqliteGroups: Measure = (directory) => {
  const database = new DatabaseSync(join(directory, 'peer.db'));
  database.exec(
    'PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE r(seq INTEGER PRIMARY KEY, bytes BLOB)',
  );
  const insert = database.prepare('INSERT INTO r VALUES (?, ?)');
  const bytes = new Uint8Array(RECORD_BYTES).fill(7);
  let seq = 0;
  const rate = perSecond(GROUPS / 8, () => {
    database.exec('BEGIN');
    for (let i = 0; i < GROUP; i++) insert.run(++seq, bytes);
    database.exec('COMMIT');
  });
  database.close();
  return rate;
};

const pinoGroups: Measure = (directory) => {
  const descriptor = openSync(join(directory, 'peer.log'), 'w');
  const destination = pino.destination({ dest: descriptor, sync: true, minLength: 16_000 });
  const log = pino({ base: null }, destination);
  let seq = 0;
  const rate = perSecond(GROUPS / 8, () => {
    for (let i = 0; i < GROUP; i++) {
      seq++;
      log.info({ seq, atUs: START_US + seq, instrument: 0, price: 4_000_000, quantity: 17, tradeId: 1, maker: false });
    }
    destination.flushSync();
    fdatasyncSync(descriptor);
  });
  destination.end();
  return rate;
};

const enqueueNs: Measure = async (directory) => (await groupedRun(directory)).enqueueNs;

interface Latency {
  readonly p50: number;
  readonly p99: number;
}

/** Milliseconds that records waited from when they were due, at a steady rate. */
class Waits {
  readonly #waitedMs: Float64Array;
  readonly #gapMs: number;
  readonly #startMs = performance.now();
  #done = 0;
  readonly total: number;

  constructor(perSecondDue: number) {
    this.total = Math.floor((perSecondDue * LATENCY_MS) / 1000);
    this.#waitedMs = new Float64Array(this.total);
    this.#gapMs = 1000 / perSecondDue;
  }

  /** How many records are due by now. */
  due(): number {
    return Math.min(this.total, Math.floor((performance.now() - this.#startMs) / this.#gapMs) + 1);
  }

  /** The first `count` records are on the disk. */
  durable(count: number): void {
    const nowMs = performance.now() - this.#startMs;
    for (; this.#done < count; this.#done++) this.#waitedMs[this.#done] = nowMs - this.#done * this.#gapMs;
  }

  result(): Latency {
    const sorted = this.#waitedMs.sort();
    return { p50: sorted[Math.floor(this.total * 0.5)]!, p99: sorted[Math.floor(this.total * 0.99)]! };
  }
}

/**
 * The engine's way: what is due is appended and committed by the pool. The loop sleeps while a commit is under way, as an
 * engine's does between its inputs; what falls due meanwhile goes with the next.
 */
async function ourLatency(directory: string, rate: number): Promise<Latency> {
  const grouped = new Grouped(join(directory, 'l'));
  const trade = stampedTrade();
  const waits = new Waits(rate);
  grouped.onDurable = (seq) => waits.durable(seq);
  for (let appended = 0; appended < waits.total; ) {
    const due = waits.due();
    if (due === appended) continue;
    for (; appended < due; appended++) grouped.writer.append(trade.next());
    grouped.writer.commit('sync');
    await grouped.until(appended);
  }
  await grouped.close();
  return waits.result();
}

/** The plain way: what is due goes to the disk, and nothing else happens meanwhile. */
function rawLatency(directory: string, rate: number): Latency {
  const descriptor = openSync(join(directory, 'raw'), 'w');
  const bytes = new Uint8Array(rate * RECORD_BYTES).fill(7);
  const waits = new Waits(rate);
  for (let written = 0; written < waits.total; ) {
    const due = waits.due();
    if (due === written) continue;
    writeSync(descriptor, bytes, 0, (due - written) * RECORD_BYTES);
    fdatasyncSync(descriptor);
    waits.durable(due);
    written = due;
  }
  closeSync(descriptor);
  return waits.result();
}

/** Runs `measure` in a folder of its own. */
async function inFolder<T>(measure: (directory: string) => T | Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'chimera-bench-'));
  try {
    return await measure(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

/** Runs the measures in turn, round after round, the first of which only warms. */
async function interleaved<T>(measures: ReadonlyArray<(directory: string) => T | Promise<T>>): Promise<T[][]> {
  const found: T[][] = measures.map(() => []);
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [i, measure] of measures.entries()) {
      const value = await inFolder(measure);
      if (round > 0) found[i]!.push(value);
    }
  }
  return found;
}

async function throughputRows(): Promise<BenchRow[]> {
  const [ours, ...peers] = await interleaved([ourGroups, rawGroups, sqliteGroups, pinoGroups]);
  const goals = [
    ['raw write + fdatasync', 0.7],
    ['SQLite, WAL, FULL', 8],
    ['pino + fdatasync', 30],
  ] as const;
  return goals.map(([peer, goal], i) => ({
    name: `journal, groups of 4,096, against ${peer} (records/s)`,
    ours: Math.round(median(ours!)),
    reference: Math.round(median(peers[i]!)),
    ratio: median(ours!.map((value, round) => value / peers[i]![round]!)),
    goal,
    rounds: ROUNDS,
    note: '64-byte trades, every group durable; ratio is the median of the rounds',
  }));
}

async function enqueueRow(): Promise<BenchRow> {
  const [ns] = await interleaved([enqueueNs]);
  return {
    name: 'journal, enqueue (ns a record)',
    ours: Math.round(median(ns!)),
    reference: 500,
    ratio: 500 / median(ns!),
    goal: 1,
    rounds: ROUNDS,
    note: '64-byte trades; wall time of the thread that appends, crc, hash and hand-over to the pool included; ratio is 500 ns over ours',
  };
}

async function latencyRows(rate: number): Promise<BenchRow[]> {
  const [ours, raw] = await interleaved<Latency>([(d) => ourLatency(d, rate), (d) => rawLatency(d, rate)]);
  const row = (of: keyof Latency, most: number): BenchRow => ({
    name: `journal, acknowledgement ${of} at ${rate.toLocaleString('en-GB')}/s (µs)`,
    ours: Math.round(median(ours!.map((each) => each[of])) * 1000),
    reference: Math.round(median(raw!.map((each) => each[of])) * 1000),
    ratio: median(ours!.map((each, round) => raw![round]![of] / each[of])),
    goal: 1 / most,
    rounds: ROUNDS,
    note: `reference: blocking write + fdatasync of what is due; ratio is reference over ours, so ours may be ${most} times it`,
  });
  return [row('p50', 1.5), row('p99', 2)];
}

/** Lines 7 and 8 of the speed goals. */
export async function benchJournal(): Promise<BenchRow[]> {
  return [
    ...(await throughputRows()),
    await enqueueRow(),
    ...(await latencyRows(5000)),
    ...(await latencyRows(50_000)),
  ];
}
