/**
 * Makes the models that ship: trained on sessions of the simulated market, judged on sessions of other seeds and on recorded bars
 * of real markets. Run twice it gives the same bytes. Of recorded data figures and names of files are kept, nothing else.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FEATURE_SCHEMA_HASH, type ModelKind } from '../../engine/domain/index.ts';
import { openModel } from '../../engine/index.ts';
import { type FinishedModel, finishModel, type JoinedDataset, joinSeries, judge } from '../../engine/training/index.ts';
import { BUILD } from '../build-info.ts';
import { wasmKernels } from '../kernels/wasm-kernels.ts';
import { checkManifest, type ModelManifest, manifestText, parseManifest } from '../models/manifest.ts';
import { sha256 } from '../models/model-files.ts';
import { chancesOfModel } from './against-champion.ts';
import { DATASET, type Effort, recipeFor, walkPlan } from './recipes.ts';
import { recordedBars } from './recorded-bars.ts';
import type { SessionBars } from './session-bars.ts';
import { simulatedBars } from './simulated-bars.ts';

export interface ShippedPlan {
  /** Where `<kind>.model` and `<kind>.json` go. */
  readonly folder: string;
  readonly kinds: readonly ModelKind[];
  readonly effort: Effort;
  /** Markets that are learnt from, and others that the finished models are judged on. */
  readonly trainSeeds: readonly number[];
  readonly testSeeds: readonly number[];
  readonly seconds: number;
  readonly symbols: readonly string[];
  readonly ratePerSecond: number;
  /** Files of recorded bars, each judged by itself. */
  readonly recorded: readonly string[];
  /** ISO 8601. */
  readonly now: string;
  readonly say: (text: string) => void;
}

const SEED = 1;
/** That of a console which is told nothing. */
export const SHIPPED_BAR_US = 1_000_000;
/** Sessions follow one another by a day, in a year that no recording is of. */
const START_MS = Date.UTC(2000, 0, 1);
const DAY_MS = 86_400_000;

/** Bars that models are judged on. */
interface Elsewhere {
  readonly series: readonly SessionBars[];
  readonly data: JoinedDataset;
  readonly simulated: boolean;
}

export async function makeShippedModels(plan: ShippedPlan): Promise<ModelManifest[]> {
  const { trainSeeds, testSeeds, say } = plan;
  say(`simulating ${trainSeeds.length + testSeeds.length} sessions of ${plan.seconds} s`);
  const learnt = trainSeeds.flatMap((seed, day) => simulated(plan, seed, day));
  const unseen = testSeeds.flatMap((seed, day) => simulated(plan, seed, trainSeeds.length + day));
  const elsewhere = [joined(unseen, SHIPPED_BAR_US, true)];
  for (const path of plan.recorded) {
    const { series, barIntervalUs } = await recordedBars(path);
    elsewhere.push(joined(series, barIntervalUs, false));
  }
  const { data } = joined(learnt, SHIPPED_BAR_US, true);
  mkdirSync(plan.folder, { recursive: true });
  return plan.kinds.map((kind) => makeOne(plan, kind, learnt, data, elsewhere));
}

function simulated({ seconds, symbols, ratePerSecond }: ShippedPlan, seed: number, day: number): SessionBars[] {
  const startUs = (START_MS + day * DAY_MS) * 1000;
  return simulatedBars({
    ...{ seed, startUs, seconds, symbols, ratePerSecond, barIntervalUs: SHIPPED_BAR_US },
  });
}

function joined(series: readonly SessionBars[], barIntervalUs: number, isSimulated: boolean): Elsewhere {
  const bars = series.map((each) => each.bars);
  return { series, data: joinSeries(bars, DATASET, barIntervalUs), simulated: isSimulated };
}

function makeOne(
  plan: ShippedPlan,
  kind: ModelKind,
  learnt: readonly SessionBars[],
  data: JoinedDataset,
  elsewhere: readonly Elsewhere[],
): ModelManifest {
  const startMs = performance.now();
  const { make, options } = recipeFor(kind, plan.effort);
  const walk = walkPlan(data, SEED, plan.effort);
  const name = `shipped-${kind}`;
  const training = finishModel(data, make, { dataset: DATASET, walk, barIntervalUs: SHIPPED_BAR_US, name });
  let next = training.next();
  while (next.done !== true) next = training.next();
  const { package: bytes, report } = next.value;
  if (bytes === undefined) throw new Error(`${kind}: too few rows`);
  const manifest = checkManifest(
    JSON.parse(
      JSON.stringify({
        ...{ formatVersion: 1, source: 'shipped', trainedAt: plan.now, build: BUILD, simulated: true, seed: SEED },
        data: told(learnt),
        plan: { dataset: DATASET, walk, make: options },
        metrics: report,
        elsewhere: elsewhere.map((each) => judged(each, data, next.value as FinishedModel, walk.judge)),
        hashes: { package: sha256(bytes), schema: FEATURE_SCHEMA_HASH },
      }),
    ),
    `the manifest of ${kind}`,
  );
  writeFileSync(join(plan.folder, `${kind}.model`), bytes);
  const path = join(plan.folder, `${kind}.json`);
  writeFileSync(path, manifestText(asBefore(path, manifest)));
  const seconds = ((performance.now() - startMs) / 1000).toFixed(0);
  plan.say(`${kind}: ${bytes.length} bytes, ${seconds} s, area under the curve ${report.chances?.areaUnderCurve}`);
  return manifest;
}

const told = (series: readonly SessionBars[]) => series.map((each) => each.told);

/** What the finished model says of bars that it has not learnt from. */
function judged(
  { series, data, simulated: isSimulated }: Elsewhere,
  learnt: JoinedDataset,
  { package: bytes }: FinishedModel,
  plan: Parameters<typeof judge>[2],
) {
  const rows = Int32Array.from(data.labels.start.keys());
  const rises = learnt.labels.rise.reduce((sum, each) => sum + each, 0) / learnt.labels.rise.length;
  const chance = chancesOfModel(openModel(bytes!, wasmKernels), data, rows);
  const metrics = judge(data, { rows, chance, baseRate: new Float64Array(rows.length).fill(rises) }, plan);
  return { data: told(series), simulated: isSimulated, metrics };
}

/** The manifest with the time and the build of the one that is there, where both say the same of the same model. */
function asBefore(path: string, manifest: ModelManifest): ModelManifest {
  if (!existsSync(path)) return manifest;
  const { trainedAt, build } = parseManifest(readFileSync(path, 'utf8'), path);
  const before = { ...manifest, trainedAt, build };
  return manifestText(before) === readFileSync(path, 'utf8') ? before : manifest;
}
