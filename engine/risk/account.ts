/** Equity, drawdown, the trading day, and the account's own halts. */
import {
  DAY_US,
  type HaltReason,
  type Money,
  type RiskPolicy,
  ratio,
  readMoney,
  SECOND_US,
  writeMoney,
} from '../domain/index.ts';
import { ACCOUNT, type AccountTable, ORDER_TIMES_KEPT } from '../domain/tables/index.ts';

/**
 * Stores the equity of this moment; moves the peak, and at UTC midnight the day's opening equity.
 * @returns true when equity or day are not what they were.
 */
export function sampleEquity(account: AccountTable, equity: Money, nowUs: number): boolean {
  const sameDay = nowUs - account.dayStartUs[0]! < DAY_US && account.dayStartUs[0]! > 0;
  if (sameDay && equity === readMoney(account.money, ACCOUNT.equity)) return false;
  writeMoney(account.money, ACCOUNT.equity, equity);
  if (equity > readMoney(account.money, ACCOUNT.peakEquity)) writeMoney(account.money, ACCOUNT.peakEquity, equity);
  const day = Math.floor(nowUs / DAY_US) * DAY_US;
  if (day !== account.dayStartUs[0]) {
    account.dayStartUs[0] = day;
    writeMoney(account.money, ACCOUNT.dayOpenEquity, equity);
  }
  return true;
}

/** Loss from the peak as a share of it, 0–1. */
export function drawdown(account: AccountTable): number {
  const peak = readMoney(account.money, ACCOUNT.peakEquity);
  return ratio((peak - readMoney(account.money, ACCOUNT.equity)) as Money, peak);
}

/** Loss of the day as a share of its opening equity, 0–1; 0 on a winning day. */
export function dayLoss(account: AccountTable): number {
  const opened = readMoney(account.money, ACCOUNT.dayOpenEquity);
  return Math.max(0, ratio((opened - readMoney(account.money, ACCOUNT.equity)) as Money, opened));
}

export interface Breach {
  readonly reason: HaltReason;
  readonly value: number;
  readonly limit: number;
}

/** The limit of the account that is broken, if any. */
export function accountBreach(account: AccountTable, policy: RiskPolicy): Breach | undefined {
  const loss = dayLoss(account);
  const dayLimit = policy.dailyLossLimitPpm / 1e6;
  if (loss >= dayLimit) return { reason: 'daily-loss-limit', value: loss, limit: dayLimit };
  const down = drawdown(account);
  const downLimit = policy.drawdownLimitPpm / 1e6;
  return down >= downLimit ? { reason: 'drawdown-limit', value: down, limit: downLimit } : undefined;
}

/** Remembers when an entry order was sent. */
export function noteOrderTime(account: AccountTable, nowUs: number): void {
  const head = account.orderTimesHead[0]!;
  account.orderTimesUs[head] = nowUs;
  account.orderTimesHead[0] = (head + 1) % ORDER_TIMES_KEPT;
}

/** Counts a decision. @returns how many have been made within a second, counted from the first of them. */
export function noteDecision(account: AccountTable, nowUs: number): number {
  if (nowUs - account.decisionsSinceUs[0]! >= SECOND_US) {
    account.decisionsSinceUs[0] = nowUs;
    account.decisionsInSecond[0] = 0;
  }
  account.decisionsInSecond[0] = account.decisionsInSecond[0]! + 1;
  return account.decisionsInSecond[0];
}

/** Entry orders sent in the last minute. */
export function ordersLastMinute(account: AccountTable, nowUs: number): number {
  let count = 0;
  for (let i = 0; i < ORDER_TIMES_KEPT; i++) {
    const at = account.orderTimesUs[i]!;
    if (at > 0 && nowUs - at < 60_000_000) count++;
  }
  return count;
}
