/** The scale of windows: of a training, of each window, and back. */
import { describe, expect, it } from 'vitest';
import { fitScale, plainScale, WindowScaler } from '../../../../../engine/models/nets/scaling.ts';

const SHAPE = { channels: 2, steps: 4, horizon: 2 };
/** Two windows of two series; the second series never moves. */
const WINDOWS = Float32Array.of(1, 2, 3, 4, 7, 7, 7, 7, 5, 6, 7, 8, 7, 7, 7, 7);

function written(byWindow: boolean, windows = WINDOWS): { scaler: WindowScaler; values: number[] } {
  const scaler = new WindowScaler(SHAPE, byWindow, 2);
  scaler.scale = fitScale(WINDOWS, 2, SHAPE);
  const floats = new Float64Array(20);
  scaler.write(windows, 0, floats, 2, 0);
  scaler.write(windows, 8, floats, 2, 1);
  return { scaler, values: [...floats.subarray(2, 18)] };
}

describe('the scale of a training', () => {
  it('has mean and deviation of each series, 1 where it never moved', () => {
    const { mean, deviation } = fitScale(WINDOWS, 2, SHAPE);
    expect([...mean]).toEqual([4.5, 7]);
    expect([...deviation]).toEqual([Math.fround(Math.sqrt(5.25)), 1]);
  });

  it('takes only the windows counted', () => expect(fitScale(WINDOWS, 1, SHAPE).mean[0]).toBe(2.5));

  it('of values that are not finite is a broken invariant', () => {
    expect(() => fitScale(WINDOWS.with(9, Number.NaN), 2, SHAPE)).toThrow('series 0 holds a value that is not finite');
  });
});

describe('a window', () => {
  it('is brought to the scale of the training', () => {
    const { values } = written(false);
    expect(values[0]).toBeCloseTo((1 - 4.5) / Math.sqrt(5.25), 6);
    expect(values[11]).toBeCloseTo((8 - 4.5) / Math.sqrt(5.25), 6);
    expect(values.slice(4, 8)).toEqual([0, 0, 0, 0]);
  });

  it('has no value beyond ten deviations', () => {
    expect(written(false, WINDOWS.with(0, 1e9).with(1, -1e9)).values.slice(0, 2)).toEqual([10, -10]);
  });

  it('has mean 0 and deviation 1 of its own when asked for', () => {
    const { values } = written(true);
    const first = values.slice(0, 4);
    expect(first.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 12);
    expect(first.reduce((sum, value) => sum + value * value, 0) / 4).toBeCloseTo(1, 3);
    // Level and size do not count.
    expect(values.slice(8, 12)).toEqual(first.map((value) => expect.closeTo(value, 5)));
    expect(values.slice(4, 8)).toEqual([0, 0, 0, 0]);
  });

  it.each([false, true])('has a scale from which values come back, by window: %s', (byWindow) => {
    const { scaler } = written(byWindow);
    for (const row of [0, 1]) expect(scaler.original(scaler.scaled(3.25, row), row)).toBeCloseTo(3.25, 12);
    expect(scaler.scaled(1, 0)).toBeCloseTo(written(byWindow).values[0]!, 12);
  });
});

it('a plain scale changes nothing', () => {
  const scaler = new WindowScaler(SHAPE, false, 1);
  expect(scaler.scale).toEqual(plainScale(2));
  const floats = new Float32Array(8);
  scaler.write(WINDOWS, 0, floats, 0, 0);
  expect([...floats]).toEqual([...WINDOWS.subarray(0, 8)]);
});
