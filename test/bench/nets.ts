/** What a decision of each net takes, hot and with nothing of it in the caches, and an epoch of 10,000 windows. */

import type { KernelsOver } from '../../engine/models/nets/kernels.ts';
import { type Examples, type ModelSpec, NetModel } from '../../engine/models/nets/model.ts';
import { DEFAULT_NHITS } from '../../engine/models/nets/nhits.ts';
import { DEFAULT_PATCHTST } from '../../engine/models/nets/patchtst.ts';
import { referenceKernels } from '../../engine/models/nets/reference-kernels.ts';
import type { NetShape } from '../../engine/models/nets/shape.ts';
import { DEFAULT_PLAN, trainModel } from '../../engine/models/nets/trainer.ts';
import { wasmKernels } from '../../src/kernels/wasm-kernels.ts';
import { directionExamples } from '../fixtures/small-nets.ts';
import type { BenchRow } from './row.ts';

const ROUNDS = 25;
const HOT = 100;
/** Hot decisions that one reading of the clock is for: it takes a good part of a microsecond itself. */
const TOGETHER = 10;
const COLD = 60;
const WINDOWS = 10_000;
/** Of these so many are learnt in one go, so that a noisy machine leaves some rounds alone. */
const MEASURED = 2500;
/** And by the plain kernels, slow as they are. */
const MEASURED_PLAIN = 100;
/** More than the caches of a core hold. */
const SWEPT_BYTES = 8 * 1024 * 1024;

/** What a throw-away prototype took on two cores. */
interface Prototype {
  readonly decisionUs: number;
  readonly epochS: number;
}

const NETS: ReadonlyArray<readonly [name: string, shape: NetShape, capacity: number, prototype: Prototype]> = [
  ['N-HiTS', DEFAULT_NHITS, 80, { decisionUs: 3, epochS: 0.04 }],
  ['PatchTST', DEFAULT_PATCHTST, 20, { decisionUs: 38, epochS: 0.8 }],
];

const examples = directionExamples(MEASURED, DEFAULT_NHITS.steps, 5, true);
const swept = new Float64Array(SWEPT_BYTES / 8);

function opened(shape: NetShape, capacity: number, kernelsOver: KernelsOver): NetModel {
  const spec: ModelSpec = { shape, objective: 'direction', byWindow: false };
  const model = new NetModel(spec, capacity, kernelsOver);
  model.net.parameters.reset(model.net.kernels, 1);
  return model;
}

/** Microseconds of a decision: the median of `count` runs of `together` decisions, each run timed by itself after `before`. */
function decisionUs(model: NetModel, count: number, together: number, before: () => void): number {
  const tookUs = Array.from({ length: count }, (_, run) => {
    before();
    const start = performance.now();
    for (let i = 0; i < together; i++) model.score(examples.windows, (run + i) * DEFAULT_NHITS.steps);
    return ((performance.now() - start) * 1000) / together;
  });
  return median(tookUs);
}

/** Fills the caches with something else. */
function sweep(): void {
  for (let at = 0; at < swept.length; at += 8) swept[at] = swept[at]! + 1;
}

/** Seconds of an epoch of 10,000 windows, from one of `count`. */
function epochS(model: NetModel, count: number): number {
  const training: Examples = { ...examples, count };
  const validation: Examples = { ...examples, count: 1 };
  const start = performance.now();
  const run = trainModel(model, training, validation, { ...DEFAULT_PLAN, seed: 1, epochs: 1 });
  while (run.next().done !== true);
  return ((performance.now() - start) * WINDOWS) / count / 1000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

/** A row whose reference is a figure: lower is better. */
function against(name: string, ours: number, reference: number, goal: number, note: string): BenchRow {
  return { name, ours: Number(ours.toPrecision(3)), reference, ratio: reference / ours, goal, rounds: ROUNDS, note };
}

/** The part of line 13 of the speed goals that belongs to the nets. */
export function benchNets(): BenchRow[] {
  return NETS.flatMap(([name, shape, capacity, prototype]) => {
    const one = opened(shape, 1, wasmKernels);
    const many = opened(shape, capacity, wasmKernels);
    const plain = opened(shape, capacity, referenceKernels);
    const measures = [
      () => decisionUs(one, HOT, TOGETHER, () => {}),
      () => decisionUs(one, COLD, 1, sweep),
      () => epochS(many, MEASURED),
      () => epochS(plain, MEASURED_PLAIN),
    ] as const;
    const found: number[][] = measures.map(() => []);
    for (let round = 0; round <= ROUNDS; round++) {
      for (const [i, measure] of measures.entries()) {
        const value = measure();
        // The first round only warms.
        if (round > 0) found[i]!.push(value);
      }
    }
    const [hot, cold, epoch, plainEpoch] = found.map(median) as [number, number, number, number];
    const note = `64 values to 8, one net; least of the rounds: `;
    return [
      against(
        `${name}, a decision, hot (µs)`,
        hot,
        prototype.decisionUs,
        1,
        `${note}${least(found[0]!)} µs; reference: prototype`,
      ),
      against(
        `${name}, a decision, cold (µs)`,
        cold,
        60,
        1,
        `${note}${least(found[1]!)} µs; reference: half of four models' 120 µs`,
      ),
      against(
        `${name}, an epoch of 10,000 windows (s)`,
        epoch,
        prototype.epochS,
        1,
        `${note}${least(found[2]!)} s; reference: prototype`,
      ),
      {
        ...against(`${name}, an epoch, against plain TypeScript (s)`, epoch, Number(plainEpoch.toPrecision(3)), 5, ''),
        ratio: median(found[3]!.map((value, i) => value / found[2]![i]!)),
        note: `the reference kernels, same bits; ${MEASURED_PLAIN} windows taken ${WINDOWS / MEASURED_PLAIN} times; ratio is the median of the rounds`,
      },
    ];
  });
}

function least(values: readonly number[]): string {
  return Math.min(...values).toPrecision(3);
}
