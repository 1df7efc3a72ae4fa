/** What the console is told of strategies, and how a run comes by its own. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY, SHIPPED_TOMES, type Tome } from '../../../engine/domain/index.ts';
import { type EngineState, Fold } from '../../../engine/index.ts';
import { configFor } from '../../../src/host/session-run.ts';
import { strategyViews, symbolView, voteView } from '../../../src/host/view-market.ts';
import { IMPORT_DRAFT } from '../../fixtures/journal-sample.ts';
import { syntheticSession } from '../../fixtures/synthetic-session.ts';

type Decision = Partial<typeof DEFAULT_POLICY.decision>;

function folded(inputs: number, decision: Decision): EngineState {
  const { config, source } = syntheticSession(inputs);
  const policy = { ...config.policy, decision: { ...config.policy.decision, ...decision } };
  const fold = new Fold(source, { ...config, policy }, () => {});
  while (fold.run(inputs));
  return fold.state;
}

describe('the view', () => {
  it('has a scorecard of every strategy, weights where they are weighted, and a chance once there was a vote', () => {
    const state = folded(15_000, { combination: 'weighted', strategies: 'confluence,momentum-ma' });
    const views = strategyViews(state);
    expect(views.map(({ name, counts }) => [name, counts])).toEqual(
      SHIPPED_TOMES.map(({ name }) => [name, ['confluence', 'momentum-ma'].includes(name)]),
    );
    expect(
      views.filter(({ weight }) => weight !== undefined).reduce((sum, { weight }) => sum + weight!, 0),
    ).toBeCloseTo(1);
    expect(views.some(({ samples }) => samples > 0)).toBe(true);
    const [first] = state.instruments;
    const symbol = symbolView(state, first!, state.control.nowUs[0]!, true);
    expect(symbol.chance).toBe(state.strategyTable.opportunity[0]);
    expect(voteView(state, first!)!.strategies.map(({ weight }) => weight !== undefined)).toEqual(
      SHIPPED_TOMES.map(({ name }) => ['confluence', 'momentum-ma'].includes(name)),
    );
    expect(JSON.stringify(views)).not.toMatch(/null/);
  });

  it('has neither before the first bar, and no weights where each counts alike', () => {
    const state = folded(20, {});
    expect(symbolView(state, state.instruments[0]!, state.control.nowUs[0]!, true).chance).toBeUndefined();
    expect(strategyViews(state)).toHaveLength(SHIPPED_TOMES.length);
    for (const { weight, samples } of strategyViews(state)) expect([weight, samples]).toEqual([undefined, 0]);
  });
});

describe('a replay of an import', () => {
  const manifest = { ...IMPORT_DRAFT, name: 'x' } as unknown as Parameters<typeof configFor>[0];
  const run = { control: undefined, barIntervalUs: undefined, seed: 1, startingCash: '1', policy: DEFAULT_POLICY };

  it('has the strategies that it is given, and names none where none of them is the operator’s', () => {
    const strategies: readonly Tome[] = [...SHIPPED_TOMES, { ...SHIPPED_TOMES[0]!, name: 'mine' }];
    expect(configFor(manifest, { ...run, strategies }).strategies).toEqual(strategies);
    expect(configFor(manifest, run)).not.toHaveProperty('strategies');
  });
});
