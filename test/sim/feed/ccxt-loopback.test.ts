/** ccxt's own Binance, pointed at the loopback exchange, behind the feed: its book is the exchange's. */
import { expect, it } from 'vitest';
import { cursorOver, InputEncoder, parseOnGrid } from '../../../engine/domain/index.ts';
import { createEngine, createState, levelPrice, step } from '../../../engine/index.ts';
import { systemClock } from '../../../src/clock.ts';
import { openCcxt } from '../../../src/venues/ccxt/open-ccxt.ts';
import { openFeed } from '../../../src/venues/open-feed.ts';
import { realSchedule } from '../../../src/venues/real-network.ts';
import { testConfig } from '../../fixtures/engine-session.ts';
import { startExchange } from '../../fixtures/exchange.ts';
import { ccxtClient } from '../../fixtures/exchange-clients.ts';

const clock = systemClock();
const schedule = realSchedule(clock);

it('a stream of ccxt becomes a book whose best prices are the exchange’s, and trades', async () => {
  const exchange = await startExchange({ symbols: ['BTC/USDT:USDT'], rate: 50 });
  const client = ccxtClient(exchange, 'usdm');
  await client.loadHttpProxyAgent();
  const feed = await openCcxt({ venue: 'other', symbols: ['BTC/USDT:USDT'], schedule, unit: () => 1 }, client);
  try {
    const specs = feed.instruments.map(({ spec }) => spec);
    const engine = createEngine(createState(testConfig({ instruments: specs, control: 'observe', bookLevels: 128 })));
    const { books, market, instruments } = engine.state;
    const encoder = new InputEncoder();
    let seq = 0;
    const isTrue = (): boolean => {
      const { bid, ask } = exchange.best('usdm', 'BTCUSDT');
      const best = [levelPrice(books, 0, 0), levelPrice(books, 1, 0)];
      return best[0] === parseOnGrid(bid, instruments[0]!.tick) && best[1] === parseOnGrid(ask, instruments[0]!.tick);
    };
    let matched = 0;
    await new Promise<void>((resolve) => {
      feed.start({
        encoder,
        accept: () => {
          encoder.stamp(++seq, Math.trunc(clock.nowUs()));
          step(engine, cursorOver(encoder.bytes()));
          if (isTrue()) matched++;
          if (matched >= 3 && market.hasTrades[0] === 1) resolve();
          return true;
        },
        notice: (_, text) => void process.stderr.write(`${text}\n`),
      });
    });
    expect(feed.status()).toMatchObject({ link: 'live', gaps: 0, unreadable: 0 });
  } finally {
    feed.stop();
    await exchange.stop();
  }
});

it('a venue that ccxt does not know is refused with a line', async () => {
  const request = { symbols: ['BTC/USDT'], schedule };
  await expect(openFeed({ ...request, venue: 'nowhere' })).rejects.toThrow(/^there is no venue nowhere/);
  await expect(openFeed({ ...request, venue: '\u001b[2J../x' })).rejects.toThrow(
    /^there is no venue \?\[2J\.\.\/x|^there is no venue [?\w[\].]+/,
  );
});
