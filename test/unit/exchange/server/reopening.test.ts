/** What clients find again behind a restart, and behind a book that is told anew. */
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { startExchange, type TestExchange, type TestExchangeOptions } from '../../../fixtures/exchange.ts';
import { ask } from '../../../fixtures/exchange-requests.ts';
import { openSocket } from '../../../fixtures/socket-client.ts';

const open: TestExchange[] = [];
afterEach(async () => {
  for (const exchange of open.splice(0)) await exchange.stop();
});

async function start(options: TestExchangeOptions): Promise<TestExchange> {
  const exchange = await startExchange({ still: true, ...options });
  open.push(exchange);
  return exchange;
}

async function again(exchange: TestExchange, options: TestExchangeOptions): Promise<TestExchange> {
  const saved = exchange.save();
  await exchange.stop();
  return start({ ...options, allKeys: exchange.allKeys, saved });
}

async function get<T>(exchange: TestExchange, path: string): Promise<T> {
  return (await (await fetch(`${exchange.url}/fapi/v1/${path}`)).json()) as T;
}

describe('a restored exchange', () => {
  it('has the history of its prices and mark prices, and numbers its trades on', async () => {
    const options = { symbols: ['BTC/USDT:USDT'], historyMs: 200_000 };
    const first = await start(options);
    const lastId = first.exchange.venue('usdm').model.lastTradeId('BTCUSDT');
    const second = await again(first, options);
    for (const path of ['klines', 'markPriceKlines']) {
      const bars = await get<unknown[][]>(second, `${path}?symbol=BTCUSDT&interval=1m`);
      expect(bars.length, path).toBeGreaterThanOrEqual(3);
      for (const bar of bars.slice(0, -1)) expect(Number(bar[1]), path).toBeGreaterThan(1_000);
    }
    const trades = await get<Array<{ id: number }>>(second, 'trades?symbol=BTCUSDT');
    const ids = trades.map(({ id }) => id);
    expect(ids.at(-1)).toBe(lastId);
    expect(ids).toEqual(ids.map((_, i) => ids[0]! + i));
  });
});

describe('an exchange that was down by a fault', () => {
  const isOpen = (exchange: TestExchange): Promise<boolean> =>
    fetch(`${exchange.url}/api/v3/ping`).then(
      ({ ok }) => ok,
      () => false,
    );
  const options = { symbols: ['BTC/USDT'], historyMs: 1_000 };

  it('does not open again when it was ended meanwhile', async () => {
    const exchange = await start(options);
    exchange.setFaults('down,for=20');
    await exchange.stop();
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(await isOpen(exchange)).toBe(false);
  });

  it('opens again when somebody who took its port has gone', async () => {
    const exchange = await start(options);
    exchange.setFaults('down,for=100');
    const other = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve, reject) => {
      other.once('error', reject).listen(exchange.port, '127.0.0.1', () => resolve());
    });
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(await isOpen(exchange)).toBe(false);
    await new Promise((resolve) => other.close(resolve));
    const deadline = Date.now() + 5_000;
    while (!(await isOpen(exchange)) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await isOpen(exchange)).toBe(true);
  });
});

it('a client’s order stays behind what the crowd showed before it when the crowd is told whole', async () => {
  const exchange = await start({ symbols: ['BTC/USDT'], historyMs: 5_000 });
  const { bid, ask: offered } = exchange.best('spot', 'BTCUSDT');
  const of = { market: 'spot', symbol: 'BTCUSDT', quantity: '2' } as const;
  exchange.act({ ...of, act: 'level', side: 'BUY', price: bid });
  const order = { type: 'LIMIT', timeInForce: 'GTC', side: 'BUY', symbol: 'BTCUSDT', quantity: '0.5', price: bid };
  const { body } = await ask(exchange, 'POST', '/api/v3/order', order);
  const venue = exchange.exchange.venue('spot');
  const { price, quantity } = venue.listings.get('BTCUSDT')!;
  const level = (side: 'bid' | 'ask', text: string) => ({
    ...{ side, priceTicks: price.nearest(Number(text)), lots: quantity.nearest(2) },
  });
  const levels = [level('bid', bid), level('ask', offered)];
  venue.act('BTCUSDT', { kind: 'levels', instrument: 0, isWhole: true, levels });
  const filled = async (): Promise<string> =>
    (await ask(exchange, 'GET', '/api/v3/order', { symbol: 'BTCUSDT', orderId: body.orderId })).body.executedQty;
  exchange.act({ ...of, act: 'trade', side: 'SELL', price: bid });
  expect(await filled()).toBe('0.00000000');
  exchange.act({ ...of, act: 'trade', side: 'SELL', price: bid, quantity: '0.1' });
  expect(await filled()).toBe('0.10000000');
});

it('a listen key that a fault takes is gone, also where its address may not ask for anything', async () => {
  const exchange = await start({ symbols: ['BTC/USDT'], historyMs: 1_000 });
  const { body } = await ask(exchange, 'POST', '/api/v3/userDataStream');
  const user = await openSocket(`${exchange.ws('spot')}/ws/${body.listenKey}`);
  const { model, nowMs } = exchange.exchange.venue('spot');
  model.limits.ban('127.0.0.1', nowMs() + 60_000);
  exchange.setFaults('listen-key-expiry');
  await user.next(({ e }: { e: string }) => e === 'listenKeyExpired');
  expect(model.accountOfListenKey(body.listenKey)).toBeUndefined();
  user.close();
});
