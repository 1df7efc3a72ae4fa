/**
 * Engine, order desk and a badly behaved venue in virtual time, under a synthetic market. What must hold, whatever the
 * messages between them suffer, is checked on the way and at the end.
 */
import {
  type BrokerReport,
  cursorOver,
  type EngineEvent,
  InputEncoder,
  type OperatorCommand,
} from '../../../engine/domain/index.ts';
import { createEngine, createState, type Engine, killStage, SyntheticMarket, step } from '../../../engine/index.ts';
import type { VenueGateway } from '../../../src/brokers/gateway.ts';
import { OrderDesk, type OrderEventOf } from '../../../src/brokers/order-desk.ts';
import { policyWith, START_US, testConfig } from '../../fixtures/engine-session.ts';
import { ModelVenue, NO_FAULTS, type VenueFaults } from './model-venue.ts';
import { Chance, VirtualTime } from './virtual-time.ts';

const SYMBOLS = ['BTC/USDT:USDT', 'DOGE/USDT:USDT'];
const TIMER_US = 100_000;
/** How long after the last fault everything must be known: a denied order counts as absent only after 90 s. */
const SETTLE_US = 200_000_000;

/** What stands between desk and venue; the planted faults of the tests are here. */
export type Wrap = (gateway: VenueGateway) => VenueGateway;

/** A policy under which much is traded, with small orders and short cool-downs. */
const BUSY = policyWith({
  decision: { minScore: 0.05, minConsensus: 0.5, confluenceProducers: 1, repeatBars: 2 },
  risk: { entryCooldownBars: 1, entriesBeforeVolatility: true, staleAfterUs: 60_000_000, maxOrdersPerMinute: 60 },
  execution: { maxHoldingBars: 4, entryReachPpm: 2_000 },
});

export class TradingWorld {
  readonly time = new VirtualTime(START_US);
  readonly chance: Chance;
  readonly venue: ModelVenue;
  readonly desk: OrderDesk;
  readonly engine: Engine;
  readonly events: EngineEvent[] = [];
  readonly breaches: string[] = [];
  readonly #market: SyntheticMarket;
  readonly #encoder = new InputEncoder();
  readonly #waiting: Array<() => void> = [];
  #seq = 0;
  #stepping = false;

  constructor(seed: number, faults: VenueFaults, wrap: Wrap = (gateway) => gateway) {
    this.chance = new Chance(seed);
    this.#market = new SyntheticMarket({ seed, startUs: START_US, symbols: SYMBOLS, ratePerSecond: 40 });
    const { instruments } = this.#market;
    const config = testConfig({ venue: 'external', control: 'auto', seed, bookLevels: 48, instruments, policy: BUSY });
    this.engine = createEngine(createState(config));
    this.venue = new ModelVenue(this.time, this.chance, instruments.length, faults);
    this.desk = new OrderDesk({
      runId: config.runId,
      gateway: wrap(this.venue),
      nowUs: () => this.time.nowUs,
      report: (report, instrument) => this.#report(report, instrument),
    });
    this.venue.onUpdate = (update) => this.desk.update(update);
    this.#planMarket();
    this.#planTimer();
  }

  command(command: OperatorCommand): void {
    this.#accept(() => this.#encoder.command(command, 'console'));
  }

  /** Runs until `untilUs`, or until `done`. @returns whether it was done. */
  run(untilUs: number, done: () => boolean = () => false): boolean {
    while (this.time.nextAtUs <= untilUs) {
      this.time.step();
      if (done()) return true;
    }
    this.time.nowUs = Math.max(this.time.nowUs, untilUs);
    return done();
  }

  /** The venue is well again: everything must come to be known. */
  settle(): void {
    this.venue.faults = { ...NO_FAULTS };
    this.venue.isAway = false;
    this.venue.isBusy = false;
    const { nowUs } = this.time;
    if (killStage(this.engine.state) === 'armed') this.command({ kind: 'kill' });
    const known = (): boolean => this.desk.open === 0 && killStage(this.engine.state) === 'none-open';
    if (!this.run(nowUs + SETTLE_US, known)) this.breaches.push(`after ${SETTLE_US / 1e6} s something is not known`);
    this.command({ kind: 'flatten' });
    const flat = (): boolean => killStage(this.engine.state) === 'flat' && this.desk.open === 0;
    if (!this.run(this.time.nowUs + SETTLE_US, flat)) this.breaches.push('flatten does not come to an end');
    // Nothing is under way any more that could change it.
    this.run(this.time.nowUs + 10_000_000);
    this.#check();
  }

  #check(): void {
    this.breaches.push(...this.venue.violations);
    for (const { index, symbol } of this.engine.state.instruments) {
      const [ours, theirs] = [this.engine.state.positions.lots[index]!, this.venue.position(index)];
      if (ours !== theirs) this.breaches.push(`${symbol}: we hold ${ours}, the venue says ${theirs}`);
      if (theirs !== 0) this.breaches.push(`${symbol}: flat, and ${theirs} lots are held`);
    }
    if (this.venue.open.length > 0) this.breaches.push(`${this.venue.open.length} orders are open at the end`);
    const mismatch = this.events.find((event) => event.kind === 'halt' && event.reason === 'venue-mismatch');
    if (mismatch !== undefined) this.breaches.push('an honest venue was taken for one that is not');
  }

  #planMarket(): void {
    this.time.at(this.#market.nextAtUs(), () => {
      this.#accept(() => void this.#market.emit(this.#encoder));
      const { market, instruments } = this.engine.state;
      for (const { index } of instruments) this.venue.setTouch(index, market.bid[index]!, market.ask[index]!);
      this.#planMarket();
    });
  }

  #planTimer(): void {
    this.time.after(TIMER_US, () => {
      this.#accept(() => this.#encoder.timer());
      this.desk.tick();
      this.#planTimer();
    });
  }

  #report(report: BrokerReport, instrument: number): void {
    this.#accept(() => this.#encoder.report(report, instrument, this.time.nowUs));
  }

  #effect(event: OrderEventOf): void {
    const stage = killStage(this.engine.state);
    if (event.event === 'submit' && !event.reduceOnly && stage !== 'armed') {
      this.breaches.push(`order ${event.orderId} can increase exposure and leaves while the kill is ${stage}`);
    }
    this.desk.take(event);
  }

  /** One input after the other, also where one comes from within another's effects. */
  #accept(encode: () => void): void {
    this.#waiting.push(encode);
    if (this.#stepping) return;
    this.#stepping = true;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      next();
      this.#encoder.stamp(++this.#seq, this.time.nowUs);
      for (const event of step(this.engine, cursorOver(this.#encoder.bytes().slice()))) {
        this.events.push(event);
        if (event.kind === 'order') this.#effect(event);
      }
    }
    this.#stepping = false;
  }
}
