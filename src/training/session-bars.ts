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
  /** Bars of all its instruments beyond which a session is refused. */
  readonly mostBars: number;
  readonly progress: (share: number) => void;
}

/** Bars of all sessions are to be of one length. */
export function barIntervalOf(manifest: SessionManifest): number {
  return manifest.config?.barIntervalUs ?? manifest.barIntervalUs;
}

/**
 * Verifies and folds a session in one pass, in the memory of one segment and of its bars. A session that goes on from another
 * one begins with its windows full. Throws a {@link CommandError} where the journal does not hold or the engine refuses an input.
 */
export function sessionBars({ name, directory }: TrainingSession, options: ReadOptions): SessionBars[] {
  try {
    const scan = new SessionScan(directory);
    const config = configOf(scan.manifest, options.barIntervalUs);
    const base = baseOf(directory, scan.manifest);
    if (base !== undefined && config.barIntervalUs !== barIntervalOf(scan.manifest))
      throw new CommandError(EXIT.usage, `${name} goes on from another session, so its bars stay as long as they were`);
    // Refused in one line where the engine cannot run under it.
    stateFor(config);
    const capture = folded(scan, new BarCapture(config, sessionModels(directory)), base?.state, options);
    return captureBars(capture, name, scan.chainHead).filter(
      ({ told }) => options.instruments.length === 0 || options.instruments.includes(told.instrument),
    );
  } catch (cause) {
    throw asCommandError(cause);
  }
}

/** What was captured of every instrument that closed a bar. */
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

function folded(
  scan: SessionScan,
  capture: BarCapture,
  base: Uint8Array | undefined,
  { mostBars, progress }: ReadOptions,
): BarCapture {
  if (base !== undefined) capture.begin(base);
  const before = closedBars(capture);
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
    if (closedBars(capture) - before > mostBars)
      throw new CommandError(
        EXIT.badInput,
        `${scan.manifest.name} has more than the ${mostBars} closed bars that fit: name a longer --interval`,
      );
    progress(total > 0 ? Math.min(1, scan.inputs / total) : 0);
  }
  return capture;
}

/** Of all instruments, since the first input that the state knows. */
const closedBars = ({ state }: BarCapture): number => state.features.bars.reduce((sum, each) => sum + each, 0);
