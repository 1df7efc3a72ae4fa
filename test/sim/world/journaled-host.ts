/** One life of the product's own host parts in a simulated world, on a model disk, with the end that the seed gives it. */
import { join } from 'node:path';
import {
  type BrokerReport,
  type EngineConfig,
  type EngineEvent,
  type InputEncoder,
  NO_INSTRUMENT,
} from '../../../engine/domain/index.ts';
import { type EngineState, isLiveSlot, killStage, ORDER_CAPACITY, stateOf } from '../../../engine/index.ts';
import {
  encodeSnapshot,
  type ManifestDraft,
  type SessionManifest,
  SessionWriter,
  type StateSnapshot,
} from '../../../logs/index.ts';
import type { AdoptedOrder } from '../../../src/brokers/desk-order.ts';
import { OrderDesk, type OrderEventOf } from '../../../src/brokers/order-desk.ts';
import { OrderOutlet } from '../../../src/brokers/order-outlet.ts';
import { EffectGate } from '../../../src/host/effects.ts';
import { Recorder } from '../../../src/host/recorder.ts';
import { Sequencer } from '../../../src/host/sequencer.ts';
import type { UnrecordedExit } from '../../../src/host/take-up.ts';
import type { ModelDisk } from '../../fixtures/model-disk.ts';
import { armed, busyConfig, InTurn } from './hosts.ts';
import type { SimulatedHost, TradingWorld } from './trading-world.ts';
import { VirtualDisk } from './virtual-disk.ts';

/** The state that a life goes on from. */
export interface Base {
  /** Orders that left when nothing could be recorded any more, known by the last words. */
  readonly unrecorded: readonly UnrecordedExit[];
  readonly from: NonNullable<SessionManifest['startsFrom']>;
  readonly snapshot: StateSnapshot;
}

export interface LifeOptions {
  readonly seed: number;
  readonly name: string;
  readonly disk: ModelDisk;
  readonly base: Base | undefined;
  /** Lets orders out before their intent is on the disk: the fault that the check must notice. */
  readonly hasty: boolean;
}

/** One life of the product's host parts: sequencer, journal in group commit, gate, outlet and desk. */
export class JournaledHost implements SimulatedHost {
  readonly name: string;
  /** Inputs as they were stepped, the first of this life first. */
  readonly inputs: Buffer[] = [];
  /** Orders that were handed to the venue while their intent could be recorded. */
  readonly sent = new Set<number>();
  /** Exits that left after the journal had failed. */
  readonly sentUnrecorded = new Set<number>();
  readonly recorder: Recorder;
  readonly #world: TradingWorld;
  readonly #disk: VirtualDisk;
  readonly #sequencer: Sequencer;
  readonly #outlet: OrderOutlet;
  readonly #desk: OrderDesk;
  readonly #turn = new InTurn();
  #isGone = false;
  #events = 0;
  #stirred = 0;

  constructor(world: TradingWorld, options: LifeOptions) {
    const { seed, name, disk, base, hasty } = options;
    this.name = name;
    this.#world = world;
    this.#disk = new VirtualDisk(disk, world.time, world.chance);
    const config = busyConfig(seed, world.instruments);
    const report = (told: BrokerReport, instrument: number): void =>
      this.input((encoder) => encoder.report(told, instrument, world.time.nowUs));
    this.#desk = new OrderDesk({ runId: config.runId, gateway: world.venue, nowUs: () => world.time.nowUs, report });
    this.recorder = new Recorder(
      (group) =>
        SessionWriter.open(join(disk.root, 'sessions'), name, draftOf(config, base), {
          group,
          files: this.#disk.port,
          ...(base === undefined ? {} : { base: encodeSnapshot(base.snapshot) }),
          segmentBytes: 96 * 1024,
          blockBytes: 8 * 1024,
        }),
      () => this.input((encoder) => encoder.command({ kind: 'kill' }, 'journal')),
      new EffectGate(base?.from.seq, base === undefined),
    );
    const desk = { take: (event: OrderEventOf): void => this.#leave(event) };
    const gate = hasty ? new EffectGate(Number.MAX_SAFE_INTEGER) : this.recorder.gate;
    this.#outlet = new OrderOutlet({ gate, desk, report });
    this.#sequencer = new Sequencer(config, this.recorder, (event) => this.#onEvent(event), {
      base: base?.snapshot,
    });
    world.venue.onUpdate = (update) => this.#desk.update(update);
    if (base === undefined) armed(this);
    else this.#wake(base);
  }

  get state(): EngineState {
    return this.#sequencer.state;
  }

  get open(): number {
    return this.#desk.open;
  }

  input(write: (encoder: InputEncoder) => void): void {
    this.#accept(write, this.#world.time.nowUs);
  }

  poll(): void {
    this.recorder.poll(this.#world.time.nowUs / 1000);
    this.#desk.tick();
  }

  answered(): boolean {
    const stirred = this.#disk.answered + this.#events;
    const some = stirred !== this.#stirred;
    this.#stirred = stirred;
    return some;
  }

  /** The power is gone. */
  cut(): void {
    this.#isGone = true;
    this.#disk.cut();
    this.#world.venue.onUpdate = () => {};
    this.#world.host = undefined;
  }

  /** What is known of before is a state; orders of which nothing final was heard are asked for. */
  #wake({ from, unrecorded }: Base): void {
    this.#accept((encoder) => encoder.gap(NO_INSTRUMENT, from.atUs, 'restart'), from.atUs);
    if (unrecorded.length > 0) this.#accept((encoder) => encoder.command({ kind: 'kill' }, 'journal'), from.atUs);
    for (const { instrument, ...exit } of unrecorded)
      this.#accept((encoder) => encoder.report({ kind: 'adopted', ...exit }, instrument, from.atUs), from.atUs);
    const { orders } = this.state;
    const left: AdoptedOrder[] = [];
    for (let slot = 0; slot < ORDER_CAPACITY; slot++) {
      if (isLiveSlot(orders, slot) && !this.#outlet.holds(orders.id[slot]!))
        left.push({
          orderId: orders.id[slot]!,
          instrument: orders.instrument[slot]!,
          conditional: orders.triggerTicks[slot] !== 0,
          lots: orders.lots[slot]!,
          inFlight: stateOf(orders, slot) === 'in-flight',
        });
    }
    for (const order of left) this.#desk.adopt(order);
    armed(this);
    this.#sequencer.markBegun();
  }

  #accept(write: (encoder: InputEncoder) => void, atUs: number): void {
    if (this.#isGone) return;
    this.#turn.do(() => {
      const { encoder } = this.#sequencer;
      write(encoder);
      this.#sequencer.accept(atUs);
      this.inputs.push(Buffer.from(encoder.bytes()));
    });
  }

  #onEvent(event: EngineEvent): void {
    this.#events++;
    this.#world.heard(event);
    if (event.kind === 'order') this.#outlet.take(event);
  }

  #leave(event: OrderEventOf): void {
    const sent = this.recorder.failure === undefined ? this.sent : this.sentUnrecorded;
    if (event.event === 'submit') sent.add(event.orderId);
    this.#world.left(event, killStage(this.state));
    this.#desk.take(event);
  }
}

function draftOf(config: EngineConfig, base: Base | undefined): ManifestDraft {
  return {
    kind: 'console',
    createdAt: '2025-01-02T03:04:05.678Z',
    venue: 'model',
    accountCurrency: config.accountCurrency,
    instruments: config.instruments,
    barIntervalUs: config.barIntervalUs,
    build: 'test',
    nodeVersion: process.version,
    config,
    ...(base === undefined ? {} : { startsFrom: base.from }),
  };
}
