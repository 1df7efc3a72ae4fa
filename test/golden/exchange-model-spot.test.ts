/** Every reply and user event of the spot exchange has the fields, and the kinds of values, that were recorded or documented. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { dataFolder } from '../fixtures/recorded.ts';
import { accountSpec, BTCUSDT, Desk, type Json } from '../unit/exchange/model/desk.ts';
import { differences, shapeOf } from './exchange-shapes.ts';

const folder = dataFolder();
const ORDER = '/api/v3/order';
const buy = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC' };

/** What the exchange says, by name. */
function said(): Map<string, unknown> {
  const desk = new Desk({ accounts: [accountSpec('a', { BTC: '10', USDT: '100000' })], instruments: [BTCUSDT] });
  desk.crowd([[5_000_000, 100_000]], [[5_000_100, 50_000]]);
  const all = new Map<string, unknown>();
  const send = (name: string, method: 'GET' | 'POST' | 'DELETE', path: string, params: Json = {}) => {
    const { body } = desk.send('a', method, path, params);
    all.set(name, body);
    return body;
  };
  const place = (name: string, params: Json) => send(name, 'POST', ORDER, { ...buy, ...params });
  place('ack', { price: '49000', quantity: '0.1', newOrderRespType: 'ACK', newClientOrderId: 'one' });
  place('result', { price: '49000', quantity: '0.1', newOrderRespType: 'RESULT' });
  all.set('executionReport', desk.events('a', 'executionReport')[0]);
  const market = { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.1' };
  send('full', 'POST', ORDER, market);
  all.set(
    'trade',
    desk.events('a', 'executionReport').find(({ x }) => x === 'TRADE'),
  );
  all.set('outboundAccountPosition', desk.events('a', 'outboundAccountPosition')[0]);
  send('test', 'POST', '/api/v3/order/test', market);
  send('testWithRates', 'POST', '/api/v3/order/test', { ...market, computeCommissionRates: 'true' });
  send('query', 'GET', ORDER, { symbol: 'BTCUSDT', origClientOrderId: 'one' });
  send('openOrders', 'GET', '/api/v3/openOrders');
  send('allOrders', 'GET', '/api/v3/allOrders', { symbol: 'BTCUSDT' });
  send('cancel', 'DELETE', ORDER, { symbol: 'BTCUSDT', origClientOrderId: 'one' });
  all.set('cancelled', desk.events('a', 'executionReport')[0]);
  const replace = (name: string, params: Json) =>
    send(name, 'POST', '/api/v3/order/cancelReplace', { ...buy, price: '48000', quantity: '0.1', ...params });
  const { orderId } = place('second', { price: '49000', quantity: '0.1' });
  replace('replaced', { cancelReplaceMode: 'STOP_ON_FAILURE', cancelOrderId: orderId });
  replace('stopped', { cancelReplaceMode: 'STOP_ON_FAILURE', cancelOrderId: 999 });
  replace('half', { cancelReplaceMode: 'ALLOW_FAILURE', cancelOrderId: 999, newOrderRespType: 'ACK' });
  replace('neither', { cancelReplaceMode: 'ALLOW_FAILURE', cancelOrderId: 999, quantity: '900' });
  const { orderId: third } = place('third', { price: '49000', quantity: '0.1' });
  replace('cancelOnly', { cancelReplaceMode: 'STOP_ON_FAILURE', cancelOrderId: third, quantity: '900' });
  send('cancelAll', 'DELETE', '/api/v3/openOrders', { symbol: 'BTCUSDT' });
  send('account', 'GET', '/api/v3/account');
  send('trades', 'GET', '/api/v3/myTrades', { symbol: 'BTCUSDT' });
  send('orderLimits', 'GET', '/api/v3/rateLimit/order');
  send('commission', 'GET', '/api/v3/account/commission', { symbol: 'BTCUSDT' });
  send('permissions', 'GET', '/sapi/v1/account/apiRestrictions');
  send('coins', 'GET', '/sapi/v1/capital/config/getall');
  send('fees', 'GET', '/sapi/v1/asset/tradeFee');
  send('burn', 'GET', '/sapi/v1/bnbBurn');
  send('status', 'GET', '/sapi/v1/account/status');
  send('tradingStatus', 'GET', '/sapi/v1/account/apiTradingStatus');
  desk.model.transfer('a', 'USDT', '1', desk.nowMs);
  all.set('balanceUpdate', desk.events('a', 'balanceUpdate')[0]);
  const headers = { 'x-mbx-apikey': desk.options.accounts[0]!.apiKey };
  all.set('listenKey', desk.raw({ method: 'POST', path: '/api/v3/userDataStream', headers }).body);
  all.set('exchangeInfo', desk.model.exchangeInfo(desk.nowMs));
  all.set('noSymbol', desk.send('a', 'GET', ORDER, { symbol: 'X', orderId: 1 }).body);
  return all;
}

it('a shape that differs is told', () => {
  const ours = shapeOf({ a: 1, more: 1, list: [{ x: '1' }], maybe: null });
  const theirs = shapeOf({ a: '1', less: 1, list: [{ x: 1 }], maybe: 'word' });
  expect(differences(ours, theirs)).toEqual([
    '+more',
    '-less',
    'a: "number", not "string"',
    'list[].x: "string", not "number"',
  ]);
});

describe.skipIf(folder === undefined)('spot', () => {
  let ours: Map<string, unknown>;
  const read = (path: string): unknown => {
    const bytes = readFileSync(join(folder!, path));
    return JSON.parse((path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'));
  };
  const against = (name: string, theirs: unknown) => {
    expect(ours.has(name), name).toBe(true);
    expect(theirs, name).toBeDefined();
    return differences(shapeOf(ours.get(name)), shapeOf(theirs));
  };

  beforeAll(() => {
    ours = said();
  });

  /** The documentation of 2026-07, by heading and label. */
  const documented = (heading: string, label: string): unknown => {
    const file = 'e_ws_frames/binance_docs/spot_rest_streams_userdata_filters_errors.json';
    const entries = read(file);
    if (!Array.isArray(entries)) throw new Error('the documentation is a list');
    const entry = entries.find((one) => `${one.heading}`.includes(heading) && `${one.label}`.includes(label));
    return entry?.parsed?.event ?? entry?.parsed;
  };

  it.each([
    ['ack', 'New order (TRADE)', 'ACK', []],
    ['result', 'New order (TRADE)', 'RESULT', []],
    ['full', 'New order (TRADE)', 'FULL', []],
    ['test', 'Test new order', 'Without', []],
    ['testWithRates', 'Test new order', 'With `compute', []],
    ['cancel', 'Cancel order (TRADE)', '**Response', []],
    ['cancelAll', 'Cancel All Open Orders', '**Response', []],
    ['replaced', 'Cancel an Existing Order', 'Response SUCCESS', []],
    ['stopped', 'Cancel an Existing Order', 'Cancel Order Fails with STOP_ON', []],
    ['cancelOnly', 'Cancel an Existing Order', 'Succeeds but New Order Placement Fails', []],
    ['half', 'Cancel an Existing Order', 'fails with ALLOW_FAILURE', []],
    ['neither', 'Cancel an Existing Order', 'both Cancel Order and New Order', []],
    ['account', 'Account information (USER_DATA)', '**Response', []],
    ['query', 'Query order (USER_DATA)', '**Response', []],
    ['openOrders', 'Current open orders', '**Response', []],
    ['allOrders', 'All orders (USER_DATA)', '**Response', []],
    ['trades', 'Account trade list', '**Response', []],
    ['orderLimits', 'Query Unfilled Order Count', '**Response', []],
    ['commission', 'Query Commission Rates', '**Response', []],
    ['outboundAccountPosition', 'Account Update', 'outboundAccountPosition', []],
    ['balanceUpdate', 'Balance Update', 'Payload', []],
    // `v` is documented for orders that expired by self-trade prevention only.
    ['executionReport', 'User Data Stream Events > Order Update', '**Payload', ['-v']],
    ['noSymbol', 'Error Codes', 'Sample Payload', []],
    // Sample lists are empty or cut there, and no smart order routing exists here.
    [
      'exchangeInfo',
      'Exchange information',
      '**Response',
      [
        '+rateLimits[].interval',
        '+rateLimits[].intervalNum',
        '+rateLimits[].limit',
        '+rateLimits[].rateLimitType',
        '-sors',
      ],
    ],
  ])('%s is as documented', (name, heading, label, expected) => {
    expect(against(name, documented(heading, label))).toEqual(expected);
  });

  const nautilus = (file: string): unknown => {
    const all = read('e_ws_frames/nautilus/binance_spot_and_futures_market_payloads.json');
    return Object(all)[`crates/adapters/binance/test_data/spot/${file}.json`];
  };
  /** Cut down there to what its parser reads. */
  const SHORTENED = ['+F', '+I', '+M', '+Q', '+V', '+W', '+Y', '+g'];

  it.each([
    ['account', 'http_json/account_response', []],
    ['full', 'http_json/new_order_full_response', []],
    ['cancel', 'http_json/cancel_order_response', []],
    ['query', 'http_json/order_response', []],
    ['trades', 'http_json/account_trades_response', []],
    ['executionReport', 'user_data_json/execution_report_new', SHORTENED],
    ['trade', 'user_data_json/execution_report_trade', SHORTENED],
    ['cancelled', 'user_data_json/execution_report_canceled', SHORTENED],
    ['outboundAccountPosition', 'user_data_json/account_position', []],
    ['balanceUpdate', 'user_data_json/balance_update', []],
  ])('%s is as the adapter of nautilus_trader has it', (name, file, expected) => {
    expect(against(name, nautilus(file))).toEqual(expected);
  });

  const binanceNet = (file: string): unknown => {
    const entry = Object(read('j_exchange_fixtures/binance_net/rest_spot.json'))[`Endpoints/Spot/${file}.txt`];
    return entry?.response?.data ?? entry?.response;
  };

  it.each([
    // Before `origQuoteOrderQty` was added to orders, and `specialCommission` to rates.
    ['full', 'Trading/PlaceOrder', ['+origQuoteOrderQty']],
    ['cancel', 'Trading/CancelOrder', ['+origQuoteOrderQty']],
    ['query', 'Trading/GetOrder', []],
    ['replaced', 'Trading/ReplaceOrder', ['+cancelResponse.origQuoteOrderQty', '+newOrderResponse.origQuoteOrderQty']],
    ['commission', 'Account/GetCommissionRates', ['+specialCommission']],
    ['orderLimits', 'Account/GetOrderRateLimitStatus', []],
    // FIX came later.
    ['permissions', 'Account/GetAPIKeyPermissions', ['+enableFixApiTrade', '+enableFixReadOnly']],
    ['fees', 'Account/GetTradeFee', []],
    ['burn', 'Account/GetBnbBurnStatus', []],
    // One coin's network was reset at no time.
    ['coins', 'Account/GetUserAssets', ['+[].networkList[].resetAddressStatus']],
  ])('%s is as in Binance.Net', (name, file, expected) => {
    expect(against(name, binanceNet(file))).toEqual(expected);
  });

  it('lists its symbols as recorded in 2025, but for what it does not have', () => {
    const recorded = Object(read('j_exchange_fixtures/gocryptotrader/binance_spot_http_recordings.json.gz'));
    const theirs = recorded['/api/v3/exchangeInfo'].GET[0].data;
    // `opoAllowed` and `pegInstructionsAllowed` came in 2026.
    expect(against('exchangeInfo', theirs).filter((one) => !one.includes('filters'))).toEqual([
      '+symbols[].opoAllowed',
      '+symbols[].pegInstructionsAllowed',
    ]);
    const filters = (symbols: Json[]) => {
      const list: unknown = symbols[0]?.filters;
      return Array.isArray(list) ? new Map(list.map((one) => [one.filterType, one])) : new Map();
    };
    const known = filters(theirs.symbols);
    for (const [type, filter] of filters(Object(ours.get('exchangeInfo')).symbols)) {
      expect(differences(shapeOf(filter), shapeOf(known.get(type))), type).toEqual([]);
    }
  });

  it('refuses as it was recorded and documented', () => {
    const recorded = read('j_exchange_fixtures/gocryptotrader/recorded_error_payloads.json');
    const byCode = new Map(Object(recorded).map((one: Json) => [Object(one.body).code, one.body]));
    expect(ours.get('noSymbol')).toEqual(byCode.get(-1121));
    expect(new Desk().raw({ path: '/api/v3/account' }).body).toEqual(byCode.get(-2014));
    const { codes } = Object(read('j_exchange_fixtures/binance_errors.json'));
    const texts = new Map<unknown, string[]>(codes.map((one: Json) => [one.code, one.messages]));
    const desk = new Desk();
    const said = desk.send('a', 'GET', ORDER, { symbol: 'BTCUSDT', orderId: 1 }).body;
    expect(texts.get(said.code)).toContain(said.msg);
  });
});
