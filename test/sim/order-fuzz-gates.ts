/** The gates alone, asked of orders whose every figure may be mad: no number, endless, below nothing, missing. */
import {
  DEFAULT_POLICY,
  type Money,
  parseMoney,
  prepareInstrument,
  type RiskPolicy,
} from '../../engine/domain/index.ts';
import { InvariantError } from '../../engine/kernel/assert.ts';
import { type GateContext, passGates } from '../../engine/risk/gates.ts';
import { linearSpec, spotSpec } from '../fixtures/engine-session.ts';
import { repeatWith } from '../soak/check.ts';
import { Chance } from './world/virtual-time.ts';

const EVIL = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, 0, 1e300];
const RISK = DEFAULT_POLICY.risk;
const INSTRUMENTS = [
  prepareInstrument(linearSpec(), 0, 'USDT'),
  prepareInstrument(spotSpec('ETH/USDT', { tickSize: '0.01', lotSize: '0.0001', minNotional: '10' }), 0, 'USDT'),
  prepareInstrument(linearSpec('X/BTC:BTC', { quote: 'BTC' }), 0, 'USDT'),
];

/** An order that passes, with a few figures spoilt. */
function drawn(chance: Chance): GateContext {
  const evil = (share: number, value: number): number =>
    chance.is(share) ? EVIL[chance.between(0, EVIL.length - 1)]! : value;
  const rare = (value: number): number => evil(0.03, value);
  const referenceTicks = rare(chance.between(1, 200_000));
  const side = chance.is(0.5) ? 1 : -1;
  const away = 1 + (side * chance.between(-8_000, 8_000)) / 1e6;
  const limitTicks = rare(Math.round(referenceTicks * away));
  return {
    instrument: INSTRUMENTS[chance.is(0.05) ? 2 : chance.between(0, 1)]!,
    policy: RISK,
    side,
    halted: chance.is(0.03),
    blockers: chance.is(0.03) ? 4 : 0,
    dataAgeUs: rare(chance.between(0, RISK.staleAfterUs * 1.05)),
    staleAfterUs: RISK.staleAfterUs,
    bookGapped: chance.is(0.03),
    referenceTicks,
    limitTicks,
    stopTicks: rare(Math.max(1, Math.round(referenceTicks * (1 - side * 0.01)))),
    targetTicks: rare(Math.max(1, Math.round(referenceTicks * (1 + (side * chance.between(4, 30)) / 1e3)))),
    riskTicks: rare(chance.between(1, 6_000)),
    costPpm: rare(chance.between(0, 4_000)),
    volatilityKnown: !chance.is(0.03),
    spreadPpm: rare(chance.between(-100, 2_100)),
    heldLots: rare(0),
    pendingEntries: rare(chance.is(0.05) ? 1 : 0),
    barsSinceEntry: rare(chance.between(9, 400)),
    ordersLastMinute: rare(chance.between(0, 31)),
    openPositions: rare(chance.between(0, 8)),
    equity: (chance.is(0.05) ? -5n : parseMoney(`${chance.between(0, 20_000)}`)!) as Money,
    grossExposure: parseMoney(`${chance.between(0, 40_000)}`)!,
  };
}

/** What no order may leave with, each said in plain words and whole numbers. */
function faultsOf(c: GateContext, lots: number, wanted: number, risk: RiskPolicy): string[] {
  const worth = BigInt(lots) * BigInt(c.limitTicks) * c.instrument.unit;
  const costTicks = (c.costPpm / 1e6) * c.referenceTicks;
  const gainTicks = c.side > 0 ? c.targetTicks - c.referenceTicks : c.referenceTicks - c.targetTicks;
  const share = (ppm: number): bigint => (c.equity * BigInt(ppm)) / 1_000_000n;
  const faults: ReadonlyArray<readonly [string, boolean]> = [
    ['size', !(Number.isSafeInteger(lots) && lots > 0 && lots <= wanted)],
    ['halt', c.halted || c.blockers !== 0],
    ['instrument', c.instrument.untradable !== undefined || (c.instrument.kind === 'spot' && c.side < 0)],
    ['age', !(c.dataAgeUs <= risk.staleAfterUs) || c.bookGapped],
    ['price', !(Number.isSafeInteger(c.referenceTicks) && c.referenceTicks > 0 && c.limitTicks > 0)],
    ['volatility', !c.volatilityKnown],
    ['duplicate', !(c.heldLots === 0 && c.pendingEntries === 0)],
    ['cooldown', !(c.barsSinceEntry >= risk.entryCooldownBars)],
    ['rate', !(c.ordersLastMinute < risk.maxOrdersPerMinute)],
    ['positions', !(c.openPositions < risk.maxOpenPositions)],
    ['spread', !(c.spreadPpm >= 0 && c.spreadPpm <= risk.maxSpreadPpm)],
    ['collar', !(Math.abs(c.limitTicks - c.referenceTicks) * 1e6 <= risk.collarPpm * c.referenceTicks)],
    ['stop', c.side > 0 ? !(c.stopTicks < c.referenceTicks) : !(c.stopTicks > c.referenceTicks || c.stopTicks === 0)],
    ['reward', !(gainTicks - costTicks >= risk.minRewardR * (c.riskTicks + costTicks) - 1e-6 * c.referenceTicks)],
    ['order limit', worth > share(risk.orderLimitPpm)],
    ['position limit', worth > share(risk.positionLimitPpm)],
    ['leverage', worth + c.grossExposure > share(risk.leverageLimitPpm)],
    ['notional', worth < c.instrument.minNotionalMoney],
  ];
  return faults.flatMap(([name, is]) => (is ? [name] : []));
}

export interface GateFigures {
  readonly orders: number;
  readonly passed: number;
  readonly reduced: number;
  readonly vetoed: number;
  /** Not even judged: a figure that exact arithmetic does not take. */
  readonly thrown: number;
}

/** @throws Error at the first order that passes with a fault; `spoil` is what a test takes away from the gates. */
export function fuzzGates(count: number, from: number, spoil: (c: GateContext) => GateContext = (c) => c): GateFigures {
  const figures = { orders: count, passed: 0, reduced: 0, vetoed: 0, thrown: 0 };
  for (let seed = from; seed < from + count; seed++) {
    const chance = new Chance(seed);
    const context = drawn(chance);
    const wanted = chance.between(0, 3_000);
    let outcome: ReturnType<typeof passGates>;
    try {
      outcome = passGates(spoil(context), wanted);
    } catch (error) {
      if (!(error instanceof RangeError || error instanceof InvariantError)) throw error;
      figures.thrown++;
      continue;
    }
    if (outcome.vetoedBy !== undefined) {
      figures.vetoed++;
      continue;
    }
    const faults = faultsOf(context, outcome.lots, wanted, RISK);
    if (faults.length > 0) {
      throw new Error(`order ${seed} leaves against ${faults.join(', ')}; ${repeatWith('order-gates', seed)}`);
    }
    figures.passed++;
    if (outcome.lots < wanted) figures.reduced++;
  }
  return figures;
}
