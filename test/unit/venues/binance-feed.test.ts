/** The feed of Binance at the edges: what does not read, a host that takes nothing for a while, bars of before. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AT, FLAG_HISTORY, InputEncoder, NO_INSTRUMENT, RECORD } from '../../../engine/domain/index.ts';
import { BinanceFeed } from '../../../src/venues/binance/binance-feed.ts';
import { BINANCE_MARKETS } from '../../../src/venues/binance/market.ts';
import type { FeedSink } from '../../../src/venues/market-feed.ts';
import type { HttpReply, SocketEvents } from '../../../src/venues/network.ts';
import { decodeInput } from '../importers/helpers.ts';
import { LINEAR, SPOT } from './venue-instruments.ts';

const LOOK_EVERY_US = 250_000;
const NOW_US = 1_723_161_257_000_000;
const ok = (body: string): HttpReply => ({ status: 200, body, retryAfterUs: 0 });

/** A feed of spot whose connection and answers are in the test's hands. */
class Rig {
  readonly records: Uint8Array[] = [];
  readonly notices: string[] = [];
  readonly asked: Array<{ url: string; done: (reply: HttpReply | undefined) => void }> = [];
  socket!: SocketEvents;
  url = '';
  takes = true;
  planned = (): void => {};
  nowUs = NOW_US;
  readonly feed: BinanceFeed;
  readonly sink: FeedSink;

  constructor(venue: 'binance' | 'binanceusdm' = 'binance') {
    const encoder = new InputEncoder();
    this.sink = {
      encoder,
      accept: () => {
        if (this.takes) this.records.push(encoder.bytes().slice());
        return this.takes;
      },
      notice: (_, text) => this.notices.push(text),
    };
    this.feed = new BinanceFeed({
      market: BINANCE_MARKETS[venue],
      instruments: [venue === 'binance' ? SPOT : LINEAR],
      socketBase: 'ws://venue',
      restBase: 'http://venue',
      network: {
        open: (url, events) => {
          this.url ||= url;
          this.socket ??= events;
          return { ping: () => {}, drop: () => {} };
        },
        get: (url, done) => {
          this.asked.push({ url, done });
          return () => {};
        },
      },
      schedule: {
        nowUs: () => this.nowUs,
        after: (delayUs, task) => {
          if (delayUs === LOOK_EVERY_US) this.planned = task;
          return () => {};
        },
      },
      unit: () => 0,
    });
  }

  start(): this {
    this.feed.start(this.sink);
    this.socket.opened();
    return this;
  }

  say(text: string | Uint8Array): void {
    this.socket.frame(typeof text === 'string' ? Buffer.from(text) : text);
  }

  depth(first: number, last: number, bids = '["100.00","1.00000"]'): void {
    const ids = `"U":${first},"u":${last}`;
    this.say(
      `{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1723161256000,"s":"BTCUSDT",${ids},"b":[${bids}],"a":[]}}`,
    );
  }

  quote(id: number, bid: string, ask: string): void {
    this.say(
      `{"stream":"btcusdt@bookTicker","data":{"u":${id},"s":"BTCUSDT","b":"${bid}","B":"1","a":"${ask}","A":"1"}}`,
    );
  }

  book(last: number): void {
    this.asked.at(-1)!.done(ok(`{"lastUpdateId":${last},"bids":[["100.00","2"]],"asks":[["101.00","3"]]}`));
  }

  /** What was planned last, which is the feed's look at silence, happens. */
  look(): void {
    this.planned();
  }

  /** Kinds of the records so far, and the list is emptied. */
  take(): string[] {
    return this.records.splice(0).map((record) => decodeInput(record).kind);
  }
}

describe('a book', () => {
  it('is asked for once, waits for its changes, and begins with the first that spans it', () => {
    const rig = new Rig().start();
    expect(rig.url).toBe('ws://venue/stream?streams=btcusdt@trade/btcusdt@bookTicker/btcusdt@depth@100ms');
    expect(rig.asked.map(({ url }) => url)).toEqual(['http://venue/api/v3/depth?symbol=BTCUSDT&limit=1000']);
    rig.depth(90, 95);
    rig.depth(96, 102);
    rig.depth(103, 104);
    expect(rig.take()).toEqual([]);
    rig.book(100);
    expect(rig.take()).toEqual(['snapshot', 'depth', 'depth']);
    rig.depth(105, 106);
    expect(rig.take()).toEqual(['depth']);
    rig.depth(105, 106);
    expect([rig.take(), rig.feed.status().duplicates]).toEqual([[], 1]);
    // A book that has held for a while is asked for again at once.
    rig.nowUs += 2_000_000;
    rig.depth(108, 109);
    expect([rig.take(), rig.asked.length, rig.feed.status().gaps]).toEqual([['gap'], 2, 1]);
    rig.book(110);
    expect([rig.take(), rig.feed.status().resyncs]).toEqual([['snapshot'], 1]);
  });

  it('that is older than the changes which came since is not used', () => {
    const rig = new Rig().start();
    rig.depth(103, 104);
    rig.book(100);
    expect(rig.take()).toEqual([]);
  });

  it('is broken by a quote of the same update that says otherwise, and by one that is crossed', () => {
    const rig = new Rig().start();
    rig.book(100);
    rig.quote(100, '100.00', '101.00');
    // The size at the best price is another one.
    expect(rig.take()).toEqual(['snapshot', 'gap']);
    rig.quote(101, '103.00', '102.00');
    expect(rig.take()).toEqual(['gap']);
  });
});

it('that has only just come does not stand still for want of a change since', () => {
  const rig = new Rig().start();
  rig.quote(99, '100.00', '101.00');
  rig.book(100);
  rig.take();
  rig.look();
  expect(rig.take()).toEqual([]);
  rig.nowUs += 4_900_000;
  rig.quote(101, '100.00', '101.00');
  rig.look();
  expect(rig.take()).toEqual(['quote']);
  rig.nowUs += 200_000;
  rig.quote(102, '100.00', '101.00');
  rig.look();
  expect(rig.take()).toEqual(['quote', 'gap']);
});

describe('what does not read', () => {
  it.each([
    ['no JSON', '{"stream":"btcusdt@trade","data":{'],
    ['no text', Uint8Array.of(0xff, 0xfe, 0x7d)],
    ['nothing', ''],
    ['a symbol of nobody', '{"stream":"x@bookTicker","data":{"u":1,"s":"X","b":"1","B":"1","a":"2","A":"1"}}'],
    ['a book that nobody asked for', '{"lastUpdateId":5,"bids":[],"asks":[]}'],
    [
      'ids of futures',
      '{"stream":"btcusdt@depth","data":{"e":"depthUpdate","E":1723161256000,"s":"BTCUSDT","U":1,"u":2,"pu":0,"b":[],"a":[]}}',
    ],
  ])('%s: left out', (_, frame) => {
    const rig = new Rig().start();
    rig.say(frame);
    expect(rig.take()).toEqual([]);
  });

  it('is a gap where it is of one of the instruments, once until something is known again', () => {
    const rig = new Rig().start();
    rig.book(100);
    rig.take();
    for (let i = 0; i < 3; i++) rig.quote(101 + i, '100.001', '101.00');
    expect([rig.take(), rig.feed.status().unreadable]).toEqual([['gap'], 3]);
    expect(rig.notices).toEqual([
      expect.stringMatching(/^Binance spot: a message does not read: price 100\.001 is off the tick/),
    ]);
  });

  it('is told without control characters, and not with every message', () => {
    const rig = new Rig().start();
    for (let i = 0; i < 5; i++) rig.say(`{"e":"\\u001b[31m\\u0007${i}"}`);
    expect(rig.feed.status().unreadable).toBe(5);
    expect(rig.notices.length).toBe(1);
    for (const notice of rig.notices) for (const char of notice) expect(char >= ' ').toBe(true);
  });

  it('throws nothing, whatever comes', () => {
    const rig = new Rig().start();
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.json(), fc.string()), (frame) => rig.say(frame)),
      { numRuns: 1_000 },
    );
    fc.assert(
      fc.property(fc.json(), (body) => new Rig().start().asked[0]!.done(ok(body))),
      { numRuns: 200 },
    );
  });
});

it('offers nothing while the host takes nothing, and asks for the books when it does again', () => {
  const rig = new Rig().start();
  rig.book(100);
  rig.take();
  rig.nowUs += 2_000_000;
  rig.takes = false;
  rig.depth(101, 102);
  rig.takes = true;
  rig.quote(103, '100.00', '101.00');
  rig.depth(103, 104);
  expect(rig.take()).toEqual([]);
  rig.feed.resync();
  expect(rig.asked.length).toBe(2);
  rig.depth(105, 106);
  rig.quote(107, '100.00', '101.00');
  rig.book(104);
  expect(rig.take()).toEqual(['quote', 'snapshot', 'depth']);
});

it('opens a second connection when the venue says that it will end the first', () => {
  const rig = new Rig().start();
  rig.say('{"e":"serverShutdown","E":1723161256000}');
  expect(rig.feed.status().connects).toBe(2);
});

it('tells a lost connection as a gap over all instruments', () => {
  const rig = new Rig().start();
  rig.socket.closed('\u001b[2Jreset');
  const [gap] = rig.records;
  expect(new DataView(gap!.buffer).getUint16(AT.instrument, true)).toBe(NO_INSTRUMENT);
  expect([decodeInput(gap!).kind, rig.feed.status().link]).toEqual(['gap', 'down']);
  expect(rig.notices).toEqual([
    expect.stringMatching(/^Binance spot: connection lost, trying again: [^\p{Cc}]*reset$/u),
  ]);
});

describe('bars of before', () => {
  const MINUTE_MS = 60_000;
  const endMs = Math.floor(NOW_US / 1000 / MINUTE_MS) * MINUTE_MS;
  const kline = (openMs: number, open = '100.0'): unknown[] => [
    openMs,
    open,
    '102.0',
    '99.0',
    '101.0',
    '7.500',
    openMs + 1,
    '0',
    12,
    '0',
    '0',
    '0',
  ];
  const asked = async (rig: Rig, answers: ReadonlyArray<HttpReply | undefined>): Promise<void> => {
    for (const answer of answers) {
      while (rig.asked.length === 0) await new Promise((resolve) => void setImmediate(resolve));
      rig.asked.pop()!.done(answer);
    }
  };

  it('are those that are closed, oldest first, marked as history', async () => {
    const rig = new Rig('binanceusdm');
    const bars = rig.feed.warmUp(rig.sink, MINUTE_MS * 1000, 2);
    expect(rig.asked[0]!.url).toBe(
      `http://venue/fapi/v1/klines?symbol=BTCUSDT&interval=1m&startTime=${endMs - 2 * MINUTE_MS}&limit=2`,
    );
    await asked(rig, [ok(JSON.stringify([kline(endMs - 2 * MINUTE_MS), kline(endMs - MINUTE_MS), kline(endMs)]))]);
    await bars;
    expect(rig.records.map((record) => [record[AT.type], record[AT.flags]])).toEqual([
      [RECORD.bar, FLAG_HISTORY],
      [RECORD.bar, FLAG_HISTORY],
    ]);
    expect(decodeInput(rig.records[0]!).values).toMatchObject({
      open: 1000,
      high: 1020,
      low: 990,
      close: 1010,
      volume: 7500,
    });
  });

  it.each([
    ['no klines', '{}', /do not read: not in the form/],
    ['klines out of order', JSON.stringify([kline(endMs - MINUTE_MS), kline(endMs - 2 * MINUTE_MS)]), /order of time/],
    ['a price off the tick', JSON.stringify([kline(endMs - MINUTE_MS, '100.01')]), /off the tick/],
  ])('%s are refused with a line', async (_, body, why) => {
    const rig = new Rig('binanceusdm');
    const bars = rig.feed.warmUp(rig.sink, MINUTE_MS * 1000, 2);
    await asked(rig, [ok(body)]);
    await expect(bars).rejects.toThrow(why);
    expect(rig.records).toEqual([]);
  });

  it('there are none of an interval that the venue does not keep', async () => {
    const rig = new Rig();
    await rig.feed.warmUp(rig.sink, 250_000, 10);
    expect([rig.asked.length, rig.notices]).toEqual([0, [expect.stringMatching(/keeps no bars of 0.25 s/)]]);
  });
});
