/** An endpoint: who may use it, what it weighs, and what it answers. */
import type { Security } from './access.ts';
import type { Account } from './core.ts';
import type { Params } from './params.ts';

export interface Call {
  readonly account: Account;
  readonly params: Params;
}

export interface Route {
  readonly security: Security;
  readonly weight: number | ((params: Params) => number);
  /** New orders it counts as, against the account's limits. */
  readonly orders?: number | ((params: Params) => number);
  readonly answer: (call: Call) => unknown;
}

/** By `METHOD path`. */
export type Routes = Readonly<Record<string, Route>>;

/** Between two times and from an id, the newest `limit` of it, oldest first; with a start or an id the oldest. */
export function page<T>(
  items: readonly T[],
  params: Params,
  limit: number,
  by: { readonly idName: string; readonly idOf: (item: T) => number; readonly atMs: (item: T) => number },
): readonly T[] {
  const fromId = params.whole(by.idName);
  const startMs = params.whole('startTime');
  const endMs = params.whole('endTime');
  const found = items.filter(
    (item) =>
      (fromId === undefined || by.idOf(item) >= fromId) &&
      (startMs === undefined || by.atMs(item) >= startMs) &&
      (endMs === undefined || by.atMs(item) <= endMs),
  );
  return fromId === undefined && startMs === undefined ? found.slice(-limit) : found.slice(0, limit);
}
