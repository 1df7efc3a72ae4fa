/**
 * Carries the engine's orders to a venue and the venue's word back, so that what is not known stays unknown until the
 * venue tells: a submit goes out once and is never repeated, a cancel is repeated until the order is over, and an order
 * that nothing is heard of is asked for. Nothing here waits by itself: {@link OrderDesk.tick} is to be called.
 */
import { assert, type BrokerReport, type EngineEvent } from '../../engine/domain/index.ts';
import { type AdoptedOrder, type DeskOrder, deskOrder, isUntouched, NEVER } from './desk-order.ts';
import type {
  CancelReply,
  QueryReply,
  ReplaceReply,
  SubmitReply,
  VenueExecution,
  VenueGateway,
  VenueOrder,
  VenueUpdate,
} from './gateway.ts';

export type OrderEventOf = Extract<EngineEvent, { kind: 'order' }>;

export interface OrderDeskOptions {
  /** Prefix of the names of orders at the venue. */
  readonly runId: string;
  readonly gateway: VenueGateway;
  /** The time of now, as inputs are stamped. */
  readonly nowUs: () => number;
  /** Takes a report as an input of the engine; also called from within {@link OrderDesk.take}. */
  readonly report: (report: BrokerReport, instrument: number) => void;
  /** Without a reply after this, nobody knows what became of a submit. */
  readonly submitTimeoutUs?: number;
  /** Without a reply after this, a cancel or query is sent again. */
  readonly replyTimeoutUs?: number;
  /** Orders at work are asked for so often even when nothing is missed: the venue's stream may be silently dead. */
  readonly checkEveryUs?: number;
  /** How long a venue must have denied an order, without a break, until it counts as never arrived. */
  readonly absentAfterUs?: number;
}

const DEFAULTS = {
  submitTimeoutUs: 1_000_000,
  replyTimeoutUs: 1_000_000,
  checkEveryUs: 5_000_000,
  absentAfterUs: 90_000_000,
} as const;

export class OrderDesk {
  readonly #options: Required<OrderDeskOptions>;
  readonly #orders = new Map<number, DeskOrder>();
  readonly #byName = new Map<string, DeskOrder>();
  /** Until then the venue wants to hear of nothing but cancels. */
  #busyUntilUs = 0;

  constructor(options: OrderDeskOptions) {
    this.#options = { ...DEFAULTS, ...options };
  }

  /** Orders whose last word has not come. */
  get open(): number {
    return this.#orders.size;
  }

  /** When {@link tick} has something to do next; infinite when nothing. */
  get nextDueUs(): number {
    let next = NEVER;
    for (const desk of this.#orders.values()) {
      next = Math.min(next, desk.submitDueUs, desk.cancelDueUs, desk.queryDueUs);
    }
    return next;
  }

  /** The name of an order at the venue: of its run and number, so that no other is ever called so. */
  nameOf(orderId: number | ''): string {
    return `${this.#options.runId}-${orderId}`;
  }

  get #now(): number {
    return this.#options.nowUs();
  }

  /** Whether the venue has said nothing yet of an order that is at work here. */
  isUnanswered(orderId: number): boolean {
    return this.#orders.get(orderId)?.unanswered === true;
  }

  /** Carries out what an order event asks of the venue: a submit or a cancel. Its cause is on the disk. */
  take(event: OrderEventOf): void {
    if (event.event === 'submit') this.#submit(event);
    else if (event.event === 'request-cancel') this.#wantCancel(event.orderId);
  }

  /** Takes over an order of an earlier life, of which nobody knows what has become of it. */
  adopt(order: AdoptedOrder): void {
    const desk = this.#add(order);
    if (order.inFlight === true) this.#tell(desk, { kind: 'lost', orderId: order.orderId });
    this.#ask(desk);
  }

  /** Asks for an order of this run, as something does not fit; nothing when it is not at work here. */
  lookAt(clientOrderId: string): void {
    const desk = this.#byName.get(clientOrderId);
    if (desk !== undefined && desk.queryDueUs > this.#now + desk.queries.leastUs) this.#ask(desk);
  }

  /** Does what is due by now. */
  tick(): void {
    const nowUs = this.#options.nowUs();
    for (const desk of [...this.#orders.values()]) {
      if (desk.submitDueUs <= nowUs) this.#lost(desk);
      if (desk.cancelDueUs <= nowUs) this.#cancel(desk);
      if (desk.queryDueUs <= nowUs) this.#ask(desk);
    }
  }

  /** The venue tells something by itself. */
  update(update: VenueUpdate): void {
    const desk = this.#byName.get(update.clientOrderId);
    if (desk === undefined) {
      this.#late(update);
      return;
    }
    switch (update.kind) {
      case 'accepted':
        this.#accepted(desk);
        return;
      case 'rejected':
        this.#rejected(desk);
        return;
      case 'execution':
        this.#execution(desk, update.execution);
        return;
      case 'closed':
        this.#closed(desk, update.filledLots);
        return;
    }
  }

  /**
   * Of an order that was over. An execution is ours all the same; the engine knows whether it is new. One that the venue
   * accepts now, as after it has denied it for long, must not work unwatched: it is cancelled until the venue says that
   * it is over, and the engine knows whether that fits.
   */
  #late(update: VenueUpdate): void {
    const prefix = this.nameOf('');
    const orderId = Number(update.clientOrderId.slice(prefix.length));
    if (!update.clientOrderId.startsWith(prefix) || !(orderId > 0)) return;
    if (update.kind === 'execution') {
      this.#options.report({ kind: 'filled', orderId, ...update.execution }, update.instrument);
    } else if (update.kind === 'accepted') {
      const desk = this.#add({ orderId, instrument: update.instrument, conditional: false, lots: NEVER });
      desk.isLate = true;
      this.#accepted(desk);
      this.#wantCancel(orderId);
    }
  }

  #add(order: AdoptedOrder): DeskOrder {
    const { orderId } = order;
    assert(!this.#orders.has(orderId), `order ${orderId} is on the desk already`);
    const desk = deskOrder(order, this.nameOf(orderId));
    this.#orders.set(orderId, desk);
    this.#byName.set(desk.clientOrderId, desk);
    return desk;
  }

  #submit(event: OrderEventOf): void {
    const { orderId, instrument, side, lots, limitTicks, reduceOnly } = event;
    const stopTicks = event.triggerTicks ?? 0;
    const desk = this.#add({ orderId, instrument, conditional: stopTicks !== 0, lots });
    if (this.#now < this.#busyUntilUs) {
      this.#rejected(desk);
      return;
    }
    const { clientOrderId, conditional } = desk;
    const trigger = stopTicks === 0 ? undefined : event.purpose === 'target' ? ('target' as const) : ('stop' as const);
    const order = { instrument, clientOrderId, conditional, side, lots, limitTicks, reduceOnly, stopTicks, trigger };
    if (event.replaces !== undefined) {
      this.#replace(desk, event.replaces, order);
      return;
    }
    desk.submitDueUs = this.#now + this.#options.submitTimeoutUs;
    this.#options.gateway.submit(order, (reply) => this.#submitted(desk, reply));
  }

  /**
   * With an old one that is not surely at work, untouched, the new one is never sent: it might sell the same twice. Where
   * the two cannot be exchanged the old one is taken away by itself, for it is in the way of what is to be sold.
   */
  #replace(desk: DeskOrder, oldId: number, order: VenueOrder): void {
    const { gateway, submitTimeoutUs } = this.#options;
    const old = this.#orders.get(oldId);
    if (gateway.replace === undefined || old === undefined || !isUntouched(old)) {
      if (old?.cancelDueUs === NEVER) this.#wantCancel(oldId);
      this.#rejected(desk);
      return;
    }
    desk.submitDueUs = this.#now + submitTimeoutUs;
    desk.replaces = old;
    gateway.replace(old, order, ({ cancelled, submitted }) => {
      this.#takenAway(old, cancelled, submitted);
      this.#submitted(desk, submitted);
    });
  }

  #takenAway(old: DeskOrder, reply: ReplaceReply['cancelled'], submitted: SubmitReply): void {
    if (!this.#isOpen(old)) return;
    if (reply.kind === 'cancelled') this.#closed(old, reply.filledLots);
    else if (reply.kind !== 'kept') this.#ask(old);
    const isInTheWay = reply.kind === 'unable' || reply.kind === 'unknown';
    if (isInTheWay && submitted.kind === 'rejected') this.#wantCancel(old.orderId);
  }

  #submitted(desk: DeskOrder, reply: SubmitReply): void {
    if (!this.#isOpen(desk)) return;
    if (reply.kind === 'accepted') this.#accepted(desk);
    else if (reply.kind === 'unknown') this.#lost(desk);
    else if (reply.kind === 'busy') this.#busy(desk, reply.retryAfterUs);
    else this.#rejected(desk);
  }

  /** A venue that was too busy to look at it did nothing: the engine decides anew, with the prices of then. */
  #busy(desk: DeskOrder, retryAfterUs: number): void {
    this.#pause(retryAfterUs);
    this.#rejected(desk);
  }

  #pause(retryAfterUs: number): void {
    this.#busyUntilUs = Math.max(this.#busyUntilUs, this.#now + retryAfterUs);
  }

  /** Sent, and no reply: it is asked for until the venue tells. */
  #lost(desk: DeskOrder): void {
    desk.submitDueUs = NEVER;
    if (!desk.unanswered) return;
    this.#tell(desk, { kind: 'lost', orderId: desk.orderId });
    this.#ask(desk);
    if (desk.replaces !== undefined && this.#isOpen(desk.replaces)) this.#ask(desk.replaces);
  }

  #accepted(desk: DeskOrder): void {
    if (desk.unanswered) {
      desk.unanswered = false;
      desk.submitDueUs = NEVER;
      this.#scheduleCheck(desk);
      this.#tell(desk, { kind: 'accepted', orderId: desk.orderId });
    }
  }

  #rejected(desk: DeskOrder): void {
    if (!desk.unanswered) return;
    this.#remove(desk);
    this.#tell(desk, { kind: 'rejected', orderId: desk.orderId });
  }

  #execution(desk: DeskOrder, execution: VenueExecution): void {
    if (desk.seen.has(execution.executionId)) return;
    this.#accepted(desk);
    desk.seen.add(execution.executionId);
    desk.seenLots += execution.lots;
    this.#tell(desk, { kind: 'filled', orderId: desk.orderId, ...execution });
    this.#settle(desk);
  }

  #closed(desk: DeskOrder, filledLots: number): void {
    if (desk.closedAtLots >= 0) return;
    this.#accepted(desk);
    desk.closedAtLots = filledLots;
    desk.cancelDueUs = NEVER;
    // Of one whose executions are all told already there is nothing more to say.
    if (desk.seenLots < desk.lots) this.#tell(desk, { kind: 'cancelled', orderId: desk.orderId, filledLots });
    this.#settle(desk);
  }

  /** Over when it is closed and all its executions are known; those that are missing are asked for. */
  #settle(desk: DeskOrder): void {
    if (desk.closedAtLots < 0 || !this.#isOpen(desk)) return;
    if (desk.seenLots >= desk.closedAtLots) this.#remove(desk);
    else if (desk.queryDueUs > this.#now + desk.queries.leastUs) this.#ask(desk);
  }

  #wantCancel(orderId: number): void {
    const desk = this.#orders.get(orderId);
    if (desk === undefined || desk.closedAtLots >= 0) return;
    desk.cancels.reset();
    this.#cancel(desk);
  }

  #cancel(desk: DeskOrder): void {
    desk.cancelDueUs = this.#now + this.#options.replyTimeoutUs;
    this.#options.gateway.cancel(desk, (reply) => this.#cancelReplied(desk, reply));
  }

  #cancelReplied(desk: DeskOrder, reply: CancelReply): void {
    if (!this.#isOpen(desk) || desk.closedAtLots >= 0) return;
    if (reply.kind === 'cancelled') {
      this.#closed(desk, reply.filledLots);
      return;
    }
    // Over already, or not there yet: the query tells which, and the cancel goes on until it has.
    if (reply.kind === 'no-order') this.#ask(desk);
    const pauseUs = reply.kind === 'busy' ? reply.retryAfterUs : desk.cancels.next();
    if (reply.kind === 'busy') this.#pause(pauseUs);
    desk.cancelDueUs = this.#now + pauseUs;
  }

  #ask(desk: DeskOrder): void {
    if (this.#now < this.#busyUntilUs) {
      desk.queryDueUs = this.#busyUntilUs;
      return;
    }
    desk.queryDueUs = this.#now + this.#options.replyTimeoutUs;
    this.#options.gateway.query(desk, (reply) => this.#asked(desk, reply));
  }

  #asked(desk: DeskOrder, reply: QueryReply): void {
    if (!this.#isOpen(desk)) return;
    if (reply.kind === 'open' || reply.kind === 'closed') {
      desk.absentSinceUs = NEVER;
      desk.queries.reset();
      this.#accepted(desk);
      for (const execution of reply.executions) this.#execution(desk, execution);
      if (reply.kind === 'closed') this.#closed(desk, reply.filledLots);
      if (this.#isOpen(desk)) this.#scheduleCheck(desk);
      return;
    }
    if (reply.kind === 'absent' && (desk.unanswered || desk.isLate) && this.#isAbsent(desk)) {
      if (desk.isLate) this.#remove(desk);
      else this.#rejected(desk);
      return;
    }
    if (reply.kind !== 'absent') desk.absentSinceUs = NEVER;
    if (reply.kind === 'busy') this.#pause(reply.retryAfterUs);
    desk.queryDueUs = this.#now + (reply.kind === 'busy' ? reply.retryAfterUs : desk.queries.next());
  }

  /** A venue may deny for a while what it has accepted: only a denial that lasts is one. */
  #isAbsent(desk: DeskOrder): boolean {
    desk.absentSinceUs = Math.min(desk.absentSinceUs, this.#now);
    return this.#now - desk.absentSinceUs >= this.#options.absentAfterUs;
  }

  #scheduleCheck(desk: DeskOrder): void {
    const missing = desk.closedAtLots >= 0;
    desk.queryDueUs = this.#now + (missing ? desk.queries.next() : this.#options.checkEveryUs);
  }

  #tell(desk: DeskOrder, report: BrokerReport): void {
    this.#options.report(report, desk.instrument);
  }

  #isOpen(desk: DeskOrder): boolean {
    return this.#orders.get(desk.orderId) === desk;
  }

  #remove(desk: DeskOrder): void {
    this.#orders.delete(desk.orderId);
    this.#byName.delete(desk.clientOrderId);
  }
}
