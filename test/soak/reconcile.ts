/** The long checks of what is held against the venue, and of what may be sent to it. */
import { madStrategies } from '../sim/mad-strategy.ts';
import { reconcilePairs } from '../sim/reconcile.ts';
import type { SoakCheck } from './check.ts';
import { numbers } from './figures.ts';

const reconcile: SoakCheck = {
  name: 'reconcile',
  holds: 'every way in which the account and our books can differ is found, by name, and nothing else',
  unit: 'seeds of 31 pairs each',
  full: 10_000,
  run: (count, from) => numbers(reconcilePairs(count, from)),
};

const mad: SoakCheck = {
  name: 'mad-strategy',
  holds: 'of 10,000 orders a second no more leave than policy lets, none larger than approved, HALT within a second',
  unit: 'sessions of 2 s',
  full: 200,
  run: (count, from) => numbers(madStrategies(count, from, 2)),
};

export const reconcileChecks: readonly SoakCheck[] = [reconcile, mad];
