/** The venue's own rules, each broken by one order and kept by its neighbour. */
import { describe, expect, it } from 'vitest';
import { breachOf, type CheckedOrder } from '../../../src/brokers/order-rules.ts';
import type { OrderRules, VenueInstrument } from '../../../src/venues/venue-instrument.ts';
import { linearSpec } from '../../fixtures/engine-session.ts';

/** As Binance USD-M has it for BTCUSDT in 2025: tick 0.1, lot 0.001. */
const RULES: OrderRules = {
  price: { least: '556.80', most: '4529764', step: '0.10' },
  quantity: { least: '0.001', most: '1000', step: '0.001' },
  marketQuantity: { least: '0.001', most: '120', step: '0.001' },
  minNotional: '100',
  minNotionalForMarket: false,
  priceBand: { up: '1.0500', down: '0.9500' },
};

const instrument = (changes: Partial<OrderRules> = {}, trading = true): VenueInstrument => ({
  spec: linearSpec('BTC/USDT:USDT', { venueSymbol: 'BTCUSDT' }),
  rules: { ...RULES, ...changes },
  trading,
});

const ENTRY: CheckedOrder = { side: 1, lots: 10, limitTicks: 1_000_000, stopTicks: 0, reduceOnly: false };
const EXIT: CheckedOrder = { side: -1, lots: 10, limitTicks: 0, stopTicks: 0, reduceOnly: true };
const REFERENCE = 1_000_000;

const of = (order: Partial<CheckedOrder>, changes?: Partial<OrderRules>, reference = REFERENCE): string | undefined =>
  breachOf({ ...ENTRY, ...order }, instrument(changes), reference);

describe('breachOf', () => {
  it.each<[string, Partial<CheckedOrder>, Partial<OrderRules>?]>([
    ['an entry', {}],
    ['the least worth', { lots: 1 }],
    ['the largest entry that one market order can close', { lots: 120_000 }],
    ['the top of the band', { limitTicks: 1_050_000 }],
    ['the bottom of the band', { limitTicks: 950_000 }],
    ['an exit at the market', EXIT],
    ['an exit below the least worth', { ...EXIT, lots: 1, limitTicks: 950_000 }, { minNotional: '1000000' }],
    ['a stop', { ...EXIT, stopTicks: 900_000 }],
    ['no bound where the venue names 0', { lots: 2_000_000 }, { quantity: none(), marketQuantity: none() }],
  ])('lets through %s', (_name, order, changes) => {
    expect(of(order, changes)).toBeUndefined();
  });

  it.each<[string, Partial<CheckedOrder>, Partial<OrderRules> | undefined]>([
    ['BTCUSDT: an order of 0 lots', { lots: 0 }, undefined],
    ['BTCUSDT: an order of NaN lots', { lots: Number.NaN }, undefined],
    ['BTCUSDT: an order of 1.5 lots', { lots: 1.5 }, undefined],
    ['BTCUSDT: a limit price of -1 ticks', { limitTicks: -1 }, undefined],
    ['BTCUSDT: a stop price of Infinity ticks', { stopTicks: Number.POSITIVE_INFINITY }, undefined],
    [
      "BTCUSDT: quantity 0.001 is below the venue's least, 0.002",
      { lots: 1 },
      { quantity: { ...RULES.quantity, least: '0.002' } },
    ],
    ["BTCUSDT: quantity 1000.001 is above the venue's most, 1000", { lots: 1_000_001 }, undefined],
    [
      "BTCUSDT: quantity 0.011 is not on the venue's steps of 0.002",
      { lots: 11 },
      { quantity: { ...RULES.quantity, step: '0.002' } },
    ],
    ["BTCUSDT: market quantity 120.001 is above the venue's most, 120", { ...EXIT, lots: 120_001 }, undefined],
    ['BTCUSDT: quantity 120.001 could not be left at the market, where 120 is the most', { lots: 120_001 }, undefined],
    ["BTCUSDT: price 556.7 is below the venue's least, 556.80", { limitTicks: 5_567 }, undefined],
    ["BTCUSDT: stop price 4529764.1 is above the venue's most, 4529764", { ...EXIT, stopTicks: 45_297_641 }, undefined],
    [
      "BTCUSDT: price 100000.1 is not on the venue's steps of 0.2",
      { limitTicks: 1_000_001 },
      { price: { ...RULES.price, step: '0.2' } },
    ],
    ["BTCUSDT: its worth is below the venue's least, 100", { lots: 1, limitTicks: 999_999 }, undefined],
    [
      "BTCUSDT: its worth is below the venue's least, 100.0001",
      { ...EXIT, lots: 1 },
      { minNotional: '100.0001', minNotionalForMarket: true },
    ],
    ['BTCUSDT: price 105000.1 is above 1.0500 times the reference, 100000.0', { limitTicks: 1_050_001 }, undefined],
    ['BTCUSDT: price 94999.9 is below 0.9500 times the reference, 100000.0', { limitTicks: 949_999 }, undefined],
    ['BTCUSDT: a rule of the venue does not read: NaN', {}, { minNotional: 'NaN' }],
  ])('%s', (breach, order, changes) => {
    expect(of(order, changes)).toBe(breach);
    expect(breach.length).toBeLessThanOrEqual(100);
  });

  it('lets no entry out without a reference price, nor where the venue has halted, and keeps exits free', () => {
    expect(of({}, {}, 0)).toBe('BTCUSDT: no reference price is known');
    expect(of({}, {}, Number.NaN)).toBe('BTCUSDT: a reference price of NaN ticks');
    expect(breachOf(ENTRY, instrument({}, false), REFERENCE)).toBe('BTCUSDT: the venue has halted it');
    expect(of(EXIT, {}, 0)).toBeUndefined();
    expect(breachOf(EXIT, instrument({}, false), REFERENCE)).toBeUndefined();
  });
});

function none() {
  return { least: '0', most: '0', step: '0' };
}
