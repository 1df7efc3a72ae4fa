/** Every producer at, just below and just above its threshold, from features made by hand. */
import { describe, expect, it } from 'vitest';
import {
  DEFAULT_POLICY,
  F,
  type FeatureName,
  PRODUCER_COUNT,
  PRODUCERS,
  type ProducerName,
} from '../../../../engine/domain/index.ts';
import { FeatureTable, ReadingTable, SIGNAL, SignalTable } from '../../../../engine/index.ts';
import { Arena } from '../../../../engine/kernel/arena.ts';
import { Heard } from '../../../../engine/signals/heard.ts';
import type { Feed } from '../../../../engine/signals/producer.ts';
import { surveySignals } from '../../../../engine/signals/survey.ts';

const LIMITS = DEFAULT_POLICY.decision.signal;
const WHOLE_FEED: Feed = { trades: true, quotes: true, book: true };

type Features = Partial<Record<FeatureName, number>>;

interface Survey {
  readonly direction: number;
  readonly conviction: number;
  readonly status: number;
  readonly evidence: readonly number[];
}

/** Asks about instrument 1 of 2, so that a mixed-up row shows. */
function survey(features: Features, velocity = 0, feed = WHOLE_FEED, disabled: readonly ProducerName[] = []) {
  const arena = new Arena();
  const signals = new SignalTable(arena, 2);
  const table = new FeatureTable(arena, 2);
  const row = table.values.length / 2;
  for (const [name, value] of Object.entries(features)) {
    table.values[row + F[name as FeatureName]] = value;
    table.valid[row + F[name as FeatureName]] = 1;
  }
  for (const [p, name] of PRODUCERS.entries()) signals.enabled[p] = disabled.includes(name) ? 0 : 1;
  surveySignals(signals, table, 1, velocity, feed, LIMITS, new Heard(new ReadingTable(arena, 2), 1, 0));
  expect(signals.status.slice(0, PRODUCER_COUNT).every((status) => status === 0)).toBe(true);
  return (producer: ProducerName): Survey => {
    const cell = PRODUCER_COUNT + PRODUCERS.indexOf(producer);
    const { direction, conviction, status, evidence } = signals;
    return {
      direction: direction[cell]!,
      conviction: conviction[cell]!,
      status: status[cell]!,
      evidence: [...evidence.slice(cell * 2, cell * 2 + 2)],
    };
  };
}

type Case = readonly [features: Features, velocity: number, direction: number, conviction: number];
/** Those that speak of readings are in a file of their own. */
type MarketProducer = Exclude<ProducerName, 'social' | 'whale' | 'funding'>;
const CASES: Readonly<Record<MarketProducer, readonly Case[]>> = {
  rsi: [
    [{ rsi: 30 }, 0, 0, 0],
    [{ rsi: 29.99 }, 0, 1, 1],
    [{ rsi: 70 }, 0, 0, 0],
    [{ rsi: 70.01 }, 0, -1, 1],
    [{ rsi: 15 }, 0, 1, 6],
    [{ rsi: 0 }, 0, 1, 10],
    [{ rsi: 100 }, 0, -1, 10],
  ],
  momentum: [
    [{ momentum: 39.9, atr: 10, close: 1000 }, 0, 0, 0],
    [{ momentum: 40, atr: 10, close: 1000 }, 0, 1, 4],
    [{ momentum: -40, atr: 10, close: 1000 }, 0, -1, 4],
    [{ momentum: 400, atr: 10, close: 1000 }, 0, 1, 10],
    [{ momentum: 40, atr: 0, close: 1000 }, 0, 0, 0],
  ],
  ofi: [
    [{ orderFlowImbalance: 0.2999 }, 0, 0, 0],
    [{ orderFlowImbalance: 0.3 }, 0, 1, 3],
    [{ orderFlowImbalance: -0.3 }, 0, -1, 3],
    [{ orderFlowImbalance: -1 }, 0, -1, 10],
  ],
  energy: [
    [{ energy: 2.99, close: 1000 }, 5, 0, 0],
    [{ energy: 3, close: 1000 }, 5, 1, 3],
    [{ energy: 3, close: 1000 }, -5, -1, 3],
    [{ energy: 3, close: 1000 }, 0, 0, 0],
    [{ energy: 50, close: 1000 }, -5, -1, 10],
  ],
  vacuum: [
    [{ vacuum: 2.49 }, 0, 0, 0],
    [{ vacuum: 2.5 }, 0, -1, 5],
    [{ vacuum: 0.4 }, 0, 1, 5],
    [{ vacuum: 0.41 }, 0, 0, 0],
    [{ vacuum: 0 }, 0, 1, 10],
    [{ vacuum: 1 }, 0, 0, 0],
  ],
  gaussian: [
    [{ gaussianZ: 1.99 }, 0, 0, 0],
    [{ gaussianZ: 2 }, 0, -1, 5],
    [{ gaussianZ: -2 }, 0, 1, 5],
    [{ gaussianZ: -9 }, 0, 1, 10],
  ],
};

describe.each(Object.keys(CASES) as MarketProducer[])('%s', (producer) => {
  it.each(CASES[producer])(
    '%j with velocity %d: direction %d, conviction %d',
    (features, velocity, direction, conviction) => {
      const seen = survey(features, velocity)(producer);
      expect([seen.direction + 0, seen.conviction]).toEqual([direction, conviction]);
      expect(seen.status).toBe(direction === 0 ? SIGNAL.neutral : SIGNAL.voted);
    },
  );

  it('warms while one of its features is not valid, whatever the others say', () => {
    const [features] = CASES[producer].find(([, , direction]) => direction !== 0)!;
    for (const missing of Object.keys(features)) {
      const rest = Object.fromEntries(Object.entries(features).filter(([name]) => name !== missing));
      const seen = survey(rest, 5)(producer);
      expect(seen).toEqual({ direction: 0, conviction: 0, status: SIGNAL.warming, evidence: [0, 0] });
    }
  });

  it('that is switched off still shows what it sees, for the governor to measure', () => {
    const [features, velocity, direction] = CASES[producer].find(([, , d]) => d !== 0)!;
    const seen = survey(features, velocity, WHOLE_FEED, [producer])(producer);
    expect([seen.status, seen.direction]).toEqual([SIGNAL.disabled, direction]);
  });
});

describe('evidence', () => {
  it('is what the rationale speaks of', () => {
    const read = survey({ rsi: 20, momentum: 50, atr: 10, close: 2_000, energy: 4, vacuum: 0.2, gaussianZ: -3 }, -8);
    expect(read('rsi').evidence).toEqual([20, 0]);
    expect(read('momentum').evidence).toEqual([5, 25_000]);
    expect(read('energy').evidence).toEqual([4, -4_000]);
    expect(read('vacuum').evidence).toEqual([0.2, 0]);
    expect(read('gaussian').evidence[0]).toBe(-3);
    // The tail beyond three deviations.
    expect(read('gaussian').evidence[1]).toBeCloseTo(0.00135, 5);
  });
});

describe('a feed that lacks something', () => {
  const NOTHING: Feed = { trades: false, quotes: false, book: false };

  it.each([
    ['ofi', { quotes: true }],
    ['energy', { trades: true }],
    ['vacuum', { book: true }],
  ] as const)('is named by %s instead of warming for ever', (producer, feed) => {
    expect(survey({}, 0, NOTHING)(producer).status).toBe(SIGNAL.noData);
    expect(survey({}, 0, { ...NOTHING, ...feed })(producer).status).toBe(SIGNAL.warming);
  });

  it.each(['rsi', 'momentum', 'gaussian'] as const)('does not matter to %s, which needs prices only', (producer) => {
    expect(survey({}, 0, NOTHING)(producer).status).toBe(SIGNAL.warming);
  });
});
