/** From the wire to the engine: the frame scanner beside JSON.parse, and a recorded market over a real loopback socket. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parseGrid, parseOnGrid } from '../../engine/domain/index.ts';
import { FrameScanner } from '../../src/venues/binance/frame-scanner.ts';
import { WireEvent } from '../../src/venues/wire-event.ts';
import { LINEAR } from '../unit/venues/venue-instruments.ts';
import type { BenchRow } from './row.ts';
import { type Applied, applyOverLoopback, type Recorded, readOverLoopback } from './wire-loopback.ts';

const RECORDING = 'b_orderbook/binance_raw_frames/usdm_btcusdt_20240808.jsonl.gz';
const MEASURE_MS = 1_500;
const LEVELS = 100;
const tick = parseGrid(LINEAR.spec.tickSize)!;
const lot = parseGrid(LINEAR.spec.lotSize)!;

function recorded(folder: string): Recorded {
  const lines = gunzipSync(readFileSync(join(folder, RECORDING)))
    .toString()
    .trim()
    .split('\n');
  const texts = lines.map((line) => line.slice(line.indexOf(' ') + 1));
  const book = texts.find((text) => text.startsWith('{"last'))!;
  // The recording has single trades, a feed asks for aggregated ones; and depth in its own rhythm.
  const frames = texts
    .filter((text) => text !== book)
    .map((text) => Buffer.from(aggregated(text).replace('@depth@0ms', '@depth@100ms')));
  return { frames, book };
}

function aggregated(text: string): string {
  if (!text.includes('@trade')) return text;
  const { E, T, s, t, p, q, m } = JSON.parse(text).data;
  const data = { e: 'aggTrade', E, a: t, s, p, q, f: t * 2, l: t * 2, T, m };
  return JSON.stringify({ stream: 'btcusdt@aggTrade', data });
}

/** The frame with so many levels in all. */
function deepened(frame: Buffer): Buffer {
  const parsed = JSON.parse(frame.toString());
  const levels = [...parsed.data.b, ...parsed.data.a];
  const all = Array.from({ length: LEVELS }, (_, i) => levels[i % levels.length] ?? ['61800.20', '1.234']);
  parsed.data.b = all.slice(0, LEVELS / 2);
  parsed.data.a = all.slice(LEVELS / 2);
  return Buffer.from(JSON.stringify(parsed));
}

/** Keeps what is read from being thought away. */
export let kept = 0;
/** Reads a frame as one does without thinking, and brings its numbers onto the grids. */
const BY_JSON = {
  aggTrade: (bytes: Buffer) => {
    const { data } = JSON.parse(bytes.toString());
    kept += parseOnGrid(data.p, tick)! + parseOnGrid(data.q, lot)!;
  },
  bookTicker: (bytes: Buffer) => {
    const { data } = JSON.parse(bytes.toString());
    kept += parseOnGrid(data.b, tick)! + parseOnGrid(data.B, lot)! + parseOnGrid(data.a, tick)!;
    kept += parseOnGrid(data.A, lot)!;
  },
  depth: (bytes: Buffer) => {
    const { data } = JSON.parse(bytes.toString());
    for (const side of [data.b, data.a])
      for (const [p, q] of side) kept += parseOnGrid(p, tick)! + parseOnGrid(q, lot)!;
  },
} as const;

/** Nanoseconds a frame, the best of the rounds of a second: long enough for the compiler on a busy machine. */
function fastest(frames: readonly Buffer[], way: (bytes: Buffer) => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (const endMs = performance.now() + MEASURE_MS; performance.now() < endMs; ) {
    const start = process.hrtime.bigint();
    for (const frame of frames) way(frame);
    best = Math.min(best, Number(process.hrtime.bigint() - start) / frames.length);
  }
  return best;
}

function scannerRows({ frames }: Recorded): BenchRow[] {
  const scanner = new FrameScanner([LINEAR]);
  const event = new WireEvent();
  const scan = (bytes: Buffer): void => {
    if (!scanner.scan(bytes, event)) throw new Error(`the scanner leaves ${bytes}`);
  };
  const of = (name: string): Buffer[] => frames.filter((frame) => frame.includes(name));
  const kinds = [
    ['aggTrade', of('@aggTrade').slice(0, 2_000), 5],
    ['bookTicker', of('@bookTicker').slice(0, 2_000), 5],
    ['depth', of('@depth').slice(0, 200).map(deepened), 4.5],
  ] as const;
  return kinds.map(([kind, some, goal]) => {
    const ours = fastest(some, scan);
    const byJson = fastest(some, BY_JSON[kind]);
    const bare = fastest(some, (bytes) => void JSON.parse(bytes.toString()));
    return {
      name: `frame scanner, ${kind === 'depth' ? `depth of ${LEVELS} levels` : kind} (ns)`,
      ours: Math.round(ours),
      reference: Math.round(byJson),
      ratio: byJson / ours,
      goal,
      rounds: some.length,
      note: `reference: JSON.parse and parseOnGrid; JSON.parse alone ${Math.round(bare)} ns, ×${(bare / ours).toFixed(2)}`,
    };
  });
}

const quantile = (values: Float64Array, share: number): number =>
  values.slice().sort()[Math.min(values.length - 1, Math.floor(values.length * share))]!;
const round = (value: number, digits = 1): number => Number(value.toFixed(digits));

function atMost(name: string, ours: number, limit: number, rounds: number, note: string): BenchRow {
  return { name, ours: round(ours), reference: limit, ratio: limit / ours, goal: 1, rounds, note };
}

/** What the disk and the machine do beside it is in the figures, for the engine's thread has it too. */
function noteOf({ workUs, lagMs, inputs, status }: Applied): string {
  const lags = `from the other thread's send p50 ${round(quantile(lagMs, 0.5))} ms, p99 ${round(quantile(lagMs, 0.99))} ms`;
  return `longest ${round(quantile(workUs, 1) / 1000)} ms; ${lags}; ${inputs} inputs, ${status.gaps} gaps, ${status.unreadable} unreadable`;
}

async function appliedRows(market: Recorded): Promise<BenchRow[]> {
  const slow = await applyOverLoopback(market, { rate: 2_000, count: 20_000 });
  const fast = await applyOverLoopback(market, { rate: 20_000, count: market.frames.length });
  const fifth = Math.floor(fast.lagMs.length / 5);
  const early = quantile(fast.lagMs.slice(fifth, 2 * fifth), 0.5);
  const late = quantile(fast.lagMs.slice(-fifth), 0.5);
  const note = noteOf(slow);
  return [
    atMost('frame received → input applied, 2,000 frames/s, p50 (µs)', quantile(slow.workUs, 0.5), 50, 20_000, note),
    atMost('frame received → input applied, 2,000 frames/s, p99 (µs)', quantile(slow.workUs, 0.99), 500, 20_000, note),
    atMost(
      'lag of the last fifth at 20,000 frames/s, p50 (ms)',
      late,
      100,
      fast.lagMs.length,
      `of the second fifth ${round(early)} ms; work p50 ${round(quantile(fast.workUs, 0.5))} µs, p99 ${round(quantile(fast.workUs, 0.99))} µs; ${noteOf(fast)}`,
    ),
  ];
}

async function ingressRow({ frames }: Recorded): Promise<BenchRow> {
  const scanner = new FrameScanner([LINEAR]);
  const event = new WireEvent();
  const count = 200_000;
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let i = 0; i < 3; i++) {
    ours.push(await readOverLoopback(frames, count, (bytes) => void scanner.scan(bytes, event)));
    theirs.push(
      await readOverLoopback(
        frames,
        count,
        (bytes) => void JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()),
      ),
    );
  }
  const [scanned, parsed] = [Math.min(...ours), Math.min(...theirs)];
  return {
    name: 'live ingress over ws, loopback (frames/s of a core)',
    ours: Math.round(1e9 / scanned),
    reference: Math.round(1e9 / parsed),
    ratio: parsed / scanned,
    goal: 2.5,
    rounds: ours.length,
    note: `ws and scanner, against ws and JSON.parse; CPU of the thread that reads, ${count} recorded frames`,
  };
}

export async function benchWire(folder: string): Promise<BenchRow[]> {
  const market = recorded(folder);
  return [...scannerRows(market), ...(await appliedRows(market)), await ingressRow(market)];
}
