/** Ties the console together: keys, store and engine. It owns no screen and no clock of its own. */
import { type Effect, tell } from './commands/effects.ts';
import { connectEngine } from './engine-line.ts';
import { KeyListener } from './keymap/listener.ts';
import type { EnginePort } from './protocol.ts';
import type { Store } from './store.ts';
import type { Timers } from './timers.ts';

export interface ControllerOptions {
  readonly port: EnginePort;
  readonly store: Store;
  readonly timers: Timers;
  /** 0 ≤ x < 1, from a source that cannot be guessed: letters of codes. */
  readonly random: () => number;
  readonly onRepaint: () => void;
  /** Give the terminal back for a while. */
  readonly onHide: () => void;
  /** The operator leaves: the owner of the engine decides what becomes of it. */
  readonly onLeave: () => void;
}

export interface Controller {
  /** One read from the terminal. */
  input(chunk: string): void;
  resize(columns: number, rows: number): void;
  notice(level: 'info' | 'warn' | 'error', text: string): void;
  /** The console has left the screen, or is on it again. */
  hidden(hidden: boolean): void;
  close(): void;
}

export function createController(options: ControllerOptions): Controller {
  const { port, store, timers, random, onRepaint, onHide, onLeave } = options;
  const engine = connectEngine({ port, store, timers, onLeave });
  const carryOut = (effect: Effect): void => {
    if (effect.kind === 'dispatch') store.dispatch(effect.action);
    else if (effect.kind === 'send') port.send(effect.message);
    else if (effect.kind === 'command') engine.command(effect.command, effect.text);
    else if (effect.kind === 'commands') engine.commands(effect.commands, effect.text);
    else if (effect.kind === 'repaint') onRepaint();
    else if (effect.kind === 'hide') onHide();
    else onLeave();
  };
  const keys = new KeyListener({ store, timers, random, apply: (effects) => effects.forEach(carryOut) });
  return {
    input: (chunk) => keys.read(chunk),
    resize(columns, rows) {
      store.dispatch({ type: 'size', columns, rows });
      store.flush();
    },
    notice(level, text) {
      carryOut(tell(level, text, timers.now()));
    },
    hidden(hidden) {
      store.dispatch({ type: 'hidden', hidden });
      store.flush();
    },
    close() {
      keys.close();
      engine.close();
      store.close();
    },
  };
}
