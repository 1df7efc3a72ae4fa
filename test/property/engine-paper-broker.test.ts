/** The paper venue under random markets and orders: what must hold of every fill, whatever happens. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type EngineEvent,
  formatMoney,
  MONEY_DECIMALS,
  notional,
  parseMoney,
  readMoney,
  shareUp,
} from '../../engine/domain/index.ts';
import { ACCOUNT, computeEquity, isLiveSlot, levelPrice, markTicks, ORDER_CAPACITY } from '../../engine/index.ts';
import type { EventOf, Session } from '../fixtures/engine-session.ts';
import { cancel, quietSession, send } from '../fixtures/paper-orders.ts';

const LATENCY_US = 3_000;
const JITTER_US = 4_000;
const MAKER_PPM = 111;
const TAKER_PPM = 777;

type Action =
  | {
      readonly kind: 'order';
      readonly side: 1 | -1;
      readonly lots: number;
      readonly price: number;
      readonly reduceOnly: boolean;
    }
  | { readonly kind: 'cancel'; readonly which: number }
  | { readonly kind: 'wait'; readonly us: number }
  | { readonly kind: 'trade'; readonly price: number; readonly lots: number; readonly sell: boolean }
  | {
      readonly kind: 'quote';
      readonly bid: number;
      readonly spread: number;
      readonly bidLots: number;
      readonly askLots: number;
    }
  | {
      readonly kind: 'depth';
      readonly bids: ReadonlyArray<readonly [number, number]>;
      readonly asks: ReadonlyArray<readonly [number, number]>;
    }
  | { readonly kind: 'snapshot' | 'break' | 'gap' };

const side = fc.constantFrom<1 | -1>(1, -1);
const price = fc.integer({ min: 990, max: 1_010 });
const lots = fc.integer({ min: 1, max: 60 });
const size = fc.oneof(fc.constant(0), lots);
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('order' as const),
      side,
      lots,
      price: fc.oneof(fc.constant(0), price),
      reduceOnly: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('cancel' as const), which: fc.nat(40) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('wait' as const), us: fc.integer({ min: 1, max: 9_000 }) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('trade' as const), price, lots, sell: fc.boolean() }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('quote' as const),
      bid: price,
      spread: fc.integer({ min: 1, max: 4 }),
      bidLots: size,
      askLots: size,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('depth' as const),
      bids: fc.array(fc.tuple(fc.integer({ min: 990, max: 999 }), size), { maxLength: 3 }),
      asks: fc.array(fc.tuple(fc.integer({ min: 1_001, max: 1_010 }), size), { maxLength: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('snapshot' as const, 'break' as const, 'gap' as const) }) },
);

/** The whole history of orders and position, kept by hand from events alone. */
class Witness {
  readonly session: Session;
  readonly #state = new Map<number, string>();
  readonly #orders = new Map<
    number,
    { side: number; lots: number; limit: number; reduceOnly: boolean; sentUs: number; filled: number }
  >();
  /** What the runs have come across, so that none of the rules goes untried. */
  readonly met = { taker: 0, maker: 0, assumed: 0, reduced: 0, cancelling: 0 };
  #held = 0;
  #flow = 0n;
  #fees = 0n;

  constructor(session: Session) {
    this.session = session;
  }

  see(events: readonly EngineEvent[]): void {
    for (const event of events) {
      if (event.kind === 'order') this.#order(event);
      if (event.kind === 'fill') this.#fill(event);
    }
    if (events.length > 0) this.#ledger();
  }

  #order(event: EventOf<'order'>): void {
    const { orderId, from, to, atUs } = event;
    expect(from).toBe(this.#state.get(orderId) ?? 'intended');
    this.#state.set(orderId, to);
    if (event.event === 'submit') {
      const { side: way, lots: wanted, limitTicks: limit, reduceOnly } = event;
      this.#orders.set(orderId, { side: way, lots: wanted, limit, reduceOnly, sentUs: atUs, filled: 0 });
      return;
    }
    const order = this.#orders.get(orderId)!;
    if (event.event === 'accept') expect(atUs - order.sentUs).toBeLessThan(LATENCY_US + JITTER_US);
    if (event.event !== 'request-cancel') expect(atUs - order.sentUs).toBeGreaterThanOrEqual(LATENCY_US);
    if (to === 'filled') expect(order.filled).toBe(order.lots);
    if (to === 'partially-filled') expect(order.filled).toBeLessThan(order.lots);
  }

  #fill(event: EventOf<'fill'>): void {
    const { orderId, lots: count, priceTicks: at, maker, assumed } = event;
    const order = this.#orders.get(orderId)!;
    const { unit } = this.session.state.instruments[0]!;
    expect(['open', 'partially-filled', 'cancel-pending']).toContain(this.#state.get(orderId));
    expect(Number.isSafeInteger(count) && count > 0).toBe(true);
    order.filled += count;
    this.met[maker ? 'maker' : 'taker']++;
    if (assumed) this.met.assumed++;
    if (order.reduceOnly) this.met.reduced++;
    if (this.#state.get(orderId) === 'cancel-pending') this.met.cancelling++;
    expect(order.filled).toBeLessThanOrEqual(order.lots);
    if (order.limit > 0) expect((order.limit - at) * order.side).toBeGreaterThanOrEqual(0);
    if (maker) expect(at).toBe(order.limit);
    else if (!assumed && this.session.state.books.state[0] === 1) {
      // Whoever takes pays no less than the best that is shown.
      const best = levelPrice(this.session.state.books, order.side > 0 ? 1 : 0, 0);
      if (this.session.state.market.hasQuotes[0] === 0) expect((at - best) * order.side).toBeGreaterThanOrEqual(0);
    }
    if (order.reduceOnly) {
      expect(this.#held * order.side, 'reduces').toBeLessThan(0);
      expect(count, 'does not turn').toBeLessThanOrEqual(Math.abs(this.#held));
    }
    const worth = notional(at, count, unit);
    const fee = shareUp(worth, maker ? MAKER_PPM : TAKER_PPM);
    expect(event.fee).toBe(formatMoney(fee, MONEY_DECIMALS));
    this.#held += order.side * count;
    this.#flow -= BigInt(order.side) * worth;
    this.#fees += fee;
  }

  #ledger(): void {
    const { state } = this.session;
    const { account, positions, orders, instruments } = state;
    const cost = readMoney(positions.cost, 0);
    expect(positions.lots[0]).toBe(this.#held);
    expect(readMoney(account.money, ACCOUNT.fees)).toBe(this.#fees);
    expect(readMoney(account.money, ACCOUNT.cash)).toBe(parseMoney('10000')! + this.#flow + cost - this.#fees);
    if (this.#held === 0) expect(cost).toBe(0n);
    else {
      const worth = notional(markTicks(state, 0), this.#held, instruments[0]!.unit);
      expect(computeEquity(state)).toBe(parseMoney('10000')! + this.#flow - this.#fees + worth);
    }
    let live = 0;
    for (let slot = 0; slot < ORDER_CAPACITY; slot++) {
      if (isLiveSlot(orders, slot)) live++;
      const filled = this.#orders.get(orders.id[slot]!)?.filled ?? 0;
      if (orders.filledLots[slot] !== filled) expect(orders.filledLots[slot], `slot ${slot}`).toBe(filled);
    }
    expect(orders.liveCount[0]).toBe(live);
  }
}

const SNAPSHOT_BIDS = [
  [999, 20],
  [998, 30],
  [996, 9],
] as const;
const SNAPSHOT_ASKS = [
  [1_001, 20],
  [1_002, 30],
  [1_004, 9],
] as const;

/** Carries out one action; market inputs are what tells the events, orders and cancels are seen with the next. */
function act(session: Session, slots: number[], change: Action): void {
  const last = session.state.books.lastUpdateId[0]!;
  switch (change.kind) {
    case 'order':
      slots.push(
        send(session, {
          side: change.side,
          lots: change.lots,
          limitTicks: change.price,
          reduceOnly: change.reduceOnly,
        }),
      );
      return;
    case 'cancel': {
      const slot = slots.length === 0 ? undefined : slots[change.which % slots.length];
      if (slot !== undefined && isLiveSlot(session.state.orders, slot)) cancel(session, slot);
      return;
    }
    case 'wait':
      session.wait(change.us / 1e6).timer();
      return;
    case 'trade':
      session.trade(change.price, change.lots, { sell: change.sell });
      return;
    case 'quote':
      session.quote(change.bid, change.bidLots, change.bid + change.spread, change.askLots);
      return;
    case 'depth':
      session.depth({ first: last + 1, last: last + 1, bids: change.bids, asks: change.asks });
      return;
    case 'snapshot':
      session.snapshot({ last: last + 10, bids: SNAPSHOT_BIDS, asks: SNAPSHOT_ASKS });
      return;
    case 'break':
      session.depth({ first: last + 5, last: last + 5 });
      return;
    case 'gap':
      session.gap();
  }
}

const BOOK_ACTIONS = ['depth', 'snapshot', 'break'];

describe('any market and any orders', () => {
  it.each([
    { market: 'with a book', without: ['quote'], assumed: true },
    { market: 'with quotes and trades', without: BOOK_ACTIONS, assumed: true },
    { market: 'with trades alone', without: [...BOOK_ACTIONS, 'quote'], assumed: true },
    { market: 'with a book that never breaks', without: ['quote', 'break', 'gap'], assumed: false },
    { market: 'with everything', without: [], assumed: true },
  ] as const)('$market', ({ without, assumed }) => {
    const allowed = (change: Action): boolean => !(without as readonly string[]).includes(change.kind);
    const met: Record<string, number> = {};
    fc.assert(
      fc.property(fc.array(action.filter(allowed), { minLength: 40, maxLength: 80 }), (actions) => {
        const session = quietSession({
          latencyUs: LATENCY_US,
          latencyJitterUs: JITTER_US,
          makerFeePpm: MAKER_PPM,
          takerFeePpm: TAKER_PPM,
        });
        const witness = new Witness(session);
        const slots: number[] = [];
        const opening: Action = { kind: 'snapshot' };
        if (allowed(opening)) act(session, slots, opening);
        else session.trade(1_000, 30);
        let told = 0;
        for (const change of [...actions, { kind: 'wait', us: 9_000 } as const]) {
          act(session, slots, change);
          witness.see(session.events.slice(told));
          told = session.events.length;
        }
        for (const [what, times] of Object.entries(witness.met)) met[what] = (met[what] ?? 0) + times;
      }),
      { numRuns: 60 },
    );
    for (const what of ['taker', 'maker', 'reduced', 'cancelling']) expect(met[what], what).toBeGreaterThan(0);
    expect(met.assumed! > 0).toBe(assumed);
  });
});
