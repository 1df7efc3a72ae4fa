/** A net with all that belongs to its answer: the scale of its windows and what its answer means. */
import { assert } from '../../kernel/assert.ts';
import { exp, log } from '../../kernel/math.ts';
import type { KernelsOver } from './kernels.ts';
import type { Net } from './net.ts';
import { WindowScaler } from './scaling.ts';
import { type NetShape, openNet, shapeBreach } from './shape.ts';

/**
 * What a net is trained for. `direction`: the sum of the answer is the log-odds of a rise, targets are 1, 0 or between.
 * `forecast`: the answer is the first series over the horizon, targets are its values.
 */
export type Objective = 'direction' | 'forecast';

/** The make of a model. */
export interface ModelSpec {
  readonly shape: NetShape;
  readonly objective: Objective;
  /** Every window has a scale of its own, so that its level and size do not count. */
  readonly byWindow: boolean;
}

/** Windows with what followed them. */
export interface Examples {
  readonly count: number;
  /** count × channels × steps, finite. */
  readonly windows: Float32Array;
  /** count × {@link targetWidth}, finite. */
  readonly targets: Float32Array;
}

/** Targets of one window. */
export function targetWidth({ shape, objective }: ModelSpec): number {
  return objective === 'direction' ? 1 : shape.horizon;
}

/** Chance of a rise that log-odds mean. */
export function chanceOf(logOdds: number): number {
  return 1 / (1 + exp(-logOdds));
}

/** A model over memory of its own, for up to `capacity` windows at once. */
export class NetModel {
  readonly spec: ModelSpec;
  readonly net: Net;
  readonly scaler: WindowScaler;
  readonly #windowSize: number;

  constructor(spec: ModelSpec, capacity: number, kernelsOver: KernelsOver) {
    const breach = shapeBreach(spec.shape);
    assert(breach === undefined, `no such net: ${breach}`);
    this.spec = spec;
    this.net = openNet(spec.shape, capacity, kernelsOver);
    this.scaler = new WindowScaler(spec.shape, spec.byWindow, capacity);
    this.#windowSize = spec.shape.channels * spec.shape.steps;
  }

  /**
   * What the net says of the window that begins at `from`: log-odds of a rise, or the sum of the forecast. Not a number where
   * the window is not finite or the weights are beyond sense: the model abstains then.
   */
  score(windows: Float32Array, from = 0): number {
    this.scaler.write(windows, from, this.net.kernels.floats, this.net.input, 0);
    this.net.forward(1);
    return this.#scoreAt(0);
  }

  /** Scores of the first `count` windows; each has the bits that {@link score} gives. */
  scores(windows: Float32Array, count: number): Float64Array {
    const scores = new Float64Array(count);
    for (let done = 0; done < count; done += this.net.capacity) {
      const rows = Math.min(this.net.capacity, count - done);
      for (let row = 0; row < rows; row++) this.#write(windows, done + row, row);
      this.net.forward(rows);
      for (let row = 0; row < rows; row++) scores[done + row] = this.#scoreAt(row);
    }
    return scores;
  }

  #write(windows: Float32Array, example: number, row: number): void {
    this.scaler.write(windows, example * this.#windowSize, this.net.kernels.floats, this.net.input, row);
  }

  #scoreAt(row: number): number {
    const { floats } = this.net.kernels;
    const { horizon } = this.spec.shape;
    let sum = 0;
    for (let j = 0; j < horizon; j++) {
      const answer = floats[this.net.output + row * horizon + j]!;
      sum += this.spec.objective === 'direction' ? answer : this.scaler.original(answer, row);
    }
    return Number.isFinite(sum) ? sum : Number.NaN;
  }

  /**
   * Sum of the losses of examples order[from] … order[from + rows − 1], at most the capacity. With `share` above zero the
   * gradients of share × loss are added to those of the tensors.
   */
  loss(examples: Examples, order: Int32Array, from: number, rows: number, share: number): number {
    for (let row = 0; row < rows; row++) this.#write(examples.windows, order[from + row]!, row);
    this.net.forward(rows);
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += this.#lossAt(examples.targets, order[from + row]!, row, share);
    if (share > 0) this.net.backward(rows);
    return sum;
  }

  /** Loss of one example; leaves its gradient where the net looks for it. */
  #lossAt(targets: Float32Array, example: number, row: number, share: number): number {
    const { floats } = this.net.kernels;
    const { horizon } = this.spec.shape;
    const output = this.net.output + row * horizon;
    const gradient = this.net.outputGradient + row * horizon;
    if (this.spec.objective === 'direction') {
      const logOdds = this.#scoreAt(row);
      const target = targets[example]!;
      floats.fill(share * (chanceOf(logOdds) - target), gradient, gradient + horizon);
      // Cross entropy, in a form that does not overflow.
      return Math.max(logOdds, 0) - target * logOdds + log(1 + exp(-Math.abs(logOdds)));
    }
    let squares = 0;
    for (let j = 0; j < horizon; j++) {
      const off = floats[output + j]! - this.scaler.scaled(targets[example * horizon + j]!, row);
      floats[gradient + j] = (share * 2 * off) / horizon;
      squares += off * off;
    }
    return squares / horizon;
  }
}
