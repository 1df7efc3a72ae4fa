/** The account's peak, day and limits, and the count of orders in a minute. */
import { describe, expect, it } from 'vitest';
import { DAY_US, DEFAULT_POLICY, parseMoney, readMoney, writeMoney } from '../../../../engine/domain/index.ts';
import { ACCOUNT, AccountTable, dayLoss, drawdown, ordersLastMinute } from '../../../../engine/index.ts';
import { Arena } from '../../../../engine/kernel/arena.ts';
import { accountBreach, noteOrderTime, sampleEquity } from '../../../../engine/risk/account.ts';
import { SECOND_US, START_US } from '../../../fixtures/engine-session.ts';

const usdt = (text: string) => parseMoney(text)!;
const DAY = Math.floor(START_US / DAY_US) * DAY_US;

function opened(text: string): AccountTable {
  const account = new AccountTable(new Arena());
  for (const row of [ACCOUNT.equity, ACCOUNT.peakEquity, ACCOUNT.dayOpenEquity])
    writeMoney(account.money, row, usdt(text));
  sampleEquity(account, usdt(text), DAY + SECOND_US);
  return account;
}

describe('sampleEquity', () => {
  it('keeps the peak for ever, and the opening of the day until UTC midnight', () => {
    const account = opened('1000');
    sampleEquity(account, usdt('1200'), DAY + 2 * SECOND_US);
    sampleEquity(account, usdt('900'), DAY + DAY_US - 1);
    expect(readMoney(account.money, ACCOUNT.peakEquity)).toBe(usdt('1200'));
    expect([drawdown(account), dayLoss(account)]).toEqual([0.25, 0.1]);
    sampleEquity(account, usdt('960'), DAY + DAY_US);
    expect([drawdown(account), dayLoss(account)]).toEqual([0.2, 0]);
    sampleEquity(account, usdt('1100'), DAY + DAY_US + 1);
    expect(dayLoss(account)).toBe(0);
  });

  it('starts the first day with the first sample', () => {
    const account = new AccountTable(new Arena());
    sampleEquity(account, usdt('500'), START_US);
    expect([account.dayStartUs[0], dayLoss(account), drawdown(account)]).toEqual([DAY, 0, 0]);
  });
});

describe('accountBreach', () => {
  const policy = DEFAULT_POLICY.risk;
  it.each([
    ['9500.01', undefined],
    ['9500', 'daily-loss-limit'],
    ['7000', 'daily-loss-limit'],
    ['-50', 'daily-loss-limit'],
  ])('of a day that opened at 10,000, at %s: %s', (equity, reason) => {
    const account = opened('10000');
    sampleEquity(account, usdt(equity), START_US);
    expect(accountBreach(account, policy)?.reason).toBe(reason);
  });

  it.each([
    ['8000.01', undefined],
    ['8000', 'drawdown-limit'],
  ])('of a peak of 10,000 on another day, at %s: %s', (equity, reason) => {
    const account = opened('10000');
    sampleEquity(account, usdt('8100'), DAY + DAY_US);
    sampleEquity(account, usdt(equity), DAY + DAY_US + 1);
    expect(accountBreach(account, policy)?.reason).toBe(reason);
  });

  it('says by how much', () => {
    const account = opened('10000');
    sampleEquity(account, usdt('9400'), START_US);
    expect(accountBreach(account, policy)).toEqual({ reason: 'daily-loss-limit', value: 0.06, limit: 0.05 });
  });
});

describe('orders of the last minute', () => {
  it('leave it after exactly 60 seconds, and the ring keeps the newest', () => {
    const account = new AccountTable(new Arena());
    expect(ordersLastMinute(account, START_US)).toBe(0);
    for (let i = 0; i < 10; i++) noteOrderTime(account, START_US + i * SECOND_US);
    expect(ordersLastMinute(account, START_US + 9 * SECOND_US)).toBe(10);
    expect(ordersLastMinute(account, START_US + 60 * SECOND_US - 1)).toBe(10);
    expect(ordersLastMinute(account, START_US + 60 * SECOND_US)).toBe(9);
    for (let i = 0; i < 100; i++) noteOrderTime(account, START_US + 100 * SECOND_US + i);
    expect(ordersLastMinute(account, START_US + 101 * SECOND_US)).toBe(64);
  });
});
