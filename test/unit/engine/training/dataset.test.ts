/** Captured bars and datasets: the engine's own features of every bar, rows that fit their labels, and no look ahead. */
import { describe, expect, it } from 'vitest';
import { cursorOver, F, FEATURE_COUNT, FEATURE_SCHEMA_HASH, FEATURES } from '../../../../engine/domain/index.ts';
import { BarCapture } from '../../../../engine/training/capture.ts';
import { buildDataset } from '../../../../engine/training/dataset.ts';
import { SECOND_US, Session, testConfig } from '../../../fixtures/engine-session.ts';
import { vectorOf } from '../../../fixtures/feature-market.ts';
import { captured, DATASET_PLAN, walkedBars, walkedDataset } from '../../../fixtures/training-bars.ts';

describe('captured bars', () => {
  it('are those that were fed, with the features that the engine had after each', () => {
    const bars = walkedBars(150, 3);
    const { open, high, low, close, features, knownAtUs } = captured(bars);
    expect(bars.map((_, i) => [open[i], high[i], low[i], close[i]])).toEqual(bars.map((bar) => bar.slice(0, 4)));
    expect(knownAtUs[1]! - knownAtUs[0]!).toBe(60 * SECOND_US);
    const session = new Session(testConfig({ control: 'observe', barIntervalUs: 60 * SECOND_US }));
    for (const [i, [o, h, l, c, volume]] of bars.entries()) {
      session.wait(60).bar([o, h, l, c], volume);
      const vector = vectorOf(session);
      for (const [f, name] of FEATURES.entries()) {
        expect(features[i * FEATURE_COUNT + f]).toBe(vector[name] ?? Number.NaN);
      }
    }
  });

  it('of trades have their own prices, though the next bar begins with the input that closes them', () => {
    const session = new Session(testConfig());
    session.trade(100, 1);
    session.trade(120, 1);
    session.trade(90, 1);
    session.trade(110, 1);
    session.wait(1).trade(500, 2);
    session.trade(400, 2);
    // A bar of quotes alone stands at the last price.
    session.wait(1).quote(410, 1, 420, 1);
    session.wait(1).timer();
    const capture = new BarCapture(session.state.config);
    for (const bytes of session.records) capture.fold(cursorOver(bytes));
    const { open, high, low, close } = capture.bars(0);
    const rows = [...close].map((_, i) => [open[i], high[i], low[i], close[i]]);
    expect(rows).toEqual([
      [100, 120, 90, 110],
      [500, 500, 400, 400],
      [400, 400, 400, 400],
    ]);
  });
});

describe('a capture that goes on from a saved state', () => {
  it('has the bars behind it, with windows that are full', () => {
    const session = new Session(testConfig({ control: 'observe' }));
    for (let k = 0; k < 150; k++) session.wait(1).trade(1000 + ((k * 7) % 13), 1);
    const { records, state } = session;
    const whole = new BarCapture(state.config);
    const first = new BarCapture(state.config);
    const rest = new BarCapture(state.config);
    const saved = new Uint8Array(state.arena.byteLength);
    for (const [k, bytes] of records.entries()) {
      whole.fold(cursorOver(bytes));
      if (k < 100) first.fold(cursorOver(bytes));
      if (k === 99) first.state.arena.save(saved);
      if (k === 99) rest.begin(saved);
      if (k >= 100) rest.fold(cursorOver(bytes));
    }
    const [all, before, behind] = [whole, first, rest].map((each) => each.bars(0));
    expect(before!.close.length).toBeGreaterThan(90);
    expect(behind!.close.length).toBeGreaterThan(40);
    for (const name of ['open', 'high', 'low', 'close', 'knownAtUs', 'features'] as const) {
      expect([...before![name], ...behind![name]]).toEqual([...all![name]]);
    }
  });
});

describe('a dataset', () => {
  const bars = captured(walkedBars(400, 5));
  const data = buildDataset(bars, DATASET_PLAN);

  it('has a row for every warm bar whose horizon is known, under the schema', () => {
    expect(data.labels.start[0]).toBe(100);
    expect(data.labels.start.at(-1)).toBe(400 - 12 - 1);
    expect(data.labels.start).toHaveLength(400 - 12 - 100);
    expect(data).toMatchObject({ schemaHash: FEATURE_SCHEMA_HASH, featureCount: 64, barCount: 400 });
    expect(data.features).toHaveLength(288 * 64);
    expect(data.weights.every((weight) => weight > 0 && weight <= 1)).toBe(true);
  });

  it('has the features of the bar where the label starts, NaN where not valid, and the returns up to it', () => {
    for (const row of [0, 57, 287]) {
      const bar = data.labels.start[row]!;
      expect([...data.features.subarray(row * 64, (row + 1) * 64)]).toEqual([
        ...bars.features.subarray(bar * 64, (bar + 1) * 64),
      ]);
      expect(data.features[row * 64 + F.fearGreed]).toBeNaN();
      const last = Math.log(bars.close[bar]! / bars.close[bar - 1]!);
      expect(data.windows[(row + 1) * 32 - 1]).toBeCloseTo(last, 9);
      const first = Math.log(bars.close[bar - 31]! / bars.close[bar - 32]!);
      expect(data.windows[row * 32]).toBeCloseTo(first, 9);
    }
  });

  it('pays the assumed spread where there are no quotes', () => {
    const dear = buildDataset(bars, { ...DATASET_PLAN, assumedSpreadPpm: 1020 });
    const off = data.labels.longReturn.map((each, row) => each - dear.labels.longReturn[row]!);
    for (const each of off) expect(each).toBeCloseTo(1e-3, 5);
  });

  it('may count its barriers in volatility', () => {
    const other = buildDataset(bars, { ...DATASET_PLAN, width: 'volatility' });
    expect(other.labels.start).toHaveLength(288);
    expect([...other.labels.end]).not.toEqual([...data.labels.end]);
  });

  it('of a series that is too short has no rows', () => {
    expect(walkedDataset(50, 1).labels.start).toHaveLength(0);
  });

  it('does not look ahead: another future leaves features and windows of the past as they were', () => {
    const past = walkedBars(300, 7);
    const [one, two] = [8, 9].map((seed) => {
      return buildDataset(captured([...past.slice(0, 250), ...walkedBars(60, seed)]), DATASET_PLAN);
    });
    const rows = 150;
    expect(one!.features.subarray(0, rows * 64)).toEqual(two!.features.subarray(0, rows * 64));
    expect(one!.windows.subarray(0, rows * 32)).toEqual(two!.windows.subarray(0, rows * 32));
    // Labels know the future up to their end, and no further.
    const known = one!.labels.end.filter((end) => end < 250).length;
    expect(one!.labels.longReturn.subarray(0, known - 12)).toEqual(two!.labels.longReturn.subarray(0, known - 12));
    expect(one!.labels.longReturn).not.toEqual(two!.labels.longReturn);
  });
});
