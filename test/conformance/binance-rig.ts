/** Binance's adapter on the exchange of this repository, over real sockets of this machine, as a rig for conformance. */
import { parseGrid, parseOnGrid } from '../../engine/domain/index.ts';
import { Credentials } from '../../src/brokers/credentials.ts';
import { type LiveVenue, openTrading } from '../../src/brokers/open-trading.ts';
import { systemClock } from '../../src/clock.ts';
import { readInstruments } from '../../src/venues/binance/instruments.ts';
import { BINANCE_MARKETS } from '../../src/venues/binance/market.ts';
import { realSchedule } from '../../src/venues/real-network.ts';
import { startExchange } from '../fixtures/exchange.ts';
import type { TradingRig } from './trading-rig.ts';

const PATIENCE_MS = 4_000;
/** What stands at the touch, what an order takes of it, and one that it is not enough for. */
const [AT_TOUCH, WHOLE, DEEP] = ['0.05', '0.02', '0.1'];

export async function binanceRig(venue: LiveVenue): Promise<TradingRig> {
  const isSpot = venue === 'binance';
  const market = isSpot ? 'spot' : 'usdm';
  const symbol = isSpot ? 'BTC/USDT' : 'BTC/USDT:USDT';
  const exchange = await startExchange({ market, symbols: [symbol], still: true, historyMs: 5_000 });
  const { restPath } = BINANCE_MARKETS[venue];
  const listing = await (await fetch(`${exchange.url}${restPath}/exchangeInfo`)).text();
  const [instrument] = readInstruments(BINANCE_MARKETS[venue], listing, [symbol]);
  const [tick, lot] = [parseGrid(instrument!.spec.tickSize)!, parseGrid(instrument!.spec.lotSize)!];
  const { bid, ask } = exchange.best(market, 'BTCUSDT');
  const level = { act: 'level', market, symbol: 'BTCUSDT', quantity: AT_TOUCH } as const;
  exchange.act({ ...level, side: 'BUY', price: bid });
  exchange.act({ ...level, side: 'SELL', price: ask });
  const clock = systemClock();
  const { apiKey, secret } = exchange.keys;
  const trading = openTrading({
    venue,
    url: exchange.url,
    instruments: [instrument!],
    credentials: new Credentials(apiKey, secret),
    schedule: realSchedule(clock),
    accountCurrency: 'USDT',
  });
  const order = isSpot ? 'POST /api/v3/order' : 'POST /fapi/v1/order';
  const replacement = 'POST /api/v3/order/cancelReplace';
  return {
    venue: trading,
    instrument: instrument!,
    currency: 'USDT',
    lots: parseOnGrid(WHOLE, lot)!,
    deepLots: parseOnGrid(DEEP, lot)!,
    margined: !isSpot,
    nowUs: () => clock.nowUs(),
    touch: () => ({ bid: parseOnGrid(bid, tick)!, ask: parseOnGrid(ask, tick)! }),
    async until(done) {
      const untilMs = performance.now() + PATIENCE_MS;
      while (!done()) {
        if (performance.now() > untilMs) return done();
        trading.tick();
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      return true;
    },
    // The book stands: beyond the touch nothing is offered at its price.
    goAway() {},
    busy: (isBusy) => exchange.setFaults(...(isBusy ? [`429,path=${order},retryAfter=1`] : [])),
    // Of every path that begins so.
    loseReply: () => exchange.setFaults(`no-reply,path=${order},count=1,when=after`),
    submits: () => exchange.count(order),
    replacements: () => exchange.count(replacement),
    stop: () => exchange.stop(),
  };
}
