/** The long checks of what is held against the venue, and of what may be sent to it. */
import { dataFolder } from '../fixtures/recorded.ts';
import { madStrategies } from '../sim/mad-strategy.ts';
import { fuzzOrders } from '../sim/order-fuzz.ts';
import { fuzzGates } from '../sim/order-fuzz-gates.ts';
import { quantities, realInstruments } from '../sim/order-fuzz-quantities.ts';
import { reconcilePairs } from '../sim/reconcile.ts';
import { reconcileRaces } from '../sim/reconcile-races.ts';
import type { SoakCheck } from './check.ts';
import { numbers } from './figures.ts';

const reconcile: SoakCheck = {
  name: 'reconcile',
  holds: 'every way in which the account and our books can differ is found, by name, and nothing else',
  unit: 'seeds of 31 pairs each',
  full: 10_000,
  run: (count, from) => numbers(reconcilePairs(count, from)),
};

const races: SoakCheck = {
  name: 'reconcile-races',
  holds: 'beside a session that trades an honest account is never called different',
  unit: 'seeds',
  full: 500,
  run: async (count, from) => numbers(await reconcileRaces(count, from)),
};

const mad: SoakCheck = {
  name: 'mad-strategy',
  holds: 'of 10,000 orders a second no more leave than policy lets, none larger than approved, HALT within a second',
  unit: 'sessions of 1.2 s',
  full: 40,
  run: (count, from) => numbers(madStrategies(count, from, 1.2)),
};

const orders: SoakCheck = {
  name: 'order-fuzz',
  holds:
    'no order that breaks a figure of policy or a rule of the venue leaves, whatever market, operator and venue do',
  unit: 'sessions of some 130 orders wanted',
  full: 1_000,
  run: (count, from) => numbers(fuzzOrders(count, from)),
};

const gates: SoakCheck = {
  name: 'order-gates',
  holds: 'no order passes the gates with a figure that is no number, endless, missing or beyond policy',
  unit: 'orders',
  full: 1_000_000,
  run: (count, from) => numbers(fuzzGates(count, from)),
};

const sizes: SoakCheck = {
  name: 'quantities',
  holds:
    'sizes and roundings over real filters are those of naive decimals; nothing is sent that the venue would refuse',
  unit: 'calculations',
  full: 200_000,
  run(count, from) {
    const data = dataFolder();
    if (data === undefined) throw new Error('the recorded exchangeInfo is missing: set CHIMERA_TEST_DATA');
    return numbers(quantities(realInstruments(data), count, from));
  },
};

export const reconcileChecks: readonly SoakCheck[] = [reconcile, races, mad, orders, gates, sizes];
