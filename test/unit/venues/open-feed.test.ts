/** The door to venues, and the loopback exchange behind it over real sockets. */
import { describe, expect, it } from 'vitest';
import { cursorOver, InputEncoder } from '../../../engine/domain/index.ts';
import { BOOK, createEngine, createState, levelPrice, step } from '../../../engine/index.ts';
import { systemClock } from '../../../src/clock.ts';
import { CommandError, EXIT } from '../../../src/exit-codes.ts';
import type { MarketFeed } from '../../../src/venues/market-feed.ts';
import type { HttpReply } from '../../../src/venues/network.ts';
import { type FeedRequest, openFeed } from '../../../src/venues/open-feed.ts';
import { realSchedule } from '../../../src/venues/real-network.ts';
import { testConfig } from '../../fixtures/engine-session.ts';
import { startExchange } from '../../fixtures/exchange.ts';

const clock = systemClock();
const schedule = realSchedule(clock);
const request = (changes: Partial<FeedRequest>): FeedRequest => ({
  venue: 'binance',
  symbols: ['BTC/USDT'],
  schedule,
  ...changes,
});

/** What a venue answers to the first question, and what was asked. */
function answering(reply: HttpReply | undefined) {
  const asked: string[] = [];
  const network = {
    open: () => ({ ping: () => {}, drop: () => {} }),
    get: (url: string, done: (reply: HttpReply | undefined) => void) => {
      asked.push(url);
      queueMicrotask(() => done(reply));
      return () => {};
    },
  };
  return { asked, network };
}

describe('a venue is refused with one line and its exit code', () => {
  it.each([
    ['without symbols', { symbols: [] }, EXIT.usage, /no symbol/],
    ['with one twice', { symbols: ['BTC/USDT', 'BTC/USDT'] }, EXIT.usage, /twice/],
    ['with a symbol of another market', { symbols: ['BTC/USDT:USDT'] }, EXIT.usage, /is no symbol of Binance spot/],
    ['with an address that is none', { url: '127.0.0.1:9000' }, EXIT.usage, /the address of a venue is such as/],
    ['with a password in the address', { url: 'ws://me:secret@host' }, EXIT.usage, /without a password in it$/],
  ])('%s', async (_, changes, exitCode, why) => {
    const { network } = answering(undefined);
    const error = await openFeed(request({ network, ...changes })).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(CommandError);
    expect(error).toMatchObject({ exitCode, message: expect.stringMatching(why) });
  });

  it.each([
    [undefined, EXIT.venue, /^Binance spot does not answer$/],
    [{ status: 503, body: '<html>', retryAfterUs: 0 }, EXIT.venue, /status 503$/],
    [{ status: 400, body: '{"code":-1121}', retryAfterUs: 0 }, EXIT.badInput, /does not list BTC\/USDT$/],
    [{ status: 200, body: '[]', retryAfterUs: 0 }, EXIT.venue, /does not read$/],
  ])('when it answers %j', async (reply, exitCode, why) => {
    const { network } = answering(reply);
    await expect(openFeed(request({ network }))).rejects.toMatchObject({
      exitCode,
      message: expect.stringMatching(why),
    });
  });

  it('asks the host of the address, whatever its scheme', async () => {
    for (const url of ['ws://127.0.0.1:9/', 'http://127.0.0.1:9/spot']) {
      const { asked, network } = answering(undefined);
      await openFeed(request({ network, url })).catch(() => {});
      expect(asked).toEqual(['http://127.0.0.1:9/api/v3/exchangeInfo?symbols=%5B%22BTCUSDT%22%5D']);
    }
  });
});

/** An engine behind a feed, until `done`. */
async function live(feed: MarketFeed, done: (state: ReturnType<typeof createState>) => boolean) {
  const engine = createEngine(
    createState(
      testConfig({ instruments: feed.instruments.map(({ spec }) => spec), control: 'observe', bookLevels: 1024 }),
    ),
  );
  const encoder = new InputEncoder();
  let [seq, lastUs] = [0, 0];
  const heard = new Promise<void>((resolve) => {
    feed.start({
      encoder,
      accept: () => {
        lastUs = Math.max(lastUs, Math.trunc(clock.nowUs()));
        encoder.stamp(++seq, lastUs);
        step(engine, cursorOver(encoder.bytes()));
        if (done(engine.state)) resolve();
        return true;
      },
      notice: () => {},
    });
  });
  await heard;
  return engine.state;
}

describe('the loopback exchange', () => {
  it.each([
    ['binance', 'BTC/USDT'],
    ['binanceusdm', 'BTC/USDT:USDT'],
  ] as const)(
    '%s over real sockets: book, quotes, trades, and a book again after a lost change',
    async (venue, symbol) => {
      const exchange = await startExchange({ symbols: [symbol], rate: 500 });
      try {
        const feed = await openFeed({ venue, url: exchange.wsUrl, symbols: [symbol], schedule });
        const state = await live(feed, ({ books, market: { hasQuotes, hasTrades } }) => {
          if (books.state[0] === BOOK.synced && exchange.fired['depth-gap'] === undefined)
            exchange.setFaults('depth-gap,count=1');
          return (
            books.state[0] === BOOK.synced && hasQuotes[0] === 1 && hasTrades[0] === 1 && feed.status().resyncs === 1
          );
        });
        const [bid, ask] = [levelPrice(state.books, 0, 0), levelPrice(state.books, 1, 0)];
        expect(bid > 0 && ask > bid).toBe(true);
        expect(exchange.fired['depth-gap']).toBe(1);
        expect(feed.status()).toMatchObject({ link: 'live', gaps: 1, resyncs: 1, unreadable: 0 });
        feed.stop();
      } finally {
        await exchange.stop();
      }
    },
  );
});
