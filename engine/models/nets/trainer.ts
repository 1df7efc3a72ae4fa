/**
 * Training of a net in small steps, so that whoever runs it may show progress, or stop: Adam on mini-batches in seeded
 * order, until the loss on examples apart no longer falls. Same examples, plan and seed give the same bits.
 */
import { assert } from '../../kernel/assert.ts';
import { nextBelow, seedPrng } from '../../kernel/prng.ts';
import { type Examples, type NetModel, targetWidth } from './model.ts';
import type { StepSize } from './parameters.ts';
import { fitScale } from './scaling.ts';

/** How a net is trained. */
export interface TrainingPlan extends StepSize {
  readonly seed: number;
  /** Passes over the examples at most. */
  readonly epochs: number;
  /** Examples of one step. */
  readonly batch: number;
  /** Epochs without a lower loss after which it ends. */
  readonly patience: number;
}

/** A plan that suits some ten thousand examples. */
export const DEFAULT_PLAN: Omit<TrainingPlan, 'seed'> = {
  epochs: 30,
  batch: 80,
  patience: 5,
  learningRate: 1e-3,
  weightDecay: 1e-2,
};

/** Where a training is. */
export interface TrainingProgress {
  /** From 1. */
  readonly epoch: number;
  /** Share of the work of all planned epochs, 0 … 1. */
  readonly done: number;
  /** Mean loss of the examples so far in this epoch. */
  readonly trainingLoss: number;
  /** Lowest mean loss on the examples apart; Infinity before the first epoch has ended. */
  readonly bestLoss: number;
}

/** How an epoch came out, as mean losses. */
export interface EpochLosses {
  readonly training: number;
  readonly validation: number;
}

/** How a training came out. The model has the tensors of its best epoch. */
export interface TrainingResult {
  readonly epochs: readonly EpochLosses[];
  /** From 1; 0 when no epoch came out at all. */
  readonly bestEpoch: number;
  readonly bestLoss: number;
  /** `plan`: all epochs done; `patience`: the loss no longer fell; `diverged`: a loss was not finite. */
  readonly ended: 'plan' | 'patience' | 'diverged';
}

/** The best tensors so far. */
interface Best {
  epoch: number;
  loss: number;
  tensors: Float64Array;
}

/**
 * Trains `model` from anew: scale, start and order come from the training examples and the seed. Yields after every pass of
 * at most the model's capacity; one that is not run to its end leaves the model with its best tensors so far.
 */
export function* trainModel(
  model: NetModel,
  training: Examples,
  validation: Examples,
  plan: TrainingPlan,
): Generator<TrainingProgress, TrainingResult, void> {
  checkExamples(model, training);
  checkExamples(model, validation);
  const { net } = model;
  net.parameters.reset(net.kernels, plan.seed);
  net.refresh();
  model.scaler.scale = fitScale(training.windows, training.count, net.window);
  const best: Best = { epoch: 0, loss: Number.POSITIVE_INFINITY, tensors: net.parameters.copy(net.kernels) };
  try {
    return yield* runEpochs(model, training, validation, plan, best);
  } finally {
    net.parameters.restore(net.kernels, best.tensors);
    net.refresh();
  }
}

function checkExamples({ spec, net }: NetModel, { count, windows, targets }: Examples): void {
  const size = net.window.channels * net.window.steps;
  assert(count > 0, 'a training without examples');
  assert(windows.length >= count * size && targets.length >= count * targetWidth(spec), 'examples are cut off');
}

function* runEpochs(
  model: NetModel,
  training: Examples,
  validation: Examples,
  plan: TrainingPlan,
  best: Best,
): Generator<TrainingProgress, TrainingResult, void> {
  const { net } = model;
  const order = inOrder(training.count);
  const random = new Int32Array(4);
  // The start draws from the same seed.
  seedPrng(random, plan.seed ^ 0x5bd1e995);
  const epochs: EpochLosses[] = [];
  const result = (ended: TrainingResult['ended']): TrainingResult => {
    return { epochs, bestEpoch: best.epoch, bestLoss: best.loss, ended };
  };
  const share = 1 / plan.epochs;
  for (let epoch = 1; epoch <= plan.epochs; epoch++) {
    shuffle(order, random);
    const before = (epoch - 1) * share;
    // The way back costs about twice the way forward.
    const work = 3 * training.count + validation.count;
    const progress = (done: number, trainingLoss: number): TrainingProgress => {
      return { epoch, done: before + (share * done) / work, trainingLoss, bestLoss: best.loss };
    };
    const learnt = yield* learn(model, training, order, plan, (done, loss) => progress(3 * done, loss));
    const judged = yield* judge(model, validation, (done) => progress(3 * training.count + done, learnt));
    epochs.push({ training: learnt, validation: judged });
    if (!Number.isFinite(learnt + judged)) return result('diverged');
    if (judged < best.loss) {
      best.epoch = epoch;
      best.loss = judged;
      best.tensors = net.parameters.copy(net.kernels);
    } else if (epoch - best.epoch >= plan.patience) {
      return result('patience');
    }
  }
  return result('plan');
}

function inOrder(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => i);
}

/** Fisher and Yates. */
function shuffle(order: Int32Array, random: Int32Array): void {
  for (let i = order.length - 1; i > 0; i--) {
    const other = nextBelow(random, i + 1);
    const kept = order[i]!;
    order[i] = order[other]!;
    order[other] = kept;
  }
}

/** One pass over the examples in steps; gives their mean loss, each as it was before its step. */
function* learn(
  model: NetModel,
  examples: Examples,
  order: Int32Array,
  plan: TrainingPlan,
  report: (done: number, meanLoss: number) => TrainingProgress,
): Generator<TrainingProgress, number, void> {
  const { net } = model;
  let sum = 0;
  for (let from = 0; from < examples.count; from += plan.batch) {
    const end = Math.min(from + plan.batch, examples.count);
    for (let at = from; at < end; at += net.capacity) {
      const rows = Math.min(net.capacity, end - at);
      sum += model.loss(examples, order, at, rows, 1 / (end - from));
      yield report(at + rows, sum / (at + rows));
    }
    net.parameters.step(net.kernels, plan);
    net.refresh();
  }
  return sum / examples.count;
}

/** Mean loss of examples that are not learnt from. */
function* judge(
  model: NetModel,
  examples: Examples,
  report: (done: number) => TrainingProgress,
): Generator<TrainingProgress, number, void> {
  const order = inOrder(examples.count);
  let sum = 0;
  for (let at = 0; at < examples.count; at += model.net.capacity) {
    const rows = Math.min(model.net.capacity, examples.count - at);
    sum += model.loss(examples, order, at, rows, 0);
    yield report(at + rows);
  }
  return sum / examples.count;
}
