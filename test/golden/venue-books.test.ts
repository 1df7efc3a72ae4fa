/**
 * Every raw recording through the venue's own adapter into an engine: the book equals the recorded best bid and ask at every
 * update that both tell of, and the published checkpoints.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { AT, cursorOver, type EngineConfig, InputEncoder, parseOnGrid, RECORD } from '../../engine/domain/index.ts';
import { BOOK, createEngine, createState, levelLots, levelPrice, step } from '../../engine/index.ts';
import { BinanceFeed } from '../../src/venues/binance/binance-feed.ts';
import { readInstruments } from '../../src/venues/binance/instruments.ts';
import { BINANCE_MARKETS, type BinanceVenue } from '../../src/venues/binance/market.ts';
import type { HttpReply, Network, SocketEvents } from '../../src/venues/network.ts';
import { testConfig } from '../fixtures/engine-session.ts';
import { dataFolder } from '../fixtures/recorded.ts';

const folder = dataFolder() ?? '';
const FRAMES = 'b_orderbook/binance_raw_frames';
const INFO = 'j_exchange_fixtures/exchangeInfo';

interface Recording {
  readonly name: string;
  readonly venue: BinanceVenue;
  readonly symbol: string;
  readonly info: string;
  readonly depth: number;
  readonly quotes: number;
}

/** Counts are those of the manifest; the first days' files have the book that was asked for. */
const RECORDINGS: readonly Recording[] = [
  {
    name: 'spot_btcusdt_20240808',
    venue: 'binance',
    symbol: 'BTC/USDT',
    info: 'binance_spot_exchangeInfo_2021-10-12.json.gz',
    depth: 3451 + 3044,
    quotes: 28_040 + 45_134,
  },
  {
    name: 'usdm_btcusdt_20230404',
    venue: 'binanceusdm',
    symbol: 'BTC/USDT:USDT',
    info: 'binance_usdm_exchangeInfo_2021-07-22.json.gz',
    depth: 4322 + 11_788,
    quotes: 6765 + 37_440,
  },
  {
    name: 'usdm_btcusdt_20240808',
    venue: 'binanceusdm',
    symbol: 'BTC/USDT:USDT',
    info: 'binance_usdm_exchangeInfo_2021-07-22.json.gz',
    depth: 6551,
    quotes: 66_089,
  },
  {
    name: 'cm_btcusd_perp_20240808',
    venue: 'binancecoinm',
    symbol: 'BTC/USD:BTC',
    info: 'binance_coinm_exchangeInfo_2021.json.gz',
    depth: 26_847 + 17_948,
    quotes: 19_136 + 29_219,
  },
];

type Levels = ReadonlyArray<readonly [string, string]>;
interface Checkpoints {
  readonly files: readonly string[];
  readonly dropped: number;
  readonly applied: number;
  readonly checkpoints: ReadonlyArray<{ readonly u: number; readonly bids: Levels; readonly asks: Levels }>;
}

const unpacked = (path: string): Buffer => gunzipSync(readFileSync(join(folder, path)));

/** The lines of a recording: receive time in µs, and the frame's bytes. */
function* linesOf(file: string): Generator<readonly [atUs: number, frame: Buffer]> {
  const bytes = unpacked(join(FRAMES, file));
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(10, from) < 0 ? bytes.length : bytes.indexOf(10, from);
    const space = bytes.indexOf(32, from);
    // Nanoseconds in 2024, microseconds in 2023.
    yield [Number(bytes.toString('latin1', from, from + 16)), bytes.subarray(space + 1, end)];
    from = end + 1;
  }
}

/** A connection over which a recording comes, and the answer to the one question for a book. */
class Replayed implements Network {
  nowUs = 1;
  socket: SocketEvents | undefined;
  answer: ((reply: HttpReply) => void) | undefined;
  readonly schedule = { nowUs: () => this.nowUs, after: () => () => {} };
  readonly open = (_url: string, events: SocketEvents) => {
    this.socket = events;
    return { ping: () => {}, drop: () => {} };
  };
  readonly get = (_url: string, done: (reply: HttpReply | undefined) => void) => {
    this.answer = done;
    return () => {};
  };
}

function replay(recording: Recording, files: readonly string[]) {
  const market = BINANCE_MARKETS[recording.venue];
  const instruments = readInstruments(market, unpacked(join(INFO, recording.info)).toString(), [recording.symbol]);
  const config: EngineConfig = testConfig({
    control: 'observe',
    barIntervalUs: 60_000_000,
    bookLevels: 1024,
    instruments: instruments.map(({ spec }) => spec),
  });
  const engine = createEngine(createState(config));
  const { books, instruments: prepared } = engine.state;
  const encoder = new InputEncoder();
  const network = new Replayed();
  const all = Object.values(market.routes).flatMap(({ streams }) => streams);
  const routes = [{ path: '/stream', streams: all }];
  const bases = { socketBase: 'ws://recorded', restBase: 'http://recorded' };
  const feed = new BinanceFeed({
    market,
    instruments,
    network,
    schedule: network.schedule,
    unit: () => 0,
    routes,
    ...bases,
  });
  const seen = { depth: 0, quotes: 0, trades: 0, gaps: 0, shared: 0, differ: 0, applied: 0 };
  const tops = new Map<number, readonly (readonly number[])[]>();
  let [seq, lastUs] = [0, 0];
  let quote: readonly number[] = [];
  const top = (side: number, depth: number) => [levelPrice(books, side, depth), levelLots(books, side, depth)];
  const count = (record: Uint8Array): void => {
    const view = new DataView(record.buffer, record.byteOffset);
    const type = record[AT.type];
    if (type === RECORD.trade) seen.trades++;
    else if (type === RECORD.gap) seen.gaps++;
    else if (type === RECORD.quote) {
      seen.quotes++;
      quote = [AT.quoteUpdateId, AT.bidPrice, AT.bidQuantity, AT.askPrice, AT.askQuantity].map((at) =>
        view.getFloat64(at, true),
      );
    } else if (type === RECORD.depth) seen.depth++;
    if (books.state[0] !== BOOK.synced) return;
    const last = books.lastUpdateId[0]!;
    if (type === RECORD.depth && view.getFloat64(AT.lastUpdateId, true) === last) {
      seen.applied++;
      tops.set(
        last,
        [0, 1].flatMap((side) => Array.from({ length: 10 }, (_, depth) => top(side, depth))),
      );
    }
    if (type !== RECORD.depth && type !== RECORD.quote && type !== RECORD.snapshot) return;
    if (quote[0] !== last) return;
    seen.shared++;
    if ([...top(0, 0), ...top(1, 0)].some((value, i) => value !== quote[i + 1])) seen.differ++;
  };
  feed.start({
    encoder,
    accept: () => {
      lastUs = Math.max(lastUs, network.nowUs);
      encoder.stamp(++seq, lastUs);
      const record = encoder.bytes();
      step(engine, cursorOver(record));
      count(record);
      return true;
    },
    notice: () => {},
  });
  network.socket!.opened();
  for (const file of files) {
    for (const [atUs, frame] of linesOf(file)) {
      network.nowUs = atUs;
      if (frame[2] === 0x6c) network.answer!({ status: 200, body: frame.toString(), retryAfterUs: 0 });
      else network.socket!.frame(frame);
    }
  }
  const status = feed.status();
  feed.stop();
  return { seen, tops, status, instrument: prepared[0]! };
}

if (folder === '') process.stderr.write('venue-books: skipped, the recordings are not in ../shared/data\n');

describe.skipIf(folder === '')('recorded frames through the adapter', () => {
  test.each(RECORDINGS)('$name: $depth changes, $quotes quotes', (recording) => {
    const path = join(folder, 'b_orderbook/book_checkpoints', `${recording.name}_checkpoints.json`);
    const expected: Checkpoints = JSON.parse(readFileSync(path, 'utf8'));
    const { seen, tops, status, instrument } = replay(recording, expected.files);
    const { depth, quotes } = recording;
    expect(depth).toBe(expected.applied + expected.dropped);
    expect(seen).toMatchObject({ quotes, applied: expected.applied, gaps: 0, differ: 0 });
    expect(seen.shared).toBeGreaterThan(500);
    expect(status).toMatchObject({ link: 'live', gaps: 0, duplicates: 0, unreadable: 0 });
    const { tick, lot } = instrument;
    for (const { u, bids, asks } of expected.checkpoints) {
      const wanted = [...bids, ...asks].map(([price, lots]) => [parseOnGrid(price, tick), parseOnGrid(lots, lot)]);
      expect([u, tops.get(u)]).toEqual([u, wanted]);
    }
  });
});
