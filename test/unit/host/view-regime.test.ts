/** What the console is told of a market's regime. */
import { expect, test } from 'vitest';
import { F, REGIMES } from '../../../engine/domain/index.ts';
import { createState } from '../../../engine/index.ts';
import { symbolView } from '../../../src/host/view-market.ts';
import { testConfig } from '../../fixtures/engine-session.ts';

test('it is the likeliest of the last bar with its chance, and none while that is not known', () => {
  const state = createState(testConfig());
  const seen = () => symbolView(state, state.instruments[0]!, 0, true).regime;
  expect(seen()).toBeUndefined();
  for (const [likeliest, name] of REGIMES.entries()) {
    for (let r = 0; r < REGIMES.length; r++) {
      state.features.values[F.regimeCalm + r] = r === likeliest ? 0.7 : 0.1;
      state.features.valid[F.regimeCalm + r] = 1;
    }
    expect(seen()).toEqual({ name, chance: 0.7 });
  }
});
