/** What every console is mounted with, whatever it shows itself on. */
import type { Binding } from '../../state/keymap/bindings.ts';
import type { EnginePort } from '../../state/protocol.ts';
import type { Timers } from '../../state/timers.ts';
import type { NotifyWay } from '../terminal/calling.ts';
import type { EndCause } from '../terminal/terminal-guard.ts';
import type { OpenLayout } from './kept-layout.ts';

export type ConsoleExit =
  /** The operator left; the owner of the engine decides what becomes of it. */
  | { readonly kind: 'left' }
  /** The terminal takes nothing any more: the engine must go on guarded, without a console. */
  | { readonly kind: 'terminal-lost'; readonly error: Error }
  | EndCause;

export interface MountOptions {
  readonly port: EnginePort;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream & { readonly fd: number };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The key table with keys of the operator's own; by default the one without. */
  readonly bindings?: readonly Binding[] | undefined;
  /** See `ConsoleState`; the default data directory without. */
  readonly dataDirWords?: string;
  /** Milliseconds on a clock that never goes back, such as `performance.now`. */
  readonly now: () => number;
  /** Open with the first steps: nobody has used a console here yet. */
  readonly tour?: boolean;
  /** Where the arrangement of the screen is kept; it begins anew without. */
  readonly layout?: OpenLayout | undefined;
  /** How the operator is called when a proposal comes or a kill fires. */
  readonly notify: readonly NotifyWay[];
  /**
   * Called once, with the terminal restored and this module's signal handlers gone: what happens to further signals,
   * and to the engine after a hangup, is the owner's decision.
   */
  readonly onExit: (exit: ConsoleExit) => void;
  /** Console calls and raw writes of this thread, which must not reach the screen; without it they are notices. */
  readonly onConsoleText?: (text: string) => void;
}

export interface ConsoleHandle {
  /** A message for the operator from outside the engine. */
  notice(level: 'info' | 'warn' | 'error', text: string): void;
  /** Takes the console down and restores the terminal; `onExit` is not called. */
  close(): void;
}

export function realTimers(now: () => number): Timers {
  return {
    now,
    utcMs: Date.now,
    after(ms, task) {
      const timer = setTimeout(task, ms);
      return () => clearTimeout(timer);
    },
  };
}
