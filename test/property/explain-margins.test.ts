/** How gates turn, held against the gates themselves: the told change is made and the gates are asked again. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DEFAULT_POLICY,
  type DecisionTrace,
  type GateName,
  type GateTrace,
  type Money,
  money,
  parseMoney,
  prepareInstrument,
} from '../../engine/domain/index.ts';
import { type GateContext, passGates } from '../../engine/risk/gates.ts';
import { type GateMargin, marginOf, nearestToVeto, vetoOf } from '../../state/explain/margins.ts';
import { explainView } from '../fixtures/console-log.ts';
import { linearSpec } from '../fixtures/engine-session.ts';

const { risk } = DEFAULT_POLICY;
const usdt = (text: string): Money => parseMoney(text)!;

interface Scene {
  readonly context: GateContext;
  readonly lots: number;
}

/** Figures at, near and far from their limits; a tick is a millionth of the price, so that distances are whole parts. */
const TO_TARGET = 2_000;

const scenes: fc.Arbitrary<Scene> = fc
  .record({
    side: fc.constantFrom(1, -1),
    dataAgeUs: fc.constantFrom(0, 2_999_999, 3_000_000, 3_000_001, 9_000_000),
    busy: fc.constantFrom(0, 0, 0, 0, 1, 2),
    barsSinceEntry: fc.constantFrom(10, 10.25, 500, 9.75, Number.MAX_SAFE_INTEGER),
    ordersLastMinute: fc.constantFrom(0, 5, 28, 29, 29, 30, 41),
    openPositions: fc.constantFrom(0, 3, 7, 7, 8, 12),
    spreadPpm: fc.constantFrom(0, 20, 1_999, 2_000, 2_000.5, -3),
    distance: fc.constantFrom(0, 300, 4_999, 5_000, 5_001, 9_000),
    toStop: fc.constantFrom(800, 1, 90, 0, -4),
    reward: fc.constantFrom(0.875, 2, 0.5, 0.4999, -0.3),
    equity: fc.constantFrom('10000', '250', '66.67', '66.66', '31'),
    exposure: fc.constantFrom('0', '40', '29000', '29990', '29990.01', '99999'),
    minNotional: fc.constantFrom('0', '5', '10', '10.01', '400'),
    lots: fc.constantFrom(0, 1, 2, 37, 151, 4_000),
  })
  .map((s): Scene => {
    const referenceTicks = 1_000_000;
    // A lot is worth 10 at this price.
    const spec = linearSpec('BTC/USDT:USDT', { tickSize: '0.01', minNotional: s.minNotional });
    const context = {
      instrument: prepareInstrument(spec, 0, 'USDT'),
      policy: risk,
      side: s.side,
      halted: false,
      blockers: 0,
      dataAgeUs: s.dataAgeUs,
      staleAfterUs: risk.staleAfterUs,
      bookGapped: false,
      referenceTicks,
      limitTicks: referenceTicks + s.side * s.distance,
      stopTicks: referenceTicks - s.side * s.toStop,
      targetTicks: referenceTicks + s.side * TO_TARGET,
      riskTicks: s.toStop,
      costPpm: costFor(s.reward, s.toStop),
      volatilityKnown: true,
      spreadPpm: s.spreadPpm,
      heldLots: 0,
      pendingEntries: s.busy,
      barsSinceEntry: s.barsSinceEntry,
      ordersLastMinute: s.ordersLastMinute,
      openPositions: s.openPositions,
      equity: usdt(s.equity),
      grossExposure: usdt(s.exposure),
    };
    return { context, lots: s.lots };
  });

function traceOf({ context, lots }: Scene): DecisionTrace {
  const { trace, vetoedBy, lots: left } = passGates(context, lots);
  const { trace: like } = explainView();
  const sizing = { ...like.sizing, wantedLots: lots, stopTicks: Math.abs(context.referenceTicks - context.stopTicks) };
  const verdict = vetoedBy === undefined ? 'proposed' : 'vetoed';
  return { ...like, side: context.side > 0 ? 1 : -1, sizing, gates: trace, verdict, vetoedBy, lots: left };
}

/** The cost, in ticks of a price of a million, at which an entry with this stop gains so much R at its target. */
function costFor(rewardR: number, toStop: number): number {
  return (TO_TARGET - rewardR * toStop) / (1 + rewardR);
}

const shareOf = (equity: Money, share: number): bigint =>
  BigInt(Math.round((Number(equity) * share) / 1e6)) * 1_000_000n;

/** The scene with the number of this gate at `value`, in the gate's own unit. */
function withValue({ context: c, lots }: Scene, gate: GateName, value: number, from: number): Scene {
  const at = (changes: Partial<GateContext>): Scene => ({ context: { ...c, ...changes }, lots });
  switch (gate) {
    case 'data-fresh':
      return at({ dataAgeUs: value });
    case 'no-duplicate':
      return at({ pendingEntries: value });
    case 'cooldown':
      return at({ barsSinceEntry: value });
    case 'order-rate':
      return at({ ordersLastMinute: value });
    case 'max-positions':
      return at({ openPositions: value });
    case 'spread':
      return at({ spreadPpm: value });
    case 'collar':
      return at({ limitTicks: c.referenceTicks + c.side * Math.round(value) });
    case 'stop-not-reached':
      // A price that moved would move the collar as well: the stop goes as far the other way.
      return at({ stopTicks: c.stopTicks - (value - from) });
    case 'reward':
      return at({ costPpm: costFor(value, c.riskTicks) });
    case 'leverage':
      return at({ grossExposure: money(c.grossExposure + shareOf(c.equity, value - from)) });
    case 'order-size':
      // What a lot is worth against equity goes down as equity goes up.
      return at({ equity: money((c.equity * BigInt(Math.round(from * 1e12))) / BigInt(Math.round(value * 1e12))) });
    case 'position-size': {
      // That would move the gate before it as well: its limit is changed by as much instead.
      const positionLimitPpm = Math.round((c.policy.positionLimitPpm * from) / value);
      return at({ policy: { ...c.policy, positionLimitPpm } });
    }
    case 'min-notional': {
      // A lot's worth is what the market gives; the limit moves as far the other way.
      const least = c.instrument.minNotionalMoney + BigInt(Math.round((from - value) * 1e6)) * 10n ** 10n;
      return at({ instrument: { ...c.instrument, minNotionalMoney: money(least) } });
    }
    default:
      throw new Error(`${gate} holds no number`);
  }
}

const isVeto = (scene: Scene, gate: GateName): boolean | undefined => {
  const asked = passGates(scene.context, scene.lots).trace.find((each) => each.gate === gate);
  return asked === undefined ? undefined : asked.verdict === 'veto';
};

const WHOLE: ReadonlySet<GateName> = new Set([
  'no-duplicate',
  'order-rate',
  'max-positions',
  'collar',
  'stop-not-reached',
  'data-fresh',
]);
const ROUNDED: ReadonlySet<GateName> = new Set(['reward', 'order-size', 'position-size', 'leverage']);
const AT_LEAST: ReadonlySet<GateName> = new Set(['cooldown', 'reward', 'min-notional']);

/** A step of this gate's number: one where it is whole, else next to nothing. */
function stepOf({ gate, turnsAt }: GateMargin): number {
  if (WHOLE.has(gate)) return 1;
  return gate === 'position-size' ? turnsAt * 0.02 : Math.max(turnsAt * 1e-5, 1e-5);
}

/** Puts the number a hair past where it is told to turn, and a hair before: the verdict is the other one there, and the same here. */
function turnsWhereTold(scene: Scene, gate: GateTrace, margin: GateMargin): void {
  const { value, turnsAt, isBeyond, vetoed, by } = margin;
  expect(by).toBeCloseTo(Math.abs(turnsAt - value), 9);
  const way = turnsAt > value || (turnsAt === value && !AT_LEAST.has(gate.gate)) ? 1 : -1;
  const step = stepOf(margin) * way;
  const isCount = WHOLE.has(gate.gate);
  // A size is a share of money rounded to whole parts, and a gain in R comes of a cost: the exact turning point is not met.
  const past = isBeyond || ROUNDED.has(gate.gate) ? turnsAt + step : turnsAt;
  const before = isBeyond && isCount ? turnsAt : turnsAt - step;
  const told = [gate.gate, value, turnsAt];
  expect([...told, isVeto(withValue(scene, gate.gate, past, value), gate.gate)]).toEqual([...told, !vetoed]);
  const isStill = (before - value) * way >= 0;
  if (isStill)
    expect([...told, isVeto(withValue(scene, gate.gate, before, value), gate.gate)]).toEqual([...told, vetoed]);
}

describe('a veto', () => {
  it('of a number would have been none with the told number, and still one a step short of it', () => {
    const seen = new Set<GateName>();
    fc.assert(
      fc.property(scenes, (scene) => {
        const trace = traceOf(scene);
        const veto = vetoOf(trace);
        if (veto === undefined) return;
        expect(veto.gate).toBe(trace.vetoedBy);
        const margin = marginOf(trace, veto);
        if (margin === undefined) {
          expect([veto.gate, veto.lotsAfter]).toEqual(['min-notional', 0]);
          return;
        }
        seen.add(veto.gate);
        turnsWhereTold(scene, veto, margin);
      }),
      { numRuns: 6_000, seed: 5 },
    );
    const numbered = ['data-fresh', 'no-duplicate', 'cooldown', 'order-rate', 'max-positions', 'spread', 'collar'];
    const sized = ['stop-not-reached', 'reward', 'order-size', 'leverage', 'min-notional'];
    expect([...seen].sort()).toEqual([...numbered, ...sized].sort());
  });
});

describe('a pass', () => {
  it('would have been a veto beyond the told number, for every gate that holds one', () => {
    const seen = new Set<GateName>();
    fc.assert(
      fc.property(scenes, (scene) => {
        const trace = traceOf(scene);
        for (const gate of trace.gates) {
          const margin = gate.verdict === 'veto' ? undefined : marginOf(trace, gate);
          if (margin === undefined) continue;
          seen.add(gate.gate);
          turnsWhereTold(scene, gate, margin);
        }
      }),
      { numRuns: 2_000, seed: 6 },
    );
    expect(seen.size).toBe(13);
  });

  it('names the gate with the smallest share to spare', () => {
    fc.assert(
      fc.property(scenes, (scene) => {
        const trace = traceOf(scene);
        const margins = trace.gates.flatMap((gate) => (gate.verdict === 'veto' ? [] : (marginOf(trace, gate) ?? [])));
        const least = Math.min(...margins.map(({ share }) => share));
        expect(nearestToVeto(trace)?.share ?? Infinity).toBe(least);
      }),
    );
  });
});
