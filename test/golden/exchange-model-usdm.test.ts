/**
 * Every reply and user event of the USD-M exchange has the fields, and the kinds of values, that were recorded, documented,
 * or are declared by the client `binance`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { dataFolder } from '../fixtures/recorded.ts';
import { accountSpec, Desk, type Json } from '../unit/exchange/model/desk.ts';
import { DeclaredShapes, differences, type Shape, shapeOf } from './exchange-shapes.ts';

const folder = dataFolder();
const ORDER = '/fapi/v1/order';
const symbol = 'BTCUSDT';
const market = { symbol, side: 'BUY', type: 'MARKET', quantity: '0.5', newOrderRespType: 'RESULT' };

/** What the exchange says, by name; of a list its first entry. */
function said(): Map<string, unknown> {
  const desk = new Desk({ market: 'usdm', accounts: [accountSpec('a', { USDT: '100000' })] });
  desk.crowd([[499_990, 100_000]], [[500_000, 50_000]]);
  desk.model.marketTrade(symbol, 500_000, 1, true, desk.nowMs);
  const all = new Map<string, unknown>();
  const send = (name: string, method: 'GET' | 'POST' | 'DELETE' | 'PUT', path: string, params: Json = {}) => {
    const { body, list, status } = desk.send('a', method, path, params);
    if (status !== 200) throw new Error(`${name}: ${JSON.stringify(body)}`);
    all.set(name, list[0] ?? body);
    return body;
  };
  const event = (name: string, kind: string) => all.set(name, desk.events('a', kind).at(-1));
  const limit = { symbol, side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', price: '49000', quantity: '0.1' };
  const { orderId } = send('new', 'POST', ORDER, limit);
  event('orderNew', 'ORDER_TRADE_UPDATE');
  send('openOrder', 'GET', '/fapi/v1/openOrder', { symbol, orderId });
  send('openOrders', 'GET', '/fapi/v1/openOrders');
  send('modified', 'PUT', ORDER, { symbol, orderId, side: 'BUY', price: '48900', quantity: '0.1' });
  send('cancelled', 'DELETE', ORDER, { symbol, orderId });
  send('queried', 'GET', ORDER, { symbol, orderId });
  send('allOrders', 'GET', '/fapi/v1/allOrders', { symbol });
  send('allCancelled', 'DELETE', '/fapi/v1/allOpenOrders', { symbol });
  send('market', 'POST', ORDER, market);
  event('orderTrade', 'ORDER_TRADE_UPDATE');
  event('tradeLite', 'TRADE_LITE');
  event('accountUpdate', 'ACCOUNT_UPDATE');
  send('trades', 'GET', '/fapi/v1/userTrades', { symbol });
  const algo = {
    symbol,
    algoType: 'CONDITIONAL',
    side: 'SELL',
    type: 'STOP_MARKET',
    triggerPrice: '48000',
    quantity: '0.1',
  };
  const { algoId } = send('algo', 'POST', '/fapi/v1/algoOrder', algo);
  send('algoQueried', 'GET', '/fapi/v1/algoOrder', { algoId });
  event('algoUpdate', 'ALGO_UPDATE');
  send('algoCancelled', 'DELETE', '/fapi/v1/algoOrder', { algoId });
  send('countdown', 'POST', '/fapi/v1/countdownCancelAll', { symbol, countdownTime: 1000 });
  for (const version of ['v2', 'v3']) {
    const { assets, positions } = send(`account ${version}`, 'GET', `/fapi/${version}/account`);
    all.set(`asset ${version}`, assets?.[0]);
    all.set(`position ${version}`, positions?.[0]);
    send(`balance ${version}`, 'GET', `/fapi/${version}/balance`);
    send(`risk ${version}`, 'GET', `/fapi/${version}/positionRisk`);
  }
  send('leverage', 'POST', '/fapi/v1/leverage', { symbol, leverage: 25 });
  event('accountConfigUpdate', 'ACCOUNT_CONFIG_UPDATE');
  send('commission', 'GET', '/fapi/v1/commissionRate', { symbol });
  send('accountConfig', 'GET', '/fapi/v1/accountConfig');
  send('symbolConfig', 'GET', '/fapi/v1/symbolConfig', { symbol });
  all.set('bracket', send('brackets', 'GET', '/fapi/v1/leverageBracket', { symbol })[0]?.brackets?.[0]);
  send('income', 'GET', '/fapi/v1/income');
  send('orderLimits', 'GET', '/fapi/v1/rateLimit/order');
  all.set('exchangeInfo', desk.model.exchangeInfo(desk.nowMs));
  return all;
}

let ours: Map<string, unknown>;
const shapeOfOurs = (name: string): Shape => {
  expect(ours.get(name), name).toBeDefined();
  return shapeOf(ours.get(name));
};

beforeAll(() => {
  ours = said();
});

describe('as the client `binance` declares it', () => {
  const rest = new DeclaredShapes('futures.d.ts');
  /** Of trailing stops only, which this exchange refuses. */
  const TRAILING = ['-activatePrice', '-priceRate'];
  /** Documented since 2023; not declared for a cancel. */
  const CANCEL = ['+avgPrice', '+goodTillDate'];

  it.each<readonly [string, string, readonly string[]]>([
    ['new', 'NewOrderResult', TRAILING],
    ['market', 'NewOrderResult', TRAILING],
    ['queried', 'OrderResult', TRAILING],
    ['openOrder', 'OrderResult', TRAILING],
    ['openOrders', 'OrderResult', TRAILING],
    ['allOrders', 'OrderResult', TRAILING],
    ['cancelled', 'CancelFuturesOrderResult', [...CANCEL, ...TRAILING]],
    ['countdown', 'SetCancelTimeoutResult', []],
    ['trades', 'FuturesPositionTrade', []],
    ['algo', 'FuturesAlgoOrderResponse', []],
    ['algoQueried', 'FuturesQueryAlgoOrderResponse', []],
    ['algoCancelled', 'FuturesCancelAlgoOrderResponse', []],
    // Its declarations give some times as texts, where Binance sends numbers.
    ['balance v2', 'FuturesAccountBalance', ['updateTime: "number", not "string"']],
    ['balance v3', 'FuturesAccountBalance', ['updateTime: "number", not "string"']],
    ['asset v2', 'FuturesAccountAsset', []],
    ['position v2', 'FuturesAccountPosition', ['+breakEvenPrice']],
    ['risk v2', 'FuturesPosition', ['+breakEvenPrice']],
    ['risk v3', 'FuturesPositionV3', []],
    ['commission', 'UserCommissionRate', []],
    ['accountConfig', 'FuturesAccountConfig', []],
    ['symbolConfig', 'SymbolConfig', []],
    ['bracket', 'SymbolLeverageBracket', []],
    ['income', 'IncomeHistory', []],
  ])('%s is a %s', (name, declared, expected) => {
    const { shape, optional } = rest.of(declared);
    const found = differences(shapeOfOurs(name), shape).filter((one) => !optional.has(one.slice(1)));
    expect(found).toEqual(expected);
  });

  it('a lite trade is one', () => {
    const { shape } = new DeclaredShapes('websockets/ws-events-raw.d.ts').of(
      'WsMessageFuturesUserDataTradeLiteEventRaw',
    );
    expect(differences(shapeOfOurs('tradeLite'), shape)).toEqual([]);
  });
});

describe('as the documentation has it', () => {
  /** Field names of Account Information V3, single-asset mode. */
  const TOTALS = [
    'totalInitialMargin',
    'totalMaintMargin',
    'totalWalletBalance',
    'totalUnrealizedProfit',
    'totalMarginBalance',
    'totalPositionInitialMargin',
    'totalOpenOrderInitialMargin',
    'totalCrossWalletBalance',
    'totalCrossUnPnl',
    'availableBalance',
    'maxWithdrawAmount',
  ];

  it('an account of the third version has sums, assets and the positions that are used', () => {
    const account = Object(ours.get('account v3'));
    expect(Object.keys(account)).toEqual([...TOTALS, 'assets', 'positions']);
    for (const name of TOTALS) expect(account[name]).toMatch(/^\d+\.\d{8}$/);
    const { shape } = new DeclaredShapes('futures.d.ts').of('FuturesAccountAsset');
    expect(differences(shapeOfOurs('asset v3'), shape)).toEqual(['-marginAvailable']);
    expect(Object.keys(Object(ours.get('position v3')))).toEqual([
      'symbol',
      'positionSide',
      'positionAmt',
      'unrealizedProfit',
      'isolatedMargin',
      'notional',
      'isolatedWallet',
      'initialMargin',
      'maintMargin',
      'updateTime',
    ]);
  });

  it('an account of the second version has flags besides', () => {
    const flags = [
      'feeTier',
      'feeBurn',
      'canTrade',
      'canDeposit',
      'canWithdraw',
      'updateTime',
      'multiAssetsMargin',
      'tradeGroupId',
    ];
    expect(Object.keys(Object(ours.get('account v2')))).toEqual([...flags, ...TOTALS, 'assets', 'positions']);
  });

  it('settings and cancels of everything answer so', () => {
    expect(ours.get('leverage')).toEqual({ leverage: 25, maxNotionalValue: '1000000', symbol });
    expect(ours.get('allCancelled')).toEqual({ code: 200, msg: 'The operation of cancel all open order is done.' });
  });
});

describe.skipIf(folder === undefined)('as it was recorded', () => {
  const read = (path: string) => {
    const bytes = readFileSync(join(folder!, 'j_exchange_fixtures', path));
    return Object(JSON.parse((path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')));
  };
  /** The event of a script: what stands behind the sign for data. */
  const event = (file: string): Shape => {
    const { script } = read('binance_net/socket_usdm_streams_half1.json')[`Subscriptions/UsdFutures/${file}.txt`];
    return shapeOf(JSON.parse(script.slice(script.indexOf('\n= ') + 2)).data);
  };

  it.each<readonly [string, string, readonly string[]]>([
    // Of trailing stops; who pays no commission is told of none; and why an order expired came later.
    ['orderTrade', 'OrderUpdate', ['+o.er', '-o.AP', '-o.cr']],
    ['orderNew', 'OrderUpdate', ['+o.er', '-o.AP', '-o.N', '-o.cr', '-o.n']],
    ['accountUpdate', 'AccountUpdate', []],
    ['accountConfigUpdate', 'Leverage', []],
    // The reason came later.
    ['algoUpdate', 'AlgoOrderUpdate', ['+o.rm']],
  ])('%s is one', (name, file, expected) => {
    expect(differences(shapeOfOurs(name), event(file))).toEqual(expected);
  });

  it('its symbols are listed so', () => {
    const theirs = read('exchangeInfo/binance_usdm_exchangeInfo_2021-07-22.json.gz');
    const without = (shape: string[]) => shape.filter((one) => !one.includes('filters'));
    // `maxMoveOrderLimit` came later, and is in the recording of 2025.
    expect(without(differences(shapeOfOurs('exchangeInfo'), shapeOf(theirs)))).toEqual([
      '+symbols[].maxMoveOrderLimit',
    ]);
    const byType = (filters: Json[]) => new Map(filters.map((one) => [one.filterType, one]));
    const known = byType(theirs.symbols[0].filters);
    const mine = byType(Object(ours.get('exchangeInfo')).symbols[0].filters);
    expect([...mine.keys()].sort()).toEqual([...known.keys()].sort());
    for (const [type, filter] of mine)
      expect(differences(shapeOf(filter), shapeOf(known.get(type))), `${type}`).toEqual([]);
    const later = Object(read('exchangeInfo/ccxt_markets_binanceusdm_2025-03.json.gz')['BTC/USDT:USDT'].info);
    expect(Object.keys(later)).toContain('maxMoveOrderLimit');
  });
});
