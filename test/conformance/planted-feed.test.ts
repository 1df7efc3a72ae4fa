/** The checks of feeds themselves: feeds that are wrong in one way each, which a check must notice. */
import { describe, expect, it } from 'vitest';
import { AT, RECORD } from '../../engine/domain/index.ts';
import type { FeedSink, MarketFeed } from '../../src/venues/market-feed.ts';
import { binanceFeedRig } from './binance-feed-rig.ts';
import { FEED_CHECKS, feedCheck } from './market-feed.ts';

/** A sink that does something else with records of one type. */
const through = (sink: FeedSink, type: number, instead: () => boolean): FeedSink => ({
  encoder: sink.encoder,
  accept: () => (sink.encoder.bytes()[AT.type] === type ? instead() : sink.accept()),
  notice: (level, text) => sink.notice(level, text),
});

const WRONG: ReadonlyArray<readonly [string, RegExp, (feed: MarketFeed) => Partial<MarketFeed>]> = [
  [
    'tells trades twice',
    /each trade once/,
    (feed) => ({ start: (sink) => feed.start(through(sink, RECORD.trade, () => sink.accept() && sink.accept())) }),
  ],
  [
    'begins with changes',
    /begins each book/,
    (feed) => ({ start: (sink) => feed.start(through(sink, RECORD.snapshot, () => true)) }),
  ],
  [
    'keeps breaks to itself',
    /connection that broke/,
    (feed) => ({ start: (sink) => feed.start(through(sink, RECORD.gap, () => true)) }),
  ],
  ['does not hear that something was lost', /lost on our side/, () => ({ resync: () => {} })],
  ['goes on when it is stopped', /once it is stopped/, () => ({ stop: () => {} })],
];

describe('feeds that are wrong', () => {
  it.concurrent.each(WRONG)('are found out: one that %s', async (_name, found, spoil) => {
    const name = Object.keys(FEED_CHECKS).find((each) => found.test(each))!;
    const check = feedCheck(name, async () => {
      const rig = await binanceFeedRig('binance', 1_500);
      const { feed } = rig;
      const whole: MarketFeed = {
        instruments: feed.instruments,
        lateUs: 0,
        warmUp: (sink, intervalUs, count) => feed.warmUp(sink, intervalUs, count),
        start: (sink) => feed.start(sink),
        resync: () => feed.resync(),
        status: () => feed.status(),
        stop: () => feed.stop(),
      };
      const stop = async (): Promise<void> => {
        feed.stop();
        await rig.stop();
      };
      return { ...rig, stop, feed: { ...whole, ...spoil(feed) } };
    });
    await expect(check).rejects.toThrow();
  });
});
