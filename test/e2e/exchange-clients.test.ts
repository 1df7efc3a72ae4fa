/** Two clients that know nothing of this project trade on the loopback exchange, with nothing changed but their URLs. */
import type { binance as Binance, Order } from 'ccxt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExchangeMarket } from '../../src/exchange/model/port.ts';
import { startExchange, type TestExchange } from '../fixtures/exchange.ts';
import { ccxtClient, spotRest, streamClient, usdmRest } from '../fixtures/exchange-clients.ts';

let exchange: TestExchange;
beforeAll(async () => {
  exchange = await startExchange({ symbols: ['BTC/USDT', 'ETH/USDT', 'BTC/USDT:USDT', 'ETH/USDT:USDT'], rate: 400 });
});
afterAll(() => exchange.stop());

/** The package's own word for what its typings leave open. */
type Message = Readonly<Record<string, unknown>>;

describe.each([
  ['spot', 'BTC/USDT', 'ETH/USDT'],
  ['usdm', 'BTC/USDT:USDT', 'ETH/USDT:USDT'],
] as const)('ccxt on %s', (market, symbol, other) => {
  let client: Binance;
  beforeAll(async () => {
    client = ccxtClient(exchange, market);
    await client.loadHttpProxyAgent();
    await client.loadMarkets();
  });
  afterAll(() => client.close());

  it('reads the market', async () => {
    // ccxt's class for spot lists what is on USD-M as well.
    const listed = Object.keys(client.markets ?? {}).filter((name) => market === 'usdm' || !name.includes(':'));
    expect(listed.sort()).toEqual([symbol, other]);
    expect(client.market(symbol)).toMatchObject({ active: true, spot: market === 'spot', swap: market === 'usdm' });
    const { bid, ask } = exchange.best(market, 'BTCUSDT');
    const ticker = await client.fetchTicker(symbol);
    expect(Math.abs(Number(ticker.last) / Number(bid) - 1)).toBeLessThan(0.02);
    expect(Object.keys(await client.fetchTickers()).sort()).toEqual([symbol, other]);
    const book = await client.fetchOrderBook(symbol, 5);
    expect(book.bids).toHaveLength(5);
    expect(Number(book.bids[0]![0])).toBeLessThan(Number(book.asks[0]![0]));
    expect(Math.abs(Number(book.asks[0]![0]) / Number(ask) - 1)).toBeLessThan(0.02);
    const bars = await client.fetchOHLCV(symbol, '1m');
    expect(bars.length).toBeGreaterThanOrEqual(2);
    for (const [, open, high, low, close] of bars) {
      expect(Number(high)).toBeGreaterThanOrEqual(Math.max(Number(open), Number(close)));
      expect(Number(low)).toBeLessThanOrEqual(Math.min(Number(open), Number(close)));
    }
    expect((await client.fetchTrades(symbol, undefined, 7)).length).toBe(7);
  });

  it('trades: places, asks, cancels, is filled', async () => {
    const away = Math.floor(Number(exchange.best(market, 'BTCUSDT').bid) * 0.97);
    const placed = await client.createOrder(symbol, 'limit', 'buy', 0.01, away);
    expect(placed).toMatchObject({ status: 'open', amount: 0.01, price: away });
    expect((await client.fetchOpenOrders(symbol)).map(({ id }) => id)).toEqual([placed.id]);
    expect(await client.fetchOrder(String(placed.id), symbol)).toMatchObject({ status: 'open', filled: 0 });
    expect(await client.cancelOrder(String(placed.id), symbol)).toMatchObject({ status: 'canceled' });
    await expect(client.cancelOrder(String(placed.id), symbol)).rejects.toThrow(/-2011/);
    await expect(client.createOrder(symbol, 'limit', 'buy', 0.01, away * 10)).rejects.toThrow();
    const before = (await client.fetchMyTrades(symbol)).length;
    const filled = await client.createOrder(symbol, 'market', 'buy', 0.01);
    expect(filled.status).toBe('closed');
    const trades = await client.fetchMyTrades(symbol);
    expect(trades.slice(before).reduce((sum, { amount }) => sum + Number(amount), 0)).toBeCloseTo(0.01, 10);
    const { USDT: quote } = (await client.fetchBalance()).total as unknown as Record<string, number>;
    expect(quote).toBeLessThan(100_000);
    if (market === 'usdm')
      expect(await client.fetchPositions([symbol])).toMatchObject([{ contracts: 0.01, side: 'long' }]);
  });

  it('watches trades, the book and its own orders', async () => {
    const trades = await client.watchTrades(symbol);
    expect(trades[0]).toMatchObject({ symbol });
    const book = await client.watchOrderBook(symbol);
    for (let i = 0; i < 5; i++) await client.watchOrderBook(symbol);
    expect(Number(book.bids[0]![0])).toBeLessThan(Number(book.asks[0]![0]));
    const told: Order[] = [];
    // The first call opens the stream: what happens before it is open is not told.
    const first = client.watchOrders(symbol);
    const opens = market === 'spot' ? 'WS userDataStream.subscribe.signature' : 'POST /fapi/v1/listenKey';
    await until(() => exchange.count(opens) > 0);
    const placed = await client.createOrder(symbol, 'limit', 'buy', 0.01, Math.floor(Number(book.bids[0]![0]) * 0.97));
    told.push(...(await first));
    await client.cancelOrder(String(placed.id), symbol);
    while (!told.some(({ status }) => status === 'canceled')) told.push(...(await client.watchOrders(symbol)));
    expect(told.filter(({ id }) => id === placed.id).map(({ status }) => status)).toContain('canceled');
  });

  it('notices that the book’s stream has a gap', async () => {
    await client.watchOrderBook(symbol);
    exchange.setFaults('depth-gap,count=3');
    const watched = (async () => {
      for (let i = 0; i < 20; i++) await client.watchOrderBook(symbol);
    })();
    await expect(watched).rejects.toThrow(/nonce|checksum|out of order/i);
    exchange.setFaults();
  });
});

async function until(is: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!is() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
  // What was asked for is answered by then.
  await new Promise((resolve) => setTimeout(resolve, 100));
}

describe('the binance package', () => {
  it('reads and trades by REST', async () => {
    const spot = spotRest(exchange);
    const usdm = usdmRest(exchange);
    const [spotBook, usdmBook] = await Promise.all([
      spot.getOrderBook({ symbol: 'BTCUSDT', limit: 10 }),
      usdm.getOrderBook({ symbol: 'BTCUSDT', limit: 10 }),
    ]);
    for (const { bids, asks } of [spotBook, usdmBook]) expect([bids.length, asks.length]).toEqual([10, 10]);
    const order = { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: 0.002 } as const;
    expect(await spot.submitNewOrder({ ...order, newOrderRespType: 'FULL' })).toMatchObject({ status: 'FILLED' });
    expect(await usdm.submitNewOrder({ ...order, newOrderRespType: 'RESULT' })).toMatchObject({ status: 'FILLED' });
    expect((await spot.getAccountInformation()).balances.map(({ asset }) => asset)).toContain('BTC');
    expect((await usdm.getPositionsV3({ symbol: 'BTCUSDT' })).length).toBe(1);
    await expect(spot.submitNewOrder({ ...order, symbol: 'NOPE' })).rejects.toMatchObject({ code: -1121 });
  });

  it.each([
    ['spot', ['btcusdt@trade', 'btcusdt@bookTicker', 'btcusdt@depth@100ms', 'btcusdt@kline_1s'], 'executionReport'],
    [
      'usdm',
      ['btcusdt@aggTrade', 'btcusdt@bookTicker', 'btcusdt@depth@100ms', 'btcusdt@markPrice@1s'],
      'ORDER_TRADE_UPDATE',
    ],
  ] as const)('streams %s with the user’s events', async (market: ExchangeMarket, streams, event) => {
    const client = streamClient(exchange, market);
    const seen = new Set<unknown>();
    const faults: unknown[] = [];
    client.on('message', (message) => seen.add((message as unknown as Message).e));
    client.on('exception', (fault) => faults.push(fault));
    await client.subscribe([...streams], market === 'spot' ? 'main' : 'usdm');
    await (market === 'spot' ? client.subscribeSpotUserDataStream() : client.subscribeUsdFuturesUserDataStream());
    const order = { symbol: 'BTCUSDT', side: 'SELL', type: 'MARKET', quantity: 0.002 } as const;
    await (market === 'spot' ? spotRest(exchange).submitNewOrder(order) : usdmRest(exchange).submitNewOrder(order));
    const wanted = ['bookTicker', 'depthUpdate', event, market === 'spot' ? 'kline' : 'markPriceUpdate'];
    await until(() => wanted.every((name) => seen.has(name)));
    client.closeAll(true);
    expect(faults).toEqual([]);
    expect([...seen]).toEqual(expect.arrayContaining([...wanted, market === 'spot' ? 'trade' : 'aggTrade']));
  });
});
