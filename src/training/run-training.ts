/** A training from its sessions to packages and manifests; nothing is written, everything is said. */
import { FEATURE_SCHEMA_HASH, type ModelKind } from '../../engine/domain/index.ts';
import { openModel } from '../../engine/index.ts';
import {
  barsFrom,
  type FinishedModel,
  finishModel,
  type JoinedDataset,
  joinSeries,
  newestFrom,
} from '../../engine/training/index.ts';
import { readManifest } from '../../logs/index.ts';
import { BUILD } from '../build-info.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { asCommandError } from '../journal-faults.ts';
import { wasmKernels } from '../kernels/wasm-kernels.ts';
import type { ModelManifest } from '../models/manifest.ts';
import { sha256 } from '../models/model-files.ts';
import { againstChampion } from './against-champion.ts';
import type { FromTraining, TrainedModel, TrainingJob } from './job.ts';
import { DATASET, LEAST_ROWS, recipeFor, walkPlan } from './recipes.ts';
import { barIntervalOf, type SessionBars, sessionBars } from './session-bars.ts';

export type Say = (message: FromTraining) => void;

/** What all kinds are trained on. */
interface Material {
  readonly series: readonly SessionBars[];
  readonly data: JoinedDataset;
  readonly barIntervalUs: number;
  readonly simulated: boolean;
}

/** Trains all kinds that are asked for. Throws a {@link CommandError} in one line where the sessions do not do. */
export function runTraining(job: TrainingJob, say: Say, mostBars = MOST_BARS): void {
  const material = readMaterial(job, mostBars, say);
  for (const [k, kind] of job.kinds.entries()) trainKind(job, material, kind, k, say);
}

/** Bars of all series together beyond which memory would not be bounded. */
const MOST_BARS = 200_000;

/** The newest bars of all sessions, as many as fit; says where they are not all of them. */
function readSeries(job: TrainingJob, mostBars: number, say: Say): readonly SessionBars[] {
  let series: readonly SessionBars[] = [];
  let closed = 0;
  for (const [k, session] of job.sessions.entries()) {
    const at = {
      type: 'progress',
      phase: 'read',
      of: session.name,
      number: k + 1,
      count: job.sessions.length,
    } as const;
    const read = sessionBars(session, {
      ...{ barIntervalUs: job.barIntervalUs, instruments: job.instruments, mostBars },
      progress: (done) => say({ ...at, done, fold: 0, folds: 0, areaUnderCurve: undefined }),
    });
    closed += read.closed;
    series = newestSeries([...series, ...read.series], mostBars);
  }
  const left = barsIn(series);
  if (left < closed) {
    const since = new Date(Math.min(...series.map(({ told }) => told.fromUs)) / 1000).toISOString();
    const text = `${closed} closed bars are more than fit: the newest ${left} are learnt from, since ${since.slice(0, 16).replace('T', ' ')} UTC`;
    say({ type: 'note', text });
  }
  return series;
}

/** What is left of series that together have more bars than fit, without those of which nothing is left. */
function newestSeries(series: readonly SessionBars[], mostBars: number): readonly SessionBars[] {
  const fromUs = newestFrom(
    series.map(({ bars }) => bars.knownAtUs),
    mostBars,
  );
  if (fromUs === undefined) return series;
  return series.flatMap(({ told, bars }) => {
    const left = barsFrom(bars, fromUs);
    const { length } = left.close;
    return length === 0 ? [] : [{ told: { ...told, fromUs: left.knownAtUs[0]!, bars: length }, bars: left }];
  });
}

const barsIn = (series: readonly SessionBars[]): number => series.reduce((sum, { told }) => sum + told.bars, 0);

function readMaterial(job: TrainingJob, mostBars: number, say: Say): Material {
  const { barIntervalUs, simulated } = commonGround(job);
  const all = readSeries(job, mostBars, say);
  const long = all.filter(({ bars }) => bars.close.length > SERIES_LOSES);
  const rows = long.reduce((sum, { bars }) => sum + bars.close.length - SERIES_LOSES, 0);
  if (rows < LEAST_ROWS[job.effort]) throw new CommandError(EXIT.badInput, tooFew(job, all, rows));
  for (const { told } of all) {
    if (told.bars > SERIES_LOSES) continue;
    const text = `${told.session}, ${told.instrument}: ${told.bars} closed bars give nothing to learn, ${SERIES_LOSES + 1} are the least`;
    say({ type: 'note', text });
  }
  const data = joinSeries(
    long.map(({ bars }) => bars),
    DATASET,
    barIntervalUs,
  );
  return { series: long, data, barIntervalUs, simulated };
}

/** Bars of a series without a row: those before indicators are warm, and the last, whose labels are not known. */
const SERIES_LOSES = Math.max(DATASET.warmBars, DATASET.windowSteps) + DATASET.limitBars;

function tooFew({ effort, sessions }: TrainingJob, series: readonly SessionBars[], rows: number): string {
  const least = LEAST_ROWS[effort];
  const bars = barsIn(series);
  const what = sessions.length === 1 ? `${sessions[0]!.name} has` : 'the sessions have';
  const enough = `one series of ${least + SERIES_LOSES} would do, for ${SERIES_LOSES} of each go to warming up and to knowing what became of the last ones`;
  return `${what} ${bars} closed bars in ${series.length} series, ${rows} to learn from, and ${least} are needed: ${enough}`;
}

/** The bar interval that all sessions have, and whether they are simulated. */
function commonGround({
  sessions,
  barIntervalUs,
  instruments,
}: TrainingJob): Pick<Material, 'barIntervalUs' | 'simulated'> {
  const manifests = sessions.map(({ directory }) => {
    try {
      return readManifest(directory);
    } catch (cause) {
      throw asCommandError(cause);
    }
  });
  const [first, ...others] = manifests;
  const other = others.find((each) => (each.venue === 'sim') !== (first!.venue === 'sim'));
  if (other !== undefined)
    throw new CommandError(
      EXIT.usage,
      `${first!.name} and ${other.name} cannot be learnt from together: one is simulated, one is not`,
    );
  const absent = instruments.find((symbol) =>
    manifests.every((each) => each.instruments.every((one) => one.symbol !== symbol)),
  );
  if (absent !== undefined) {
    const there = [...new Set(manifests.flatMap((each) => each.instruments.map(({ symbol }) => symbol)))];
    throw new CommandError(EXIT.badInput, `${absent} is in none of the sessions: they have ${there.join(', ')}`);
  }
  const intervals = manifests.map((each) => barIntervalUs ?? barIntervalOf(each));
  const odd = intervals.findIndex((each) => each !== intervals[0]);
  if (odd > 0)
    throw new CommandError(
      EXIT.usage,
      `bars of ${intervals[0]! / 1e6} s in ${first!.name}, of ${intervals[odd]! / 1e6} s in ${manifests[odd]!.name}: name one with --interval`,
    );
  return { barIntervalUs: intervals[0]!, simulated: first!.venue === 'sim' };
}

const SAY_EVERY_MS = 100;

function trainKind(job: TrainingJob, material: Material, kind: ModelKind, k: number, say: Say): void {
  const { data, barIntervalUs } = material;
  const { make, options } = recipeFor(kind, job.effort);
  const walk = walkPlan(data, job.seed, job.effort);
  const training = finishModel(data, make, { dataset: DATASET, walk, barIntervalUs, name: `${job.name}-${kind}` });
  const at = { type: 'progress', of: kind, number: k + 1, count: job.kinds.length } as const;
  let saidMs = Number.NEGATIVE_INFINITY;
  for (;;) {
    const next = training.next();
    if (next.done === true) {
      say(trained(job, material, kind, { dataset: DATASET, walk, make: options }, next.value));
      return;
    }
    if (performance.now() - saidMs < SAY_EVERY_MS) continue;
    saidMs = performance.now();
    const { phase, fold, folds, done, reports } = next.value;
    say({ ...at, phase, fold, folds, done, areaUnderCurve: meanArea(reports) });
  }
}

function meanArea(reports: ReadonlyArray<{ readonly areaUnderCurve: number | undefined }>): number | undefined {
  const known = reports.flatMap(({ areaUnderCurve }) => areaUnderCurve ?? []);
  return known.length === 0 ? undefined : known.reduce((sum, each) => sum + each, 0) / known.length;
}

function trained(
  job: TrainingJob,
  { series, data, simulated }: Material,
  kind: ModelKind,
  plan: object,
  finished: FinishedModel,
): TrainedModel {
  const bytes = finished.package;
  if (bytes === undefined)
    throw new CommandError(EXIT.badInput, `${kind}: too few rows for a model and its calibrator`);
  const champion = job.champions[kind];
  const walk = walkPlan(data, job.seed, job.effort);
  const opened = champion && openModel(champion.bytes, wasmKernels);
  const compared = champion && againstChampion(data, finished.predictions, champion, opened!, walk.judge);
  const manifest: ModelManifest = {
    formatVersion: 1,
    ...{ source: 'trained-here' as const, trainedAt: job.startedAt, build: BUILD, simulated, seed: job.seed },
    data: series.map(({ told }) => told),
    plan: plan as NonNullable<ModelManifest['plan']>,
    metrics: finished.report,
    ...(compared && { comparison: { champion: champion!.id, judgement: compared.judgement } }),
    hashes: { package: sha256(bytes), schema: FEATURE_SCHEMA_HASH },
  };
  const against = champion && {
    name: champion.name,
    rows: compared?.judgement.rows ?? 0,
    leftOut: compared?.leftOut ?? 0,
    asked: compared !== undefined,
    knownToBeNew: champion.learntUs !== undefined,
  };
  return { type: 'trained', bytes, manifest, against };
}
