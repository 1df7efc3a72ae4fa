/** Binance's feed on the exchange of this repository, whose market goes on at its own pace, as a rig for conformance. */
import { parseGrid, parseOnGrid } from '../../engine/domain/index.ts';
import type { LiveVenue } from '../../src/brokers/open-trading.ts';
import { systemClock } from '../../src/clock.ts';
import { openCcxt } from '../../src/venues/ccxt/open-ccxt.ts';
import type { MarketFeed } from '../../src/venues/market-feed.ts';
import { openFeed } from '../../src/venues/open-feed.ts';
import { realSchedule } from '../../src/venues/real-network.ts';
import { startExchange, type TestExchange } from '../fixtures/exchange.ts';
import { ccxtClient } from '../fixtures/exchange-clients.ts';
import type { FeedRig } from './market-feed.ts';

const PATIENCE_MS = 5_000;

export async function binanceFeedRig(venue: LiveVenue, patienceMs = PATIENCE_MS): Promise<FeedRig> {
  const market = venue === 'binance' ? 'spot' : 'usdm';
  const symbol = venue === 'binance' ? 'BTC/USDT' : 'BTC/USDT:USDT';
  const exchange = await startExchange({ market, symbols: [symbol], rate: 30, historyMs: 130_000 });
  const clock = systemClock();
  const schedule = realSchedule(clock);
  const feed = await openFeed({ venue, symbols: [symbol], url: exchange.wsUrl, schedule });
  return rigOf(exchange, market, feed, clock, patienceMs);
}

/** The same market through ccxt's own client. */
export async function ccxtFeedRig(patienceMs = PATIENCE_MS): Promise<FeedRig> {
  const symbol = 'BTC/USDT:USDT';
  const exchange = await startExchange({ market: 'usdm', symbols: [symbol], rate: 30, historyMs: 130_000 });
  const clock = systemClock();
  const client = ccxtClient(exchange, 'usdm');
  await client.loadHttpProxyAgent();
  const schedule = realSchedule(clock);
  const feed = await openCcxt({ venue: 'other', symbols: [symbol], schedule, unit: () => 1 }, client);
  return rigOf(exchange, 'usdm', feed, clock, patienceMs);
}

function rigOf(
  exchange: TestExchange,
  market: 'spot' | 'usdm',
  feed: MarketFeed,
  clock: { nowUs(): number },
  patienceMs: number,
): FeedRig {
  const tick = parseGrid(feed.instruments[0]!.spec.tickSize)!;
  return {
    feed,
    nowUs: () => clock.nowUs(),
    async until(done) {
      const untilMs = performance.now() + patienceMs;
      while (!done()) {
        if (performance.now() > untilMs) return done();
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      return true;
    },
    best() {
      const { bid, ask } = exchange.best(market, 'BTCUSDT');
      return { bid: parseOnGrid(bid, tick)!, ask: parseOnGrid(ask, tick)! };
    },
    loseChange: () => exchange.setFaults('depth-gap,count=1'),
    tellTwice: () => exchange.setFaults('duplicate'),
    cut: () => exchange.setFaults('cut,count=1'),
    stop: () => exchange.stop(),
  };
}
