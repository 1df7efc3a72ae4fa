/** Closed bars of recorded sessions, with the features that the engine takes of them. */

import { DEFAULT_POLICY, type EngineConfig, type InputCursor } from '../../engine/domain/index.ts';
import { BarCapture, type CapturedBars } from '../../engine/training/index.ts';
import { forgetSynced, type SessionManifest, SessionScan } from '../../logs/index.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { asRefusedInput, stateFor } from '../host/journal-fold.ts';
import { baseOf } from '../host/session-base.ts';
import { configFor } from '../host/session-run.ts';
import { asCommandError } from '../journal-faults.ts';
import type { ModelSeries } from '../models/manifest.ts';
import { sessionModels } from '../models/session-models.ts';
import type { TrainingSession } from './job.ts';

/** Bars of one instrument of one session. */
export interface SessionBars {
  /** As the manifest of a model tells it. */
  readonly told: ModelSeries;
  readonly bars: CapturedBars;
}

export interface ReadOptions {
  /** Undefined for the session's own. */
  readonly barIntervalUs: number | undefined;
  /** Symbols; all where none is named. */
  readonly instruments: readonly string[];
  /** So many of the newest bars of these instruments are kept. */
  readonly mostBars: number;
  readonly progress: (share: number) => void;
}

/** Bars of all sessions are to be of one length. */
export function barIntervalOf(manifest: SessionManifest): number {
  return manifest.config?.barIntervalUs ?? manifest.barIntervalUs;
}

/**
 * Verifies and folds a session in one pass, in the memory of one segment and of its bars. A session that goes on from another
 * one begins with its windows full. `closed` counts all bars, those that were too old to be kept too. Throws a {@link CommandError} where the journal does not hold or the engine refuses an input.
 */
export function sessionBars(
  { name, directory }: TrainingSession,
  options: ReadOptions,
): { readonly series: readonly SessionBars[]; readonly closed: number } {
  try {
    const scan = new SessionScan(directory);
    const config = configOf(scan.manifest, options.barIntervalUs);
    const base = baseOf(directory, scan.manifest);
    if (base !== undefined && config.barIntervalUs !== barIntervalOf(scan.manifest))
      throw new CommandError(EXIT.usage, `${name} goes on from another session, so its bars stay as long as they were`);
    // Refused in one line where the engine cannot run under it.
    stateFor(config);
    const { instruments } = options;
    const isWanted = (symbol: string): boolean => instruments.length === 0 || instruments.includes(symbol);
    const capture = new BarCapture(config, sessionModels(directory), isWanted);
    fold(scan, capture, base?.state, options);
    return { series: captureBars(capture, name, scan.chainHead), closed: capture.closed };
  } catch (cause) {
    throw asCommandError(cause);
  }
}

/** What was kept of every instrument of which there is a bar. */
export function captureBars(capture: BarCapture, session: string, journalHash: string): SessionBars[] {
  return capture.state.config.instruments.flatMap(({ symbol }, i) => {
    const bars = capture.bars(i);
    const { length } = bars.close;
    if (length === 0) return [];
    const [fromUs, toUs] = [bars.knownAtUs[0]!, bars.knownAtUs[length - 1]!];
    return [{ told: { session, instrument: symbol, fromUs, toUs, bars: length, journalHash }, bars }];
  });
}

/** That of the recorded run, or one under the defaults that ship for an import; nothing is traded. */
function configOf(manifest: SessionManifest, barIntervalUs: number | undefined): EngineConfig {
  const policy = DEFAULT_POLICY;
  const run = { control: 'observe', barIntervalUs, seed: 1, startingCash: '10000', policy } as const;
  const config = { ...configFor(manifest, run), control: 'observe' } as const;
  return barIntervalUs === undefined ? config : { ...config, barIntervalUs };
}

function fold(
  scan: SessionScan,
  capture: BarCapture,
  base: Uint8Array | undefined,
  { mostBars, progress }: ReadOptions,
): void {
  if (base !== undefined) capture.begin(base);
  const cursor: InputCursor = { view: new DataView(new ArrayBuffer(8)), words: new Int32Array(2), offset: 0 };
  const total = scan.manifest.inputs ?? 0;
  for (const segment of scan.segments()) {
    forgetSynced(segment);
    cursor.view = segment.view;
    cursor.words = segment.words;
    for (const offset of segment.inputs) {
      cursor.offset = offset;
      try {
        capture.fold(cursor);
      } catch (cause) {
        throw asRefusedInput(cause, capture.state);
      }
    }
    // Not at every segment: all that is kept is moved.
    if (capture.count > 2 * mostBars) capture.keepNewest(mostBars);
    progress(total > 0 ? Math.min(1, scan.inputs / total) : 0);
  }
  capture.keepNewest(mostBars);
}
