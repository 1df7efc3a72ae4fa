/** Models that have nothing to learn from have mostly no say: their calibrated chances lie near a half, where they are neutral. */
import { expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../../engine/domain/index.ts';
import { MAKES, walked } from '../fixtures/small-makes.ts';
import { walkedDataset } from '../fixtures/training-bars.ts';

const COIN = walkedDataset(6_000, 13);

/** Of far fewer bars the share of rises itself is uncertain by more than the dead zone, and calibration with it. */
it.each(MAKES)('%s, of 6,000 bars of walks without anything to find', (_kind, make) => {
  const { chance } = walked(COIN, make).predictions;
  const said = [...chance].filter((each) => each === each);
  const votes = said.filter((each) => Math.abs(2 * each - 1) >= DEFAULT_POLICY.decision.modelDeadZone);
  expect(said.length).toBeGreaterThan(4_000);
  expect(votes.length / said.length).toBeLessThan(0.25);
});
