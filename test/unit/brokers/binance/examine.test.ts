/** What the doctor says of key, permissions, account and limits, from the replies of a venue. */
import { expect, it } from 'vitest';
import { examine, type Finding } from '../../../../src/brokers/binance/examine.ts';
import type { HttpOutcome, Wire } from '../../../../src/brokers/binance/wire.ts';
import { Credentials } from '../../../../src/brokers/credentials.ts';
import type { LiveVenue } from '../../../../src/brokers/open-trading.ts';

const NOW_US = 1_800_000_000_000_000;

type Reply = readonly [status: number, body: unknown, headers?: Readonly<Record<string, string>>] | HttpOutcome;

const FILTERS = [{ filterType: 'MIN_NOTIONAL', notional: '5', minNotional: '5' }];
const GOOD: Readonly<Record<string, Reply>> = {
  time: [200, { serverTime: NOW_US / 1000 }],
  exchangeInfo: [
    200,
    {
      rateLimits: [{ rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 2400 }],
      symbols: [{ symbol: 'BTCUSDT', status: 'TRADING', filters: FILTERS }],
    },
  ],
  account: [
    200,
    {
      canTrade: true,
      balances: [{ asset: 'USDT', free: '900', locked: '100' }],
      assets: [{ asset: 'USDT', walletBalance: '1000' }],
    },
  ],
  apiRestrictions: [
    200,
    { enableFutures: true, enableSpotAndMarginTrading: true, enableWithdrawals: false, ipRestrict: true },
  ],
  dual: [200, { dualSidePosition: false }],
  bnbBurn: [200, { spotBNBBurn: false, interestBNBBurn: false }],
  feeBurn: [200, { feeBurn: false }],
  multiAssetsMargin: [200, { multiAssetsMargin: false }],
};

async function findings(
  changes: Readonly<Record<string, Reply>> = {},
  venue: LiveVenue = 'binanceusdm',
): Promise<readonly Finding[]> {
  const wire: Wire = {
    http: ({ url }, _timeoutUs, done) => {
      const name = new URL(url).pathname.split('/').at(-1) ?? '';
      const reply = changes[name] ?? GOOD[name];
      if (reply === undefined) throw new Error(`nothing answers ${name}`);
      if ('kind' in reply) done(reply);
      else {
        const [status, body, headers = {}] = reply;
        done({ kind: 'reply', status, headers, body: JSON.stringify(body) });
      }
    },
    socket: () => {
      throw new Error('no socket is looked at');
    },
    close: () => {},
  };
  return examine({
    venue,
    url: undefined,
    credentials: new Credentials('CANARYKEY0123456789', 'CANARYSECRET0123456789'),
    symbols: ['BTCUSDT'],
    clockOffsetLimitUs: 500_000,
    orderLimitPpm: 150_000,
    currency: 'USDT',
    schedule: { nowUs: () => NOW_US, after: () => () => {} },
    wire,
  });
}

const troubles = async (...asked: Parameters<typeof findings>): Promise<readonly string[]> =>
  (await findings(...asked)).flatMap(({ verdict, check, text }) =>
    verdict === 'fine' ? [] : [`${verdict} ${check}: ${text}`],
  );

it('finds nothing wrong where nothing is', async () => {
  expect(await troubles()).toEqual([]);
  expect(await troubles({}, 'binance')).toEqual([]);
});

const error = (status: number, code: number, msg: string): Reply => [status, { code, msg }];
const failed = (code: string): Reply => ({ kind: 'failed', code, left: false });

it.each<readonly [string, Readonly<Record<string, Reply>>, RegExp]>([
  ['there is no route', { time: failed('ENOTFOUND') }, /^bad route: .*cannot be resolved/],
  ['TLS does not hold', { time: failed('CERT_HAS_EXPIRED') }, /^bad route: .*certificate has expired/],
  ['the region is not served', { time: [451, '<html>'] }, /^bad route: .*HTTP 451/],
  [
    'the address is banned',
    { time: [418, {}, { 'retry-after': '600' }] },
    /^bad route: .*banned this address for 10 min/,
  ],
  ['the clock is off', { time: [200, { serverTime: NOW_US / 1000 - 3_000 }] }, /^bad clock: .*[23]\.\d{3} s ahead of/],
  [
    'the key is unknown or the address not allowed',
    { account: error(401, -2015, 'Invalid API-key, IP, or permissions for action.') },
    /^bad key: .*not allowed from this address/,
  ],
  [
    'the secret is another’s',
    { account: error(400, -1022, 'Signature for this request is not valid.') },
    /^bad key: .*secret does not belong/,
  ],
  ['the key is malformed', { account: error(401, -2014, 'API-key format invalid.') }, /^bad key: .*malformed/],
  [
    'the key may not trade',
    { apiRestrictions: [200, { enableFutures: false, enableWithdrawals: false, ipRestrict: true }] },
    /^bad trading: the key may not trade futures/,
  ],
  [
    'the key may withdraw',
    { apiRestrictions: [200, { enableFutures: true, enableWithdrawals: true, ipRestrict: true }] },
    /^warn withdrawals: the key may withdraw/,
  ],
  [
    'the key works from everywhere',
    { apiRestrictions: [200, { enableFutures: true, enableWithdrawals: false, ipRestrict: false }] },
    /^warn address: .*every address/,
  ],
  ['the account is in hedge mode', { dual: [200, { dualSidePosition: true }] }, /^bad position mode: .*hedge mode/],
  [
    'other assets stand in',
    { multiAssetsMargin: [200, { multiAssetsMargin: true }] },
    /^bad asset mode: .*multi-assets/,
  ],
  [
    'the symbol is halted',
    { exchangeInfo: [200, { symbols: [{ symbol: 'BTCUSDT', status: 'BREAK' }] }] },
    /^bad symbols: BTCUSDT is not traded now: its status is BREAK/,
  ],
  ['the symbol is not there', { exchangeInfo: [200, { symbols: [] }] }, /^bad symbols: BTCUSDT is not listed/],
  ['the account is empty', { account: [200, { assets: [] }] }, /^bad balance: the account holds no USDT/],
  ['fees come in BNB', { feeBurn: [200, { feeBurn: true }] }, /^warn fees: fees come in BNB/],
  [
    'orders would be too small',
    { account: [200, { assets: [{ asset: 'USDT', walletBalance: '20' }] }] },
    /^bad order size: .*least order is worth 5\.00, policy allows 3\.00/,
  ],
  [
    'the limit is nearly used up',
    { dual: [200, { dualSidePosition: false }, { 'x-mbx-used-weight-1m': '1900' }] },
    /^warn limits: \d\d % /,
  ],
])('says when %s', async (_what, changes, line) => {
  const told = await troubles(changes);
  expect(told).toContainEqual(expect.stringMatching(line));
  expect(told.join()).not.toContain('CANARY');
});
