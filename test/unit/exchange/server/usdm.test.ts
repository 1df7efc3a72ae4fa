/** What USD-M has over spot: funding, liquidations that everybody hears of, private streams by a listen key in the query. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startExchange, type TestExchange } from '../../../fixtures/exchange.ts';
import { ask } from '../../../fixtures/exchange-requests.ts';
import { openSocket, type SocketClient } from '../../../fixtures/socket-client.ts';

let exchange: TestExchange;
let user: SocketClient;
beforeEach(async () => {
  const symbols = ['BTC/USDT:USDT'];
  const balances = { spot: {}, usdm: { USDT: '700' } };
  exchange = await startExchange({ symbols, balances, still: true, historyMs: 5_000 });
  const { listenKey } = (await ask(exchange, 'POST', '/fapi/v1/listenKey')).body;
  user = await openSocket(`${exchange.ws('usdm')}/private/ws?listenKey=${listenKey}`);
  const bought = await ask(exchange, 'POST', '/fapi/v1/order', {
    ...{ symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.1', newOrderRespType: 'RESULT' },
  });
  expect(bought.body.status).toBe('FILLED');
});
afterEach(async () => {
  user.close();
  await exchange.stop();
});

it('pays funding, and lists what was paid', async () => {
  exchange.act({ act: 'funding', market: 'usdm', symbol: 'BTCUSDT', rate: '0.0005' });
  const told = await user.next<{ a: { m: string; B: Array<{ wb: string; bc: string }> } }>(
    ({ a }: { a?: { m: string } }) => a?.m === 'FUNDING_FEE',
  );
  expect(Number(told.a.B[0]!.bc)).toBeLessThan(-2.5);
  const [paid] = (await ask(exchange, 'GET', '/fapi/v1/fundingRate', { symbol: 'BTCUSDT' })).body;
  expect(paid).toMatchObject({ symbol: 'BTCUSDT', fundingRate: '0.0005', fundingTime: expect.any(Number) });
  const mark = (await ask(exchange, 'GET', '/fapi/v1/premiumIndex', { symbol: 'BTCUSDT' })).body;
  expect(mark).toMatchObject({ symbol: 'BTCUSDT', lastFundingRate: expect.stringMatching(/^0\.000\d+$/) });
  expect(mark.nextFundingTime % 28_800_000).toBe(0);
});

it('tells everybody of a liquidation', async () => {
  const open = await openSocket(`${exchange.ws('usdm')}/market/stream?streams=!forceOrder@arr/btcusdt@forceOrder`);
  const venue = exchange.exchange.venue('usdm');
  venue.model.markPrice('BTCUSDT', (venue.model.markPriceE8('BTCUSDT') * 4n) / 5n, venue.nowMs());
  venue.settle();
  const told = await open.next(({ stream }: { stream: string }) => stream === 'btcusdt@forceOrder');
  expect(told).toMatchObject({ data: { e: 'forceOrder', o: { s: 'BTCUSDT', S: 'SELL', X: 'FILLED' } } });
  await open.next(({ stream }: { stream: string }) => stream === '!forceOrder@arr');
  await user.next(
    ({ o }: { o?: { c: string; X: string } }) => o?.c.startsWith('autoclose-') === true && o.X === 'FILLED',
  );
  const positions = (await ask(exchange, 'GET', '/fapi/v2/positionRisk', { symbol: 'BTCUSDT' })).body;
  expect(Number(positions[0]?.positionAmt ?? 0)).toBe(0);
  open.close();
});

it('lets the user’s stream expire', async () => {
  exchange.setFaults('listen-key-expiry');
  expect(await user.next(({ e }: { e: string }) => e === 'listenKeyExpired')).toMatchObject({ E: expect.any(Number) });
  const other = await ask(exchange, 'PUT', '/fapi/v1/listenKey');
  expect(other.body.code).toBe(-1125);
});
