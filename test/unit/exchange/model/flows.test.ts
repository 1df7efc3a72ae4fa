/** Random order flow against a naive book, and the conservation of money; a fault that is planted must be noticed. */
import { describe, expect, it } from 'vitest';
import { restoreModel } from '../../../../src/exchange/model/exchange.ts';
import { Desk } from './desk.ts';
import { beside, kept } from './flows.ts';

const seeds = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

describe.each(['spot', 'usdm'] as const)('the book of %s', (market) => {
  it('matches by price, then time, as a naive one does', () => {
    for (const seed of seeds(20)) expect(beside(seed, { market, steps: 150 })).toBeUndefined();
  });

  it('is told from one that serves the newest first', () => {
    const faults = seeds(5).map((seed) => beside(seed, { market, steps: 150, flaw: 'newest-first' }));
    expect(faults.filter((fault) => fault !== undefined)).toHaveLength(5);
  });

  it('keeps every amount, and itself over a restart', () => {
    const sums = { placed: 0, refused: 0, trades: 0 };
    for (const poor of [false, true]) {
      for (const seed of seeds(12)) {
        const { fault, ...counts } = kept(seed, { market, poor, steps: 150 });
        expect(fault).toBeUndefined();
        for (const name of ['placed', 'refused', 'trades'] as const) sums[name] += counts[name];
      }
    }
    // Enough of each to have tried something.
    expect(Math.min(sums.placed, sums.refused, sums.trades)).toBeGreaterThan(300);
  });
});

it('an amount that appears from nowhere is noticed, and a balance below zero', () => {
  const desk = new Desk();
  const tampered = (from: string, to: string) => {
    const text = desk.model.save().replace(`n${from}"`, `n${to}"`);
    return restoreModel(text, desk.options).audit().get('USDT')!;
  };
  const { held, deposited } = tampered('10000000000000', '10000000000001');
  expect(held - deposited).toBe(1n);
  expect(tampered('10000000000000', '-1').least).toBe(-1n);
});
