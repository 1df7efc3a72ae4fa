/** The engine in memory alone, in a simulated world, and what every host there is made of. */
import { cursorOver, type EngineConfig, InputEncoder, type InstrumentSpec } from '../../../engine/domain/index.ts';
import {
  armCode,
  createEngine,
  createState,
  type Engine,
  type EngineState,
  killStage,
  step,
} from '../../../engine/index.ts';
import type { VenueGateway } from '../../../src/brokers/gateway.ts';
import { OrderDesk } from '../../../src/brokers/order-desk.ts';
import { NEAR_EXITS, policyWith, testConfig } from '../../fixtures/engine-session.ts';
import type { SimulatedHost, TradingWorld } from './trading-world.ts';

/** A policy under which much is traded, with small orders and short cool-downs. */
const BUSY = {
  decision: { minScore: 0.05, minConsensus: 0.5, confluenceProducers: 1, repeatBars: 2 },
  risk: {
    ...NEAR_EXITS.risk,
    entryCooldownBars: 1,
    entriesBeforeVolatility: true,
    staleAfterUs: 60_000_000,
    maxOrdersPerMinute: 60,
  },
  execution: { ...NEAR_EXITS.execution, maxHoldingBars: 4, entryReachPpm: 2_000 },
};

export function busyConfig(seed: number, instruments: readonly InstrumentSpec[]): EngineConfig {
  return testConfig({
    venue: 'external',
    control: 'auto',
    seed,
    bookLevels: 48,
    instruments,
    barIntervalUs: 500_000,
    // Every other world lays its stops at the venue as well, and on spot each.
    policy: policyWith({ ...BUSY, live: { stopsAtVenue: seed % 2 === 1 || instruments[0]?.kind === 'spot' } }),
  });
}

/** What stands between desk and venue; the planted faults of the tests are here. */
export type Wrap = (gateway: VenueGateway) => VenueGateway;
export const asIs: Wrap = (gateway) => gateway;

/** One input after the other, also where one comes from within another's effects. */
export class InTurn {
  readonly #waiting: Array<() => void> = [];
  #busy = false;

  do(act: () => void): void {
    this.#waiting.push(act);
    if (this.#busy) return;
    this.#busy = true;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) next();
    this.#busy = false;
  }
}

/** The account is taken as compared and the code as typed: what these worlds are about comes after that. */
export function armed(host: Pick<SimulatedHost, 'state' | 'input'>): void {
  host.input((encoder) => encoder.venue([], 0));
  host.input((encoder) => encoder.command({ kind: 'arm', code: armCode(host.state) }, 'console'));
}

/** No journal: orders leave at once. */
export class PlainHost implements SimulatedHost {
  readonly #world: TradingWorld;
  readonly #engine: Engine;
  readonly #desk: OrderDesk;
  readonly #encoder = new InputEncoder();
  readonly #turn = new InTurn();
  #seq = 0;

  constructor(world: TradingWorld, seed: number, wrap: Wrap) {
    this.#world = world;
    const config = busyConfig(seed, world.instruments);
    this.#engine = createEngine(createState(config));
    this.#desk = new OrderDesk({
      runId: config.runId,
      gateway: wrap(world.venue),
      nowUs: () => world.time.nowUs,
      report: (report, instrument) => this.input((encoder) => encoder.report(report, instrument, world.time.nowUs)),
    });
    world.venue.onUpdate = (update) => this.#desk.update(update);
    armed(this);
  }

  get state(): EngineState {
    return this.#engine.state;
  }

  get open(): number {
    return this.#desk.open;
  }

  input(write: (encoder: InputEncoder) => void): void {
    this.#turn.do(() => {
      write(this.#encoder);
      this.#encoder.stamp(++this.#seq, this.#world.time.nowUs);
      const stage = killStage(this.state);
      for (const event of step(this.#engine, cursorOver(this.#encoder.bytes().slice()))) {
        this.#world.heard(event);
        if (event.kind !== 'order') continue;
        this.#world.left(event, stage);
        this.#desk.take(event);
      }
    });
  }

  poll(): void {
    this.#desk.tick();
  }

  answered(): boolean {
    return false;
  }
}
