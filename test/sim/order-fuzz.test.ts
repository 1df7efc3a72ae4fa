/** Orders that must not leave: small counts of what the soak runs long, and every guard missing once. */
import { describe, expect, it } from 'vitest';
import type { EngineConfig, ExecutionPolicy, RiskPolicy } from '../../engine/domain/index.ts';
import type { GateContext } from '../../engine/risk/gates.ts';
import { fuzzOrders, type Planted } from './order-fuzz.ts';
import { fuzzGates } from './order-fuzz-gates.ts';

const without =
  (risk: Partial<RiskPolicy>, execution: Partial<ExecutionPolicy> = {}) =>
  (config: EngineConfig): EngineConfig => ({
    ...config,
    policy: {
      ...config.policy,
      risk: { ...config.policy.risk, ...risk },
      execution: { ...config.policy.execution, ...execution },
    },
  });

const noLeast = (config: EngineConfig): EngineConfig => ({
  ...config,
  instruments: config.instruments.map((spec) => ({ ...spec, minNotional: '0' })),
});

/** What is spoilt, what it is told by, and how many seeds it takes at most. */
const PLANTED: ReadonlyArray<readonly [string, Planted, RegExp, number]> = [
  ['the size of an order', { config: without({ orderLimitPpm: 1e9 }) }, /over the order's limit/, 60],
  ['the size of a position', { config: without({ positionLimitPpm: 1e9 }) }, /over the position's limit/, 60],
  ['the least worth', { config: noLeast }, /below the least/, 60],
  ['the collar', { config: without({ collarPpm: 1e6 }) }, /beyond the collar/, 60],
  ['the rate', { config: without({ maxOrdersPerMinute: 64 }) }, /of the minute/, 120],
  ['the cooldown', { config: without({ entryCooldownBars: 0 }) }, /µs after the last/, 60],
  ['the number of positions', { config: without({ maxOpenPositions: 9 }) }, /positions open/, 120],
  ['the spread', { config: without({ maxSpreadPpm: 5e5 }) }, /on a spread/, 60],
  ['the age of the data', { config: without({ staleAfterUs: 6e10 }) }, /on data of/, 60],
  ['the veto window', { config: without({}, { vetoWindowUs: 1 }) }, /the veto window is open/, 60],
  ["the venue's own rules", { check: () => undefined }, /that the venue refuses|the venue’s band/, 60],
  ['one order for one intent', { twice: true }, /number was used before/, 20],
];

describe('fuzzed sessions', () => {
  it('let no order out that breaks a figure of policy or a rule of the venue', () => {
    const figures = fuzzOrders(40, 1);
    for (const [name, value] of Object.entries(figures)) expect(value, name).toBeGreaterThan(0);
    expect(figures.wanted).toBeGreaterThan(4_000);
  });

  it.each(PLANTED)('notice that %s is not looked at', (_name, planted, wrong, seeds) => {
    expect(() => fuzzOrders(seeds, 1, planted)).toThrow(wrong);
  });
});

describe('gates on figures that are mad', () => {
  it('let nothing pass that should not', () => {
    const figures = fuzzGates(5_000, 1);
    expect(figures.passed).toBeGreaterThan(50);
    expect(figures.reduced).toBeGreaterThan(10);
  });

  it.each<[keyof GateContext, Partial<GateContext>]>([
    ['dataAgeUs', { dataAgeUs: 0 }],
    ['spreadPpm', { spreadPpm: 0 }],
    ['pendingEntries', { pendingEntries: 0 }],
    ['ordersLastMinute', { ordersLastMinute: 0 }],
    ['barsSinceEntry', { barsSinceEntry: 1e9 }],
    ['blockers', { blockers: 0 }],
  ])('are caught when they do not see %s', (_name, known) => {
    expect(() => fuzzGates(20_000, 1, (context) => ({ ...context, ...known }))).toThrow(/leaves against/);
  });
});
