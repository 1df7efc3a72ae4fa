/** Requests of every kind of nonsense: each has an answer in Binance's form, and nothing of it touches what is held. */
import { describe, expect, it } from 'vitest';
import { randomFrom } from '../../../fixtures/hostile-session.ts';
import { Desk, type Json } from './desk.ts';

const PLAIN = ['order', 'order/test', 'openOrders', 'allOrders'];
const SPOT = [
  ...PLAIN,
  'order/cancelReplace',
  'myTrades',
  'account',
  'account/commission',
  'rateLimit/order',
  'userDataStream',
];
const USDM = [
  ...PLAIN,
  'batchOrders',
  'allOpenOrders',
  'countdownCancelAll',
  'openOrder',
  'userTrades',
  'leverage',
  'marginType',
  'positionMargin',
  'positionSide/dual',
  'commissionRate',
  'leverageBracket',
  'symbolConfig',
  'income',
  'listenKey',
  'algoOrder',
  'algoOpenOrders',
  'openAlgoOrders',
  'allAlgoOrders',
];
const NAMES = [
  ...[
    'symbol',
    'side',
    'type',
    'timeInForce',
    'quantity',
    'price',
    'stopPrice',
    'triggerPrice',
    'quoteOrderQty',
    'icebergQty',
  ],
  ...[
    'orderId',
    'origClientOrderId',
    'newClientOrderId',
    'clientAlgoId',
    'algoId',
    'algoType',
    'limit',
    'startTime',
    'endTime',
  ],
  ...[
    'fromId',
    'leverage',
    'marginType',
    'amount',
    'countdownTime',
    'batchOrders',
    'orderIdList',
    'closePosition',
    'reduceOnly',
  ],
  ...[
    'cancelReplaceMode',
    'cancelOrderId',
    'newOrderRespType',
    'selfTradePreventionMode',
    'recvWindow',
    'dualSidePosition',
    'page',
  ],
];
const WORDS = [
  ...[
    'BTCUSDT',
    'BUY',
    'SELL',
    'LIMIT',
    'MARKET',
    'STOP_MARKET',
    'STOP_LOSS',
    'GTC',
    'FOK',
    'CONDITIONAL',
    'true',
    'ISOLATED',
    'RESULT',
  ],
  ...[
    '',
    '0',
    '1',
    '-1',
    '0.001',
    '49000',
    '1e9',
    'NaN',
    '99999999999999999999',
    '9007199254740993',
    '0.00000000001',
    '__proto__',
  ],
  ...[
    '[]',
    '[1]',
    '[null]',
    '{}',
    '[{"symbol":"BTCUSDT"}]',
    '[',
    '\u0000',
    '%',
    'ü',
    '"',
    'constructor',
    'STOP_ON_FAILURE',
  ],
];

describe.each([
  ['spot', '/api/v3', SPOT],
  ['usdm', '/fapi/v1', USDM],
] as const)('%s', (market, base, paths) => {
  it('answers it all, and keeps every amount', () => {
    const below = randomFrom(7);
    const desk = new Desk({
      market,
      limits: { weightPerMinute: 1e9, ordersPer10s: 1e9, ordersPerMinute: 1e9, ordersPerDay: 1e9 },
    });
    desk.crowd([[490_000, 100]], [[500_000, 100]]);
    const seen = new Set<number>();
    for (let i = 0; i < 3_000; i++) {
      const method = (['GET', 'POST', 'PUT', 'DELETE'] as const)[below(4)]!;
      const path = `${base}/${paths[below(paths.length)]}`;
      if (!desk.model.serves(method, path)) continue;
      const params: Json = below(3) === 0 ? {} : { symbol: 'BTCUSDT' };
      const asked: Record<string, unknown> = { ...params };
      for (let n = below(9); n > 0; n--) asked[NAMES[below(NAMES.length)]!] = WORDS[below(WORDS.length)];
      const { status, body } = desk.send('a', method, path, asked);
      seen.add(status);
      if (status === 200) continue;
      const { code, msg } = Object(body);
      expect([typeof code, typeof msg], `${method} ${path} ${JSON.stringify(asked)}`).toEqual(['number', 'string']);
    }
    expect(seen.has(200) && seen.has(400)).toBe(true);
    for (const { held, deposited, least } of desk.model.audit().values())
      expect([held, least]).toEqual([deposited, 0n]);
  });
});
