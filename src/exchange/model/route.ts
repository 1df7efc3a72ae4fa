/** An endpoint: who may use it, what it weighs, and what it answers. */
import type { Security } from './access.ts';
import type { Account } from './core.ts';
import type { OrderCount } from './limits.ts';
import type { Params } from './params.ts';

export interface Call {
  readonly account: Account;
  readonly params: Params;
}

export interface Route {
  readonly security: Security;
  readonly weight: number | ((params: Params) => number);
  /** New orders it counts as, against the account's limits; none when left out. */
  readonly orders?: OrderCount;
  readonly answer: (call: Call) => unknown;
}

/** By `METHOD path`. */
export type Routes = Readonly<Record<string, Route>>;
