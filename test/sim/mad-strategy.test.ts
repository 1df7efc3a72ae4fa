/** A strategy gone mad: a small count of what the soak runs long, and guards that are missing must be noticed. */
import { describe, expect, it } from 'vitest';
import type { EngineConfig, RiskPolicy } from '../../engine/domain/index.ts';
import { madStrategies } from './mad-strategy.ts';

const withRisk =
  (risk: Partial<RiskPolicy>) =>
  (config: EngineConfig): EngineConfig => ({
    ...config,
    policy: { ...config.policy, risk: { ...config.policy.risk, ...risk } },
  });

describe('a strategy that wants 10,000 orders a second', () => {
  it('sends no more than policy lets, nothing larger than what was approved, and is halted within a second', () => {
    const figures = madStrategies(8, 1, 0.2);
    expect(figures.decisions).toBeGreaterThan(5_000);
    expect(figures.left).toBeGreaterThan(20);
  });

  it.each([
    ['without the count of orders in a minute', { config: withRisk({ maxOrdersPerMinute: 64 }) }, /may leave/],
    ['without the count of decisions in a second', { config: withRisk({ maxDecisionsPerSecond: 1e9 }) }, /no HALT/],
  ])('is noticed %s', (_name, planted, wrong) => {
    expect(() => madStrategies(20, 1, 0.1, planted)).toThrow(wrong);
  });

  it('is noticed when an order is larger than what was approved', () => {
    const event: Parameters<typeof madStrategies>[3] = {
      event: (each) => (each.kind === 'order' ? { ...each, lots: each.lots + 1 } : each),
    };
    expect(() => madStrategies(5, 1, 0.05, event)).toThrow(/were approved/);
  });
});
