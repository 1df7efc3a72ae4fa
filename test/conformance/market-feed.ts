/** What every feed of market data must do: whole books, trades in order, losses told, ends that end. */
import { describe, expect, it } from 'vitest';
import {
  AT,
  cursorOver,
  type EngineConfig,
  FLAG_HISTORY,
  InputEncoder,
  parseGrid,
  RECORD,
} from '../../engine/domain/index.ts';
import { BOOK, createEngine, createState, type Engine, levelPrice, step } from '../../engine/index.ts';
import type { FeedSink, MarketFeed } from '../../src/venues/market-feed.ts';
import { testConfig } from '../fixtures/engine-session.ts';

export interface FeedRig {
  /** Opened, and neither warmed up nor started. */
  readonly feed: MarketFeed;
  nowUs(): number;
  /** Lets the venue and its market go on until `done`. @returns false when it is not done in a generous time. */
  until(done: () => boolean): Promise<boolean>;
  /** Best prices of the first instrument at the venue at this moment, in ticks. */
  best(): { readonly bid: number; readonly ask: number };
  /** A change of the book is lost on its way. */
  loseChange(): void;
  /** What comes is told twice from now on. */
  tellTwice(): void;
  /** Every connection breaks. */
  cut(): void;
  stop(): Promise<void>;
}

export type MakeFeedRig = () => Promise<FeedRig>;

/** An engine behind the feed, as the host has it, and what was written to it. */
export class Listener implements FeedSink {
  readonly encoder = new InputEncoder();
  readonly engine: Engine;
  readonly seen: Array<{ readonly type: number; readonly instrument: number; readonly tradeId: number }> = [];
  readonly history: Array<{ readonly openedAtUs: number; readonly intervalUs: number }> = [];
  /** What is offered is not taken, as when the journal is behind. */
  isDeaf = false;
  /** How often a book was found to lack a change. */
  breaks = 0;
  readonly #nowUs: () => number;
  #seq = 0;
  #atUs = 0;

  constructor(feed: MarketFeed, nowUs: () => number) {
    const instruments = feed.instruments.map((each) => each.spec);
    const config: EngineConfig = testConfig({ instruments, control: 'observe', bookLevels: 1_000 });
    this.engine = createEngine(createState(config));
    this.#nowUs = nowUs;
  }

  accept(): boolean {
    if (this.isDeaf) return false;
    this.#atUs = Math.max(this.#atUs, this.#nowUs());
    this.encoder.stamp(++this.#seq, this.#atUs);
    const { view, offset } = cursorOver(this.encoder.bytes());
    const type = view.getUint8(offset + AT.type);
    const instrument = view.getUint16(offset + AT.instrument, true);
    const tradeId = type === RECORD.trade ? view.getFloat64(offset + AT.tradeId, true) : -1;
    this.seen.push({ type, instrument, tradeId });
    if (type === RECORD.bar && view.getUint8(offset + AT.flags) === FLAG_HISTORY) {
      const openedAtUs = view.getFloat64(offset + AT.venueAtUs, true);
      this.history.push({ openedAtUs, intervalUs: view.getFloat64(offset + AT.intervalUs, true) });
    }
    for (const event of step(this.engine, cursorOver(this.encoder.bytes().slice()))) {
      if (event.kind === 'book' && event.state === 'gap') this.breaks++;
    }
    return true;
  }

  notice(): void {}

  count(type: number): number {
    return this.seen.filter((each) => each.type === type).length;
  }

  /** The first book is whole, and its best prices are the venue's. */
  isWhole({ bid, ask }: ReturnType<FeedRig['best']>): boolean {
    const { books } = this.engine.state;
    return books.state[0] === BOOK.synced && levelPrice(books, 0, 0) === bid && levelPrice(books, 1, 0) === ask;
  }
}

type Checks = Readonly<Record<string, (rig: FeedRig, heard: Listener) => Promise<void>>>;

const started = async (rig: FeedRig, heard: Listener): Promise<void> => {
  rig.feed.start(heard);
  expect(await rig.until(() => heard.isWhole(rig.best())), 'the book becomes whole').toBe(true);
};

export const FEED_CHECKS: Checks = {
  'names its instruments with steps that read, and is not live before it is started': async (rig) => {
    expect(rig.feed.instruments.length).toBeGreaterThan(0);
    for (const { spec } of rig.feed.instruments) {
      expect(parseGrid(spec.tickSize)).toBeDefined();
      expect(parseGrid(spec.lotSize)).toBeDefined();
    }
    expect(rig.feed.status()).toMatchObject({ link: 'connecting', frames: 0, connects: 0 });
  },

  'gives bars of history, oldest first, of the interval that is asked for, and no more of them': async (rig, heard) => {
    const intervalUs = 60_000_000;
    await rig.feed.warmUp(heard, intervalUs, 3);
    expect(heard.history.length).toBeGreaterThan(0);
    expect(heard.history.length).toBeLessThanOrEqual(3 * rig.feed.instruments.length);
    expect(heard.history.every((each) => each.intervalUs === intervalUs)).toBe(true);
    const times = heard.history.map((each) => each.openedAtUs);
    if (rig.feed.instruments.length === 1) expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(Math.max(...times) + intervalUs).toBeLessThanOrEqual(rig.nowUs());
  },

  'begins each book with a whole one and keeps it the venue’s': async (rig, heard) => {
    await started(rig, heard);
    const { connects } = rig.feed.status();
    const first = heard.seen.find((each) => each.type === RECORD.snapshot || each.type === RECORD.depth);
    expect(first?.type).toBe(RECORD.snapshot);
    for (let i = 0; i < 3; i++) {
      const changes = heard.count(RECORD.depth);
      expect(await rig.until(() => heard.count(RECORD.depth) > changes + 2), 'changes come').toBe(true);
      expect(await rig.until(() => heard.isWhole(rig.best())), 'the book is the venue’s').toBe(true);
    }
    const status = rig.feed.status();
    expect(status).toMatchObject({ link: 'live', connects });
    expect(status.frames).toBeGreaterThan(0);
    expect(rig.nowUs() - status.lastDataAtUs).toBeLessThan(5_000_000);
    expect(heard.engine.state.market.bid[0]).toBeLessThan(heard.engine.state.market.ask[0]!);
  },

  'tells each trade once, in the order of their numbers, also when the venue tells them twice': async (rig, heard) => {
    await started(rig, heard);
    rig.tellTwice();
    const trades = () => heard.seen.filter((each) => each.type === RECORD.trade && each.instrument === 0);
    expect(await rig.until(() => trades().length >= 8), 'trades come').toBe(true);
    const ids = trades().map((each) => each.tradeId);
    for (let i = 1; i < ids.length; i++) expect(ids[i]).toBeGreaterThan(ids[i - 1]!);
    expect(rig.feed.status().duplicates).toBeGreaterThan(0);
  },

  'breaks a book of which a change is missing at once, and has it whole again': async (rig, heard) => {
    await started(rig, heard);
    const { breaks } = heard;
    const snapshots = heard.count(RECORD.snapshot);
    // One that is lost while a whole book is on its way is missed by nobody.
    let isSeen = false;
    for (let i = 0; i < 3 && !isSeen; i++) {
      rig.loseChange();
      isSeen = await rig.until(() => heard.breaks > breaks);
    }
    expect(isSeen, 'the loss is seen').toBe(true);
    expect(await rig.until(() => heard.isWhole(rig.best())), 'the book is whole again').toBe(true);
    expect(heard.count(RECORD.snapshot)).toBeGreaterThan(snapshots);
    expect(rig.feed.status().link).toBe('live');
    expect(rig.feed.status().gaps).toBeGreaterThan(0);
  },

  'tells a connection that broke as a gap, and comes back by itself': async (rig, heard) => {
    await started(rig, heard);
    const gaps = heard.count(RECORD.gap);
    const { connects } = rig.feed.status();
    rig.cut();
    expect(await rig.until(() => heard.count(RECORD.gap) > gaps), 'the gap is told').toBe(true);
    expect(await rig.until(() => heard.isWhole(rig.best())), 'the book is whole again').toBe(true);
    expect(await rig.until(() => rig.feed.status().link === 'live')).toBe(true);
    expect(rig.feed.status().connects).toBeGreaterThan(connects);
  },

  'asks for every book anew when something was lost on our side': async (rig, heard) => {
    await started(rig, heard);
    heard.isDeaf = true;
    const { frames } = rig.feed.status();
    await rig.until(() => rig.feed.status().frames > frames + 5);
    heard.isDeaf = false;
    // What the host records when it has begun to lose.
    heard.encoder.gap(0xffff, 0, 'overflow');
    heard.accept();
    const snapshots = heard.count(RECORD.snapshot);
    rig.feed.resync();
    expect(await rig.until(() => heard.count(RECORD.snapshot) > snapshots), 'a whole book comes').toBe(true);
    expect(await rig.until(() => heard.isWhole(rig.best())), 'the book is the venue’s').toBe(true);
  },

  'says nothing more once it is stopped': async (rig, heard) => {
    await started(rig, heard);
    rig.feed.stop();
    const heardThen = heard.seen.length;
    let turns = 0;
    await rig.until(() => ++turns > 60);
    expect(heard.seen.length).toBe(heardThen);
  },
};

/** One check on a feed of its own. */
export async function feedCheck(name: string, make: MakeFeedRig): Promise<void> {
  const rig = await make();
  try {
    await FEED_CHECKS[name]!(rig, new Listener(rig.feed, () => rig.nowUs()));
  } finally {
    rig.feed.stop();
    await rig.stop();
  }
}

/** `only` those whose name it fits: of a second market of a feed, what is not the same there. */
export function conformsToMarketFeed(name: string, make: MakeFeedRig, only = /./): void {
  const checks = Object.keys(FEED_CHECKS).filter((check) => only.test(check));
  describe(`${name} as a feed of market data`, () => {
    it.concurrent.each(checks)('%s', (check) => feedCheck(check, make));
  });
}
