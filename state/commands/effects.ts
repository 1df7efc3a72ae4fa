/** What a command leads to: pure values that the controller carries out. */
import type { OperatorCommand } from '../../engine/domain/index.ts';
import type { Action } from '../actions.ts';
import type { ConsoleState, Notice, Overlay } from '../model.ts';
import type { ToEngine } from '../protocol.ts';

export type Effect =
  | { readonly kind: 'dispatch'; readonly action: Action }
  | { readonly kind: 'send'; readonly message: Exclude<ToEngine, { type: 'command' }> }
  /** An order to the engine that is answered; `text` is what the operator reads about it. */
  | { readonly kind: 'command'; readonly command: OperatorCommand; readonly text: string }
  /** Several by one key; `text` is what the operator reads about them together. */
  | {
      readonly kind: 'commands';
      readonly commands: ReadonlyArray<{ readonly command: OperatorCommand; readonly text: string }>;
      readonly text: string;
    }
  | { readonly kind: 'repaint' }
  /** The console gives the terminal back for a while; the engine goes on. */
  | { readonly kind: 'hide' }
  | { readonly kind: 'leave' };

export interface CommandContext {
  readonly nowMs: number;
  /** 0 ≤ x < 1, from a source that cannot be guessed. */
  random(): number;
}

export type Handler<C> = (command: C, state: ConsoleState, context: CommandContext) => readonly Effect[];

export const dispatch = (action: Action): Effect => ({ kind: 'dispatch', action });

export const openOverlay = (overlay: Overlay): Effect => dispatch({ type: 'overlay', overlay });

export const closeOverlay: Effect = openOverlay({ kind: 'none' });

export function tell(level: Notice['level'], text: string, nowMs: number): Effect {
  return dispatch({ type: 'notice', notice: { level, text, atMs: nowMs } });
}
