/** What a trading side is tried on: the venue, its market and its failures, and the words of a check. */
import { expect } from 'vitest';
import type {
  CancelReply,
  OrderName,
  QueryReply,
  ReplaceReply,
  SubmitReply,
  VenueOrder,
  VenueUpdate,
} from '../../src/brokers/gateway.ts';
import type { AccountSnapshot, TradingVenue, TradingVenueEvents } from '../../src/brokers/trading-venue.ts';
import type { VenueInstrument } from '../../src/venues/venue-instrument.ts';

export interface TradingRig {
  /** Made, and not opened yet. */
  readonly venue: TradingVenue;
  readonly instrument: VenueInstrument;
  readonly currency: string;
  /** An order of this size trades whole at the touch; one of `deepLots` does not. */
  readonly lots: number;
  readonly deepLots: number;
  nowUs(): number;
  touch(): { readonly bid: number; readonly ask: number };
  /** Lets the venue work until `done`. @returns false when it is not done in a generous time. */
  until(done: () => boolean): Promise<boolean>;
  /** The market goes where what rests far from it does not trade, and leaves what was partly filled. */
  goAway(): void;
  /** The venue refuses everything for being asked too much; missing where it cannot be made to. */
  readonly busy: ((isBusy: boolean) => void) | undefined;
  /** The next submit, or order in the place of another, is done, and its reply lost. */
  readonly loseReply: (() => void) | undefined;
  /** Stops wait at the venue, and reduce-only is known there. */
  readonly margined: boolean;
  /** How many submits have come to the venue, and how many orders in the place of others. */
  submits(): number;
  replacements(): number;
  stop(): Promise<void>;
}

export type MakeTradingRig = () => Promise<TradingRig>;

/** One venue, opened, with what it says by itself. */
export class Bench {
  readonly rig: TradingRig;
  readonly updates: VenueUpdate[] = [];
  readonly doubts: string[] = [];
  /** Hears as well. */
  onUpdate: (update: VenueUpdate) => void = () => {};
  #names = 0;
  readonly #sinceUs: number;

  constructor(rig: TradingRig) {
    this.rig = rig;
    this.#sinceUs = rig.nowUs() - 60_000_000;
  }

  get events(): TradingVenueEvents {
    return {
      update: (update) => {
        this.updates.push(update);
        this.onUpdate(update);
      },
      doubt: (why) => void this.doubts.push(why),
      notice: () => {},
    };
  }

  order(changes: Partial<VenueOrder> = {}): VenueOrder {
    this.#names++;
    return {
      instrument: 0,
      clientOrderId: `conform-${this.#names}`,
      conditional: false,
      side: 1,
      lots: this.rig.lots,
      limitTicks: this.rig.touch().ask,
      reduceOnly: false,
      stopTicks: 0,
      trigger: undefined,
      ...changes,
    };
  }

  /** Far below the market, within what venues allow. */
  resting(changes: Partial<VenueOrder> = {}): VenueOrder {
    return this.order({ limitTicks: Math.floor(this.rig.touch().bid * 0.97), ...changes });
  }

  submit(order: VenueOrder): Promise<SubmitReply> {
    return this.once((reply) => this.rig.venue.submit(order, reply));
  }

  cancel(order: OrderName): Promise<CancelReply> {
    return this.once((reply) => this.rig.venue.cancel(order, reply));
  }

  query(order: OrderName): Promise<QueryReply> {
    return this.once((reply) => this.rig.venue.query(order, reply));
  }

  replace(old: OrderName, order: VenueOrder): Promise<ReplaceReply> {
    return this.once((reply) => this.rig.venue.replace!(old, order, reply));
  }

  /** A stop for all of `lots`, far below the market, which is taken. */
  async stop(lots = this.rig.lots): Promise<VenueOrder> {
    const stopTicks = Math.floor(this.rig.touch().bid * 0.9);
    const waits = { side: -1, limitTicks: 0, conditional: true, stopTicks, trigger: 'stop' } as const;
    const stop = this.order({ ...waits, lots, reduceOnly: this.rig.margined });
    expect(await this.submit(stop)).toEqual({ kind: 'accepted' });
    return stop;
  }

  /** Sells at the market. */
  exit(lots = this.rig.lots): VenueOrder {
    return this.order({ side: -1, limitTicks: 0, lots, reduceOnly: this.rig.margined });
  }

  /** The reply, which must be the only one by the time the next is asked for. */
  async once<R>(act: (reply: (told: R) => void) => void): Promise<R> {
    const told: R[] = [];
    act((reply) => void told.push(reply));
    expect(await this.rig.until(() => told.length > 0), 'a reply comes').toBe(true);
    expect(told).toHaveLength(1);
    return told[0]!;
  }

  async account(sinceUs = this.#sinceUs): Promise<AccountSnapshot> {
    const reply = await this.once<Parameters<Parameters<TradingVenue['account']>[1]>[0]>((told) =>
      this.rig.venue.account(sinceUs, told),
    );
    if (reply.kind !== 'account') throw new Error(`the account cannot be had: ${JSON.stringify(reply)}`);
    return reply.account;
  }

  executed(clientOrderId: string): number {
    const seen = new Map<number, number>();
    for (const update of this.updates) {
      if (update.kind === 'execution' && update.clientOrderId === clientOrderId)
        seen.set(update.execution.executionId, update.execution.lots);
    }
    return [...seen.values()].reduce((sum, lots) => sum + lots, 0);
  }

  told(kind: VenueUpdate['kind'], clientOrderId: string): boolean {
    return this.updates.some((each) => each.kind === kind && each.clientOrderId === clientOrderId);
  }

  /** Sends it and waits until the stream has told all of it. */
  async fill(order: VenueOrder): Promise<void> {
    expect(await this.submit(order)).toEqual({ kind: 'accepted' });
    const whole = (): boolean =>
      this.executed(order.clientOrderId) === order.lots && this.told('closed', order.clientOrderId);
    expect(await this.rig.until(whole), 'it is filled, and the stream tells all of it').toBe(true);
  }
}
