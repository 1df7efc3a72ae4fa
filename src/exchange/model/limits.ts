/**
 * Request weight by address and orders by account, in windows as Binance counts them: 429 beyond the limit, 418 for a
 * while when an address goes on all the same.
 */

import { ApiError } from './errors.ts';
import type { ExchangeMarket, ExchangeReply, LimitSettings, LimitVerdict, OrderWindow, RateLimits } from './port.ts';
import type { ExchangeState } from './state.ts';

const MINUTE_MS = 60_000;
/** So many refused requests within one minute end in a ban. */
const REFUSALS_BEFORE_BAN = 10;
const FIRST_BAN_MS = 120_000;
const LONGEST_BAN_MS = 3 * 24 * 3_600_000;

/** What a request counts as in the windows of an interval. */
export type OrderCount = (interval: OrderWindow['interval']) => number;

export const oneOrder: OrderCount = () => 1;

function orderWindows(market: ExchangeMarket, settings: LimitSettings): readonly OrderWindow[] {
  const seconds = settings.ordersPer10s ?? (market === 'spot' ? 100 : 300);
  const windows: OrderWindow[] = [
    { interval: 'SECOND', intervalNum: 10, header: 'X-MBX-ORDER-COUNT-10S', ms: 10_000, limit: seconds },
  ];
  if (market === 'usdm' || settings.ordersPerMinute !== undefined) {
    const limit = settings.ordersPerMinute ?? 1200;
    windows.push({ interval: 'MINUTE', intervalNum: 1, header: 'X-MBX-ORDER-COUNT-1M', ms: MINUTE_MS, limit });
  }
  if (market === 'spot' || settings.ordersPerDay !== undefined) {
    const limit = settings.ordersPerDay ?? 200_000;
    windows.push({ interval: 'DAY', intervalNum: 1, header: 'X-MBX-ORDER-COUNT-1D', ms: 86_400_000, limit });
  }
  return windows;
}

export class Limits implements RateLimits {
  readonly weightPerMinute: number;
  readonly orderWindows: readonly OrderWindow[];
  readonly #state: ExchangeState;

  constructor(state: ExchangeState, settings: LimitSettings = {}) {
    this.#state = state;
    this.weightPerMinute = settings.weightPerMinute ?? (state.market === 'spot' ? 6000 : 2400);
    this.orderWindows = orderWindows(state.market, settings);
  }

  take(remoteAddress: string, weight: number, atMs: number): LimitVerdict {
    const usage = this.#weightOf(remoteAddress, atMs);
    if (atMs < usage.bannedUntilMs) return { passed: false, reply: this.#banned(usage.bannedUntilMs, atMs) };
    usage.count += weight;
    if (usage.count <= this.weightPerMinute) return { passed: true, headers: this.headers(remoteAddress, atMs) };
    if (++usage.refused > REFUSALS_BEFORE_BAN) {
      const banMs = Math.min(FIRST_BAN_MS * 2 ** usage.bans, LONGEST_BAN_MS);
      usage.bans++;
      this.ban(remoteAddress, atMs + banMs);
      return { passed: false, reply: this.#banned(usage.bannedUntilMs, atMs) };
    }
    return { passed: false, reply: this.#tooMuch(remoteAddress, atMs) };
  }

  headers(remoteAddress: string, atMs: number): Readonly<Record<string, string>> {
    const used = `${this.#weightOf(remoteAddress, atMs).count}`;
    return { 'X-MBX-USED-WEIGHT': used, 'X-MBX-USED-WEIGHT-1M': used };
  }

  ban(remoteAddress: string, untilMs: number): void {
    this.#weightOf(remoteAddress, this.#state.nowMs).bannedUntilMs = untilMs;
  }

  /**
   * Counts new orders of an account, in each window as many as `count` says; throws −1015 when one limit is reached, and
   * counts nothing then.
   */
  takeOrders(accountId: string, count: OrderCount, atMs: number): void {
    const usages = this.orderCounts(accountId, atMs);
    for (const [i, { interval, intervalNum, limit, ms }] of this.orderWindows.entries()) {
      if (usages[i]! + count(interval) <= limit) continue;
      const text = `Too many new orders; current limit is ${limit} orders per ${intervalNum} ${interval}.`;
      throw new ApiError(-1015, text, 429, undefined, ms - (atMs % ms));
    }
    for (const [i, usage] of this.#state.orderCounts.get(accountId)!.entries()) {
      usage.count += count(this.orderWindows[i]!.interval);
    }
  }

  /** Used of each window, in the order of {@link orderWindows}. */
  orderCounts(accountId: string, atMs: number): readonly number[] {
    const known = this.#state.orderCounts.get(accountId);
    const usages = this.orderWindows.map(({ ms }, i) => {
      const windowMs = atMs - (atMs % ms);
      const usage = known?.[i];
      return usage?.windowMs === windowMs ? usage : { windowMs, count: 0 };
    });
    this.#state.orderCounts.set(accountId, usages);
    return usages.map(({ count }) => count);
  }

  orderHeaders(accountId: string, atMs: number): Record<string, string> {
    const counts = this.orderCounts(accountId, atMs);
    return Object.fromEntries(this.orderWindows.map(({ header }, i) => [header, `${counts[i]}`]));
  }

  #weightOf(remoteAddress: string, atMs: number) {
    const { weights } = this.#state;
    const windowMs = atMs - (atMs % MINUTE_MS);
    let usage = weights.get(remoteAddress);
    if (usage === undefined) {
      usage = { windowMs, count: 0, refused: 0, bannedUntilMs: 0, bans: 0 };
      weights.set(remoteAddress, usage);
    }
    if (usage.windowMs !== windowMs) Object.assign(usage, { windowMs, count: 0, refused: 0 });
    return usage;
  }

  #tooMuch(remoteAddress: string, atMs: number): ExchangeReply {
    const text =
      `Too much request weight used; current limit is ${this.weightPerMinute} request weight per 1 MINUTE. ` +
      'Please use WebSocket Streams for live updates to avoid polling the API.';
    const retryMs = MINUTE_MS - (atMs % MINUTE_MS);
    return refusal(429, text, retryMs, this.headers(remoteAddress, atMs));
  }

  #banned(untilMs: number, atMs: number): ExchangeReply {
    const text =
      `Way too much request weight used; IP banned until ${untilMs}. ` +
      'Please use WebSocket Streams for live updates to avoid bans.';
    return refusal(418, text, untilMs - atMs, {});
  }
}

function refusal(
  status: number,
  msg: string,
  retryMs: number,
  headers: Readonly<Record<string, string>>,
): ExchangeReply {
  return {
    status,
    headers: {
      ...headers,
      'Content-Type': 'application/json;charset=UTF-8',
      'Retry-After': `${Math.ceil(retryMs / 1000)}`,
    },
    body: JSON.stringify({ code: -1003, msg }),
  };
}
