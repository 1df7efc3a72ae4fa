/** Judgement of chances: figures counted by hand, and each reason why a model is not promoted. */
import { describe, expect, it } from 'vitest';
import { calibratedChance } from '../../../../engine/models/calibrator.ts';
import { fitCalibrator } from '../../../../engine/training/calibration.ts';
import type { Dataset } from '../../../../engine/training/dataset.ts';
import { DEFAULT_JUDGE, judge, type Predictions, sideOf } from '../../../../engine/training/evaluation.ts';
import { randomFrom } from '../../../fixtures/small-nets.ts';

interface Row {
  readonly rise: boolean;
  readonly chance: number;
  readonly long?: number;
  readonly short?: number;
}

/** Rows whose labels take one bar each; a rise earns a buyer 1 % and costs a seller as much, unless told otherwise. */
function judged(rows: readonly Row[], champion?: readonly number[], changes: Partial<typeof DEFAULT_JUDGE> = {}) {
  const start = Int32Array.from(rows.keys());
  const data: Dataset = {
    ...{ schemaHash: '', featureCount: 0, barCount: rows.length + 1, windowSteps: 1 },
    ...{ features: new Float64Array(0), windows: new Float32Array(0), weights: new Float64Array(rows.length).fill(1) },
    labels: {
      start,
      end: start.map((bar) => bar + 1),
      direction: Int8Array.from(rows, ({ rise }) => (rise ? 1 : -1)),
      rise: Uint8Array.from(rows, ({ rise }) => Number(rise)),
      longReturn: Float64Array.from(rows, ({ rise, long }) => long ?? (rise ? 0.01 : -0.01)),
      shortReturn: Float64Array.from(rows, ({ rise, short }) => short ?? (rise ? -0.01 : 0.01)),
    },
  };
  const ours: Predictions = {
    rows: start,
    chance: Float64Array.from(rows, ({ chance }) => chance),
    baseRate: new Float64Array(rows.length).fill(0.5),
  };
  const plan = { ...DEFAULT_JUDGE, leastRows: 4, ...changes };
  return judge(data, ours, plan, champion === undefined ? undefined : Float64Array.from(champion));
}

/** Rises and falls by a coin, and chances that are right as often as `skill` says. */
function coins(count: number, seed: number, skill: number, cost = 0): Row[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, () => {
    const rise = random.unit() < 0.5;
    const right = random.unit() < skill;
    const sign = rise ? 0.01 : -0.01;
    return { rise, chance: rise === right ? 0.6 : 0.4, long: sign - cost, short: -sign - cost };
  });
}

describe('figures', () => {
  it('are those counted by hand', () => {
    const { chances, long, short, comparison, abstained, rows } = judged([
      { rise: true, chance: 0.8, long: 0.03 },
      { rise: false, chance: 0.7, long: -0.01 },
      { rise: true, chance: 0.9, long: 0.01 },
      { rise: false, chance: 0.2, short: 0.02 },
      { rise: true, chance: 0.52 },
      { rise: false, chance: Number.NaN },
    ]);
    expect({ abstained, rows }).toEqual({ abstained: 1, rows: 6 });
    // Pairs of a rise above a fall: 0.8 and 0.9 above both, 0.52 above 0.2 alone.
    expect(chances!.areaUnderCurve).toBeCloseTo(5 / 6, 12);
    expect(chances!.brier).toBeCloseTo((0.04 + 0.49 + 0.01 + 0.04 + 0.2304) / 5, 12);
    expect(chances!.baseBrier).toBeCloseTo(0.25, 12);
    expect(chances!.baseLogLoss).toBeCloseTo(Math.LN2, 12);
    const logs = [0.8, 0.3, 0.9, 0.8, 0.52].reduce((sum, chance) => sum - Math.log(chance), 0);
    expect(chances!.logLoss).toBeCloseTo(logs / 5, 12);
    expect(chances!.calibrationError).toBeCloseTo((0.2 + 0.7 + 0.1 + 0.2 + 0.48) / 5, 12);
    expect(long).toMatchObject({ taken: 3, hitRate: 2 / 3 });
    expect(long.meanReturn).toBeCloseTo(0.01, 12);
    // A deviation of 0.02 over three labels of their own.
    expect(long.tStatistic).toBeCloseTo((0.01 / 0.02) * Math.sqrt(3), 12);
    expect(short).toEqual({ taken: 1, hitRate: 1, meanReturn: 0.02, tStatistic: undefined });
    expect(comparison).toMatchObject({ base: 'nothing', baseReturn: 0 });
    expect(comparison!.meanReturn).toBeCloseTo(0.05 / 6, 12);
    // Who knew the future would have had 3, 1, 1, 2, 1 and 1 percent.
    expect(comparison!.gain).toBeCloseTo(5 / 9, 12);
  });

  it('take a side only where the chance is sure enough', () => {
    expect([0.55, 0.54, 0.5, 0.46, 0.45, Number.NaN].map((chance) => sideOf(chance, 0.05))).toEqual([
      1, 0, 0, 0, -1, 0,
    ]);
    expect(judged(coins(500, 1, 0.62), undefined, { surerBy: 0.2 })).toMatchObject({
      long: { taken: 0, hitRate: undefined, meanReturn: undefined },
      comparison: { meanReturn: 0, gain: 0 },
      refusals: ['no-gain'],
    });
  });
});

describe('a promotion', () => {
  it('is for who is better after costs by more than luck', () => {
    const { promoted, comparison } = judged(coins(1000, 2, 0.62));
    expect(promoted).toBe(true);
    expect(comparison!.gain).toBeCloseTo(0.24, 1);
    expect(comparison!.pValue).toBeLessThan(0.01);
    expect(comparison!.low).toBeGreaterThan(0);
  });

  it('is refused for too few rows, without skill, for no gain, for luck', () => {
    expect(judged(coins(100, 2, 0.9), undefined, { leastRows: 200 }).refusals).toEqual(['too-few-rows']);
    expect(judged(coins(1000, 3, 0.5)).refusals).toContain('no-skill');
    // Right in 62 of 100, at costs of a third of what is at stake.
    expect(judged(coins(1000, 4, 0.62, 0.0033)).refusals).toEqual(['no-gain']);
    // Right in 12 of 20, which every fourth coin is.
    const lucky = Array.from({ length: 20 }, (_, i): Row => {
      const rise = i % 2 === 0;
      return { rise, chance: rise === i % 5 < 3 ? 0.6 : 0.4 };
    });
    expect(judged(lucky).refusals).toEqual(['no-skill', 'luck']);
    // Skill that costs more than it earns, and one draw of the great lot.
    const winner = { rise: true, chance: 0.6, long: 5 };
    expect(judged([winner, ...coins(1000, 4, 0.62, 0.0033)]).refusals).toEqual(['luck']);
    const silent = coins(300, 6, 0.9).map((row) => ({ ...row, chance: Number.NaN }));
    expect(judged(silent)).toMatchObject({ chances: undefined, abstained: 300, refusals: ['too-few-rows'] });
  });

  it('over a champion asks for more than the champion has', () => {
    const rows = coins(1000, 7, 0.65);
    const same = judged(
      rows,
      rows.map(({ chance }) => chance),
    );
    expect(same.comparison).toMatchObject({ base: 'champion', gain: 0 });
    expect(same.refusals).toEqual(['no-gain']);
    const random = randomFrom(8);
    const weaker = rows.map(({ chance }) => (random.unit() < 0.3 ? 1 - chance : chance));
    const better = judged(rows, weaker);
    expect(better.promoted).toBe(true);
    const { meanReturn, baseReturn, gain } = better.comparison!;
    expect(gain).toBeCloseTo((meanReturn - baseReturn) / baseReturn, 9);
    const strong = judged(
      rows,
      rows.map(({ rise }) => (rise ? 0.9 : 0.1)),
    );
    expect(strong.refusals).toEqual(['no-gain']);
    expect(strong.comparison!.gain).toBeLessThan(0);
  });

  it('is not for who loses less than a champion that loses', () => {
    const rows = coins(1000, 9, 0.57, 0.004);
    const worse = judged(
      rows,
      rows.map(({ rise }) => (rise ? 0.1 : 0.9)),
    );
    expect(worse.comparison!.gain).toBeGreaterThan(0.02);
    expect(worse.comparison!.meanReturn).toBeLessThan(0);
    expect(worse.refusals).toEqual(['no-gain']);
  });

  it('comes by luck no more often than it says', () => {
    // A hundred coins without costs, which nothing but luck can promote; by the p-value alone it would be five.
    let lucky = 0;
    for (let seed = 1; seed <= 100; seed++) {
      const { comparison } = judged(coins(300, 100 + seed, 0.5), undefined, { bootstrapRounds: 200 });
      if (comparison!.pValue < 0.05) lucky++;
    }
    expect(lucky).toBeGreaterThan(0);
    expect(lucky).toBeLessThan(12);
  });
});

describe('a calibrator', () => {
  const random = randomFrom(11);
  const scores = Float64Array.from({ length: 3000 }, () => 3 * random.normal());
  // Twice as sure as is right.
  const rises = scores.map((score) => Number(random.unit() < 1 / (1 + Math.exp(-score / 2))));

  it.each(['platt', 'isotonic'] as const)('takes back what a model is too sure of (%s)', (kind) => {
    const calibrator = fitCalibrator(kind, scores, rises)!;
    const within = kind === 'platt' ? 0.03 : 0.12;
    for (const score of [-4, -1, 0, 1, 4]) {
      const off = calibratedChance(calibrator, score) - 1 / (1 + Math.exp(-score / 2));
      expect(Math.abs(off)).toBeLessThan(within);
    }
    expect(calibratedChance(calibrator, Number.NaN)).toBeNaN();
    expect(JSON.parse(JSON.stringify(calibrator))).toEqual(calibrator);
  });

  it('is never certain, and is none without scores', () => {
    const few = fitCalibrator('isotonic', Float64Array.of(1, 2, Number.NaN), Float64Array.of(0, 1, 0))!;
    expect([0, 5].map((score) => calibratedChance(few, score))).toEqual([0.25, 0.75]);
    expect(fitCalibrator('platt', Float64Array.of(Number.NaN), Float64Array.of(1))).toBeUndefined();
  });
});
