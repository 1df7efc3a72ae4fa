/**
 * The kill at an external venue that is well, away, too busy for anything, or whose accepts come after the kill: how
 * soon the cancels start, how soon nothing is open that can increase exposure, and what is said meanwhile.
 */
import { isLiveSlot, killStage, ORDER_CAPACITY } from '../../../engine/index.ts';
import type { VenueGateway } from '../../../src/brokers/gateway.ts';
import { type Figures, repeatWith, type SoakCheck } from '../../soak/check.ts';
import { asIs, PlainHost, type Wrap } from './hosts.ts';
import { NEVER, NO_FAULTS } from './model-venue.ts';
import { TradingWorld } from './trading-world.ts';
import { Chance } from './virtual-time.ts';

const STATES = ['well', 'away', 'busy', 'accepts late'] as const;
type VenueState = (typeof STATES)[number];

const FIRST_CANCEL_US = 250_000;
const NONE_OPEN_US = 5_000_000;
/** An order that the venue accepts after the kill lives no longer than this there. */
const LATE_ACCEPT_US = 1_000_000;
/** How long a venue that does not answer stays so. */
const SILENCE_US = 10_000_000;
/** The kill comes when an entry is open or on its way, at the latest after this. */
const SEARCH_US = 60_000_000;

interface Tally {
  kills: number;
  entriesOpen: number;
  unconfirmed: number;
  acceptedAfter: number;
  firstCancelMs: number;
  noneOpenMs: number;
  lateAcceptMs: number;
}

/** @throws Error with the command that repeats it, at the first seed where something does not hold. */
export async function checkKills(seeds: readonly number[], wrap: Wrap = asIs): Promise<Figures> {
  const tally: Tally = {
    kills: 0,
    entriesOpen: 0,
    unconfirmed: 0,
    acceptedAfter: 0,
    firstCancelMs: 0,
    noneOpenMs: 0,
    lateAcceptMs: 0,
  };
  for (const seed of seeds) {
    for (const state of STATES) {
      const breaches = await new KillAtVenue(seed, state, wrap, tally).run();
      if (breaches.length > 0)
        throw new Error(`seed ${seed}, venue ${state}: ${breaches.join('; ')}\n${repeatWith(killAtVenue.name, seed)}`);
    }
  }
  return { ...tally };
}

class KillAtVenue {
  readonly #state: VenueState;
  readonly #tally: Tally;
  readonly #chance: Chance;
  readonly #world: TradingWorld;
  /** Names whose cancel was asked for, and when first. */
  readonly #cancels = new Map<string, number>();
  #killedUs = 0;

  constructor(seed: number, state: VenueState, wrap: Wrap, tally: Tally) {
    this.#state = state;
    this.#tally = tally;
    this.#chance = new Chance(seed ^ 0x6111);
    const slowSubmit = state === 'accepts late' ? 1 : 0;
    this.#world = new TradingWorld(seed, { ...NO_FAULTS, slowSubmit });
    this.#world.host = new PlainHost(this.#world, seed, (venue) => this.#watched(wrap(venue)));
  }

  /** @returns what did not hold. */
  async run(): Promise<readonly string[]> {
    const world = this.#world;
    if (!(await world.run(world.time.nowUs + SEARCH_US, () => this.#liveEntries().length > 0))) return [];
    await world.run(world.time.nowUs + this.#chance.between(0, 400_000));
    world.venue.isAway = this.#state === 'away';
    world.venue.isBusy = this.#state === 'busy';
    // One that the venue has closed and whose last fills are still on their way needs no cancel.
    const over = new Set(
      world.venue.lives().flatMap((life) => (life.closedAtUs < NEVER ? life.order.clientOrderId : [])),
    );
    const entries = this.#liveEntries().filter((name) => !over.has(name));
    this.#killedUs = world.time.nowUs;
    world.command({ kind: 'kill' });
    this.#tally.kills++;
    this.#tally.entriesOpen += entries.length;
    await world.run(this.#killedUs + FIRST_CANCEL_US);
    this.#checkFirstCancels(entries);
    if (this.#state === 'away' || this.#state === 'busy') await this.#waitForVenue();
    await this.#waitForNone();
    await world.settle();
    this.#checkLateAccepts();
    return world.breaches;
  }

  #liveEntries(): string[] {
    const { orders } = this.#world.host.state;
    const names: string[] = [];
    for (let slot = 0; slot < ORDER_CAPACITY; slot++) {
      if (isLiveSlot(orders, slot) && orders.reduceOnly[slot] === 0) names.push(`test-${orders.id[slot]}`);
    }
    return names;
  }

  #checkFirstCancels(entries: readonly string[]): void {
    for (const name of entries) {
      const atUs = this.#cancels.get(name);
      if (atUs === undefined)
        this.#breach(`${name} is open, and no cancel has started ${FIRST_CANCEL_US / 1000} ms on`);
      else this.#tally.firstCancelMs = Math.max(this.#tally.firstCancelMs, (atUs - this.#killedUs) / 1000);
    }
  }

  /** Silence is said to be silence: nothing is called confirmed that is not. */
  async #waitForVenue(): Promise<void> {
    const world = this.#world;
    await world.run(this.#killedUs + SILENCE_US);
    const stage = killStage(world.host.state);
    const wanted = this.#liveEntries().length > 0 ? 'unconfirmed' : 'none-open';
    if (stage !== wanted) this.#breach(`the venue is silent, and the kill says ${stage} instead of ${wanted}`);
    if (stage === 'none-open' && this.#openEntries() > 0) this.#breach('it says none open, and one is');
    if (stage === 'unconfirmed') this.#tally.unconfirmed++;
    world.venue.isAway = false;
    world.venue.isBusy = false;
  }

  #openEntries(): number {
    return this.#world.venue.open.filter((order) => !order.reduceOnly).length;
  }

  async #waitForNone(): Promise<void> {
    const world = this.#world;
    const fromUs = world.time.nowUs;
    await world.run(fromUs + NONE_OPEN_US);
    if (this.#openEntries() > 0) this.#breach(`entries are open ${NONE_OPEN_US / 1e6} s later`);
    for (const { order, acceptedAtUs, closedAtUs } of world.venue.lives()) {
      if (order.reduceOnly || acceptedAtUs > this.#killedUs || closedAtUs < this.#killedUs) continue;
      this.#tally.noneOpenMs = Math.max(this.#tally.noneOpenMs, (closedAtUs - Math.max(fromUs, this.#killedUs)) / 1000);
    }
  }

  #checkLateAccepts(): void {
    for (const { acceptedAtUs, closedAtUs, order } of this.#world.venue.lives()) {
      if (acceptedAtUs <= this.#killedUs || order.reduceOnly) continue;
      this.#tally.acceptedAfter++;
      const livedMs = (closedAtUs - acceptedAtUs) / 1000;
      this.#tally.lateAcceptMs = Math.max(this.#tally.lateAcceptMs, livedMs);
      if (livedMs * 1000 > LATE_ACCEPT_US)
        this.#breach(`${order.clientOrderId} was accepted after the kill and lived ${livedMs} ms`);
    }
  }

  #watched(venue: VenueGateway): VenueGateway {
    return {
      submit: (order, reply) => venue.submit(order, reply),
      query: (order, reply) => venue.query(order, reply),
      cancel: (order, reply) => {
        if (!this.#cancels.has(order.clientOrderId)) this.#cancels.set(order.clientOrderId, this.#world.time.nowUs);
        venue.cancel(order, reply);
      },
    };
  }

  #breach(text: string): void {
    this.#world.breaches.push(text);
  }
}

export const killAtVenue: SoakCheck = {
  name: 'kill-at-venue',
  holds:
    'cancels start at once, nothing that can increase exposure is open 5 s later or it says unconfirmed, late accepts are cancelled within 1 s',
  unit: 'seeds',
  full: 500,
  run: (count, from) => checkKills(Array.from({ length: count }, (_, i) => from + i)),
};
