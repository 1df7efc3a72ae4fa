/** Whether models that were trained here are due to be trained anew, by the clock or by trades, and with which command. */
import { basename, join } from 'node:path';
import type { ModelKind } from '../../engine/domain/index.ts';
import { isSessionName, readManifest, type SessionManifest } from '../../logs/index.ts';
import type { DataDir } from '../data-dir.ts';
import { recordedBase, recordedStates } from '../host/recorded-states.ts';
import { countsOf } from '../host/view-builder.ts';
import { dataDirWords, quoted } from '../replay-command.ts';
import type { RetrainRules } from '../stores/training-store.ts';
import type { ModelSeries } from './manifest.ts';
import { type RecordedRun, recordedRuns } from './recorded-runs.ts';
import type { ModelEntry, ModelRegistry } from './registry.ts';
import { packageHeader } from './registry-entries.ts';

/** Models that serve and have learnt from the same bars. */
export interface Taught {
  readonly kinds: readonly ModelKind[];
  readonly names: readonly string[];
  readonly ids: readonly string[];
  readonly barIntervalUs: number;
  readonly simulated: boolean;
  /** End of what they have learnt from. */
  readonly untilMs: number;
  /** Sessions that they have learnt from and that can still be read, then runs since that they could learn from: of a bar at least. */
  readonly sessions: readonly string[];
  /** How many of the sessions are such runs: without any there is nothing new to learn. */
  readonly newRuns: number;
  /** Trades that recorded runs have closed since then; 0 where no rule asks for them. */
  readonly trades: number;
  /** Words behind a command: what was left out of those sessions or asked of them otherwise, and the data directory. */
  readonly options: string;
}

/**
 * All that serve of those that were trained here; the ones that ship or were brought are not ours to train. Trades are counted
 * where the rules ask for them: that reads the snapshots of runs.
 */
export function taughtModels(dir: DataDir, registry: ModelRegistry, { retrainAfterTrades }: RetrainRules): Taught[] {
  const groups = new Map<string, ModelEntry[]>();
  for (const entry of registry.entries()) {
    if (entry.state !== 'serving' || entry.source !== 'trained-here') continue;
    const key = JSON.stringify(entry.manifest.data);
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  const runs = groups.size === 0 ? [] : recordedRuns(dir);
  return [...groups.values()].map((models) => taughtOf(dir, registry, models, runs, retrainAfterTrades > 0));
}

function taughtOf(
  dir: DataDir,
  registry: ModelRegistry,
  models: readonly ModelEntry[],
  runs: readonly RecordedRun[],
  countsTrades: boolean,
): Taught {
  const { data, simulated: isSimulated } = models[0]!.manifest;
  const { barIntervalUs } = packageHeader(registry.bytes(models[0]!.id));
  const simulated = isSimulated === true;
  const untilMs = Math.max(...data.map(({ toUs }) => toUs)) / 1000;
  // What a run did after the last bar of the learning is nothing to learn from before another one has closed.
  const hasBar = ({ fromMs, toMs }: RecordedRun): boolean => toMs - Math.max(fromMs, untilMs) >= barIntervalUs / 1000;
  const fresh = runs
    .filter(hasBar)
    .filter(({ manifest }) => manifest.barIntervalUs === barIntervalUs && (manifest.venue === 'sim') === simulated)
    .map(({ folder }) => basename(folder));
  const learnt = manifestsOf(dir, data);
  const sessions = [...new Set([...learnt.map(({ name }) => name), ...fresh])];
  return {
    ...{
      kinds: models.map(({ kind }) => kind),
      names: models.map(({ name }) => name),
      ids: models.map(({ id }) => id),
    },
    ...{ barIntervalUs, simulated, untilMs, sessions, newRuns: fresh.length },
    trades: countsTrades ? tradesSince(runs, untilMs) : 0,
    options: `${intervalWords(learnt, barIntervalUs)}${instrumentWords(learnt, data)}${dataDirWords(dir.root)}`,
  };
}

/** Of the sessions that bars are of: those that are there and that this build can read. */
function manifestsOf(dir: DataDir, data: readonly ModelSeries[]): readonly SessionManifest[] {
  return [...new Set(data.map(({ session }) => session))].flatMap((name) => {
    try {
      return isSessionName(name) ? readManifest(join(dir.sessions, name)) : [];
    } catch {
      return [];
    }
  });
}

/** Where a session was recorded in bars of another length than the models learnt from. */
function intervalWords(learnt: readonly SessionManifest[], barIntervalUs: number): string {
  const isOwn = learnt.every((each) => each.barIntervalUs === barIntervalUs);
  return isOwn ? '' : ` --interval ${barIntervalUs / 1000}ms`;
}

/** Where a session has instruments that they did not learn from. */
function instrumentWords(learnt: readonly SessionManifest[], data: readonly ModelSeries[]): string {
  const symbols = [...new Set(data.map(({ instrument }) => instrument))];
  const areAll = learnt.every(({ instruments }) => instruments.every(({ symbol }) => symbols.includes(symbol)));
  return areAll ? '' : ` --instrument ${quoted(symbols.join(','))}`;
}

const tradesSince = (runs: readonly RecordedRun[], sinceMs: number): number =>
  runs.filter(({ toMs }) => toMs > sinceMs).reduce((sum, run) => sum + tradesAfter(run, sinceMs * 1000), 0);

/** Trades that a run has closed after a moment: by its snapshots, the last before that moment and the latest of all. */
function tradesAfter({ folder, manifest, fromMs }: RecordedRun, afterUs: number): number {
  const isAfter = fromMs * 1000 >= afterUs;
  if (isAfter && manifest.result !== undefined) return manifest.result.trades;
  let latest: number | undefined;
  for (const state of recordedStates(folder, manifest)) {
    const { trades } = countsOf(state);
    latest ??= trades;
    if (isAfter) break;
    if (state.control.nowUs[0]! <= afterUs) return latest - trades;
  }
  if (latest === undefined) return 0;
  const base = recordedBase(folder, manifest);
  return latest - (base === undefined ? 0 : countsOf(base).trades);
}

/** In words, why these models are due at `nowMs`, `trades` of them not recorded yet, and what to run; undefined where they are not. */
export function dueText(taught: Taught, rules: RetrainRules, nowMs: number, unrecordedTrades = 0): string | undefined {
  const { retrainAfterHours, retrainAfterTrades } = rules;
  const { kinds, names, untilMs, sessions, newRuns, options } = taught;
  const hours = (nowMs - untilMs) / 3_600_000;
  const trades = taught.trades + unrecordedTrades;
  const isLate = retrainAfterHours > 0 && hours >= retrainAfterHours;
  const isWorn = retrainAfterTrades > 0 && trades >= retrainAfterTrades;
  if (newRuns === 0 || !(isLate || isWorn)) return undefined;
  const until = `${new Date(untilMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const why = isLate ? `${Math.floor(hours)} h ago` : `${trades} trades ago`;
  const command = ['chimera train', ...sessions, '--kind', kinds.join(',')].join(' ');
  return `retraining is due: ${names.join(', ')} learnt until ${until}, ${why}: ${command}${options}`;
}
