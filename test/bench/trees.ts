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
import {
  LIGHTGBM_DEFAULTS,
  type TrainingOptions,
  XGBOOST_DEFAULTS,
} from '../../engine/models/trees/training/options.ts';
import { lcgData } from '../fixtures/trees/lcg-data.ts';
import { trainForest } from '../fixtures/trees/training.ts';
import type { BenchRow } from './row.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures/trees');
const ROUNDS = 5;
/** Rows predicted for one figure. */
const PREDICTIONS = 100_000;

interface Times {
  readonly processorSeconds: number;
  readonly singleRowUs: number;
}

interface Recorded extends Times {
  readonly train: Parameters<typeof lcgData>;
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

/** What Python takes for the same, or undefined where it has not the library. */
function pythonTimes(library: string): Times | undefined {
  const python = process.env.CHIMERA_PYTHON ?? 'python3';
  const script = join(FIXTURES, 'make_references.py');
  const { status, stdout } = spawnSync(python, [script, library, '--time'], { encoding: 'utf8', timeout: 300_000 });
  return status === 0 ? JSON.parse(stdout) : undefined;
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;
const round = (value: number, places: number): number => Number(value.toFixed(places));

function benchLibrary(library: string, options: TrainingOptions): BenchRow[] {
  const { train, ...quoted } = recorded(library);
  const data = lcgData(...train);
  const ours: number[] = [];
  const oursRowUs: number[] = [];
  const theirs: Times[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    let forest: Forest | undefined;
    ours.push(processorSeconds(() => (forest = trainForest(data, options).forest)));
    oursRowUs.push(predictionUs(forest!, data.rows));
    // Each of theirs is a median of five, and a thousand rows, already.
    const times = i % 2 === 0 ? pythonTimes(library) : undefined;
    if (times !== undefined) theirs.push(times);
  }
  const source = theirs.length > 0 ? 'timed here' : 'quoted from its recorded run';
  if (theirs.length === 0) theirs.push(quoted);
  const reference = median(theirs.map(({ processorSeconds }) => processorSeconds));
  const referenceRowUs = median(theirs.map(({ singleRowUs }) => singleRowUs));
  const seconds = median(ours);
  const rowUs = median(oursRowUs);
  return [
    {
      name: `trees, training as ${library} (processor seconds)`,
      ours: round(seconds, 3),
      reference: round(reference, 3),
      ratio: reference / seconds,
      goal: 1 / 1.2,
      rounds: ROUNDS,
      note: `20,000 rows × 64 features × 100 trees; the reference is ${source}`,
    },
    {
      name: `trees, one row of 100 trees as ${library} (µs)`,
      ours: round(rowUs, 2),
      reference: round(referenceRowUs, 1),
      ratio: referenceRowUs / rowUs,
      goal: 10,
      rounds: ROUNDS,
      note: `the reference is a call from Python, ${source}`,
    },
  ];
}

function predictionUs(forest: Forest, rows: Float64Array): number {
  const predictor = new Predictor(forest);
  const count = rows.length / forest.featureCount;
  let sum = 0;
  const seconds = processorSeconds(() => {
    for (let k = 0; k < PREDICTIONS; k++) sum += predictor.predictOne(rows, (k % count) * forest.featureCount);
  });
  if (!(sum > 0)) throw new Error('predictions that are no probabilities');
  return (seconds * 1e6) / PREDICTIONS;
}

export function benchTrees(): BenchRow[] {
  return [
    ...benchLibrary('xgboost', { ...XGBOOST_DEFAULTS, learningRate: 0.1 }),
    ...benchLibrary('lightgbm', LIGHTGBM_DEFAULTS),
  ];
}
