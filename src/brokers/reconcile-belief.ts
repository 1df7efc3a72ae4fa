/** What we believe of the account at the venue, read from the engine's columns. */
import {
  type Instrument,
  isLive,
  type Money,
  money,
  ORDER_PURPOSES,
  type OrderPurpose,
  type OrderState,
  readMoney,
  type Side,
} from '../../engine/domain/index.ts';
import { ACCOUNT, COUNT, type EngineState, ORDER_CAPACITY, stateOf } from '../../engine/index.ts';

export interface BelievedOrder {
  readonly orderId: number;
  readonly clientOrderId: string;
  readonly instrument: number;
  readonly side: Side;
  readonly lots: number;
  readonly filledLots: number;
  readonly reduceOnly: boolean;
  readonly purpose: OrderPurpose;
  /** Waits at the venue for its price. */
  readonly conditional: boolean;
  readonly state: OrderState;
}

export interface KnownExecution {
  readonly instrument: number;
  readonly executionId: number;
}

export interface Belief {
  readonly instruments: readonly Instrument[];
  /** Signed lots by instrument. */
  readonly positions: readonly number[];
  /** Live ones, and those of the newest that are over. */
  readonly orders: readonly BelievedOrder[];
  /** Oldest first. */
  readonly executions: readonly KnownExecution[];
  /** Older ones were known and are not any more. */
  readonly executionsForgotten: boolean;
  /** Executions posted since the run began: it tells two beliefs apart by what was learned between them. */
  readonly fills: number;
  readonly currency: string;
  /** What the account should hold of the currency: cash, less what was paid for what is held on spot. */
  readonly money: Money;
  /** What the name of every order of this run begins with. */
  readonly prefix: string;
}

/**
 * Both are the order desk's: `nameOf` of an order's number, or of '' for what all names begin with; `isUnanswered` of one
 * of which the venue has said nothing yet, so that a cancel that waits does not tell that it is there.
 */
export function beliefOf(
  state: EngineState,
  nameOf: (orderId: number | '') => string,
  isUnanswered: (orderId: number) => boolean = () => false,
): Belief {
  const { instruments, positions, account, config } = state;
  const fills = account.counts[COUNT.fills]!;
  let paid = 0n;
  for (const { kind, index } of instruments) if (kind === 'spot') paid += readMoney(positions.cost, index);
  const executions = executionsOf(state);
  return {
    instruments,
    positions: [...positions.lots],
    orders: ordersOf(state, nameOf, isUnanswered),
    executions,
    executionsForgotten: executions.length > 0 && executions.length < fills,
    fills,
    currency: config.accountCurrency,
    money: money(readMoney(account.money, ACCOUNT.cash) - paid),
    prefix: nameOf(''),
  };
}

function ordersOf(
  { orders }: EngineState,
  nameOf: (orderId: number) => string,
  isUnanswered: (orderId: number) => boolean,
): BelievedOrder[] {
  const believed: BelievedOrder[] = [];
  for (let slot = 0; slot < ORDER_CAPACITY; slot++) {
    const orderId = orders.id[slot]!;
    if (orderId === 0) continue;
    const now = stateOf(orders, slot);
    believed.push({
      orderId,
      clientOrderId: nameOf(orderId),
      instrument: orders.instrument[slot]!,
      side: orders.side[slot]! > 0 ? 1 : -1,
      lots: orders.lots[slot]!,
      filledLots: orders.filledLots[slot]!,
      reduceOnly: orders.reduceOnly[slot] === 1,
      purpose: ORDER_PURPOSES[orders.purpose[slot]!] ?? 'entry',
      conditional: orders.triggerTicks[slot] !== 0,
      state: now === 'cancel-pending' && isUnanswered(orderId) ? 'unknown' : now,
    });
  }
  return believed;
}

/** The ring from its oldest place on. */
function executionsOf({ executions }: EngineState): KnownExecution[] {
  const { id, instrument } = executions;
  const head = executions.head[0]!;
  const known: KnownExecution[] = [];
  for (let i = 0; i < id.length; i++) {
    const at = (head + i) % id.length;
    if (instrument[at]! > 0) known.push({ instrument: instrument[at]! - 1, executionId: id[at]! });
  }
  return known;
}

export const isLiveOrder = ({ state }: BelievedOrder): boolean => isLive(state);
