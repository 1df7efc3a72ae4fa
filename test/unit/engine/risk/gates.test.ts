/** Each gate alone: allow, reduce or veto at its limit and one step either side of it. */
import { describe, expect, it } from 'vitest';
import {
  DEFAULT_POLICY,
  GATES,
  type GateName,
  type InstrumentSpec,
  parseMoney,
  prepareInstrument,
} from '../../../../engine/domain/index.ts';
import { type GateContext, passGates } from '../../../../engine/risk/gates.ts';
import { linearSpec, spotSpec } from '../../../fixtures/engine-session.ts';

const instrumentOf = (changes: Partial<InstrumentSpec> = {}) =>
  prepareInstrument(linearSpec('BTC/USDT:USDT', changes), 0, 'USDT');
const usdt = (text: string) => parseMoney(text)!;
const risk = DEFAULT_POLICY.risk;

/** A context that every gate allows: 10,000 USDT, and a lot worth 10 at the limit price. */
const OPEN: GateContext = {
  instrument: instrumentOf(),
  policy: risk,
  side: 1,
  halted: false,
  blockers: 0,
  dataAgeUs: 0,
  staleAfterUs: risk.staleAfterUs,
  stopTicks: 99_000,
  targetTicks: 102_000,
  riskTicks: 1_000,
  costPpm: 1_000,
  volatilityKnown: true,
  bookGapped: false,
  referenceTicks: 100_000,
  limitTicks: 100_000,
  spreadPpm: 0,
  heldLots: 0,
  pendingEntries: 0,
  barsSinceEntry: 1_000,
  ordersLastMinute: 0,
  openPositions: 0,
  equity: usdt('10000'),
  grossExposure: usdt('0'),
};

type Judged = readonly [verdict: 'allow' | 'reduce' | 'veto', lots: number];

function judge(gate: GateName, context: Partial<GateContext>, lots = 100): Judged {
  const outcome = passGates({ ...OPEN, ...context }, lots);
  const asked = outcome.trace.findIndex((t) => t.gate === gate);
  if (asked < 0) throw new Error(`${gate} was not asked: ${outcome.vetoedBy} vetoed before`);
  // No gate before it may have had a word in it.
  for (const before of outcome.trace.slice(0, asked)) expect(before.verdict, before.gate).toBe('allow');
  return [outcome.trace[asked]!.verdict, outcome.trace[asked]!.lotsAfter];
}

const allow = (lots = 100): Judged => ['allow', lots];
const VETO: Judged = ['veto', 100];

const CASES: ReadonlyArray<readonly [GateName, Partial<GateContext>, Judged]> = [
  ['halted', { halted: false }, allow()],
  ['halted', { halted: true }, VETO],
  ['tradable', { instrument: instrumentOf({ kind: 'inverse' }) }, VETO],
  ['tradable', { instrument: instrumentOf({ quote: 'EUR' }) }, VETO],
  ['tradable', { instrument: instrumentOf({ tickSize: '0.000000001', lotSize: '0.00000001' }) }, VETO],
  ['volatility-known', {}, allow()],
  ['volatility-known', { volatilityKnown: false }, VETO],
  ['stop-not-reached', { side: 1, referenceTicks: 1_000, stopTicks: 999, limitTicks: 1_000 }, allow()],
  ['stop-not-reached', { side: 1, referenceTicks: 1_000, stopTicks: 1_000, limitTicks: 1_000 }, VETO],
  ['stop-not-reached', { side: -1, referenceTicks: 1_000, stopTicks: 1_001, limitTicks: 1_000 }, allow()],
  ['stop-not-reached', { side: -1, referenceTicks: 1_001, stopTicks: 1_001, limitTicks: 1_001 }, VETO],
  // A target of 2,000 ticks, a stop of 1,000: at a cost of 1,000 it is half of what may be lost.
  ['reward', { costPpm: 10_000 }, allow()],
  ['reward', { costPpm: 10_001 }, VETO],
  ['reward', { costPpm: 30_000, policy: { ...risk, minRewardR: -1 } }, allow()],
  ['reward', { side: -1, stopTicks: 101_000, targetTicks: 98_000, costPpm: 10_000 }, allow()],
  ['reward', { side: -1, stopTicks: 101_000, targetTicks: 98_000, costPpm: 10_001 }, VETO],
  ['reward', { riskTicks: 4_000, costPpm: 0 }, allow()],
  ['reward', { riskTicks: 4_001, costPpm: 0 }, VETO],
  ['data-fresh', { dataAgeUs: risk.staleAfterUs }, allow()],
  ['data-fresh', { dataAgeUs: risk.staleAfterUs + 1 }, VETO],
  ['book-whole', { bookGapped: true }, VETO],
  ['price-known', { referenceTicks: 0 }, VETO],
  ['price-known', { limitTicks: 0 }, VETO],
  ['price-known', { referenceTicks: 1, limitTicks: 1 }, allow()],
  ['short-allowed', { side: -1 }, allow()],
  ['short-allowed', { side: -1, instrument: prepareInstrument(spotSpec(), 0, 'USDT') }, VETO],
  ['short-allowed', { side: 1, instrument: prepareInstrument(spotSpec(), 0, 'USDT') }, allow()],
  ['no-duplicate', { pendingEntries: 1 }, VETO],
  ['no-duplicate', { heldLots: 1 }, VETO],
  ['no-duplicate', { heldLots: -1, side: 1 }, VETO],
  ['cooldown', { barsSinceEntry: risk.entryCooldownBars }, allow()],
  ['cooldown', { barsSinceEntry: risk.entryCooldownBars - 0.001 }, VETO],
  ['order-rate', { ordersLastMinute: risk.maxOrdersPerMinute - 1 }, allow()],
  ['order-rate', { ordersLastMinute: risk.maxOrdersPerMinute }, VETO],
  ['max-positions', { openPositions: risk.maxOpenPositions - 1 }, allow()],
  ['max-positions', { openPositions: risk.maxOpenPositions }, VETO],
  ['spread', { spreadPpm: risk.maxSpreadPpm }, allow()],
  ['spread', { spreadPpm: risk.maxSpreadPpm + 0.01 }, VETO],
  ['spread', { spreadPpm: 0 }, allow()],
  ['spread', { spreadPpm: -0.01 }, VETO],
  ['collar', { limitTicks: 100_500 }, allow()],
  ['collar', { limitTicks: 100_501 }, VETO],
  ['collar', { limitTicks: 99_500 }, allow()],
  ['collar', { limitTicks: 99_499 }, VETO],
];

describe('gates that say yes or no', () => {
  it.each(CASES)('%s of %o', (gate, context, wanted) => expect(judge(gate, context)).toEqual(wanted));
});

describe('gates that reduce', () => {
  // 15 % of 10,000 is 150 lots of 10.
  it.each([
    [150, 'allow', 150],
    [151, 'reduce', 150],
    [1_000_000, 'reduce', 150],
  ] as const)('order-size: %i lots', (lots, verdict, left) =>
    expect(judge('order-size', {}, lots)).toEqual([verdict, left]),
  );

  it('order-size rounds down to whole lots at the limit price, and vetoes when not one fits', () => {
    expect(judge('order-size', { limitTicks: 100_001 }, 200)).toEqual(['reduce', 149]);
    const poor = { equity: usdt('66.67') };
    expect(judge('order-size', poor, 5)).toEqual(['reduce', 1]);
    expect(judge('order-size', { equity: usdt('66.66') }, 5)).toEqual(['veto', 0]);
    for (const equity of ['0', '-500']) expect(judge('order-size', { equity: usdt(equity) }, 5)).toEqual(['veto', 0]);
  });

  it('position-size counts what is held, on either side', () => {
    // No other gate lets a second entry through, so it is asked through a policy whose orders may be larger.
    const wide = { ...risk, orderLimitPpm: 1_000_000 };
    expect(judge('position-size', { policy: wide }, 150)).toEqual(['allow', 150]);
    expect(judge('position-size', { policy: wide }, 151)).toEqual(['reduce', 150]);
    expect(judge('position-size', { policy: { ...wide, positionLimitPpm: 999 } }, 50)).toEqual(['veto', 0]);
    expect(judge('position-size', { policy: { ...wide, positionLimitPpm: 1_000 } }, 50)).toEqual(['reduce', 1]);
  });

  it('leverage counts all exposure', () => {
    expect(judge('leverage', { grossExposure: usdt('29000') })).toEqual(['allow', 100]);
    expect(judge('leverage', { grossExposure: usdt('29000.01') })).toEqual(['reduce', 99]);
    expect(judge('leverage', { grossExposure: usdt('29990') })).toEqual(['reduce', 1]);
    expect(judge('leverage', { grossExposure: usdt('29990.0000000000000001') })).toEqual(['veto', 0]);
    expect(judge('leverage', { grossExposure: usdt('99999') })).toEqual(['veto', 0]);
  });

  it('min-notional judges what the others have left', () => {
    expect(judge('min-notional', { instrument: instrumentOf({ minNotional: '10' }) }, 1)).toEqual(['allow', 1]);
    expect(judge('min-notional', { instrument: instrumentOf({ minNotional: '10.01' }) }, 1)).toEqual(['veto', 1]);
    expect(judge('min-notional', {}, 0)).toEqual(['veto', 0]);
    const reduced = passGates({ ...OPEN, instrument: instrumentOf({ minNotional: '1501' }) }, 500);
    expect([reduced.vetoedBy, reduced.lots]).toEqual(['min-notional', 0]);
  });
});

describe('the chain', () => {
  it('asks in the fixed order, to the end when nobody objects', () => {
    const { trace, lots, vetoedBy } = passGates(OPEN, 120);
    expect(trace.map((t) => t.gate)).toEqual([...GATES]);
    expect([lots, vetoedBy]).toEqual([120, undefined]);
  });

  it('stops at the first veto, and then nothing is left', () => {
    const { trace, lots, vetoedBy } = passGates({ ...OPEN, bookGapped: true, openPositions: 99 }, 120);
    expect(trace.map((t) => t.gate)).toEqual(GATES.slice(0, GATES.indexOf('book-whole') + 1));
    expect([lots, vetoedBy]).toEqual([0, 'book-whole']);
  });

  it('hands a reduced size on, and never a larger one', () => {
    const { trace, lots } = passGates({ ...OPEN, grossExposure: usdt('29500') }, 400);
    expect(trace.filter((t) => t.verdict === 'reduce').map((t) => [t.gate, t.lotsAfter])).toEqual([
      ['order-size', 150],
      ['leverage', 50],
    ]);
    expect(lots).toBe(50);
  });

  it('says the number it judged and the limit it held it against', () => {
    const traceOf = (gate: GateName, context: Partial<GateContext>, lots = 100) =>
      passGates({ ...OPEN, ...context }, lots).trace.find((t) => t.gate === gate)!;
    expect(traceOf('data-fresh', { dataAgeUs: 5_000_000 })).toMatchObject({ value: 5_000_000, limit: 3_000_000 });
    expect(traceOf('collar', { limitTicks: 101_000 })).toMatchObject({ value: 10_000, limit: 5_000 });
    expect(traceOf('order-size', {}, 250)).toMatchObject({ value: 0.25, limit: 0.15 });
    expect(traceOf('leverage', { grossExposure: usdt('29500') })).toMatchObject({ value: 3.05, limit: 3 });
    expect(traceOf('min-notional', {}, 0)).toMatchObject({ value: 0, limit: 5 });
  });
});
