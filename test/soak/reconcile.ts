/** The long checks of what is held against the venue, and of what may be sent to it. */
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

export const reconcileChecks: readonly SoakCheck[] = [reconcile];
