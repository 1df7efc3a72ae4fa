/** Strategies over whole sessions: nothing looks ahead, weights are weights, and every way to a moment gives one state. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AT,
  type Combination,
  type EngineConfig,
  RECORD,
  SHIPPED_TOMES,
  WEIGHTINGS,
} from '../../engine/domain/index.ts';
import { type EngineState, Fold, worthOf } from '../../engine/index.ts';
import { directionWith } from '../../state/explain/votes.ts';
import { RecordList } from '../fixtures/engine-session.ts';
import { syntheticSession } from '../fixtures/synthetic-session.ts';

/** Some 200 bars: the regime is known for the last 80 of them. */
const INPUTS = 30_000;
const SLICE = 2_000;
const SOME = ['confluence', 'momentum-ma', 'rsi-support'];
const ALL = SHIPPED_TOMES.map(({ name }) => name).join(',');

interface Scene {
  readonly seed: number;
  readonly combination: Combination;
  readonly weighting: (typeof WEIGHTINGS)[number];
}

const scenes: fc.Arbitrary<Scene> = fc.record({
  seed: fc.integer({ min: 1, max: 50 }),
  combination: fc.constantFrom<Combination>('weighted', 'learned', 'agreement'),
  weighting: fc.constantFrom(...WEIGHTINGS),
});

function sessionOf({ seed, combination, weighting }: Scene): { config: EngineConfig; records: readonly Uint8Array[] } {
  const { config, records } = syntheticSession(INPUTS, {}, seed);
  const figures = { strategies: ALL, combination, weighting, minWeight: 0.1, reweighOutcomes: 3 };
  const decision = { ...config.policy.decision, ...figures, mostOpportunities: seed % 3 };
  return { config: { ...config, policy: { ...config.policy, decision } }, records };
}

/** All that strategies keep, as text. */
const keptOf = (state: EngineState): string =>
  state.arena
    .columns()
    .filter(({ name }) => name.startsWith('strategy.') || name === 'vote.standing')
    .map(({ name, array }) => `${name} ${array.join(' ')}`)
    .join('\n');

/** What strategies kept after each slice of a session. */
function told({ config, records }: ReturnType<typeof sessionOf>): string[] {
  const kept: string[] = [];
  const fold = new Fold(new RecordList(records), config, () => {});
  for (let more = true; more; ) {
    more = fold.run(SLICE);
    kept.push(keptOf(fold.state));
  }
  return kept;
}

/** The session with other prices and sizes from a moment on. */
function withOtherFuture(records: readonly Uint8Array[], from: number): readonly Uint8Array[] {
  return records.map((record, i) => {
    if (i < from) return record;
    const other = record.slice();
    const view = new DataView(other.buffer);
    if (view.getUint8(AT.type) === RECORD.trade)
      view.setFloat64(AT.tradePrice, view.getFloat64(AT.tradePrice, true) + 7 + (i % 90), true);
    return other;
  });
}

describe('what strategies say, weigh and learn', () => {
  it('does not change with what comes after', () => {
    let differed = 0;
    fc.assert(
      fc.property(scenes, fc.integer({ min: 8, max: 13 }), (scene, slices) => {
        const session = sessionOf(scene);
        const from = slices * SLICE;
        const other = { ...session, records: withOtherFuture(session.records, from) };
        const [before, after] = [told(session), told(other)];
        expect(after.slice(0, slices)).toEqual(before.slice(0, slices));
        if (after.at(-1) !== before.at(-1)) differed++;
      }),
      { numRuns: 5, seed: 4 },
    );
    expect(differed).toBeGreaterThan(0);
  });

  it('is the same after a snapshot, and in slices of any length', () => {
    fc.assert(
      fc.property(scenes, fc.integer({ min: 1_000, max: 29_000 }), (scene, place) => {
        const { config, records } = sessionOf(scene);
        const whole = new Fold(new RecordList(records), config, () => {});
        while (whole.run(INPUTS));
        const first = new Fold(new RecordList(records), config, () => {});
        first.run(place);
        const base = new Uint8Array(first.state.arena.byteLength);
        first.state.arena.save(base);
        const rest = new Fold(new RecordList(records.slice(place)), config, () => {}, base);
        while (rest.run(777));
        expect(rest.state.arena.hash()).toBe(whole.state.arena.hash());
      }),
      { numRuns: 5, seed: 5 },
    );
  });

  it('is counted again by explain to the side that was decided', () => {
    const told = new Map<string, number>();
    fc.assert(
      fc.property(scenes, (scene) => {
        const { config, records } = sessionOf(scene);
        const fold = new Fold(new RecordList(records), config, (event) => {
          if (event.kind !== 'decision') return;
          const { trace } = event;
          expect(directionWith(trace, trace.producers)).toBe(trace.side);
          expect(trace.combination.rule).toBe(scene.combination);
          told.set(scene.combination, (told.get(scene.combination) ?? 0) + 1);
        });
        while (fold.run(INPUTS));
      }),
      { numRuns: 9, seed: 8 },
    );
    expect([...told.keys()].sort()).toEqual(['agreement', 'learned', 'weighted']);
  });

  it('has weights from 0 that come to 1, of those that count alone; and a learner that learns within bounds', () => {
    const figures = { reweighed: 0, learned: 0, decisions: 0 };
    fc.assert(
      fc.property(scenes, (scene) => {
        const { config, records } = sessionOf(scene);
        const some = { ...config.policy.decision, strategies: SOME.join(',') };
        const policy = { ...config.policy, decision: some };
        const fold = new Fold(new RecordList(records), { ...config, policy }, ({ kind }) => {
          if (kind === 'decision') figures.decisions++;
        });
        while (fold.run(1_000)) {
          const { strategies, strategyTable: table } = fold.state;
          const counting = strategies.map(({ counts }) => counts);
          expect(counting).toEqual(SHIPPED_TOMES.map(({ name }) => SOME.includes(name)));
          for (const [s, counts] of counting.entries()) {
            expect(table.weight[s]).toBeGreaterThanOrEqual(0);
            if (!counts) expect(table.weight[s]).toBe(0);
          }
          expect(table.weight.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 9);
          if (new Set(table.weight).size > 2) figures.reweighed++;
          for (let regime = 0; regime < 4; regime++) {
            for (let action = 0; action <= strategies.length; action++) {
              const { worth, tries } = worthOf(table, regime, action);
              expect(Math.abs(worth)).toBeLessThanOrEqual(5_000);
              if (tries === 0 || action === strategies.length) expect(worth).toBe(0);
              if (tries > 0 && scene.combination === 'learned') figures.learned++;
              else expect(tries).toBe(0);
            }
          }
        }
      }),
      { numRuns: 8, seed: 6 },
    );
    for (const [name, value] of Object.entries(figures)) expect(value, name).toBeGreaterThan(0);
  });
});
