/**
 * Exits that no journal knows, on spot, beside coins of somebody else: a live host dies with a position, and what has sold
 * it since (an exit of its own that the disk has lost, its stop, a hand) is nowhere on the disk that the next life finds.
 * Nothing may be sold that the run has not bought, no entry leaves before both books agree, and then it goes on.
 */
import { cpSync, statSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { nextBelow, seedPrng } from '../../../engine/kernel/prng.ts';
import { Reconciler } from '../../../src/brokers/reconciler.ts';
import { openDataDir } from '../../../src/data-dir.ts';
import { mustE8 } from '../../../src/exchange/model/decimal.ts';
import { newestSession } from '../../../src/host/take-up.ts';
import type { EngineView } from '../../../state/view.ts';
import { startExchange, type TestExchange } from '../../fixtures/exchange.ts';
import { BUSY, furnish, type LiveJobOptions, LiveRig, liveOf } from '../../fixtures/live-rig.ts';
import { inScratch } from '../../fixtures/scratch.ts';
import { lifeOf } from './evidence.ts';
import { OwnCoinsWatch } from './own-coins.ts';
import { LOT_E8, resting, type Scene, SYMBOL, UNRECORDED_CASES, type UnrecordedCase } from './unrecorded-cases.ts';

/** Each as much as a position, far less, far more. */
const OWN_COINS = ['0.02', '0.08', '2'];
/** One that the venue takes, and one that is too long for it: orders then have shorter names there. */
const RUNS = ['run', 'a-run-with-a-name-that-no-venue-would-take'];
const SLOW_TRADES = 'latency,path=/api/v3/myTrades,ms=1500,jitter=1500';
const POSITION_WITHIN_MS = 120_000;
const AGREED_WITHIN_MS = 45_000;
const TRADES_WITHIN_MS = 20_000;
/** What was on its way arrives, and its event is heard. */
const DRAIN_MS = 120;
/** An operator looks before anything is accepted: so long the program could do wrong. */
const OPERATOR_MS = 1_500;

/**
 * deaf: reconciliation sees no executions · bold: what may not be there is sold all the same. Faults that are put in on
 * purpose, so that the check can be seen to notice them.
 */
export type UnrecordedPlant = 'deaf' | 'bold';

export interface UnrecordedOptions {
  readonly cases?: readonly UnrecordedCase[];
  /** So many at once, in this process. */
  readonly atOnce?: number | undefined;
  readonly plant?: UnrecordedPlant | undefined;
}

export interface UnrecordedFigures {
  readonly exits: number;
  /** Positions that the lost life had closed by itself before the case could. */
  readonly closedBefore: number;
  /** From the start of the next life until both books agreed and nothing was halted. */
  readonly worstUntilAgreedMs: number;
  /** Next lives of which policy has traded within some seconds; the others found nothing to trade. */
  readonly tradedOn: number;
  /** Each names its seed; must be empty. */
  readonly faults: readonly string[];
}

type Tally = { -readonly [K in Exclude<keyof UnrecordedFigures, 'faults'>]: number };
type Told = (what: string) => void;

/** An account, two lives and a case for each of `count` seeds. */
export async function unrecordedExits(
  count: number,
  seed: number,
  { cases = UNRECORDED_CASES, atOnce = 6, plant }: UnrecordedOptions = {},
): Promise<UnrecordedFigures> {
  const figures = { exits: 0, closedBefore: 0, worstUntilAgreedMs: 0, tradedOn: 0 };
  const faults: string[] = [];
  let next = seed;
  const work = async (): Promise<void> => {
    while (next < seed + count) {
      const mine = next++;
      const each = cases[mine % cases.length]!;
      const told = (what: string): void => void faults.push(`seed ${mine}, ${each.name}: ${what}`);
      await inScratch((scratch) => onStage(each, scratch, mine, figures, told)).catch((cause) => told(String(cause)));
    }
  };
  const takeOut = plant === undefined ? () => {} : putIn(plant);
  try {
    await Promise.all(Array.from({ length: Math.min(atOnce, count) }, work));
  } finally {
    takeOut();
  }
  return { ...figures, faults };
}

function putIn(plant: UnrecordedPlant): () => void {
  const { prototype } = Reconciler;
  const name = plant === 'deaf' ? 'take' : 'notToSell';
  const kept = Object.getOwnPropertyDescriptor(prototype, name)!;
  const { take } = prototype;
  const bold = { configurable: true, get: () => new Set() };
  const deaf: Reconciler['take'] = function (this: Reconciler, account, ...more) {
    return take.call(this, { ...account, executions: [] }, ...more);
  };
  Object.defineProperty(prototype, name, plant === 'deaf' ? { ...kept, value: deaf } : bold);
  return () => void Object.defineProperty(prototype, name, kept);
}

/** What both lives have in common. */
interface Stage {
  readonly each: UnrecordedCase;
  readonly exchange: TestExchange;
  readonly watch: OwnCoinsWatch;
  readonly random: Int32Array;
  readonly own: string;
  /** Of the life that is lost, and the disk as the power cut left it. */
  readonly dataDir: string;
  readonly left: string;
  readonly figures: Tally;
  readonly told: Told;
  life(more: Pick<LiveJobOptions, 'dataDir' | 'session' | 'continues'>): Promise<LiveRig>;
}

async function onStage(each: UnrecordedCase, scratch: string, seed: number, figures: Tally, told: Told): Promise<void> {
  const random = new Int32Array(4);
  seedPrng(random, seed);
  const own = OWN_COINS[nextBelow(random, OWN_COINS.length)]!;
  const symbols = ['BTC/USDT'];
  const balances = { spot: { USDT: '50000', BTC: own }, usdm: {} };
  const limits = { weightPerMinute: 1_000_000, ordersPer10s: 100_000 };
  const exchange = await startExchange({ market: 'spot', symbols, seed, rate: 150, balances, limits });
  const watch = await OwnCoinsWatch.open(exchange);
  const rigs: LiveRig[] = [];
  const place = { dataDir: `${scratch}/d`, left: `${scratch}/left` };
  const stage: Stage = {
    ...{ each, exchange, watch, random, own, ...place, figures, told },
    async life(more) {
      const rig = await LiveRig.start({ url: exchange.ws('spot'), symbols, barMs: 250, ...more });
      rigs.push(rig);
      await rig.until(() => true);
      return rig;
    },
  };
  try {
    furnish(place.dataDir, exchange.keys, { ...BUSY, execution: { ...BUSY.execution, maxHoldingBars: 8 } });
    await nextLife(stage, await lostLife(stage));
  } finally {
    for (const what of watch.breaches.slice(0, 2)) told(what);
    watch.close();
    await Promise.all(rigs.map(endAtOnce));
    await exchange.stop();
  }
}

/** Trades until a position is guarded by its stop; from then on the disk takes nothing any more. */
async function lostLife(stage: Stage): Promise<Scene> {
  const { each, exchange, watch, random, own, dataDir, left, figures } = stage;
  const session = RUNS[nextBelow(random, RUNS.length)]!;
  const rig = await stage.life({ dataDir, session });
  await agree(rig);
  await rig.arm();
  await rig.command({ kind: 'set-control', mode: 'auto' });
  const { orders } = await rig.until((_, view) => isGuarded(view), POSITION_WITHIN_MS);
  cutPower(dataDir, left);
  const [prefix] = /^.*-/.exec(resting(exchange)[0]?.clientOrderId ?? `${session}-`)!;
  watch.isOurs = (name) => name.startsWith(prefix);
  const nextName = `${prefix}${Math.max(...orders.map(({ orderId }) => orderId)) + 3}`;
  await each.lives?.(rig);
  await endAtOnce(rig);
  await pause(DRAIN_MS);
  const { held } = watch.of(SYMBOL);
  const scene = { exchange, watch, random, nextName, held, own: mustE8(own, 'own coins') };
  if (held < LOT_E8) figures.closedBefore++;
  else await each.happens(scene);
  await pause(nextBelow(random, 1_000));
  return scene;
}

/** Finds the account as it is, comes to agree with it as an operator would have it, and goes on. */
async function nextLife(stage: Stage, scene: Scene): Promise<void> {
  const { each, exchange, watch, random, left, figures, told } = stage;
  figures.exits++;
  const wasOpen = scene.held >= LOT_E8;
  if (nextBelow(random, 3) === 0) exchange.setFaults(SLOW_TRADES);
  const { entries } = watch.of(SYMBOL);
  const startMs = performance.now();
  const session = 'next';
  const rig = await stage.life({ dataDir: left, continues: newestSession(openDataDir(left)), session });
  if (wasOpen) await each.later?.(scene);
  await rig.until((_, { control }) => control !== 'observe');
  await rig.command({ kind: 'set-control', mode: 'auto' });
  const shown = await agree(rig);
  figures.worstUntilAgreedMs = Math.max(figures.worstUntilAgreedMs, performance.now() - startMs);
  exchange.setFaults();
  if (wasOpen && each.shown !== undefined && !shown.some((line) => each.shown!.test(line)))
    told(`${each.shown} was not shown: ${shown.join('; ')}`);
  if (watch.of(SYMBOL).entries !== entries) told('an entry left before both books agreed');
  if (watch.breaches.length > 0) return;
  await rig.arm(AGREED_WITHIN_MS);
  const { fills } = rig.view.counts;
  await rig
    .until((_, { counts }) => counts.fills > fills, TRADES_WITHIN_MS)
    .then(
      () => figures.tradedOn++,
      () => {},
    );
  await rig.command({ kind: 'set-control', mode: 'observe' });
  const isStill = ({ state }: { readonly state: string }): boolean => state === 'open';
  await rig.until(({ comparison }, view) => comparison === 'agreed' && view.orders.every(isStill));
  await rig.stop();
  await pause(DRAIN_MS);
  const { lots, mismatch } = lifeOf(left, session);
  if (mismatch !== undefined) told(mismatch);
  const held = watch.of(SYMBOL).held / LOT_E8;
  // What the venue has kept as its fee is rounded against us, fill by fill.
  if (held < lots[0]! || held - BigInt(lots[0]!) > rig.view.counts.fills) told(`${lots[0]} lots here, it has ${held}`);
}

/** Asked twice it waits for nothing. */
async function endAtOnce(rig: LiveRig): Promise<void> {
  void rig.stop();
  await rig.stop();
}

/** A position whose stop waits at the venue, and nothing else at work. */
const isGuarded = ({ positions, orders, live }: EngineView): boolean =>
  positions.length > 0 &&
  live?.guarded === true &&
  orders.every(({ state, trigger }) => state === 'open' && trigger !== undefined);

/** The disk as it is now, with what has not come to it lost. */
function cutPower(dataDir: string, left: string): void {
  cpSync(dataDir, left, { recursive: true, filter: (path) => !statSync(path).isSocket() });
}

/** Accepts what is shown and lets a halted engine go on, until both books agree. @returns what was shown. */
async function agree(rig: LiveRig): Promise<readonly string[]> {
  const shown = new Set<string>();
  for (;;) {
    const view = await rig.until(({ comparison, digest }) => digest !== 0 || comparison === 'agreed', AGREED_WITHIN_MS);
    const { mismatches, digest } = liveOf(view);
    if (view.halted !== 'none') shown.add(view.halted);
    for (const { line, blocks } of mismatches) if (blocks) shown.add(line);
    if (digest !== 0) {
      await pause(OPERATOR_MS);
      await rig.command({ kind: 'accept-account', digest: rig.live.digest });
    } else if (view.halted === 'none') return [...shown];
    else await rig.command({ kind: 'resume' });
    await pause(300);
  }
}
