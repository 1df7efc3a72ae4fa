/** A small count over every tenth real instrument, and mistakes of one lot or one rule that must be seen. */
import { describe, expect, it } from 'vitest';
import { breachOf } from '../../src/brokers/order-rules.ts';
import { dataFolder } from '../fixtures/recorded.ts';
import { type Planted, quantities, realInstruments } from './order-fuzz-quantities.ts';

const data = dataFolder();

describe.skipIf(data === undefined)('quantities under real filters (skipped without ../shared/data)', () => {
  const all = data === undefined ? [] : realInstruments(data, 10);

  it('are those of naive decimals, and what is sent keeps the filters', () => {
    const figures = quantities(all, 3_000, 1);
    for (const [name, value] of Object.entries(figures)) expect(value, name).toBeGreaterThan(0);
  });

  it.each<[string, Planted, RegExp]>([
    ['a lot too many', { ordered: (lots) => lots + 1 }, /lots, not/],
    ['no rules', { breach: () => undefined }, /would be sent and refused/],
    ['rules that see no price', { breach: (order, venue) => breachOf(order, venue, order.limitTicks) }, /refused/],
    [
      'rules for all orders in place of those for market orders',
      {
        breach: (order, venue, reference) =>
          breachOf(order, { ...venue, rules: { ...venue.rules, marketQuantity: venue.rules.quantity } }, reference),
      },
      /refused/,
    ],
  ])('are caught with %s', (_name, planted, wrong) => {
    expect(() => quantities(all, 3_000, 1, planted)).toThrow(wrong);
  });
});
