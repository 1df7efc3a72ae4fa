/** `chimera train SESSIONS…`: models trained in a thread of their own, judged out of sample, kept as challengers. */
import type { ModelKind } from '../../engine/domain/index.ts';
import { systemFiles, writeFileDurably } from '../../logs/index.ts';
import { dataDirAt } from '../data-dir.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { manifestText } from '../models/manifest.ts';
import { shortId } from '../models/model-files.ts';
import { type ModelRegistry, openRegistry } from '../models/registry.ts';
import { verdictOf } from '../models/verdict.ts';
import type { Champion, TrainedModel } from '../training/job.ts';
import { startTraining } from '../training-thread.ts';
import { refuseExisting } from './new-folder.ts';
import { printJson, printWrapped, tell } from './output.ts';
import { progressLine } from './progress.ts';
import { sessionDirectory } from './session-files.ts';
import { TrainingEta } from './training-eta.ts';

export interface TrainArguments {
  readonly dataDir: string;
  readonly json: boolean;
  readonly sessions: readonly string[];
  readonly kinds: readonly ModelKind[];
  readonly instruments: readonly string[];
  readonly barIntervalUs: number | undefined;
  readonly seed: number;
  readonly name: string;
  /** A file in the place of the registry. */
  readonly out: string | undefined;
  readonly quick: boolean;
}

/** What a shell gives a command that was interrupted. */
const INTERRUPTED = 130;

export async function runTrain(args: TrainArguments): Promise<ExitCode> {
  const dir = dataDirAt(args.dataDir);
  const sessions = args.sessions.map((name) => ({ name, directory: sessionDirectory(args.dataDir, name) }));
  if (args.out !== undefined) for (const file of [args.out, manifestPath(args.out)]) refuseExisting(file, '--out');
  const registry = openRegistry(dir);
  const { kinds, instruments, barIntervalUs, seed, name } = args;
  const progress = progressLine({ json: args.json });
  const eta = new TrainingEta(() => performance.now());
  const training = startTraining(
    {
      ...{ sessions, kinds, instruments, barIntervalUs, seed, name },
      effort: args.quick ? 'quick' : 'full',
      startedAt: new Date().toISOString(),
      champions: championsOf(registry, kinds),
    },
    (message) => {
      if (message.type === 'note') tell(message.text);
      else progress.at(eta.line(message));
    },
  );
  process.on('SIGINT', training.cancel).on('SIGTERM', training.cancel);
  try {
    const models = await training.finished;
    progress.done();
    if (models === undefined) return interrupted();
    // Kept in one go: where it is interrupted before, nothing is.
    report(
      args,
      models.map((model) => ({ model, kept: keep(args, registry, model) })),
    );
    return EXIT.done;
  } finally {
    progress.done();
    process.off('SIGINT', training.cancel).off('SIGTERM', training.cancel);
  }
}

function interrupted(): never {
  tell('training interrupted: nothing was kept');
  process.exit(INTERRUPTED);
}

const manifestPath = (path: string): string => `${path}.json`;

function championsOf(registry: ModelRegistry, kinds: readonly ModelKind[]): Partial<Record<ModelKind, Champion>> {
  const serving = registry.serving();
  return Object.fromEntries(
    kinds.flatMap((kind) => {
      const id = serving[kind];
      if (id === undefined) return [];
      const { name, manifest } = registry.entry(id);
      const { source, data } = manifest;
      const learntUs = source === 'imported' ? undefined : data.map(({ fromUs, toUs }) => [fromUs, toUs] as const);
      return [[kind, { id, name, bytes: registry.bytes(id), learntUs }]];
    }),
  );
}

/** Where the model is now. */
type Kept = { readonly name: string; readonly state: string } | { readonly file: string };

function keep({ out }: TrainArguments, registry: ModelRegistry, { bytes, manifest }: TrainedModel): Kept {
  if (out === undefined) {
    const { name, state } = registry.add(bytes, manifest);
    return { name, state };
  }
  writeFileDurably(out, bytes, systemFiles);
  writeFileDurably(manifestPath(out), Buffer.from(manifestText(manifest)), systemFiles);
  return { file: out };
}

interface Result {
  readonly model: TrainedModel;
  readonly kept: Kept;
}

function report(args: TrainArguments, results: readonly Result[]): void {
  if (args.json) {
    const models = results.map(({ model: { manifest, against }, kept }) => ({
      ...{ id: manifest.hashes.package, kind: manifest.metrics!.kind, ...kept },
      ...{ metrics: manifest.metrics, against, comparison: manifest.comparison },
    }));
    printJson({ models });
    return;
  }
  for (const { model, kept } of results) for (const text of linesOf(model, kept)) printWrapped(text, 4);
  if (args.out === undefined) printWrapped('see chimera models show NAME, chimera models shadow NAME', 4);
}

function linesOf({ manifest, against }: TrainedModel, kept: Kept): string[] {
  const { metrics, comparison, hashes } = manifest;
  const { chances, rows, folds, long, short } = metrics!;
  const where = 'file' in kept ? kept.file : `${kept.name}, ${kept.state}`;
  const lines = [`${metrics!.kind}: ${where} (${shortId(hashes.package)})`];
  lines.push(`  out of sample, ${rows} bars in ${folds.length} tests: ${skillText(chances)}`);
  const mean = metrics!.comparison?.meanReturn;
  if (mean !== undefined)
    lines.push(
      `  after costs: ${long.taken} bought, ${short.taken} sold, ${(mean * 1e6).toFixed(0)} ppm a bar: ${verdictOf(metrics)}`,
    );
  if (against !== undefined) lines.push(`  against ${against.name}, which serves: ${againstText(against, comparison)}`);
  return lines;
}

function skillText(chances: NonNullable<TrainedModel['manifest']['metrics']>['chances']): string {
  if (chances === undefined) return 'it abstained everywhere';
  const { areaUnderCurve, logLoss, baseLogLoss, pValue } = chances;
  const area = areaUnderCurve === undefined ? '–' : areaUnderCurve.toFixed(3);
  return `area under the curve ${area}, log loss ${logLoss.toFixed(4)}, of the share of rises ${baseLogLoss.toFixed(4)} (p ${pValue.toFixed(3)})`;
}

function againstText(
  { asked, rows, leftOut, knownToBeNew }: NonNullable<TrainedModel['against']>,
  comparison: TrainedModel['manifest']['comparison'],
): string {
  if (!asked || comparison === undefined)
    return 'it cannot be asked about these bars: other features, or longer windows';
  const out = leftOut === 0 ? '' : `, ${leftOut} left out whose time it has learnt`;
  const doubt = knownToBeNew ? '' : ', which it may have learnt by heart';
  return `${rows} bars${out}${doubt}: ${verdictOf(comparison.judgement, 'it')}`;
}
