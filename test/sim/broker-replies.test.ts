/** What a venue says of account and orders, read without trusting it: what does not read is not known, and never nothing. */
import { describe, expect, it } from 'vitest';
import type { QueryReply } from '../../src/brokers/gateway.ts';
import type { ExchangeMarket } from '../../src/exchange/model/port.ts';
import { BrokerWorld, MID_TICKS } from './broker/broker-world.ts';

const SECOND_US = 1_000_000;
const BROKEN = ['{}', '{"code":0}', 'null', '[null]', '[[]]', '"[]"'];

/** How a venue answers a question, as a status of 200 with a body of the test's own. */
function answers(world: BrokerWorld, end: string, body: (query: URLSearchParams) => string): void {
  world.wire.onRequest = ({ method, path, query }) =>
    method === 'GET' && path.endsWith(end)
      ? { kind: 'reply', done: false, reply: { status: 200, headers: {}, body: body(new URLSearchParams(query)) } }
      : undefined;
}

const PARTS: ReadonlyArray<readonly [market: ExchangeMarket, what: string, end: string]> = [
  ['spot', 'open orders', '/openOrders'],
  ['spot', 'trades', '/myTrades'],
  ['usdm', 'open orders', '/openOrders'],
  ['usdm', 'waiting orders', '/openAlgoOrders'],
  ['usdm', 'trades', '/userTrades'],
];

describe.each(PARTS)('of a %s account', (market, what, end) => {
  it(`${what} that are no list of objects deny it`, async () => {
    const world = await BrokerWorld.open({ seed: 11, market });
    for (const body of BROKEN) {
      answers(world, end, () => body);
      expect(await world.account(world.nowUs - 60 * SECOND_US), body).toEqual({
        kind: 'denied',
        why: expect.stringContaining(`the ${what} are no list`),
      });
    }
  });
});

it.each([
  ['spot', '{}', 'balances'],
  ['spot', '{"balances":{}}', 'balances'],
  ['usdm', '{"positions":[]}', 'assets'],
  ['usdm', '{"assets":[]}', 'positions'],
  ['usdm', '{"assets":[],"positions":[null]}', 'positions'],
] as const)('of a %s account %s denies it', async (market, body, what) => {
  const world = await BrokerWorld.open({ seed: 12, market });
  answers(world, '/account', () => body);
  expect(await world.account(world.nowUs - 60 * SECOND_US)).toEqual({
    kind: 'denied',
    why: expect.stringContaining(`the ${what} are no list`),
  });
});

it.each(['spot', 'usdm'] as const)('%s fills that do not read leave an order unknown until they do', async (market) => {
  const world = await BrokerWorld.open({ seed: 13, market });
  world.wire.isMute = true;
  answers(world, market === 'spot' ? '/myTrades' : '/userTrades', () => '{}');
  const order = world.submit({ side: 1, lots: 10, limitTicks: MID_TICKS + 3 });
  world.run(20 * SECOND_US);
  expect(world.reportsOf(order).map(({ report }) => report.kind)).not.toContain('filled');
  expect(world.desk.open).toBe(1);
  world.wire.onRequest = () => undefined;
  world.run(60 * SECOND_US);
  expect(world.heldLots).toBe(10);
  expect(world.desk.open).toBe(0);
});

it('a USD-M account in hedge mode is denied, for its positions are two', async () => {
  const world = await BrokerWorld.open({ seed: 14, market: 'usdm' });
  const position = { symbol: 'BTCUSDT', positionSide: 'LONG', positionAmt: '0.010' };
  answers(world, '/account', () => JSON.stringify({ assets: [], positions: [position] }));
  expect(await world.account(world.nowUs - 60 * SECOND_US)).toEqual({
    kind: 'denied',
    why: expect.stringContaining('hedge mode'),
  });
});

describe('trades of which one page does not hold all', () => {
  const PAGE = 1_000;

  /** A list of trades as the venue tells it: by time, from a number on, or the newest; never more than a page. */
  function listing(count: number, fromMs: number, everyMs: number) {
    const rows = Array.from({ length: count }, (_, i) => ({
      id: i + 1,
      orderId: 9,
      symbol: 'BTCUSDT',
      time: fromMs + i * everyMs,
      price: '50000.0',
      qty: '0.001',
      commission: '0',
      commissionAsset: 'USDT',
      buyer: true,
      isBuyer: true,
      maker: false,
    }));
    return (query: URLSearchParams): string => {
      const [fromId, start, end] = ['fromId', 'startTime', 'endTime'].map((name) => query.get(name));
      if (fromId != null) return JSON.stringify(rows.filter(({ id }) => id >= Number(fromId)).slice(0, PAGE));
      if (start == null) return JSON.stringify(rows.slice(-PAGE));
      const within = rows.filter(({ time }) => time >= Number(start) && time <= Number(end));
      return JSON.stringify(within.slice(0, PAGE));
    };
  }

  it.each([
    ['spot', '/myTrades', 2_500, 'within a second', 1],
    ['spot', '/myTrades', 1_500, 'over three days', 172_000],
    ['usdm', '/userTrades', 2_500, 'within a second', 1],
    ['usdm', '/userTrades', 1_001, 'over ten days', 863_000],
    ['usdm', '/userTrades', 20, 'over ten days, which fill no page', 43_000_000],
  ] as const)('on %s (%s) are all found, %i of them %s', async (market, end, count, _when, everyMs) => {
    const world = await BrokerWorld.open({ seed: 15, market });
    const sinceMs = world.wire.venueMs - count * everyMs - 1_000;
    answers(world, end, listing(count, sinceMs, everyMs));
    const told = await world.account((sinceMs - 1_000) * 1_000);
    if (told.kind !== 'account') throw new Error(JSON.stringify(told));
    expect(told.account.executions.map(({ executionId }) => executionId)).toEqual(
      Array.from({ length: count }, (_, i) => i + 1),
    );
  });
});

describe('an order that is asked for', () => {
  it.each([
    ['NEW', 'open'],
    ['PARTIALLY_FILLED', 'open'],
    ['PENDING_NEW', 'open'],
    ['PENDING_CANCEL', 'open'],
    ['CANCELED', 'closed'],
    ['FILLED', 'closed'],
    ['REJECTED', 'closed'],
    ['EXPIRED', 'closed'],
    ['EXPIRED_IN_MATCH', 'closed'],
    ['SOMETHING_NEW', 'unknown'],
    ['', 'unknown'],
  ])('and is %s at the venue is %s', async (status, kind) => {
    const world = await BrokerWorld.open({ seed: 16, market: 'spot' });
    answers(world, '/order', () => JSON.stringify({ orderId: 5, status, executedQty: '0.000' }));
    const name = { instrument: 0, clientOrderId: 'test-1', conditional: false };
    const told = await world.until(new Promise<QueryReply>((resolve) => world.trading.query(name, resolve)));
    expect(told.kind).toBe(kind);
    expect(world.doubts).toHaveLength(kind === 'unknown' ? 1 : 0);
  });
});
