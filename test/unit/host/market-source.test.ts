/** Market data of a venue on its way into a run: a journal that is behind, history that cannot be had, an end at any time. */
import { describe, expect, it } from 'vitest';
import { AT, cursorOver, InputEncoder, RECORD } from '../../../engine/domain/index.ts';
import { SyntheticMarket, SyntheticReadings } from '../../../engine/index.ts';
import { FeedSource, type SourceHost, SyntheticSource } from '../../../src/host/market-source.ts';
import { isConnected } from '../../../src/host/view-market.ts';
import { fearGreedIndex } from '../../../src/sources/providers/fear-greed-index.ts';
import { SourceDesk } from '../../../src/sources/source-desk.ts';
import type { FeedSink, FeedStatus, MarketFeed } from '../../../src/venues/market-feed.ts';

const START_US = 1_700_049_600_000_000;
const TIMES = { count: 0, p50Us: 0, p99Us: 0, mostUs: 0, buckets: [] };

/** Hands its sink to the test, and counts what is asked of it. */
class FakeFeed implements MarketFeed {
  lateUs = 0;
  readonly instruments = [];
  sink: FeedSink | undefined;
  started = 0;
  resyncs = 0;
  stops = 0;
  link: FeedStatus['link'] = 'connecting';
  #settle: { resolve: () => void; reject: (cause: Error) => void } | undefined;

  warmUp(sink: FeedSink): Promise<void> {
    this.sink = sink;
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
  }

  /** History is there, or cannot be had. */
  async warmed(cause?: Error): Promise<void> {
    if (cause === undefined) this.#settle?.resolve();
    else this.#settle?.reject(cause);
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  }

  start(sink: FeedSink): void {
    this.started++;
    this.sink = sink;
  }

  resync(): void {
    this.resyncs++;
  }

  status(): FeedStatus {
    const counts = { frames: 0, connects: 1, gaps: 0, resyncs: 0, duplicates: 0, unreadable: 0 };
    return { link: this.link, lastDataAtUs: 0, ...counts, delay: TIMES };
  }

  stop(): void {
    this.stops++;
  }
}

class FakeHost implements SourceHost {
  readonly encoder = new InputEncoder();
  /** Types and gap reasons of what was taken, in order. */
  readonly taken: string[] = [];
  readonly notices: string[] = [];
  hasRoom = true;
  lastUs = START_US;
  us = START_US;

  accept(receivedAtUs: number): void {
    this.encoder.stamp(this.taken.length + 1, receivedAtUs);
    const { view, offset } = cursorOver(this.encoder.bytes());
    const type = view.getUint8(offset + AT.type);
    const name = Object.entries(RECORD).find(([, number]) => number === type)?.[0] ?? `${type}`;
    this.taken.push(name);
    this.lastUs = receivedAtUs;
  }

  nowUs(): number {
    return this.us;
  }

  notice(_level: string, text: string): void {
    this.notices.push(text);
  }
}

async function live() {
  const feed = new FakeFeed();
  const host = new FakeHost();
  const source = new FeedSource(feed, 1_000_000);
  source.start(host);
  await feed.warmed();
  const offer = (): boolean => {
    host.encoder.trade(0, host.us, 100, 1, host.taken.length, false);
    return feed.sink!.accept();
  };
  return { feed, host, source, offer };
}

describe('market data of a venue', () => {
  it('is stepped as it comes, after the history', async () => {
    const feed = new FakeFeed();
    const host = new FakeHost();
    const source = new FeedSource(feed, 1_000_000);
    source.start(host);
    expect([source.hasHistory, feed.started]).toEqual([false, 0]);
    await feed.warmed();
    expect([source.hasHistory, feed.started]).toEqual([true, 1]);
    host.encoder.trade(0, host.us, 100, 1, 1, false);
    expect(feed.sink!.accept()).toBe(true);
    expect(host.taken).toEqual(['trade']);
  });

  it('has readings of slow sources beside it, which make no gap where there is no room for them', async () => {
    const feed = new FakeFeed();
    const host = new FakeHost();
    const asked: Array<() => void> = [];
    const after = (_us: number, task: () => void): (() => void) => {
      asked.push(task);
      return () => {};
    };
    const desk = new SourceDesk([fearGreedIndex({ url: 'https://index.test', everyUs: 60e6 })], {
      schedule: { nowUs: () => host.us, after },
      get: (_request, done) => {
        const data = [{ value: '47', timestamp: String(START_US / 1e6) }];
        done({ status: 200, body: JSON.stringify({ data }), retryAfterUs: 0 });
        return () => {};
      },
      unit: () => 0,
    });
    const source = new FeedSource(feed, 1_000_000, desk);
    source.start(host);
    expect(asked).toHaveLength(0);
    await feed.warmed();
    host.hasRoom = false;
    asked[0]!();
    expect(host.taken).toEqual([]);
    host.hasRoom = true;
    asked.at(-1)!();
    expect(host.taken).toEqual(['reading']);
    source.stop();
    asked.at(-1)!();
    expect(host.taken).toEqual(['reading']);
  });

  it('starts without a history that cannot be had, and says so', async () => {
    const feed = new FakeFeed();
    const host = new FakeHost();
    const source = new FeedSource(feed, 1_000_000);
    source.start(host);
    await feed.warmed(new Error('the venue does not answer'));
    expect([source.hasHistory, feed.started]).toEqual([true, 1]);
    expect(host.notices).toEqual([expect.stringMatching(/no history: the venue does not answer/)]);
  });

  it('that finds no room leaves one gap and nothing more, until there is room and every book is asked for anew', async () => {
    const { feed, host, source, offer } = await live();
    expect(offer()).toBe(true);
    host.hasRoom = false;
    expect([offer(), offer(), offer()]).toEqual([false, false, false]);
    expect(host.taken).toEqual(['trade', 'gap']);
    expect(host.notices).toHaveLength(1);
    source.pump(host, host.us);
    expect(feed.resyncs).toBe(0);
    expect(offer()).toBe(false);
    host.hasRoom = true;
    // There is room, but what was lost is not made good before the feed has been asked.
    expect(offer()).toBe(false);
    source.pump(host, host.us);
    expect(feed.resyncs).toBe(1);
    expect(offer()).toBe(true);
    source.pump(host, host.us);
    expect(feed.resyncs).toBe(1);
    expect(host.taken).toEqual(['trade', 'gap', 'trade']);
  });

  it('that finds no room a second time leaves a second gap', async () => {
    const { feed, host, source, offer } = await live();
    for (let time = 0; time < 2; time++) {
      host.hasRoom = false;
      offer();
      host.hasRoom = true;
      source.pump(host, host.us);
    }
    expect(host.taken).toEqual(['gap', 'gap']);
    expect(feed.resyncs).toBe(2);
  });

  it('moves time on when it is silent', async () => {
    const { host, source } = await live();
    expect(source.pump(host, START_US + 250_000)).toBe(true);
    expect(host.taken).toEqual([]);
    source.pump(host, START_US + 250_001);
    expect(host.taken).toEqual(['timer']);
  });

  it('is not taken after the end, not even when the history comes only then', async () => {
    const { feed, host, source, offer } = await live();
    source.stop();
    expect([offer(), feed.stops]).toEqual([false, 1]);
    expect(host.taken).toEqual([]);
    const late = new FakeFeed();
    const other = new FeedSource(late, 1_000_000);
    other.start(host);
    other.stop();
    await late.warmed();
    expect([other.hasHistory, late.started]).toEqual([false, 0]);
  });

  it.each([
    ['connecting', false],
    ['live', true],
    ['stale', true],
    ['down', false],
  ] as const)('of a feed that is %s counts as connected: %s', async (link, connected) => {
    const { feed, source } = await live();
    feed.link = link;
    expect(isConnected(source.status().link)).toBe(connected);
  });
});

describe('the synthetic market', () => {
  const market = (): SyntheticMarket =>
    new SyntheticMarket({ seed: 1, startUs: START_US, symbols: ['BTC/USDT:USDT'], ratePerSecond: 10_000 });
  const readings = (): SyntheticReadings =>
    new SyntheticReadings({ seed: 1, startUs: START_US, symbols: ['BTC/USDT:USDT'] });

  it('has readings among its records, in the order of time', () => {
    const host = new FakeHost();
    const source = new SyntheticSource(market(), readings());
    while (!source.pump(host, START_US + 1_000_000, false));
    const told = host.taken.filter((each) => each.startsWith('reading'));
    // Funding, whale, news, trending, the index, and what social media said in the last minutes.
    expect(told).toHaveLength(5 + 13);
  });

  it('is stepped a slice at a time up to now', () => {
    const host = new FakeHost();
    const source = new SyntheticSource(market(), readings());
    expect(source.pump(host, START_US + 1_000_000, false)).toBe(false);
    expect(host.taken).toHaveLength(2_000);
    while (!source.pump(host, START_US + 1_000_000, false));
    expect(host.lastUs).toBeLessThanOrEqual(START_US + 1_000_000);
  });

  it('waits for a journal that is behind', () => {
    const host = new FakeHost();
    const source = new SyntheticSource(market(), readings());
    host.hasRoom = false;
    expect(source.pump(host, START_US + 1_000_000, true)).toBe(true);
    expect(source.pump(host, START_US + 1_000_000, false)).toBe(false);
    expect(host.taken).toEqual([]);
  });

  it('tells the time of its history until that is over', () => {
    const source = new SyntheticSource(market(), readings());
    expect(source.timeOf(START_US + 5_000_000, true)).toBe(START_US + 5_000_000);
    expect(source.timeOf(START_US + 5_000_000, false)).toBeLessThan(START_US + 1_000_000);
  });
});
