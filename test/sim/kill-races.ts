/**
 * Kill and flatten against a market that moves meanwhile: partial fills, stops, cancels and late accepts in every
 * order that seeded delays bring. Counts and a seed in, figures out; a race is its seed.
 */
import type { EngineEvent } from '../../engine/domain/index.ts';
import { isLiveSlot, killStage, ORDER_CAPACITY } from '../../engine/index.ts';
import { bookDecides, linearSpec, Session, testConfig } from '../fixtures/engine-session.ts';
import { send } from '../fixtures/paper-orders.ts';

/** What breaks an engine on purpose: run after every input. */
export type Plant = (session: Session) => void;

/** Whole numbers from a seed (mulberry32). */
function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const MIDDLE = 100_000;
const INSTRUMENTS = 2;
const LEVELS = 4;
const STOP_TICKS = 12;

export interface FlattenFigures {
  readonly races: number;
  /** Fills of exits, and those that closed a part only. */
  readonly exitFills: number;
  readonly partialFills: number;
  /** Fills of entries that came after the kill. */
  readonly lateFills: number;
  /** Each names its seed; all must be empty. */
  readonly signChanges: readonly string[];
  readonly oversold: readonly string[];
  readonly notFlat: readonly string[];
}

interface Race {
  readonly session: Session;
  readonly below: (limit: number) => number;
  /** Sign of each position when it was first held. */
  readonly signs: number[];
  readonly faults: { sign: boolean; oversold: boolean };
  update: number;
}

/** `count` flattens, each against its own market; the same for the same seed. */
export function flattenRaces(count: number, seed: number, plant: Plant = () => {}): FlattenFigures {
  const figures = { exitFills: 0, partialFills: 0, lateFills: 0 };
  const signChanges: string[] = [];
  const oversold: string[] = [];
  const notFlat: string[] = [];
  for (let n = 0; n < count; n++) {
    const race = startRace(seed + n, plant);
    const { session, faults } = race;
    runToFlat(race, plant);
    if (faults.sign) signChanges.push(`seed ${seed + n}`);
    if (faults.oversold) oversold.push(`seed ${seed + n}`);
    if (killStage(session.state) !== 'flat') notFlat.push(`seed ${seed + n}`);
    tally(session.events, figures);
  }
  return { races: count, ...figures, signChanges, oversold, notFlat };
}

function startRace(seed: number, plant: Plant): Race {
  const below = randomFrom(seed);
  const paper = { latencyUs: 1_000 + below(40_000), latencyJitterUs: below(60_000) };
  const instruments = [linearSpec(), linearSpec('ETH/USDT:USDT')];
  const session = new Session(testConfig({ control: 'observe', instruments, seed, policy: bookDecides({ paper }) }));
  const race: Race = {
    session,
    below,
    signs: new Array<number>(INSTRUMENTS).fill(0),
    faults: { sign: false, oversold: false },
    update: 100,
  };
  for (let i = 0; i < INSTRUMENTS; i++) session.snapshot({ last: race.update, ...thinBook(below, 12) }, i);
  for (let i = 0; i < INSTRUMENTS; i++) enter(race, i);
  for (let moves = 10 + below(20); moves > 0; moves--) move(race, plant);
  session.command({ kind: 'kill' });
  look(race, plant);
  return race;
}

function thinBook(below: (limit: number) => number, lots: number) {
  const level = (n: number, side: number) => [MIDDLE + side * (n + 1), 1 + below(lots)] as const;
  const numbers = Array.from({ length: LEVELS }, (_, n) => n);
  return { bids: numbers.map((n) => level(n, -1)), asks: numbers.map((n) => level(n, 1)) };
}

/** An entry larger than what is shown: it fills in part, and goes on filling while it rests. */
function enter({ session, below }: Race, instrument: number): void {
  const side = below(2) === 0 ? 1 : -1;
  send(session, {
    instrument,
    side,
    lots: 5 + below(60),
    limitTicks: MIDDLE + side * below(LEVELS + 1),
    stopTicks: MIDDLE - side * (LEVELS + below(STOP_TICKS)),
    targetTicks: MIDDLE + side * (LEVELS + below(STOP_TICKS)),
  });
}

/** A little time and one change of the market, often none: fills, cancels and exits meet in every order. */
function move(race: Race, plant: Plant): void {
  const { session, below } = race;
  const instrument = below(INSTRUMENTS);
  session.wait(below(30_000) / 1e6);
  const away = below(2 * STOP_TICKS) - STOP_TICKS;
  const change = below(4);
  if (change === 0) session.trade(MIDDLE + away, 1 + below(20), { sell: below(2) === 0, instrument });
  else if (change === 1) session.timer();
  else session.snapshot({ last: ++race.update, ...moved(below, away) }, instrument);
  look(race, plant);
}

function moved(below: (limit: number) => number, away: number) {
  const { bids, asks } = thinBook(below, 8);
  const shift = (levels: ReadonlyArray<readonly [number, number]>) =>
    levels.map(([price, lots]) => [price + away, lots] as const);
  return { bids: shift(bids), asks: shift(asks) };
}

/** Flattens as soon as the kill allows it, or a little later, and goes on until all is closed. */
function runToFlat(race: Race, plant: Plant): void {
  const { session, below } = race;
  let patience = below(12);
  for (let moves = 0; moves < 400 && killStage(session.state) !== 'flat'; moves++) {
    if (killStage(session.state) === 'none-open' && patience-- <= 0) {
      session.command({ kind: 'flatten' });
      look(race, plant);
    } else move(race, plant);
  }
}

/** No position has turned, and what is on its way to close one is not more than it. */
function look({ session, signs, faults }: Race, plant: Plant): void {
  plant(session);
  const { positions, orders } = session.state;
  for (let i = 0; i < INSTRUMENTS; i++) {
    const sign = Math.sign(positions.lots[i]!);
    if (sign !== 0 && signs[i] === 0) signs[i] = sign;
    else if (sign !== 0 && sign !== signs[i]) faults.sign = true;
    let closing = 0;
    for (let slot = 0; slot < ORDER_CAPACITY; slot++) {
      if (orders.instrument[slot] !== i || orders.reduceOnly[slot] === 0 || !isLiveSlot(orders, slot)) continue;
      closing += orders.lots[slot]! - orders.filledLots[slot]!;
    }
    if (closing > Math.abs(positions.lots[i]!)) faults.oversold = true;
  }
}

function tally(
  events: readonly EngineEvent[],
  figures: { exitFills: number; partialFills: number; lateFills: number },
): void {
  const entries = new Set<number>();
  let killed = false;
  for (const event of events) {
    if (event.kind === 'kill') killed = true;
    if (event.kind !== 'order' && event.kind !== 'fill') continue;
    if (event.kind === 'order' && !event.reduceOnly) entries.add(event.orderId);
    if (event.kind === 'order' && event.event === 'partial-fill' && event.reduceOnly) figures.partialFills++;
    if (event.kind === 'fill' && entries.has(event.orderId) && killed) figures.lateFills++;
    if (event.kind === 'fill' && !entries.has(event.orderId)) figures.exitFills++;
  }
}

export interface LateAcceptFigures {
  readonly seeds: number;
  /** Orders that the venue accepted only after the kill. */
  readonly lateAccepts: number;
  /** From the accept until the order could trade no more, at most. */
  readonly longestMs: number;
  /** Each names its seed; must be empty. */
  readonly notGone: readonly string[];
}

const GONE_WITHIN_MS = 1_000;

/** Kills while an entry is on its way to the venue, which accepts it afterwards: it must be gone within a second. */
export function lateAccepts(seeds: number, seed: number, plant: Plant = () => {}): LateAcceptFigures {
  let accepts = 0;
  let longestMs = 0;
  const notGone: string[] = [];
  for (let n = 0; n < seeds; n++) {
    const { acceptedMs, goneMs } = killInFlight(seed + n, plant);
    if (acceptedMs === undefined) continue;
    accepts++;
    const tookMs = (goneMs ?? Number.POSITIVE_INFINITY) - acceptedMs;
    longestMs = Math.max(longestMs, tookMs);
    if (!(tookMs <= GONE_WITHIN_MS)) notGone.push(`seed ${seed + n}`);
  }
  return { seeds, lateAccepts: accepts, longestMs, notGone };
}

/** When the order was accepted and when it ended, in ms after the kill. */
function killInFlight(seed: number, plant: Plant): { acceptedMs: number | undefined; goneMs: number | undefined } {
  const below = randomFrom(seed);
  const paper = { latencyUs: 1_000 + below(300_000), latencyJitterUs: below(300_000) };
  const session = new Session(testConfig({ control: 'observe', seed, policy: bookDecides({ paper }) }));
  session.snapshot({ last: 100, ...thinBook(below, 8) });
  const side = below(2) === 0 ? 1 : -1;
  send(session, { side, lots: 50, limitTicks: MIDDLE - side * below(3), stopTicks: MIDDLE - side * 50 });
  session.wait(below(paper.latencyUs) / 1e6).command({ kind: 'kill' });
  const killedUs = session.atUs;
  plant(session);
  for (let i = 0; i < 400; i++) session.wait(0.005).timer();
  const order = session.events.filter((event) => event.kind === 'order');
  const after = (event: EngineEvent | undefined): number | undefined =>
    event === undefined ? undefined : (event.atUs - killedUs) / 1_000;
  return {
    acceptedMs: after(order.find((event) => event.event === 'accept' && event.atUs >= killedUs)),
    goneMs: after(order.find((event) => event.to === 'cancelled' || event.to === 'filled')),
  };
}
