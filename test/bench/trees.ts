/**
 * Gradient boosting against XGBoost and LightGBM on one thread: training of 20,000 rows × 64 features × 100 trees, and
 * the prediction of one row. Times are the processor's, for other programs run too. Where Python has the library
 * (its path in CHIMERA_PYTHON, else python3) it is timed in turns with us; else its figure is the recorded one.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Forest } from '../../engine/models/trees/forest.ts';
import { Predictor } from '../../engine/models/trees/predictor.ts';
import { trainForest } from '../../engine/models/trees/training/boosting.ts';
import {
  LIGHTGBM_DEFAULTS,
  type TrainingOptions,
  XGBOOST_DEFAULTS,
} from '../../engine/models/trees/training/options.ts';
import { lcgData } from '../fixtures/trees/lcg-data.ts';
import type { BenchRow } from './row.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures/trees');
const ROUNDS = 5;
/** Rows predicted for one figure. */
const PREDICTIONS = 100_000;

interface Recorded {
  readonly train: Parameters<typeof lcgData>;
  readonly processorSeconds: number;
  readonly singleRowUs: number;
}

function recorded(library: string): Recorded {
  const bytes = readFileSync(join(FIXTURES, `${library}.json.gz`));
  return JSON.parse(gunzipSync(bytes).toString('utf8')).accuracy.continuous;
}

function processorSeconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** Seconds of one training in Python, or undefined where it has not the library. */
function pythonSeconds(library: string): number | undefined {
  const python = process.env.CHIMERA_PYTHON ?? 'python3';
  const script = join(FIXTURES, 'make_references.py');
  const { status, stdout } = spawnSync(python, [script, library, '--time'], { encoding: 'utf8', timeout: 300_000 });
  return status === 0 ? Number(stdout) : undefined;
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;
const round = (value: number, places: number): number => Number(value.toFixed(places));

function benchLibrary(library: string, options: TrainingOptions): BenchRow[] {
  const { train, singleRowUs, processorSeconds: quoted } = recorded(library);
  const data = lcgData(...train);
  const ours: number[] = [];
  const theirs: number[] = [];
  let forest: Forest | undefined;
  for (let i = 0; i < ROUNDS; i++) {
    ours.push(processorSeconds(() => (forest = trainForest(data, options).forest)));
    // Each of theirs is a median of five already.
    const seconds = i % 2 === 0 ? pythonSeconds(library) : undefined;
    if (seconds !== undefined) theirs.push(seconds);
  }
  const reference = theirs.length > 0 ? median(theirs) : quoted;
  const seconds = median(ours);
  const rowUs = predictionUs(forest!, data.rows);
  return [
    {
      name: `trees, training as ${library} (processor seconds)`,
      ours: round(seconds, 3),
      reference: round(reference, 3),
      ratio: reference / seconds,
      goal: 1 / 1.2,
      rounds: ROUNDS,
      note: `20,000 rows × 64 features × 100 trees; the reference is ${theirs.length > 0 ? 'timed here' : 'quoted from its recorded run'}`,
    },
    {
      name: `trees, one row of 100 trees as ${library} (µs)`,
      ours: round(rowUs, 2),
      reference: round(singleRowUs, 1),
      ratio: singleRowUs / rowUs,
      goal: 10,
      rounds: ROUNDS,
      note: 'the reference is a call from Python, quoted from its recorded run',
    },
  ];
}

function predictionUs(forest: Forest, rows: Float64Array): number {
  const predictor = new Predictor(forest);
  const count = rows.length / forest.featureCount;
  const times: number[] = [];
  let sum = 0;
  for (let i = 0; i < ROUNDS; i++) {
    const seconds = processorSeconds(() => {
      for (let k = 0; k < PREDICTIONS; k++) sum += predictor.predictOne(rows, (k % count) * forest.featureCount);
    });
    times.push((seconds * 1e6) / PREDICTIONS);
  }
  if (!(sum > 0)) throw new Error('predictions that are no probabilities');
  return median(times);
}

export function benchTrees(): BenchRow[] {
  return [
    ...benchLibrary('xgboost', { ...XGBOOST_DEFAULTS, learningRate: 0.1 }),
    ...benchLibrary('lightgbm', LIGHTGBM_DEFAULTS),
  ];
}
