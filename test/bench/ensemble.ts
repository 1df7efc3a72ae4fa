/**
 * A decision of all four models in the sizes that are shipped: 100 trees of depth 6, 100 of 31 leaves, both nets. Alone, and
 * while a training runs in another thread; hot, and with nothing of it in the caches.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import {
  DEFAULT_POLICY,
  F,
  FEATURE_COUNT,
  FEATURE_SCHEMA_HASH,
  FEATURES,
  MODEL_ID_WORDS,
  MODEL_KINDS,
  type ModelKind,
  Outbox,
  WINDOW_STEPS_MOST,
} from '../../engine/domain/index.ts';
import { BarTable, FeatureTable, type ModelLibrary, ModelTable, SupervisionTable } from '../../engine/index.ts';
import { Arena } from '../../engine/kernel/arena.ts';
import { askModels, castEnsemble } from '../../engine/models/ensemble.ts';
import { ModelSeats } from '../../engine/models/library.ts';
import { NetModel } from '../../engine/models/nets/model.ts';
import { writeModel } from '../../engine/models/nets/model-file.ts';
import { DEFAULT_NHITS } from '../../engine/models/nets/nhits.ts';
import { DEFAULT_PATCHTST } from '../../engine/models/nets/patchtst.ts';
import type { NetShape } from '../../engine/models/nets/shape.ts';
import { type OpenModel, openModel } from '../../engine/models/open-model.ts';
import { writePackage } from '../../engine/models/package.ts';
import { writeLightgbmText } from '../../engine/models/trees/formats/lightgbm-text-writer.ts';
import { encodeUtf8 } from '../../engine/models/trees/formats/utf8.ts';
import { writeXgboostUbjson } from '../../engine/models/trees/formats/xgboost-writer.ts';
import { LIGHTGBM_DEFAULTS, XGBOOST_DEFAULTS } from '../../engine/models/trees/training/options.ts';
import { watchModels } from '../../engine/models/watch/breaker.ts';
import { keepBar } from '../../engine/models/watch/outcomes.ts';
import { frequencyEdges, sharesIn } from '../../engine/statistics/stability.ts';
import { wasmKernels } from '../../src/kernels/wasm-kernels.ts';
import { randomFrom } from '../fixtures/small-nets.ts';
import { lcgData } from '../fixtures/trees/lcg-data.ts';
import { trainForest } from '../fixtures/trees/training.ts';
import type { BenchRow } from './row.ts';

const BAR_US = 1_000_000;
const ROUNDS = 5;
/** Decisions timed one by one in each round, and those that follow on swept caches. */
const HOT = 4_000;
const COLD = 400;
/** Square roots that take about as long as a decision. */
const SPINS = 15_000;
const GOALS_US = { p50: 120, p99: 250 };
/** More than the caches of a core hold. */
const SWEPT_BYTES = 8 * 1024 * 1024;

const data = lcgData(4_000, FEATURE_COUNT, 3);
const LABEL = { width: 'atr', profitWidths: 3, stopWidths: 3, limitBars: 30 } as const;
const SKILL = { rows: 500, areaUnderCurve: 0.5, logLoss: 0.69, brier: 0.9, calibrationError: 0.9, baseRate: 0.5 };
/** Deciles of every feature, as a trained model has them. */
const REFERENCE = FEATURES.map((_, f) => {
  const column = Float64Array.from({ length: 4_000 }, (_row, row) => data.rows[row * FEATURE_COUNT + f]!);
  const valid = column.filter((value) => value === value);
  const edges = frequencyEdges(valid, 10);
  const share = valid.length / column.length;
  return { edges: [...edges], shares: [...sharesIn(valid, edges).map((each) => each * share), 1 - share] };
});
const swept = new Float64Array(SWEPT_BYTES / 8);

const net = (shape: NetShape): Uint8Array => {
  const model = new NetModel({ shape, objective: 'direction', byWindow: false }, 1, wasmKernels);
  model.net.parameters.reset(model.net.kernels, 1);
  return writeModel(model);
};

/** Each kind in its full size, and the returns of its window. */
function packed(kind: ModelKind): { readonly model: Uint8Array; readonly windowSteps: number } {
  const boosted = { objective: 'logistic', rounds: 100, seed: 1 } as const;
  switch (kind) {
    case 'depth-trees':
      return {
        model: writeXgboostUbjson(trainForest(data, { ...XGBOOST_DEFAULTS, ...boosted }).forest),
        windowSteps: 0,
      };
    case 'leaf-trees':
      return {
        model: encodeUtf8(writeLightgbmText(trainForest(data, { ...LIGHTGBM_DEFAULTS, ...boosted }).forest)),
        windowSteps: 0,
      };
    case 'nhits':
      return { model: net(DEFAULT_NHITS), windowSteps: DEFAULT_NHITS.steps };
    case 'patchtst':
      return { model: net(DEFAULT_PATCHTST), windowSteps: DEFAULT_PATCHTST.steps };
  }
}

function opened(kind: ModelKind): OpenModel {
  const { model, windowSteps } = packed(kind);
  const header = {
    ...{ kind, name: kind, schemaHash: FEATURE_SCHEMA_HASH, windowSteps, barIntervalUs: BAR_US },
    ...{ reference: REFERENCE, label: LABEL, skill: SKILL },
  };
  return openModel(writePackage({ header, model }), wasmKernels);
}

/** Four models in their places, and features that are other ones at each decision. */
class Decisions {
  readonly #arena = new Arena();
  readonly #models = new ModelTable(this.#arena, 1);
  readonly #features = new FeatureTable(this.#arena, 1);
  readonly #bars = new BarTable(this.#arena, 1);
  readonly #watch = new SupervisionTable(this.#arena, 1);
  readonly #outbox = new Outbox();
  readonly #opened = MODEL_KINDS.map(opened);
  readonly #seats: ModelSeats;
  readonly #windows = this.#opened.map(({ header }) => new Float32Array(header.windowSteps));
  readonly #random = randomFrom(9);

  constructor() {
    const library: ModelLibrary = { find: (id) => this.#opened[Number(id.at(-1)) - 1] };
    this.#seats = new ModelSeats(library);
    for (const k of MODEL_KINDS.keys()) this.#models.id[(k + 1) * MODEL_ID_WORDS - 1] = k + 1;
    this.#features.valid.fill(1);
    this.#features.bars[0] = 1_000;
  }

  /** A bar closes: another vector, another return. */
  next(i: number): void {
    const row = (i % 4_000) * FEATURE_COUNT;
    this.#features.values.set(data.rows.subarray(row, row + FEATURE_COUNT));
    for (const price of [this.#bars.closedOpen, this.#bars.high, this.#bars.low]) price[0] = data.rows[row + F.close]!;
    this.#features.returns[this.#features.bars[0]! % WINDOW_STEPS_MOST] = this.#random.normal() * 1e-3;
    this.#features.bars[0] = this.#features.bars[0]! + 1;
  }

  decide(): void {
    askModels(this.#models, this.#seats, this.#features, DEFAULT_POLICY.decision, BAR_US, 0);
    castEnsemble(this.#models, DEFAULT_POLICY.decision, 0);
    const [models, watch, outbox] = [this.#models, this.#watch, this.#outbox];
    const all = { models, watch, outbox, policy: DEFAULT_POLICY.supervision, deadZone: 0.05 };
    keepBar(watch, this.#features, this.#bars, 0);
    watchModels(all, this.#seats, 0, this.#features.bars[0]! - 1);
  }

  /** The same models asked with vector and windows ready made. */
  askAlone(): void {
    for (const [k, model] of this.#opened.entries()) model.chance(this.#features.values, 0, this.#windows[k]!);
  }

  get speaking(): number {
    return this.#models.speaking[0]!;
  }
}

interface Times {
  readonly p50: number;
  readonly p99: number;
}

/** Microseconds on the clock of `count` runs, each by itself, after `before`. */
function timesOf(count: number, before: (i: number) => void, run: () => void): Times {
  const took = Float64Array.from({ length: count }, (_, i) => {
    before(i);
    const start = performance.now();
    run();
    return (performance.now() - start) * 1000;
  }).sort();
  return { p50: took[count >> 1]!, p99: took[Math.floor(count * 0.99)]! };
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;
const rounded = (value: number): number => Number(value.toPrecision(3));

/** Fills the caches with something else. */
function sweep(): void {
  for (let at = 0; at < swept.length; at += 8) swept[at] = swept[at]! + 1;
}

/** Work that takes as long and touches no memory: what the machine makes of it is what it makes of anything. */
function spin(): number {
  let sum = 0;
  for (let i = 0; i < SPINS; i++) sum += Math.sqrt(i);
  return sum;
}

/** Rows of both percentiles, hot and cold, in the middle one of the rounds. */
function rowsOf(where: string, decisions: Decisions): BenchRow[] {
  const next = (i: number): void => decisions.next(i);
  const cold = (i: number): void => {
    decisions.next(i);
    sweep();
  };
  const rounds = Array.from({ length: ROUNDS }, () => ({
    hot: timesOf(HOT, next, () => decisions.decide()),
    cold: timesOf(COLD, cold, () => decisions.decide()),
    alone: timesOf(HOT, next, () => decisions.askAlone()),
    spun: timesOf(HOT, next, spin),
  }));
  const row = (name: string, found: readonly number[], reference: number, goal: number, note: string): BenchRow => {
    const ours = median(found);
    return {
      name: `four models' decision, ${where}, ${name} (µs)`,
      ...{ ours: rounded(ours), reference: rounded(reference), ratio: reference / ours, goal, rounds: ROUNDS, note },
    };
  };
  const figures = (['hot', 'cold'] as const).flatMap((caches) =>
    (['p50', 'p99'] as const).map((part): BenchRow => {
      const found = rounds.map((round) => round[caches][part]);
      const note = `rounds ${found.map((each) => each.toFixed(0)).join(' ')}, the machine's own part in it stands below`;
      return row(`${caches}, ${part}`, found, GOALS_US[part], 1, note);
    }),
  );
  const all = (what: 'hot' | 'spun' | 'alone', part: keyof Times) => rounds.map((round) => round[what][part]);
  const sum = `a plain sum of ${median(all('spun', 'p50')).toFixed(0)} µs in the same rounds, which others interrupt as well`;
  return [
    ...figures,
    row(
      'hot, p99 against the p99 of a sum',
      all('hot', 'p99'),
      median(all('spun', 'p99')),
      0.5,
      `the reference is ${sum}`,
    ),
    row(
      'hot, p50 against the models alone',
      ...([all('hot', 'p50'), median(all('alone', 'p50')), 0.75] as const),
      'the reference is the four answers without gathering vector and windows, without the vote and the watch',
    ),
  ];
}

export async function benchEnsemble(): Promise<BenchRow[]> {
  const decisions = new Decisions();
  for (let i = 0; i < HOT; i++) {
    decisions.next(i);
    decisions.decide();
  }
  if (decisions.speaking !== MODEL_KINDS.length) throw new Error(`only ${decisions.speaking} models speak`);
  const alone = rowsOf('alone', decisions);
  const training = new Worker(new URL('./ensemble-training.ts', import.meta.url));
  await once(training, 'message');
  const beside = rowsOf('while a training runs', decisions);
  await training.terminate();
  return [...alone, ...beside];
}
