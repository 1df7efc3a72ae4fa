/** Drift of a price since the proposal: its size, whom it hurts, and which level it has passed. */
import { expect, it } from 'vitest';
import { driftOf } from '../../../state/drift.ts';
import type { ProposalView } from '../../../state/view.ts';
import { proposalView } from '../../fixtures/console-view.ts';

/** Costs are 0.10 of price: 1 R is 2.10 of it, or more where the stop is farther from the price now. */
const BUY = {
  side: 1,
  priceThen: '100.00',
  limit: '100.20',
  stop: '98.00',
  target: '103.00',
  notional: '1002.00',
  cost: '1.00',
  costNow: '1.00',
} as const satisfies Partial<ProposalView>;
const SELL = {
  side: -1,
  priceThen: '100.00',
  limit: '99.80',
  stop: '102.00',
  target: '97.00',
  notional: '998.00',
  cost: '1.00',
  costNow: '1.00',
} as const satisfies Partial<ProposalView>;

it.each([
  ['a buy that got dearer', BUY, '100.10', 10, 'worse', 2.8 / 2.2, undefined],
  ['a buy that got cheaper', BUY, '99.50', -50, 'better', 3.4 / 2.1, undefined],
  ['a buy close to its stop', BUY, '98.001', -199.9, 'better', 4.899 / 2.1, undefined],
  ['a sale into a falling price', SELL, '99.90', -10, 'worse', 2.8 / 2.2, undefined],
  ['a sale into a rising price', SELL, '100.50', 50, 'better', 3.4 / 2.1, undefined],
  ['no change', BUY, '100.00', 0, 'same', 2.9 / 2.1, undefined],
  ['less than a tenth of a basis point', BUY, '100.0004', 0.04, 'same', 2.8996 / 2.1004, undefined],
  ['a buy past its limit', BUY, '100.21', 21, 'worse', 2.69 / 2.31, 'limit'],
  ['a buy at its limit', BUY, '100.20', 20, 'worse', 2.7 / 2.3, undefined],
  ['a sale past its limit', SELL, '99.79', -21, 'worse', 2.69 / 2.31, 'limit'],
  ['a buy at its stop', BUY, '98.00', -200, 'better', -1, 'stop'],
  ['a sale past its stop', SELL, '105.00', 500, 'better', -5.1 / 2.1, 'stop'],
  ['a buy at its target', BUY, '103.00', 300, 'worse', -0.1 / 5.1, 'target'],
  ['a sale past its target', SELL, '96.00', -400, 'worse', -1.1 / 6.1, 'target'],
] as const)('%s', (_, proposal, priceNow, bp, means, rMultiple, past) => {
  const drift = driftOf(proposalView({ ...proposal, priceNow }));
  expect(drift).toMatchObject({ means, past });
  expect(drift?.bp).toBeCloseTo(bp, 6);
  expect(drift?.rMultiple).toBeCloseTo(rMultiple, 6);
});

it('is no infinity where the stop is as near as can be', () => {
  const { rMultiple } = driftOf(proposalView({ ...BUY, stop: '100.00', priceNow: '100.00' }))!;
  expect(rMultiple).toBeCloseTo(-1, 6);
});

it.each([undefined, '0', 'x'])('says nothing of a price that is not known: %s', (priceNow) => {
  expect(driftOf(proposalView({ priceNow }))).toBeUndefined();
});

it('takes the costs of now from what the target makes, and adds them to what the stop takes', () => {
  const { rMultiple } = driftOf(proposalView({ ...BUY, costNow: '4.00', priceNow: '100.00' }))!;
  expect(rMultiple).toBeCloseTo(2.6 / 2.4, 6);
});

it('R is not told where nothing is at risk', () => {
  const free = { ...BUY, stop: BUY.priceThen, costNow: '0.00', priceNow: '100.00' };
  expect(driftOf(proposalView(free))?.rMultiple).toBeUndefined();
});
