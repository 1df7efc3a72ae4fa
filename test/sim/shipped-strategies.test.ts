/** The strategies that count as shipped decide as they did when they were written in code: digests of that build. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { EngineConfig, EngineEvent } from '../../engine/domain/index.ts';
import { Fold } from '../../engine/index.ts';
import { NEAR_EXITS, policyWith } from '../fixtures/engine-session.ts';
import { syntheticSession } from '../fixtures/synthetic-session.ts';

const INPUTS = 40_000;
const SIGNALS_BEFORE = 6;
const STRATEGIES_BEFORE = 2;

/** An event as the build before tomes told it: it told no regime, nor that an opposing vote kept momentum back, and had six signals, no models and no gate of reward. */
function asBefore(event: EngineEvent): unknown {
  if (event.kind !== 'decision') return event;
  const { combination: _, regime: _regime, models, ensemble, ...trace } = event.trace;
  expect([models, ensemble, trace.strategies[2]]).toMatchObject([
    [],
    undefined,
    { strategy: 'ensemble', direction: 0 },
  ]);
  const strategies = trace.strategies.slice(0, STRATEGIES_BEFORE).map(({ strategy, direction, inputs }) => ({
    strategy,
    direction,
    inputs: inputs.filter(([name]) => name !== 'vote the other way'),
  }));
  const producers = trace.producers.slice(0, SIGNALS_BEFORE);
  const gates = trace.gates.filter(({ gate }) => gate !== 'reward');
  return { ...event, trace: { ...trace, producers, strategies, gates } };
}

/** SHA-256 over all events of a session. */
function digestOf(
  changes: Partial<EngineConfig>,
  seed: number,
): { readonly decisions: number; readonly digest: string } {
  const digest = createHash('sha256');
  let decisions = 0;
  const { source, config } = syntheticSession(INPUTS, changes, seed);
  const fold = new Fold(source, config, (event) => {
    if (event.kind === 'decision') decisions++;
    digest.update(JSON.stringify(asBefore(event)));
  });
  while (fold.run(5_000));
  return { decisions, digest: digest.digest('hex') };
}

describe('every event of a session', () => {
  it('is the same where much is decided', () => {
    expect(digestOf({}, 5)).toEqual({
      decisions: 74,
      digest: 'fd9a1e25f5179bfe57b68bfdfbe2b4f33a3c44303ee65e3c5f36064eef6fae49',
    });
  });

  it('is the same under the policy that shipped then', () => {
    expect(digestOf({ policy: policyWith(NEAR_EXITS) }, 6)).toEqual({
      decisions: 9,
      digest: 'a841b1f1690136dc11792d1be36d3d611d25ab093ea6b0ec780a8a05bf724f4c',
    });
  });
});
