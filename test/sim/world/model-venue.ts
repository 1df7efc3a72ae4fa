/**
 * A venue in virtual time that behaves as badly as venues do: replies get lost or come late and out of order, its stream
 * tells things twice or not at all, it is away for a while, or too busy. What it has done is the truth all the same.
 */
import { money } from '../../../engine/domain/index.ts';
import type {
  Busy,
  CancelReply,
  OrderName,
  QueryReply,
  ReplaceReply,
  SubmitReply,
  Unknown,
  VenueExecution,
  VenueGateway,
  VenueOrder,
  VenueUpdate,
} from '../../../src/brokers/gateway.ts';
import type { Chance, VirtualTime } from './virtual-time.ts';

/** Shares of messages, 0–1, and the windows in which the venue is away or wants no requests. */
export interface VenueFaults {
  /** The request does not get there. */
  readonly requestLost: number;
  readonly replyLost: number;
  readonly replyUnknown: number;
  readonly updateLost: number;
  readonly updateTwice: number;
  readonly reject: number;
  /** Share of messages that are late by seconds. */
  readonly slow: number;
  /** Share of submits that are late by seconds on their way to the venue. */
  readonly slowSubmit: number;
  /** How long a query may still deny an order that works. */
  readonly deniesForUs: number;
}

export const NO_FAULTS: VenueFaults = {
  requestLost: 0,
  replyLost: 0,
  replyUnknown: 0,
  updateLost: 0,
  updateTwice: 0,
  reject: 0,
  slow: 0,
  slowSubmit: 0,
  deniesForUs: 0,
};

export const NEVER = Number.POSITIVE_INFINITY;

interface Working {
  readonly order: VenueOrder;
  readonly acceptedAtUs: number;
  closedAtUs: number;
  readonly executions: VenueExecution[];
  filledLots: number;
  open: boolean;
  /** Of an order that waits for its price: the market has been there. */
  triggered: boolean;
}

interface Touch {
  bid: number;
  ask: number;
}

const FEE_PPM = 5n;
const UNIT = 10n ** 12n;

export class ModelVenue implements VenueGateway {
  /** Every submit that has come here, in order. */
  readonly submits: string[] = [];
  /** How often an order has taken the place of another one. */
  replaced = 0;
  /** What no venue should ever see. */
  readonly violations: string[] = [];
  /** Sales of what was not held, on spot: of an engine that could have known better. */
  readonly oversold: string[] = [];
  /** Where the stream goes; a client that is gone hears nothing. */
  onUpdate: (update: VenueUpdate) => void = () => {};
  faults: VenueFaults;
  /** No message comes or goes. */
  isAway = false;
  /** Every request is refused, cancels as well. */
  isBusy = false;
  /** By the number of the execution. */
  readonly executedAtUs = new Map<number, number>();
  readonly #time: VirtualTime;
  readonly #chance: Chance;
  readonly #orders = new Map<string, Working>();
  readonly #touches: Touch[];
  readonly #positions: number[];
  readonly #isSpot: boolean;
  #nextExecution = 1;

  /**
   * A spot venue knows no reduce-only, and its account has other coins, which must never be sold. There stops and exits are
   * exchanged in one request.
   */
  constructor(
    time: VirtualTime,
    chance: Chance,
    instruments: number,
    faults: VenueFaults = NO_FAULTS,
    market: 'linear' | 'spot' = 'linear',
  ) {
    this.#time = time;
    this.#chance = chance;
    this.faults = faults;
    this.#isSpot = market === 'spot';
    this.#touches = Array.from({ length: instruments }, () => ({ bid: 0, ask: 0 }));
    this.#positions = Array.from({ length: instruments }, () => 0);
  }

  position(instrument: number): number {
    return this.#positions[instrument]!;
  }

  /** Orders that are open here. */
  get open(): readonly VenueOrder[] {
    return [...this.#orders.values()].filter((each) => each.open).map((each) => each.order);
  }

  /** Every order that was taken, from when to when it was open here, and what it has done. */
  lives(): ReadonlyArray<Readonly<Working>> {
    return [...this.#orders.values()];
  }

  setTouch(instrument: number, bid: number, ask: number): void {
    this.#touches[instrument] = { bid, ask };
  }

  submit(order: VenueOrder, reply: (reply: SubmitReply) => void): void {
    const delayUs = this.#chance.is(this.faults.slowSubmit) ? this.#chance.between(500_000, 3_000_000) : 0;
    this.#time.after(delayUs, () => this.#arrive(() => this.#take(order), reply));
  }

  cancel(name: OrderName, reply: (reply: CancelReply) => void): void {
    this.#arrive(() => this.#cancelNow(name), reply);
  }

  query(name: OrderName, reply: (reply: QueryReply) => void): void {
    this.#arrive(() => this.#tellOf(name), reply);
  }

  replace(old: OrderName, order: VenueOrder, reply: (reply: ReplaceReply) => void): void {
    const delayUs = this.#chance.is(this.faults.slowSubmit) ? this.#chance.between(500_000, 3_000_000) : 0;
    const told = (answer: ReplaceReply | Busy | Unknown): void => {
      if (!('kind' in answer)) reply(answer);
      else reply({ cancelled: answer.kind === 'busy' ? { kind: 'kept' } : answer, submitted: answer });
    };
    this.#time.after(delayUs, () => this.#arrive(() => this.#exchange(old, order), told));
  }

  /** A request on its way, done when it comes, and its reply on its way back, or lost. */
  #arrive<R>(act: () => R, reply: (reply: R | Busy | Unknown) => void): void {
    if (this.#chance.is(this.faults.requestLost)) {
      if (this.#chance.is(0.5)) this.#time.after(this.#travelUs(), () => reply({ kind: 'unknown' }));
      return;
    }
    this.#time.after(this.#travelUs(), () => {
      if (this.isAway) return;
      const answer = this.isBusy ? ({ kind: 'busy', retryAfterUs: 1_500_000 } as const) : act();
      if (this.#chance.is(this.faults.replyLost)) return;
      const told = this.#chance.is(this.faults.replyUnknown) ? ({ kind: 'unknown' } as const) : answer;
      this.#time.after(this.#travelUs(), () => {
        if (!this.isAway) reply(told);
      });
    });
  }

  #travelUs(): number {
    return this.#chance.is(this.faults.slow)
      ? this.#chance.between(500_000, 4_000_000)
      : this.#chance.between(2_000, 40_000);
  }

  #take(order: VenueOrder): Exclude<SubmitReply, Busy | Unknown> {
    const { clientOrderId } = order;
    if (!this.#isNew(clientOrderId)) return { kind: 'rejected' };
    return this.#accept(order);
  }

  #isNew(clientOrderId: string): boolean {
    const isNew = !this.submits.includes(clientOrderId);
    if (!isNew) this.violations.push(`${clientOrderId} was sent twice`);
    this.submits.push(clientOrderId);
    return isNew;
  }

  /** The new order only where the old one was taken away untouched. */
  #exchange(old: OrderName, order: VenueOrder): ReplaceReply {
    const submitted = { kind: 'rejected' } as const;
    const working = this.#orders.get(old.clientOrderId);
    if (!this.#isNew(order.clientOrderId)) return { cancelled: { kind: 'unknown' }, submitted };
    if (working === undefined || !working.open) return { cancelled: { kind: 'no-order' }, submitted };
    if (this.#chance.is(this.faults.reject)) return { cancelled: { kind: 'kept' }, submitted };
    if (working.triggered || working.filledLots > 0) return { cancelled: { kind: 'unknown' }, submitted };
    this.replaced++;
    this.#close(working);
    return { cancelled: { kind: 'cancelled', filledLots: 0 }, submitted: this.#accept(order) };
  }

  #accept(order: VenueOrder): Exclude<SubmitReply, Busy | Unknown> {
    const { clientOrderId } = order;
    if (this.#chance.is(this.faults.reject) || (order.reduceOnly && this.#reducible(order) === 0))
      return { kind: 'rejected' };
    const working: Working = {
      order,
      acceptedAtUs: this.#time.nowUs,
      closedAtUs: NEVER,
      executions: [],
      filledLots: 0,
      open: true,
      triggered: false,
    };
    this.#orders.set(clientOrderId, working);
    this.#update({ ...nameOf(order), kind: 'accepted' });
    this.#work(working);
    return { kind: 'accepted' };
  }

  /** Fills a part when the price is right, and looks again later, until the order is over. */
  #work(working: Working): void {
    if (!working.open) return;
    const { order } = working;
    const price = order.side > 0 ? this.#touches[order.instrument]!.ask : this.#touches[order.instrument]!.bid;
    if (order.stopTicks > 0 && !working.triggered) working.triggered = this.#isReached(order);
    const waits = order.stopTicks > 0 && !working.triggered;
    const within = order.limitTicks === 0 || (order.side > 0 ? price <= order.limitTicks : price >= order.limitTicks);
    const left = Math.min(order.lots - working.filledLots, this.#reducible(order));
    if (left <= 0) {
      this.#close(working);
      return;
    }
    if (price > 0 && within && !waits)
      this.#fill(working, this.#chance.is(0.4) ? left : this.#chance.between(1, left), price);
    this.#time.after(this.#chance.between(5_000, 800_000), () => this.#work(working));
  }

  /** The side of the market at which it would trade has come through its price: against the position, or with it. */
  #isReached({ side, instrument, stopTicks, trigger }: VenueOrder): boolean {
    const { bid, ask } = this.#touches[instrument]!;
    const price = side > 0 ? ask : bid;
    if (price === 0) return false;
    const fromAbove = (trigger === 'target') === side > 0;
    return fromAbove ? price <= stopTicks : price >= stopTicks;
  }

  /** Lots that a reduce-only order may still take. */
  #reducible(order: VenueOrder): number {
    if (!order.reduceOnly || this.#isSpot) return Number.MAX_SAFE_INTEGER;
    return Math.max(0, -order.side * this.#positions[order.instrument]!);
  }

  #fill(working: Working, lots: number, priceTicks: number): void {
    const { order } = working;
    const fee = money((BigInt(lots) * BigInt(priceTicks) * UNIT * FEE_PPM) / 1_000_000n);
    const executionId = this.#nextExecution++;
    const execution: VenueExecution = {
      executionId,
      side: order.side,
      lots,
      priceTicks,
      fee,
      feeLots: 0,
      maker: false,
    };
    this.executedAtUs.set(executionId, this.#time.nowUs);
    working.executions.push(execution);
    working.filledLots += lots;
    this.#positions[order.instrument] = this.#positions[order.instrument]! + order.side * lots;
    if (this.#isSpot && this.position(order.instrument) < 0)
      this.oversold.push(`${order.clientOrderId} has sold what was not ours`);
    this.#update({ ...nameOf(order), kind: 'execution', execution });
    if (working.filledLots === order.lots) this.#close(working);
  }

  #close(working: Working): void {
    working.open = false;
    working.closedAtUs = this.#time.nowUs;
    this.#update({ ...nameOf(working.order), kind: 'closed', filledLots: working.filledLots });
  }

  #cancelNow(name: OrderName): Exclude<CancelReply, Busy | Unknown> {
    const working = this.#orders.get(name.clientOrderId);
    if (working === undefined || !working.open) return { kind: 'no-order' };
    this.#close(working);
    return { kind: 'cancelled', filledLots: working.filledLots };
  }

  #tellOf(name: OrderName): Exclude<QueryReply, Busy | Unknown> {
    const working = this.#orders.get(name.clientOrderId);
    if (working === undefined || this.#time.nowUs - working.acceptedAtUs < this.faults.deniesForUs)
      return { kind: 'absent' };
    const { filledLots, executions } = working;
    return { kind: working.open ? 'open' : 'closed', filledLots, executions: [...executions] };
  }

  #update(update: VenueUpdate): void {
    if (this.#chance.is(this.faults.updateLost)) return;
    for (let i = this.#chance.is(this.faults.updateTwice) ? 2 : 1; i > 0; i--) {
      this.#time.after(this.#travelUs(), () => {
        if (!this.isAway) this.onUpdate(update);
      });
    }
  }
}

const nameOf = ({ instrument, clientOrderId }: OrderName): Omit<OrderName, 'conditional'> => ({
  instrument,
  clientOrderId,
});
