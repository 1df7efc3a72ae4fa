/**
 * A host of the engine and a badly behaved venue in virtual time, under a synthetic market. What must hold, whatever the
 * messages between them suffer, is checked on the way and at the end.
 */
import {
  type EngineEvent,
  InputEncoder,
  type InstrumentSpec,
  type KillStage,
  type OperatorCommand,
} from '../../../engine/domain/index.ts';
import { type EngineState, isLiveSlot, killStage, ORDER_CAPACITY, SyntheticMarket } from '../../../engine/index.ts';
import type { OrderEventOf } from '../../../src/brokers/order-desk.ts';
import { START_US } from '../../fixtures/engine-session.ts';
import { ModelVenue, NO_FAULTS, type VenueFaults } from './model-venue.ts';
import { Chance, VirtualTime } from './virtual-time.ts';

const SYMBOLS = { linear: ['BTC/USDT:USDT', 'DOGE/USDT:USDT'], spot: ['BTC/USDT', 'DOGE/USDT'] } as const;
export type Market = keyof typeof SYMBOLS;

const TIMER_US = 100_000;
/** How long after the last fault everything must be known: a denied order counts as absent only after 90 s. */
const SETTLE_US = 200_000_000;

/** Takes what the market says while nobody listens. */
const unheard = new InputEncoder();

/** What runs the engine: with a journal or without. */
export interface SimulatedHost {
  readonly state: EngineState;
  /** Orders whose last word has not come. */
  readonly open: number;
  input(write: (encoder: InputEncoder) => void): void;
  /** Called at regular times. */
  poll(): void;
  /** True when something has come back that somebody waits for in another turn of the event loop. */
  answered(): boolean;
}

export class TradingWorld {
  readonly time = new VirtualTime(START_US);
  readonly chance: Chance;
  readonly market: SyntheticMarket;
  readonly venue: ModelVenue;
  readonly events: EngineEvent[] = [];
  readonly breaches: string[] = [];
  /** Orders of ours that nothing which outlived us tells of: only a look at the venue's books would. */
  unknowable = 0;
  #host: SimulatedHost | undefined;

  /** What is traded here: on spot without a least worth, for what is below it is held for good. */
  readonly instruments: readonly InstrumentSpec[];

  constructor(seed: number, faults: VenueFaults, market: Market = 'linear') {
    const symbols = SYMBOLS[market];
    this.chance = new Chance(seed);
    this.market = new SyntheticMarket({ seed, startUs: START_US, symbols, ratePerSecond: 40 });
    this.venue = new ModelVenue(this.time, this.chance, symbols.length, faults, market);
    // In every fourth world stops are taken away first.
    const spot = { replacesOrders: seed % 4 !== 0, minNotional: '0' };
    this.instruments = this.market.instruments.map((spec) => (market === 'spot' ? { ...spec, ...spot } : spec));
    this.#planMarket();
    this.#planTimer();
  }

  /** The host that lives now; none while the machine is off. */
  get host(): SimulatedHost {
    if (this.#host === undefined) throw new Error('nobody is at home');
    return this.#host;
  }

  set host(host: SimulatedHost | undefined) {
    this.#host = host;
  }

  get isUp(): boolean {
    return this.#host !== undefined;
  }

  command(command: OperatorCommand): void {
    this.#host?.input((encoder) => encoder.command(command, 'console'));
  }

  /** What an engine has put out, when it did so. */
  heard(event: EngineEvent): void {
    this.events.push(event);
  }

  /** What goes out to the venue, and how far the kill had come by then. */
  left(event: OrderEventOf, stage: KillStage): void {
    if (event.event === 'submit' && !event.reduceOnly && stage !== 'armed') {
      this.breaches.push(`order ${event.orderId} can increase exposure and leaves while the kill is ${stage}`);
    }
  }

  /** Runs until `untilUs`, or until `done`. @returns whether it was done. */
  async run(untilUs: number, done: () => boolean = () => false): Promise<boolean> {
    while (this.time.nextAtUs <= untilUs) {
      this.time.step();
      if (this.#host?.answered()) await new Promise((resolve) => void setImmediate(resolve));
      if (done()) return true;
    }
    this.time.nowUs = Math.max(this.time.nowUs, untilUs);
    return done();
  }

  /** The venue is well again: everything must come to be known, and flat when that is asked for. */
  async settle(): Promise<void> {
    this.venue.faults = { ...NO_FAULTS };
    this.venue.isAway = false;
    this.venue.isBusy = false;
    const { host, time } = this;
    if (killStage(host.state) === 'armed') this.command({ kind: 'kill' });
    const known = (): boolean => host.open === waiting(host.state) && killStage(host.state) === 'none-open';
    if (!(await this.run(time.nowUs + SETTLE_US, known)))
      this.breaches.push(`after ${SETTLE_US / 1e6} s something is not known`);
    this.command({ kind: 'flatten' });
    const flat = (): boolean => killStage(host.state) === 'flat' && host.open === 0;
    const isFlat = await this.run(time.nowUs + SETTLE_US, flat);
    if (!isFlat && this.unknowable === 0) this.breaches.push('flatten does not come to an end');
    // Nothing is under way any more that could change it.
    await this.run(time.nowUs + 10_000_000);
    this.#check(host.state);
  }

  #check({ instruments, positions }: EngineState): void {
    this.breaches.push(...this.venue.violations);
    // This world compares no account: an exit that nothing tells of is made again by whoever believes to hold it still.
    if (this.unknowable > 0) return;
    this.breaches.push(...this.venue.oversold);
    for (const { index, symbol } of instruments) {
      const [ours, theirs] = [positions.lots[index]!, this.venue.position(index)];
      if (ours !== theirs) this.breaches.push(`${symbol}: we hold ${ours}, the venue says ${theirs}`);
      if (theirs !== 0) this.breaches.push(`${symbol}: flat, and ${theirs} lots are held`);
    }
    if (this.venue.open.length > 0) this.breaches.push(`${this.venue.open.length} orders are open at the end`);
    const mismatch = this.events.find((event) => event.kind === 'halt' && event.reason === 'venue-mismatch');
    if (mismatch !== undefined) this.breaches.push('an honest venue was taken for one that is not');
  }

  /** The market goes on while the machine is off; nobody hears it then. */
  #planMarket(): void {
    this.time.at(this.market.nextAtUs(), () => {
      const host = this.#host;
      if (host === undefined) this.market.emit(unheard);
      else {
        host.input((encoder) => void this.market.emit(encoder));
        const { market, instruments } = host.state;
        for (const { index } of instruments) this.venue.setTouch(index, market.bid[index]!, market.ask[index]!);
      }
      this.#planMarket();
    });
  }

  #planTimer(): void {
    this.time.after(TIMER_US, () => {
      this.#host?.input((encoder) => encoder.timer());
      this.#host?.poll();
      this.#planTimer();
    });
  }
}

/** Orders that wait at the venue for their price: they stay until the position is gone. */
function waiting({ orders }: EngineState): number {
  let count = 0;
  for (let slot = 0; slot < ORDER_CAPACITY; slot++) {
    if (orders.triggerTicks[slot] !== 0 && isLiveSlot(orders, slot)) count++;
  }
  return count;
}
