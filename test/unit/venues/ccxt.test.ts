/** Venues through ccxt, with an exchange of the test's own: books as changes, trades once, failures with pauses. */
import { describe, expect, it } from 'vitest';
import { AT, InputEncoder } from '../../../engine/domain/index.ts';
import type { CcxtExchange } from '../../../src/venues/ccxt/exchange.ts';
import { instrumentsOf } from '../../../src/venues/ccxt/instruments.ts';
import { openCcxt } from '../../../src/venues/ccxt/open-ccxt.ts';
import type { MarketFeed } from '../../../src/venues/market-feed.ts';
import { VirtualTime } from '../../sim/world/virtual-time.ts';
import { decodeInput } from '../importers/helpers.ts';

const START_US = 1_723_161_257_000_000;
const SECOND_US = 1_000_000;

const MARKET = {
  id: 'BTC-USDT',
  symbol: 'BTC/USDT',
  base: 'BTC',
  quote: 'USDT',
  spot: true,
  linear: null,
  inverse: null,
  active: true,
  contractSize: null,
  precision: { amount: 0.00001, price: 0.1 },
  limits: { amount: { min: 0.0001, max: 100 }, cost: { min: 5 }, market: {} },
};

/** An exchange whose answers are given by the test; a method without any waits for ever. */
class FakeExchange implements CcxtExchange {
  readonly id = 'fake';
  readonly precisionMode = 4;
  readonly timeframes = { '1m': '1m' };
  readonly has: Record<string, unknown>;
  readonly answers: Record<string, unknown[]> = {};
  readonly asked: string[] = [];
  closes = 0;

  constructor(...methods: string[]) {
    this.has = Object.fromEntries(methods.map((method) => [method, true]));
  }

  loadMarkets = async (): Promise<unknown> => ({ 'BTC/USDT': MARKET });
  watchTrades = (): Promise<unknown> => this.#answer('watchTrades');
  fetchTrades = (): Promise<unknown> => this.#answer('fetchTrades');
  watchOrderBook = (): Promise<unknown> => this.#answer('watchOrderBook');
  fetchOrderBook = (): Promise<unknown> => this.#answer('fetchOrderBook');
  watchTicker = (): Promise<unknown> => this.#answer('watchTicker');
  fetchTicker = (): Promise<unknown> => this.#answer('fetchTicker');
  fetchOHLCV = (): Promise<unknown> => this.#answer('fetchOHLCV');
  close = async (): Promise<void> => void this.closes++;

  #answer(method: string): Promise<unknown> {
    this.asked.push(method);
    const answer = this.answers[method]?.shift();
    if (answer instanceof Error) return Promise.reject(answer);
    return answer === undefined ? new Promise(() => {}) : Promise.resolve(answer);
  }
}

class Rig {
  readonly time = new VirtualTime(START_US);
  readonly records: Uint8Array[] = [];
  readonly notices: string[] = [];
  readonly exchange: FakeExchange;
  feed!: MarketFeed;
  readonly sink = {
    encoder: new InputEncoder(),
    accept: (): boolean => this.records.push(this.sink.encoder.bytes().slice()) > 0,
    notice: (_: string, text: string): void => void this.notices.push(text),
  };

  constructor(...methods: string[]) {
    this.exchange = new FakeExchange(...methods);
  }

  async open(): Promise<this> {
    const { time } = this;
    const after = (delayUs: number, task: () => void): (() => void) => {
      let off = false;
      time.after(delayUs, () => off || task());
      return () => {
        off = true;
      };
    };
    const schedule = { nowUs: () => time.nowUs, after };
    this.feed = await openCcxt({ venue: 'fake', symbols: ['BTC/USDT'], schedule, unit: () => 1 }, this.exchange);
    return this;
  }

  /** Starts, and lets time pass. */
  async run(us: number): Promise<void> {
    const untilUs = this.time.nowUs + us;
    for (;;) {
      await new Promise((resolve) => void setImmediate(resolve));
      if (this.time.nextAtUs > untilUs) break;
      this.time.step();
    }
    this.time.nowUs = untilUs;
  }

  kinds(): string[] {
    return this.records.map((record) => decodeInput(record).kind);
  }
}

const book = (bids: unknown[], asks: unknown[], timestamp?: number) => ({ bids, asks, timestamp, nonce: undefined });

describe('a venue with streams', () => {
  it('has its book told whole, and then what changed, under numbers that follow one another', async () => {
    const rig = await new Rig('watchOrderBook', 'watchTrades').open();
    rig.exchange.answers.watchOrderBook = [
      book(
        [
          [100, 1],
          [99.9, 2],
        ],
        [[100.1, 3]],
        START_US / 1000 - 20,
      ),
      book(
        [
          [100, 1.5],
          [99.8, 4],
        ],
        [[100.1, 3]],
      ),
      book(
        [
          [100, 1.5],
          [99.8, 4],
        ],
        [[100.1, '0.00001']],
      ),
    ];
    rig.feed.start(rig.sink);
    await rig.run(SECOND_US);
    const read = rig.records.map(decodeInput);
    expect(read.map(({ kind, bids, asks }) => [kind, bids, asks])).toEqual([
      ['snapshot', [1000, 100_000, 999, 200_000], [1001, 300_000]],
      ['depth', [999, 0, 1000, 150_000, 998, 400_000], []],
      ['depth', [], [1001, 1]],
    ]);
    const ids = read.map(({ values }) => [values.first, values.last]);
    expect(ids).toEqual([
      [2, 2],
      [3, 3],
      [4, 4],
    ]);
    expect(rig.feed.status()).toMatchObject({ link: 'live', frames: 3, gaps: 0, unreadable: 0 });
    expect(rig.feed.status().delay.mostUs).toBe(20_000);
  });

  it('has each trade told once, oldest first', async () => {
    const rig = await new Rig('watchOrderBook', 'watchTrades').open();
    const trade = (id: string, price: number, side = 'buy', timestamp = START_US / 1000) => ({
      id,
      price,
      amount: 0.5,
      side,
      timestamp,
    });
    rig.exchange.answers.watchTrades = [
      [trade('b', 100.1, 'sell', START_US / 1000 + 1), trade('a', 100)],
      [trade('b', 100.1, 'sell', START_US / 1000 + 1), trade('c', 100.2)],
    ];
    rig.feed.start(rig.sink);
    await rig.run(SECOND_US);
    const read = rig.records.map((record) => [
      decodeInput(record).values.price,
      decodeInput(record).values.quantity,
      record[AT.flags],
    ]);
    expect(read).toEqual([
      [1000, 50_000, 0],
      [1001, 50_000, 1],
      [1002, 50_000, 0],
    ]);
    expect(rig.feed.status().duplicates).toBe(1);
  });

  it('that fails is asked again after pauses that grow; what was known is a gap, and then told whole', async () => {
    const rig = await new Rig('watchOrderBook', 'watchTrades').open();
    const failure = new Error('\u001b[31mfake GET https://x 502');
    rig.exchange.answers.watchOrderBook = [
      book([[100, 1]], [[101, 1]]),
      failure,
      failure,
      failure,
      book([[100, 1]], [[101, 1]]),
    ];
    rig.feed.start(rig.sink);
    await rig.run(2 * SECOND_US);
    expect([rig.feed.status().link, rig.kinds()]).toEqual(['down', ['snapshot', 'gap']]);
    await rig.run(6 * SECOND_US);
    expect(rig.kinds()).toEqual(['snapshot', 'gap', 'snapshot']);
    expect(rig.exchange.asked.filter((name) => name === 'watchOrderBook').length).toBe(6);
    expect(rig.notices[0]).toMatch(/^fake: [^\p{Cc}]*502$/u);
  });

  it('that says nothing for 5 s is stale: a gap, and its streams are begun anew', async () => {
    const rig = await new Rig('watchOrderBook', 'watchTrades').open();
    rig.exchange.answers.watchOrderBook = [book([[100, 1]], [[101, 1]])];
    rig.feed.start(rig.sink);
    await rig.run(6 * SECOND_US);
    expect([rig.feed.status().link, rig.kinds(), rig.exchange.closes]).toEqual(['stale', ['snapshot', 'gap'], 1]);
    rig.feed.stop();
    await rig.run(60 * SECOND_US);
    expect(rig.kinds().length).toBe(2);
  });

  it.each([
    ['crossed', book([[101, 1]], [[100, 1]])],
    ['off the tick', book([[100.05, 1]], [[101, 1]])],
    ['no book', { bids: 'x' }],
    ['nothing', null],
  ])('has a gap told when its book is %s', async (_, answer) => {
    const rig = await new Rig('watchOrderBook', 'watchTrades').open();
    rig.exchange.answers.watchOrderBook = [book([[100, 1]], [[101, 1]]), answer];
    rig.feed.start(rig.sink);
    await rig.run(SECOND_US);
    expect([rig.kinds(), rig.feed.status().unreadable]).toEqual([['snapshot', 'gap'], 1]);
  });
});

describe('a venue without streams', () => {
  it('is asked once a second; the trades of before are not told', async () => {
    const rig = await new Rig('fetchOrderBook', 'fetchTrades').open();
    const trade = (id: string) => ({ id, price: 100, amount: 1, side: 'buy', timestamp: START_US / 1000 });
    rig.exchange.answers.fetchTrades = [
      [trade('1'), trade('2')],
      [trade('2'), trade('3')],
    ];
    rig.exchange.answers.fetchOrderBook = [book([[100, 1]], [[101, 1]]), book([[100, 2]], [[101, 1]])];
    rig.feed.start(rig.sink);
    await rig.run(1.5 * SECOND_US);
    expect(rig.kinds().sort()).toEqual(['depth', 'snapshot', 'trade']);
  });

  it('and without books is known by its ticker', async () => {
    const rig = await new Rig('watchTicker', 'watchTrades').open();
    rig.exchange.answers.watchTicker = [
      { bid: 100, ask: 100.1, bidVolume: 2 },
      { bid: 101, ask: 100 },
    ];
    rig.feed.start(rig.sink);
    await rig.run(SECOND_US);
    expect(rig.kinds()).toEqual(['quote', 'gap']);
    expect(decodeInput(rig.records[0]!).values).toMatchObject({
      bid: 1000,
      bidQuantity: 200_000,
      ask: 1001,
      askQuantity: 0,
    });
  });
});

it('bars of before are those that are closed and can be', async () => {
  const rig = await new Rig('fetchOHLCV').open();
  const endMs = Math.floor(START_US / 60e6) * 60_000;
  rig.exchange.answers.fetchOHLCV = [
    [
      [endMs - 120_000, 100, 101, 99.5, 100.5, 7],
      [endMs - 60_000, 100, 99, 101, 100, 7],
      [endMs, 100, 101, 99, 100, 7],
    ],
  ];
  await rig.feed.warmUp(rig.sink, 60_000_000, 10);
  expect(rig.records.map((record) => decodeInput(record).values)).toEqual([
    expect.objectContaining({ open: 1000, high: 1010, low: 995, close: 1005, volume: 700_000 }),
  ]);
});

describe('markets of ccxt', () => {
  const read = (changes: object, mode = 4) =>
    instrumentsOf('fake', mode, { 'BTC/USDT': { ...MARKET, ...changes } }, ['BTC/USDT'])[0];

  it('become instruments with decimal texts', () => {
    expect(read({})).toMatchObject({
      spec: {
        venueSymbol: 'BTC-USDT',
        venue: 'fake',
        kind: 'spot',
        tickSize: '0.1',
        lotSize: '0.00001',
        minNotional: '5',
      },
      rules: { quantity: { least: '0.0001', most: '100' }, marketQuantity: { least: '0.0001', most: '100' } },
      trading: true,
    });
    expect(read({ precision: { amount: 3, price: 0 } }, 2)?.spec).toMatchObject({ tickSize: '1', lotSize: '0.001' });
  });

  it.each([
    ['no market', { precision: 7 }, 4, /does not read/],
    ['no tick', { precision: { amount: 1, price: null } }, 4, /has no tick or lot/],
    ['contracts of another size', { spot: false, linear: true, contractSize: 0.01 }, 4, /contracts of 0.01/],
    ['significant digits', {}, 3, /significant digits/],
    ['another symbol', { symbol: 'ETH/USDT' }, 4, /does not read/],
  ])('with %s are refused', (_, changes, mode, why) => {
    expect(() => read(changes, mode)).toThrow(why);
  });

  it('that are not listed are refused', () => {
    expect(() => instrumentsOf('fake', 4, {}, ['X/Y'])).toThrow(/^fake does not list X\/Y$/);
  });
});
