/** `chimera models list | show | add | shadow | promote | rollback | retire`: the registry of models under the operator's hands. */
import { readFileSync, statSync } from 'node:fs';
import type { ModelKind } from '../../engine/domain/index.ts';
import { readPackage } from '../../engine/index.ts';
import { cleanText } from '../../logs/index.ts';
import { askEngine } from '../control/client.ts';
import { type DataDir, dataDirAt, openDataDir } from '../data-dir.ts';
import { CommandError, EXIT, type ExitCode } from '../exit-codes.ts';
import { readForeign } from '../models/foreign-model.ts';
import { MOST_PACKAGE_BYTES, shortId } from '../models/model-files.ts';
import { evidenceFor, promotionReason, promotionRefusal } from '../models/promotion.ts';
import { type ModelEntry, type ModelRegistry, openRegistry } from '../models/registry.ts';
import { dueText, taughtModels } from '../models/retraining.ts';
import type { ShippedModel } from '../models/shipped.ts';
import { ownerOf } from '../owner.ts';
import { retrainRules } from '../stores/training-store.ts';
import { listCells, listLines, reportLines, TEXT_COLUMN } from './model-report.ts';
import { outputColumns, printJson, printLine, printWrapped, tell } from './output.ts';

export interface ModelsArguments {
  readonly dataDir: string;
  readonly json: boolean;
  /** In the place of those that ship with this build. */
  readonly shipped?: readonly ShippedModel[];
}

type OneModel = ModelsArguments & { readonly model: string };

const registryAt = (dir: DataDir, { shipped }: ModelsArguments): ModelRegistry =>
  openRegistry(dir, { notice: tell, ...(shipped && { shipped }) });

export function runModelsList(args: ModelsArguments): ExitCode {
  const dir = dataDirAt(args.dataDir);
  const registry = registryAt(dir, args);
  const entries = registry.entries();
  const due = dueTexts(dir, registry);
  if (args.json) printJson({ models: entries.map(summaryOf), retraining: due });
  else if (entries.length === 0)
    printLine(`no models in ${dir.models}: chimera train makes them, chimera models add takes them in`);
  else {
    for (const line of listLines(
      entries.map((entry) => listCells(entry, manifestOf(entry))),
      outputColumns(),
    ))
      printWrapped(line, 4);
    printWrapped(FOOT, 0);
    for (const text of due) printWrapped(text, 4);
  }
  return EXIT.done;
}

const FOOT =
  'Figures are of bars that the models had not seen: log loss beside that of the share of rises, the mean of a trade after costs and its t; those of the simulated market say nothing of real prices.';

/** A line for each training that is due. What hinders that is told beside the list, which needs none of it. */
function dueTexts(dir: DataDir, registry: ModelRegistry): string[] {
  try {
    const rules = retrainRules(dir);
    return taughtModels(dir, registry, rules).flatMap((taught) => dueText(taught, rules, Date.now()) ?? []);
  } catch (cause) {
    if (!(cause instanceof CommandError)) throw cause;
    tell(`nothing is told of retraining: ${cause.message}`);
    return [];
  }
}

/** The manifest, or why there is none to read: one that is damaged does not hide the others. */
function manifestOf(entry: ModelEntry): ModelEntry['manifest'] | string {
  try {
    return entry.manifest;
  } catch (cause) {
    if (cause instanceof CommandError) return cause.message;
    throw cause;
  }
}

function summaryOf(entry: ModelEntry) {
  const { id, name, kind, state, source } = entry;
  const manifest = manifestOf(entry);
  if (typeof manifest === 'string') return { id, name, kind, state, source, damaged: manifest };
  const { trainedAt, simulated, metrics } = manifest;
  const figures = metrics && { ...metrics, folds: undefined };
  return { id, name, kind, state, source, trainedAt, simulated: simulated ?? null, metrics: figures ?? null };
}

export function runModelsShow(args: OneModel): ExitCode {
  const dir = dataDirAt(args.dataDir);
  const registry = registryAt(dir, args);
  const entry = registry.entry(args.model);
  const evidence = evidenceFor(dir, registry, entry, Date.now());
  const refusal = entry.state === 'serving' ? undefined : promotionRefusal(evidence);
  const events = registry.events().filter(({ model }) => model === entry.id);
  const { header } = readPackage(registry.bytes(entry.id));
  if (args.json) {
    const { id, name, kind, state, manifest } = entry;
    const { reference: _bins, calibrator, ...rest } = header;
    const packaged = { ...rest, calibrator: calibrator?.kind ?? null };
    const { shadowMs, shadowVotes, champion } = evidence;
    const promotion = { refusal: refusal ?? null, champion: champion?.id ?? null, shadowMs, shadowVotes };
    printJson({ id, name, kind, state, manifest, package: packaged, promotion, events });
    return EXIT.done;
  }
  const names = new Map(registry.entries().map(({ id, name }) => [id, name]));
  const nameOf = (id: string): string => names.get(id) ?? `${shortId(id)}, which is not here any more`;
  for (const line of reportLines({ evidence, refusal, header, events, nameOf })) printWrapped(line, TEXT_COLUMN);
  return EXIT.done;
}

export function runModelsAdd(
  args: ModelsArguments & {
    readonly file: string;
    readonly kind: ModelKind;
    readonly name: string | undefined;
    readonly barIntervalUs: number;
  },
): ExitCode {
  const { kind, name = kind, barIntervalUs } = args;
  const at = new Date().toISOString();
  const { bytes, manifest } = readForeign(readFile(args.file), { kind, name, barIntervalUs, at });
  const entry = registryAt(openDataDir(args.dataDir), args).add(bytes, manifest, args.name);
  if (args.json) printJson({ ...placeOf(entry) });
  else printLine(`${entry.name} (${shortId(entry.id)}) is taken in: ${entry.state}`);
  return EXIT.done;
}

function readFile(path: string): Uint8Array {
  try {
    const status = statSync(path);
    if (!status.isFile()) throw new CommandError(EXIT.badInput, cleanText(`${path} is no file`));
    if (status.size > MOST_PACKAGE_BYTES)
      throw new CommandError(EXIT.badInput, cleanText(`${path} is too large for a model: ${status.size} bytes`));
    return readFileSync(path);
  } catch (cause) {
    if (cause instanceof CommandError) throw cause;
    throw new CommandError(EXIT.badInput, cleanText(`cannot read ${path}: ${(cause as Error).message}`));
  }
}

export async function runModelsShadow(args: OneModel): Promise<ExitCode> {
  const dir = openDataDir(args.dataDir);
  const registry = registryAt(dir, args);
  const entry = registry.shadow(registry.entry(args.model).id);
  return changed(args, dir, entry, `${entry.name} is in the shadow: its votes are recorded and do not count`);
}

export async function runModelsRetire(args: OneModel): Promise<ExitCode> {
  const dir = openDataDir(args.dataDir);
  const registry = registryAt(dir, args);
  const entry = registry.retire(registry.entry(args.model).id);
  return changed(args, dir, entry, `${entry.name} is put away`);
}

/** `insistsBecause`: the operator's reason to promote whatever the figures say. */
export async function runModelsPromote(
  args: OneModel & { readonly insistsBecause: string | undefined },
): Promise<ExitCode> {
  const dir = openDataDir(args.dataDir);
  const registry = registryAt(dir, args);
  const challenger = registry.entry(args.model);
  const evidence = evidenceFor(dir, registry, challenger, Date.now());
  const refusal = promotionRefusal(evidence);
  const { insistsBecause } = args;
  if (refusal !== undefined && insistsBecause === undefined)
    throw new CommandError(EXIT.refused, `${challenger.name} is not promoted: ${refusal}`);
  const isInsisted = refusal !== undefined;
  const entry = registry.promote(challenger.id, insistsBecause ?? promotionReason(evidence), {
    ...(isInsisted && { withoutEvidence: true }),
    over: evidence.champion?.id,
  });
  const how = isInsisted ? ', without evidence, which is kept for ever' : '';
  return changed(args, dir, entry, `${entry.name} serves in the place of ${evidence.champion?.name ?? 'none'}${how}`);
}

export async function runModelsRollback(args: ModelsArguments & { readonly kind: ModelKind }): Promise<ExitCode> {
  const dir = openDataDir(args.dataDir);
  const { left, serves } = registryAt(dir, args).rollback(args.kind);
  return changed(args, dir, serves, `${serves.name} serves again in the place of ${left.name}`);
}

const placeOf = ({ id, name, kind, state }: ModelEntry) => ({ id, name, kind, state });

/** Tells an engine that runs on this data directory, and then the operator what is so now. */
async function changed(args: ModelsArguments, dir: DataDir, entry: ModelEntry, told: string): Promise<ExitCode> {
  const reply = await askEngine(dir, 'models');
  const refused = reply?.refused ?? undefined;
  const silent = reply === undefined ? ownerOf(dir) : undefined;
  const engine =
    reply === undefined ? (silent === undefined ? 'none' : 'silent') : refused === undefined ? 'follows' : 'refuses';
  if (args.json) printJson({ ...placeOf(entry), engine });
  else printLine(engine === 'follows' ? `${told}, also in the engine that runs` : told);
  if (silent !== undefined)
    tell(`the engine that runs (${silent}) does not answer: it keeps its models until it is restarted`);
  if (refused === undefined) return EXIT.done;
  tell(`the engine that runs does not follow: ${refused}`);
  return EXIT.refused;
}
