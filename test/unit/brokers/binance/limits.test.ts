/** The governor of requests: shares of the weight by purpose, the venue's own counts, pauses and bans. */
import { expect, it } from 'vitest';
import { Limits } from '../../../../src/brokers/binance/limits.ts';

const MINUTE_US = 60_000_000;
const START_US = 30_000_000 * MINUTE_US;
const DONE = { kind: 'done', json: {} } as const;
const reply = (headers: Readonly<Record<string, string>>) =>
  ({ kind: 'reply', status: 200, headers, body: '' }) as const;

function at(weight: number, orders = 10) {
  const clock = { nowUs: START_US };
  const limits = new Limits('binance', () => clock.nowUs);
  limits.configure([
    { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: weight },
    { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: orders },
    { rateLimitType: 'RAW_REQUESTS', interval: 'MINUTE', intervalNum: 5, limit: 61_000 },
    { rateLimitType: 'ORDERS', interval: 'FORTNIGHT', intervalNum: 1, limit: 1 },
  ]);
  return { clock, limits };
}

it('serves checks, submits and queries up to their shares, and cancels always', () => {
  const { limits } = at(100);
  const most = (purpose: 'check' | 'submit' | 'query'): number => {
    let admitted = 0;
    while (limits.admit(purpose, 1).admitted) admitted++;
    return admitted;
  };
  expect([most('check'), most('submit'), most('query')]).toEqual([60, 10, 10]);
  for (let i = 0; i < 50; i++) expect(limits.admit('cancel', 1).admitted).toBe(true);
});

it('believes the venue’s count, which holds what others use, and begins anew with each of its minutes', () => {
  const { limits, clock } = at(100);
  limits.admit('query', 1);
  limits.settle(1, DONE, reply({ 'x-mbx-used-weight-1m': '80' }));
  expect(limits.used).toBe(0.8);
  const refused = limits.admit('query', 1);
  expect(refused).toMatchObject({ admitted: false, retryAfterUs: MINUTE_US });
  // A reply that was overtaken tells an older count.
  limits.admit('cancel', 1);
  limits.settle(1, DONE, reply({ 'x-mbx-used-weight-1m': '40' }));
  expect(limits.used).toBe(0.8);
  clock.nowUs += MINUTE_US;
  expect(limits.admit('query', 1).admitted).toBe(true);
});

it('counts by itself where the venue does not, replies that never come included', () => {
  const { limits } = at(100);
  for (let i = 0; i < 60; i++) expect(limits.admit('check', 1).admitted).toBe(true);
  for (let i = 0; i < 60; i++)
    limits.settle(1, { kind: 'unknown', text: 'ETIMEDOUT' }, { kind: 'failed', code: 'ETIMEDOUT', left: true });
  expect(limits.admit('check', 1).admitted).toBe(false);
});

it('lets only cancels pass while the venue wants to hear nothing, and nothing while it bans', () => {
  const { limits, clock } = at(100);
  limits.admit('query', 1);
  limits.settle(1, { kind: 'busy', banned: false, retryAfterUs: 5_000_000, text: 'HTTP 429' }, reply({}));
  expect(limits.admit('query', 1)).toMatchObject({ admitted: false, retryAfterUs: 5_000_000 });
  expect(limits.admit('cancel', 1).admitted).toBe(true);
  clock.nowUs += 5_000_000;
  expect(limits.admit('query', 1).admitted).toBe(true);
  limits.settle(1, { kind: 'busy', banned: true, retryAfterUs: 120_000_000, text: 'HTTP 418' }, reply({}));
  expect(limits.admit('cancel', 1)).toMatchObject({ admitted: false, why: expect.stringContaining('banned') });
  expect(limits.isBanned).toBe(true);
  // What never left the machine says nothing of the venue.
  const { limits: other } = at(100);
  const never = { kind: 'failed', code: 'ECONNREFUSED', left: false } as const;
  other.settle(1, { kind: 'busy', banned: false, retryAfterUs: 1_000_000, text: 'ECONNREFUSED' }, never);
  expect(other.admit('query', 1).admitted).toBe(true);
});

it('leaves a fifth of the orders to exits', () => {
  const { limits, clock } = at(1_000, 10);
  const most = (reduceOnly: boolean): number => {
    let admitted = 0;
    while (limits.admitOrder(reduceOnly) === undefined) admitted++;
    return admitted;
  };
  expect([most(false), most(true)]).toEqual([8, 2]);
  clock.nowUs += 10_000_000;
  limits.settle(1, DONE, reply({ 'x-mbx-order-count-10s': '9' }));
  expect([most(false), most(true)]).toEqual([0, 1]);
  clock.nowUs += 10_000_000;
  limits.holdOrders(3_000_000);
  expect(limits.admitOrder(true)).toMatch(/no new orders/);
  clock.nowUs += 3_000_000;
  expect(limits.admitOrder(true)).toBeUndefined();
});
