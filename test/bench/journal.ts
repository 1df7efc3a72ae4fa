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
const LATENCY_MS = 1500;
const START_US = 1_700_000_000_000_000;

type Measure = (directory: string) => number;

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

const ourGroups: Measure = (directory) => {
  const writer = JournalWriter.create({ directory: join(directory, 'j') });
  const trade = stampedTrade();
  const rate = perSecond(GROUPS, () => {
    for (let i = 0; i < GROUP; i++) writer.append(trade.next());
    writer.sync();
  });
  writer.close();
  return rate;
};

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

/** Nanoseconds of one append, the writes to the file and the hashes included, without waiting for the disk. */
const enqueueNs: Measure = (directory) => {
  const writer = JournalWriter.create({ directory: join(directory, 'e') });
  const trade = stampedTrade();
  const ns =
    1e9 /
    perSecond(GROUPS, () => {
      for (let i = 0; i < GROUP; i++) writer.append(trade.next());
    });
  writer.close();
  return ns;
};

interface Latency {
  readonly p50: number;
  readonly p99: number;
}

/** Milliseconds from when a record was due to when it was durable; all that are due go to the disk together. */
function latencies(perSecondDue: number, take: (count: number) => void): Latency {
  const total = Math.floor((perSecondDue * LATENCY_MS) / 1000);
  const waited = new Float64Array(total);
  const gapMs = 1000 / perSecondDue;
  const start = performance.now();
  for (let done = 0; done < total; ) {
    const due = Math.min(total, Math.floor((performance.now() - start) / gapMs) + 1);
    if (due <= done) continue;
    take(due - done);
    const now = performance.now() - start;
    for (; done < due; done++) waited[done] = now - done * gapMs;
  }
  waited.sort();
  return { p50: waited[Math.floor(total * 0.5)]!, p99: waited[Math.floor(total * 0.99)]! };
}

function ourLatency(directory: string, rate: number): Latency {
  const writer = JournalWriter.create({ directory: join(directory, 'l') });
  const trade = stampedTrade();
  const result = latencies(rate, (count) => {
    for (let i = 0; i < count; i++) writer.append(trade.next());
    writer.sync();
  });
  writer.close();
  return result;
}

function rawLatency(directory: string, rate: number): Latency {
  const descriptor = openSync(join(directory, 'raw'), 'w');
  const bytes = new Uint8Array(rate * RECORD_BYTES).fill(7);
  const result = latencies(rate, (count) => {
    writeSync(descriptor, bytes, 0, count * RECORD_BYTES);
    fdatasyncSync(descriptor);
  });
  closeSync(descriptor);
  return result;
}

/** Runs `measure` in a folder of its own. */
function inFolder<T>(measure: (directory: string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), 'chimera-bench-'));
  try {
    return measure(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

/** Runs the measures in turn, round after round, the first of which only warms. */
function interleaved<T>(measures: ReadonlyArray<(directory: string) => T>): T[][] {
  const found: T[][] = measures.map(() => []);
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [i, measure] of measures.entries()) {
      const value = inFolder(measure);
      if (round > 0) found[i]!.push(value);
    }
  }
  return found;
}

function throughputRows(): BenchRow[] {
  const [ours, ...peers] = interleaved([ourGroups, rawGroups, sqliteGroups, pinoGroups]);
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

function enqueueRow(): BenchRow {
  const [ns] = interleaved([enqueueNs]);
  return {
    name: 'journal, enqueue (ns a record)',
    ours: Math.round(median(ns!)),
    reference: 500,
    ratio: 500 / median(ns!),
    goal: 1,
    rounds: ROUNDS,
    note: '64-byte trades; crc, hash and writes to the page cache included, no fdatasync; ratio is 500 ns over ours',
  };
}

function latencyRows(rate: number): BenchRow[] {
  const [ours, raw] = interleaved<Latency>([(d) => ourLatency(d, rate), (d) => rawLatency(d, rate)]);
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
export function benchJournal(): BenchRow[] {
  return [...throughputRows(), enqueueRow(), ...latencyRows(5000), ...latencyRows(50_000)];
}
