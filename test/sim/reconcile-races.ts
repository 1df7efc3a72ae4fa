/** Reconciliation beside a session that trades: what is under way is no mismatch, what somebody else does is one. */
import { parseMoney } from '../../engine/domain/index.ts';
import { beliefOf } from '../../src/brokers/reconcile-belief.ts';
import { Reconciler } from '../../src/brokers/reconciler.ts';
import type { AccountSnapshot } from '../../src/brokers/trading-venue.ts';
import { ModelTradingVenue } from '../conformance/model-trading-venue.ts';
import { repeatWith } from '../soak/check.ts';
import { asIs, PlainHost } from './world/hosts.ts';
import { NO_FAULTS } from './world/model-venue.ts';
import { TradingWorld } from './world/trading-world.ts';
import { Chance } from './world/virtual-time.ts';

const TRADING_US = 60_000_000;
const TICK_US = 10_000;
/** Far more often than in the product, to meet what is under way. */
const EVERY_US = 300_000;

/** What somebody else does to the account from some moment on. */
export type Tamper = (account: AccountSnapshot) => AccountSnapshot;

export interface RaceFigures {
  readonly seeds: number;
  readonly looks: number;
  readonly agreed: number;
  /** Differences that were gone when it was looked again. */
  readonly passing: number;
  readonly differs: number;
  readonly longestToDifferUs: number;
}

/** @throws Error when an honest account is called different, or one that was tampered with is not within three looks. */
export async function reconcileRaces(count: number, from: number, tamper?: Tamper): Promise<RaceFigures> {
  const figures = { seeds: count, looks: 0, agreed: 0, passing: 0, differs: 0, longestToDifferUs: 0 };
  for (let seed = from; seed < from + count; seed++) {
    const seen = await watch(seed, tamper);
    figures.looks += seen.looks;
    figures.agreed += seen.agreed;
    figures.passing += seen.passing;
    figures.differs += seen.differedAfterUs < 0 ? 0 : 1;
    figures.longestToDifferUs = Math.max(figures.longestToDifferUs, seen.differedAfterUs);
    const wrong =
      tamper === undefined
        ? seen.differedAfterUs >= 0 && `an honest account is called different: ${seen.lines.join('; ')}`
        : !(seen.differedAfterUs >= 0 && seen.differedAfterUs < 5_000_000) && 'what somebody else did is not seen';
    if (wrong !== false) throw new Error(`seed ${seed}: ${wrong}; ${repeatWith('reconcile-races', seed)}`);
  }
  return figures;
}

async function watch(seed: number, tamper: Tamper | undefined) {
  const world = new TradingWorld(seed, NO_FAULTS);
  world.host = new PlainHost(world, seed, asIs);
  const { time, venue } = world;
  const account = new ModelTradingVenue(venue, time, world.market.instruments.length);
  // The model keeps no money in these instruments' units.
  const balanceTolerance = parseMoney('1000000000')!;
  const reconciler = new Reconciler({ startedAtUs: time.nowUs, everyUs: EVERY_US, balanceTolerance });
  const seen = { looks: 0, agreed: 0, passing: 0, differedAfterUs: -1, lines: [] as string[] };
  const tamperedAtUs = time.nowUs + new Chance(seed).between(5_000_000, 30_000_000);
  const look = (): void => {
    account.account(reconciler.ask(time.nowUs), (reply) => {
      if (reply.kind !== 'account') return;
      const told = tamper === undefined || time.nowUs < tamperedAtUs ? reply.account : tamper(reply.account);
      const before = reconciler.outcome;
      const belief = beliefOf(world.host.state, (orderId) => `test-${orderId}`);
      const remedies = reconciler.take(told, belief, [true, true], time.nowUs);
      for (const remedy of remedies) if (remedy.kind === 'take') venue.onUpdate(remedy.update);
      seen.looks++;
      if (reconciler.outcome === 'agreed') seen.agreed++;
      if (before === 'pending' && reconciler.outcome === 'agreed') seen.passing++;
      if (reconciler.outcome !== 'differs' || seen.differedAfterUs >= 0) return;
      seen.differedAfterUs = Math.max(0, time.nowUs - tamperedAtUs);
      seen.lines = reconciler.mismatches.map((each) => each.line);
    });
  };
  const poll = (): void => {
    if (reconciler.dueAtUs <= time.nowUs) look();
    time.after(TICK_US, poll);
  };
  poll();
  await world.run(time.nowUs + TRADING_US);
  return seen;
}
