/** The pre-trade gates: pure functions that allow, reduce or veto, each with its number and its limit. */
import {
  GATES,
  type GateName,
  type GateTrace,
  type Instrument,
  type Money,
  notional,
  type RiskPolicy,
  ratio,
  shareDown,
} from '../domain/index.ts';

/** What the gates may look at, gathered once by core for a decision or a clearing. */
export interface GateContext {
  readonly instrument: Instrument;
  readonly policy: RiskPolicy;
  readonly side: number;
  readonly halted: boolean;
  /** What stands between an external venue and an entry, as bits of `VENUE_BLOCKERS`; 0 on paper. */
  readonly blockers: number;
  /** Age of the newest data, and the age at which a feed of its kind is stale, µs. */
  readonly dataAgeUs: number;
  readonly staleAfterUs: number;
  readonly bookGapped: boolean;
  readonly referenceTicks: number;
  readonly limitTicks: number;
  /** Where the position would be given up, 0 when it has no stop, and where its gain would be taken. */
  readonly stopTicks: number;
  readonly targetTicks: number;
  /** How far the stop is from the price of now, or was from the one it was made for where that is more. */
  readonly riskTicks: number;
  /** What entering and leaving at once would cost, as a share of price. */
  readonly costPpm: number;
  /** False while the average true range, from which stop and size come, is not warm. */
  readonly volatilityKnown: boolean;
  readonly spreadPpm: number;
  /** Signed lots held, and entries that wait or work in this instrument (other than the one asked about). */
  readonly heldLots: number;
  readonly pendingEntries: number;
  readonly barsSinceEntry: number;
  readonly ordersLastMinute: number;
  readonly openPositions: number;
  readonly equity: Money;
  /** Worth of all open positions and working entries. */
  readonly grossExposure: Money;
}

interface Judgement {
  readonly verdict: GateTrace['verdict'];
  readonly value: number;
  readonly limit: number;
  readonly lots: number;
}

type Gate = (context: GateContext, lots: number) => Judgement;

const check = (pass: boolean, value: number, limit: number, lots: number): Judgement => ({
  verdict: pass ? 'allow' : 'veto',
  value,
  limit,
  lots,
});

/** Lots at the order's limit price that fit into `room`. */
function lotsWithin(context: GateContext, room: Money): number {
  const perLot = notional(context.limitTicks, 1, context.instrument.unit);
  return room <= 0n || perLot <= 0n ? 0 : Number(room / perLot);
}

/** Reduces to what fits; vetoes when nothing does. `value` is what was asked, as a share of equity. */
function shrinkToFit(context: GateContext, lots: number, used: Money, limitPpm: number): Judgement {
  const limit = shareDown(context.equity, limitPpm);
  const wanted = notional(context.limitTicks, lots, context.instrument.unit);
  const value = ratio((used + wanted) as Money, context.equity);
  const allowed = Math.min(lots, lotsWithin(context, (limit - used) as Money));
  return {
    verdict: allowed === lots ? 'allow' : allowed > 0 ? 'reduce' : 'veto',
    value,
    limit: limitPpm / 1e6,
    lots: allowed,
  };
}

const distancePpm = (a: number, b: number): number => (b > 0 ? (Math.abs(a - b) / b) * 1e6 : 0);

/**
 * What the target gives after costs, from the price of now, over what the stop takes with them. A price that comes near to the
 * stop makes nothing better: the risk is at least the one that was taken.
 */
function rewardAtTarget({ side, referenceTicks, riskTicks, targetTicks, costPpm }: GateContext): number {
  const costTicks = (referenceTicks * costPpm) / 1e6;
  return (side * (targetTicks - referenceTicks) - costTicks) / (riskTicks + costTicks);
}

const GATE: Readonly<Record<GateName, Gate>> = {
  halted: (c, lots) => check(!c.halted, c.halted ? 1 : 0, 0, lots),
  'venue-ready': (c, lots) => check(c.blockers === 0, c.blockers, 0, lots),
  tradable: (c, lots) =>
    check(c.instrument.untradable === undefined, c.instrument.untradable === undefined ? 0 : 1, 0, lots),
  'data-fresh': (c, lots) => check(c.dataAgeUs <= c.staleAfterUs, c.dataAgeUs, c.staleAfterUs, lots),
  'book-whole': (c, lots) => check(!c.bookGapped, c.bookGapped ? 1 : 0, 0, lots),
  'price-known': (c, lots) => check(c.referenceTicks > 0 && c.limitTicks > 0, c.referenceTicks, 1, lots),
  'volatility-known': (c, lots) =>
    check(c.volatilityKnown || c.policy.entriesBeforeVolatility, c.volatilityKnown ? 1 : 0, 1, lots),
  'short-allowed': (c, lots) =>
    check(c.side > 0 || c.instrument.kind !== 'spot', c.side, c.instrument.kind === 'spot' ? 1 : -1, lots),
  'no-duplicate': (c, lots) => {
    const busy = c.pendingEntries + (c.heldLots === 0 ? 0 : 1);
    return check(c.pendingEntries === 0 && c.heldLots === 0, busy, 0, lots);
  },
  cooldown: (c, lots) =>
    check(c.barsSinceEntry >= c.policy.entryCooldownBars, c.barsSinceEntry, c.policy.entryCooldownBars, lots),
  'order-rate': (c, lots) =>
    check(c.ordersLastMinute < c.policy.maxOrdersPerMinute, c.ordersLastMinute, c.policy.maxOrdersPerMinute, lots),
  'max-positions': (c, lots) =>
    check(c.openPositions < c.policy.maxOpenPositions, c.openPositions, c.policy.maxOpenPositions, lots),
  // Below nothing: the best bid is above the best ask, and neither can be believed.
  spread: (c, lots) =>
    check(c.spreadPpm >= 0 && c.spreadPpm <= c.policy.maxSpreadPpm, c.spreadPpm, c.policy.maxSpreadPpm, lots),
  collar: (c, lots) => {
    const distance = distancePpm(c.limitTicks, c.referenceTicks);
    return check(distance <= c.policy.collarPpm, distance, c.policy.collarPpm, lots);
  },
  'stop-not-reached': (c, lots) =>
    check(c.stopTicks === 0 || c.side * (c.referenceTicks - c.stopTicks) > 0, c.referenceTicks, c.stopTicks, lots),
  reward: (c, lots) => {
    const rewardR = rewardAtTarget(c);
    return check(rewardR >= c.policy.minRewardR, rewardR, c.policy.minRewardR, lots);
  },
  'order-size': (c, lots) => shrinkToFit(c, lots, 0n as Money, c.policy.orderLimitPpm),
  'position-size': (c, lots) =>
    shrinkToFit(c, lots, notional(c.limitTicks, Math.abs(c.heldLots), c.instrument.unit), c.policy.positionLimitPpm),
  leverage: (c, lots) => shrinkToFit(c, lots, c.grossExposure, c.policy.leverageLimitPpm),
  'min-notional': (c, lots) => {
    const worth = notional(c.limitTicks, lots, c.instrument.unit);
    const least = c.instrument.minNotionalMoney;
    return check(lots > 0 && worth >= least, Number(worth) / 1e16, Number(least) / 1e16, lots);
  },
};

export interface GateOutcome {
  readonly trace: readonly GateTrace[];
  readonly lots: number;
  readonly vetoedBy: GateName | undefined;
}

/** Asks the gates in order and stops at the first veto; reductions go on to the next gate. */
export function passGates(context: GateContext, wantedLots: number): GateOutcome {
  const trace: GateTrace[] = [];
  let lots = wantedLots;
  for (const gate of GATES) {
    const judged = GATE[gate](context, lots);
    lots = judged.lots;
    trace.push({ gate, verdict: judged.verdict, value: judged.value, limit: judged.limit, lotsAfter: lots });
    if (judged.verdict === 'veto') return { trace, lots: 0, vetoedBy: gate };
  }
  return { trace, lots, vetoedBy: undefined };
}
