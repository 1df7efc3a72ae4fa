/** An account and what we believe of it: pairs that agree, and every way in which they can be made to differ. */
import { type Money, money, parseMoney, prepareInstrument } from '../../engine/domain/index.ts';
import type { Known } from '../../src/brokers/reconcile.ts';
import type { Belief, BelievedOrder, KnownExecution } from '../../src/brokers/reconcile-belief.ts';
import type { MismatchKind } from '../../src/brokers/reconcile-kinds.ts';
import type {
  AccountExecution,
  AccountSnapshot,
  VenueOpenOrder,
  VenuePosition,
} from '../../src/brokers/trading-venue.ts';
import { linearSpec, START_US, spotSpec } from '../fixtures/engine-session.ts';
import type { Chance } from './world/virtual-time.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Both sides, open to change. */
export interface Pair {
  readonly belief: Omit<Mutable<Belief>, 'positions' | 'orders' | 'executions'> & {
    positions: number[];
    orders: Array<Mutable<BelievedOrder>>;
    executions: KnownExecution[];
  };
  readonly account: Omit<
    Mutable<AccountSnapshot>,
    'balances' | 'positions' | 'foreign' | 'openOrders' | 'executions'
  > & {
    balances: Array<{ asset: string; free: Money; locked: Money }>;
    positions: Array<Mutable<VenuePosition>>;
    foreign: Array<{ venueSymbol: string; quantity: string }>;
    openOrders: Array<Mutable<VenueOpenOrder>>;
    executions: AccountExecution[];
  };
  readonly known: Omit<Mutable<Known>, 'trading'> & { trading: boolean[] };
}

/** Instruments by what is done to them, so that two changes never meet in one. */
const AT = { orders: 0, flat: 1, missing: 2, side: 3, size: 4, executions: 5, spot: 6, halted: 7 } as const;
const INSTRUMENTS = Object.keys(AT).map((name, i) => {
  const spec = i === AT.spot ? spotSpec('SPOT/USDT') : linearSpec(`${name.toUpperCase()}/USDT:USDT`);
  return prepareInstrument(spec, i, 'USDT');
});
const ORDERS = 14;
const ATTEMPTED = { exit: 10, stop: 11, over: 12, underWay: 13 } as const;
export const PREFIX = 'run-';

/** Everything that a venue and we can agree on: orders of every sort, positions, executions, money. */
export function agreeingPair(chance: Chance): Pair {
  const executions: AccountExecution[] = [];
  const openOrders: VenueOpenOrder[] = [];
  const orders: BelievedOrder[] = [];
  const lotsHeld = (): number => chance.between(5, 500) * (chance.is(0.5) ? 1 : -1);
  const positions = INSTRUMENTS.map((_, i) =>
    i === AT.flat ? 0 : i === AT.spot ? chance.between(200, 500) : lotsHeld(),
  );
  for (let i = 0; i < ORDERS; i++) {
    const lots = chance.between(20, 90);
    const order: BelievedOrder = {
      orderId: i + 1,
      clientOrderId: `${PREFIX}${i + 1}`,
      instrument: AT.orders,
      side: chance.is(0.5) ? 1 : -1,
      lots,
      filledLots: i === ATTEMPTED.over ? lots : i === ATTEMPTED.underWay ? 0 : chance.between(0, 9),
      reduceOnly: i === ATTEMPTED.exit || i === ATTEMPTED.stop,
      purpose: i === ATTEMPTED.stop ? 'stop' : 'entry',
      conditional: i === ATTEMPTED.stop,
      state: i === ATTEMPTED.over ? 'filled' : i === ATTEMPTED.underWay ? 'in-flight' : 'open',
    };
    orders.push(order);
    const { clientOrderId, instrument, side, filledLots, reduceOnly, conditional } = order;
    if (filledLots > 0) executions.push(executionOf(i, clientOrderId, side, filledLots, instrument));
    if (i === ATTEMPTED.over || (i === ATTEMPTED.underWay && chance.is(0.5))) continue;
    const venueSymbol = INSTRUMENTS[instrument]!.venueSymbol;
    openOrders.push({ instrument, venueSymbol, clientOrderId, side, lots, filledLots, reduceOnly, conditional });
  }
  // Two buys of the spot instrument: what their fees left over is dust.
  for (const i of [100, 101]) executions.push(executionOf(i, `${PREFIX}${i}`, 1, 100, AT.spot));
  const total = chance.between(1_000, 100_000);
  const free = money(parseMoney(`${chance.between(0, total)}`)!);
  return {
    belief: {
      instruments: INSTRUMENTS,
      positions,
      orders,
      executions: executions.map(({ instrument, executionId }) => ({ instrument, executionId })),
      executionsForgotten: false,
      fills: executions.length,
      currency: 'USDT',
      money: money(parseMoney(`${total}`)!),
      prefix: PREFIX,
    },
    account: {
      atUs: START_US,
      balances: [
        { asset: 'USDT', free, locked: money(parseMoney(`${total}`)! - free) },
        { asset: 'BNB', free: money(7n), locked: money(0n) },
      ],
      positions: positions.flatMap((lots, instrument) => (lots === 0 ? [] : [{ instrument, lots, dust: '0' }])),
      foreign: [],
      openOrders,
      executions,
    },
    known: {
      trading: INSTRUMENTS.map(() => true),
      isOfEarlierRun: (name) => name.startsWith('before-'),
      balanceTolerance: money(parseMoney('0.5')!),
      accepted: new Set<string>(),
      notBeforeUs: START_US - 1_000_000,
      sinceUs: START_US - 60_000_000,
      expected: executions.length,
    },
  };
}

function executionOf(
  executionId: number,
  clientOrderId: string,
  side: 1 | -1,
  lots: number,
  instrument: number,
): AccountExecution {
  const atUs = START_US - 30_000_000 + executionId;
  const [fee, priceTicks, feeLots, maker] = [money(3n), 1_000, 0, false];
  return { executionId, clientOrderId, side, lots, instrument, priceTicks, fee, feeLots, maker, atUs };
}

function openOrder(pair: Pair, index: number): Mutable<VenueOpenOrder> {
  const name = pair.belief.orders[index]!.clientOrderId;
  const found = pair.account.openOrders.find((each) => each.clientOrderId === name);
  if (found === undefined) throw new Error(`order ${name} is not open`);
  return found;
}

function held(pair: Pair, instrument: number): Mutable<VenuePosition> {
  const found = pair.account.positions.find((each) => each.instrument === instrument);
  if (found === undefined) throw new Error(`nothing is held of ${instrument}`);
  return found;
}

function removeOrder(pair: Pair, index: number): void {
  const gone = openOrder(pair, index);
  pair.account.openOrders = pair.account.openOrders.filter((each) => each !== gone);
}

function strange(pair: Pair, clientOrderId: string, instrument: number): void {
  const [side, lots, filledLots, reduceOnly, conditional] = [1, 5, 0, false, false] as const;
  const order = { instrument, venueSymbol: 'STRANGE', clientOrderId, side, lots, filledLots, reduceOnly, conditional };
  pair.account.openOrders.push(order);
}

function addToBalance(pair: Pair, text: string): void {
  const balance = pair.account.balances[0]!;
  balance.free = money(balance.free + parseMoney(text)!);
}

/** Orders whose fills are changed have a number of their own each. */
export const CHANGES: Readonly<Record<MismatchKind, (pair: Pair, chance: Chance) => void>> = {
  'order-unknown-at-venue': (pair) => removeOrder(pair, 0),
  'order-over-here': (pair) => strange(pair, `${PREFIX}${ATTEMPTED.over + 1}`, AT.orders),
  'order-of-ours-unknown-here': (pair) => strange(pair, `${PREFIX}999`, AT.orders),
  'order-of-earlier-run': (pair) => strange(pair, 'before-7', AT.orders),
  'order-not-ours': (pair, chance) => strange(pair, chance.is(0.5) ? '' : 'web_abc', AT.orders),
  'foreign-open-order': (pair) => strange(pair, 'web_def', -1),
  'duplicate-client-id': (pair) => pair.account.openOrders.push({ ...openOrder(pair, 1) }),
  'order-instrument-differs': (pair) => {
    openOrder(pair, 2).instrument = AT.flat;
  },
  'order-side-differs': (pair) => {
    const order = openOrder(pair, 3);
    order.side = order.side > 0 ? -1 : 1;
  },
  'order-size-differs': (pair, chance) => {
    openOrder(pair, 4).lots += chance.is(0.5) ? 1 : -1;
  },
  'fill-missing-here': (pair) => {
    openOrder(pair, 5).filledLots += 1;
  },
  'fill-missing-there': (pair) => {
    pair.belief.orders[6]!.filledLots += 1;
  },
  'reduce-only-lost': (pair) => {
    openOrder(pair, ATTEMPTED.exit).reduceOnly = false;
  },
  'execution-missing-here': (pair, chance) => {
    // Of what is bought the venue keeps its fee: so much less is held.
    if (chance.is(0.3)) {
      pair.account.executions.push({ ...executionOf(201, `${PREFIX}100`, 1, 20, AT.spot), feeLots: 12 });
      held(pair, AT.spot).lots += 20 - 12;
      return;
    }
    const order = openOrder(pair, 7);
    const lots = chance.between(1, order.lots - order.filledLots);
    pair.account.executions.push(executionOf(200, order.clientOrderId, order.side, lots, AT.orders));
    held(pair, AT.orders).lots += order.side * lots;
    order.filledLots += lots;
    // Filled to the end it is no longer open there.
    if (order.filledLots === order.lots) removeOrder(pair, 7);
  },
  'execution-missing-there': (pair) => {
    pair.belief.executions.push({ instrument: AT.executions, executionId: 300 });
    pair.known.expected += 1;
    pair.belief.fills += 1;
  },
  'execution-not-ours': (pair) => {
    pair.account.executions.push(executionOf(400, 'web_x', 1, 5, AT.executions));
    pair.account.executions.push(executionOf(401, 'web_y', -1, 5, AT.executions));
  },
  'position-extra': (pair, chance) => {
    pair.account.positions.push({ instrument: AT.flat, lots: chance.is(0.5) ? 1 : -7, dust: '0' });
  },
  'position-missing': (pair) => {
    const gone = held(pair, AT.missing);
    pair.account.positions = pair.account.positions.filter((each) => each !== gone);
  },
  'position-side-differs': (pair) => {
    held(pair, AT.side).lots *= -1;
  },
  'position-size-differs': (pair, chance) => {
    held(pair, AT.size).lots += chance.is(0.5) ? 1 : -1;
  },
  'foreign-position': (pair) => pair.account.foreign.push({ venueSymbol: 'OTHERUSDT', quantity: '-0.5' }),
  'stop-missing-at-venue': (pair) => removeOrder(pair, ATTEMPTED.stop),
  'balance-short': (pair) => addToBalance(pair, '-0.51'),
  'balance-surplus': (pair) => addToBalance(pair, '0.5000000000000001'),
  dust: (pair, chance) => {
    const position = held(pair, AT.spot);
    if (chance.is(0.5)) position.dust = '0.0004';
    else position.lots += 2;
  },
  'symbol-not-trading': (pair) => {
    pair.known.trading[AT.halted] = false;
  },
  'snapshot-too-old': (pair) => {
    pair.account.atUs = pair.known.notBeforeUs - 1;
  },
};
