/** Brings windows to the scale that a net is trained on, and answers back. */
import { assert } from '../../kernel/assert.ts';
import type { Floats } from './kernels.ts';
import type { WindowShape } from './net.ts';

/** No value counts for more than this many deviations. */
const MOST_DEVIATIONS = 10;
/** Keeps a series that does not move from being divided by zero; in squared deviations. */
const LEAST_VARIANCE = 1e-5;

/** Mean and deviation of each series over the examples of a training. */
export interface SeriesScale {
  readonly mean: Float32Array;
  /** 1 where a series never moved. */
  readonly deviation: Float32Array;
}

/** A scale that changes nothing. */
export function plainScale(channels: number): SeriesScale {
  return { mean: new Float32Array(channels), deviation: new Float32Array(channels).fill(1) };
}

/** The scale of `count` windows; every value must be finite. */
export function fitScale(windows: Float32Array, count: number, { channels, steps }: WindowShape): SeriesScale {
  const scale = plainScale(channels);
  for (let c = 0; c < channels; c++) {
    let sum = 0;
    for (let w = 0; w < count; w++) sum += sumOf(windows, (w * channels + c) * steps, steps);
    const mean = sum / (count * steps);
    let squares = 0;
    for (let w = 0; w < count; w++) squares += squaresOf(windows, (w * channels + c) * steps, steps, mean);
    const deviation = Math.fround(Math.sqrt(squares / (count * steps)));
    assert(Number.isFinite(deviation), `series ${c} holds a value that is not finite`);
    scale.mean[c] = mean;
    if (deviation > 0) scale.deviation[c] = deviation;
  }
  return scale;
}

function sumOf(values: Float32Array, at: number, count: number): number {
  let sum = 0;
  for (let i = at; i < at + count; i++) sum += values[i]!;
  return sum;
}

function squaresOf(values: Float32Array, at: number, count: number, mean: number): number {
  let sum = 0;
  for (let i = at; i < at + count; i++) {
    const off = values[i]! - mean;
    sum += off * off;
  }
  return sum;
}

/**
 * Writes windows in the scale of a net. With `byWindow` every series of a window has mean 0 and deviation 1 besides (reversible
 * instance normalisation, Kim et al. 2022), of which the first series' are kept for the answer.
 */
export class WindowScaler {
  readonly #window: WindowShape;
  readonly #byWindow: boolean;
  /** Of the first series of each window, in the scale of the net. */
  readonly #means: Float64Array;
  readonly #deviations: Float64Array;
  scale: SeriesScale;

  constructor(window: WindowShape, byWindow: boolean, capacity: number) {
    this.#window = window;
    this.#byWindow = byWindow;
    this.#means = new Float64Array(capacity);
    this.#deviations = new Float64Array(capacity).fill(1);
    this.scale = plainScale(window.channels);
  }

  /** Writes the window that begins at `from` as number `row` of those at `to`. */
  write(windows: Float32Array, from: number, floats: Floats, to: number, row: number): void {
    const { channels, steps } = this.#window;
    for (let c = 0; c < channels; c++) {
      const mean = this.scale.mean[c]!;
      const factor = 1 / this.scale.deviation[c]!;
      const at = to + (row * channels + c) * steps;
      for (let i = 0; i < steps; i++) {
        const scaled = (windows[from + c * steps + i]! - mean) * factor;
        floats[at + i] = Math.min(Math.max(scaled, -MOST_DEVIATIONS), MOST_DEVIATIONS);
      }
      if (this.#byWindow) this.#normalise(floats, at, row, c);
    }
  }

  #normalise(floats: Floats, at: number, row: number, channel: number): void {
    const { steps } = this.#window;
    let sum = 0;
    for (let i = 0; i < steps; i++) sum += floats[at + i]!;
    const mean = sum / steps;
    let squares = 0;
    for (let i = 0; i < steps; i++) {
      const off = floats[at + i]! - mean;
      squares += off * off;
    }
    const deviation = Math.sqrt(squares / steps + LEAST_VARIANCE);
    for (let i = 0; i < steps; i++) floats[at + i] = (floats[at + i]! - mean) / deviation;
    if (channel > 0) return;
    this.#means[row] = mean;
    this.#deviations[row] = deviation;
  }

  /** A value of the first series in the scale of window `row`. */
  scaled(value: number, row: number): number {
    const inSeries = (value - this.scale.mean[0]!) / this.scale.deviation[0]!;
    return (inSeries - this.#means[row]!) / this.#deviations[row]!;
  }

  /** The value that is `scaled` in the scale of window `row`. */
  original(scaled: number, row: number): number {
    const inSeries = scaled * this.#deviations[row]! + this.#means[row]!;
    return inSeries * this.scale.deviation[0]! + this.scale.mean[0]!;
  }
}
