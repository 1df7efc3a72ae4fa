/**
 * What the console and the engine's host say to each other, over the worker's port or, one JSON line each,
 * over the control socket. State is one credited snapshot, latest wins; logs are asked for by number.
 */
import type { ModelKind, OperatorCommand } from '../engine/domain/index.ts';
import type { StepUnit } from '../engine/index.ts';
import type { LogEntry } from './log-entry.ts';
import type { BreakKind, EngineView, ExplainView } from './view.ts';

/** Moves the cursor of a replay; refused by a host that has no recorded session. */
export type ReplayAction =
  | { readonly kind: 'play' }
  | { readonly kind: 'pause' }
  /** The next speed up or down, from the one at which the host plays by then. */
  | { readonly kind: 'speed'; readonly step: 1 | -1 }
  | { readonly kind: 'step'; readonly unit: StepUnit; readonly direction: 1 | -1 }
  | { readonly kind: 'seek'; readonly cursor: number }
  | { readonly kind: 'seek-time'; readonly atUs: number }
  | { readonly kind: 'break'; readonly at: BreakKind; readonly on: boolean }
  /** At the cursor, in the place of one that is there. */
  | { readonly kind: 'bookmark'; readonly note: string }
  | { readonly kind: 'forget-bookmark'; readonly cursor: number };

export type ToEngine =
  /** The console has painted the last view and can take another. */
  | { readonly type: 'credit' }
  | { readonly type: 'command'; readonly id: number; readonly command: OperatorCommand }
  | { readonly type: 'replay'; readonly action: ReplayAction }
  /** Log entries with a number of at least `from`, at most `limit`, newest kept. */
  | { readonly type: 'log'; readonly from: number; readonly limit: number }
  | { readonly type: 'explain'; readonly decisionId: number }
  /** The console is gone and cannot come back: what policy would clear waits for somebody who can say no. */
  | { readonly type: 'lost'; readonly reason: string }
  /** Let the last stable model of a kind serve again; told by a notice. */
  | { readonly type: 'roll-back'; readonly model: ModelKind }
  /** End the run and begin one in the other mode on the same venue; refused with a notice. */
  | { readonly type: 'switch'; readonly to: 'live' | 'paper' }
  /** End the run; with `unlessWatched` only when no attached console looks on. */
  | { readonly type: 'stop'; readonly unlessWatched?: boolean };

export type FromEngine =
  | { readonly type: 'ready' }
  | { readonly type: 'view'; readonly view: EngineView; readonly lastLogId: number }
  | { readonly type: 'log'; readonly entries: readonly LogEntry[]; readonly dropped: number }
  | { readonly type: 'explain'; readonly decisionId: number; readonly explain: ExplainView | undefined }
  /**
   * The command is stepped, and in the journal on the disk unless `unrecorded` says why not; `refused` says why it did
   * nothing.
   */
  | {
      readonly type: 'command-done';
      readonly id: number;
      readonly refused: string | undefined;
      readonly unrecorded?: string;
    }
  /** A one-line message for the operator. */
  | { readonly type: 'notice'; readonly level: 'info' | 'warn' | 'error'; readonly text: string }
  | StoppedMessage;

/** The engine's last word. */
export interface StoppedMessage {
  readonly type: 'stopped';
  readonly reason: string;
  readonly fault: boolean;
  /** Exit code that a fault calls for. */
  readonly exitCode?: number | undefined;
  /** False for a run that could not begin: nothing was recorded, and nothing left. */
  readonly begun?: boolean | undefined;
  /** The run that is to begin in its place. */
  readonly next?: 'live' | 'paper' | undefined;
  /** Stack of a fault nobody foresaw, for the log file. */
  readonly detail?: string | undefined;
  /** What the run came to, for the summary. */
  readonly summary?: Readonly<Record<string, string | number | boolean>>;
}

/** The console's end of the line, whichever carrier is under it. */
export interface EnginePort {
  send(message: ToEngine): void;
  onMessage(listener: (message: FromEngine) => void): () => void;
}
