/**
 * Puts the console on a terminal: Ink, the store, the engine's port and the keys. The first frame is drawn before
 * the engine has said anything. `NODE_ENV` must be `production` before this file is loaded.
 */
import { randomInt } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { render } from 'ink';
import { App } from '../../components/app.tsx';
import type { Plotter } from '../../components/charts/contrib-line.ts';
import { createTheme, detectColourLevel } from '../../components/theme.ts';
import { createController } from '../../state/controller.ts';
import type { EnginePort } from '../../state/protocol.ts';
import { createStore } from '../../state/store.ts';
import type { Timers } from '../../state/timers.ts';
import { CellDiffStdout } from '../terminal/cell-diff-stdout.ts';
import { ENTER_TERMINAL } from '../terminal/modes.ts';
import { captureConsole } from '../terminal/quiet-console.ts';
import { type EndCause, guardTerminal } from '../terminal/terminal-guard.ts';
import { AsyncTerminalWriter, openSink } from '../terminal/terminal-writer.ts';

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
  /** Milliseconds on a clock that never goes back, such as `performance.now`. */
  readonly now: () => number;
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
  /** What the terminal has been sent, for measurements. */
  stats(): { readonly bytesWritten: number; readonly framesWritten: number; readonly framesSkipped: number };
}

/** Milliseconds after the first frame at which the chart's library is loaded. */
const PLOTTER_DELAY_MS = 150;
const RANDOM_STEPS = 2 ** 32;

function realTimers(now: () => number): Timers {
  return {
    now,
    after(ms, task) {
      const timer = setTimeout(task, ms);
      return () => clearTimeout(timer);
    },
  };
}

async function loadPlotter(): Promise<Plotter> {
  await new Promise((resolve) => setTimeout(resolve, PLOTTER_DELAY_MS));
  return (await import('../../components/charts/contrib-line.ts')).loadPlotter();
}

/** Ink never reads keys here: the console does, so that pastes and bursts are seen as what they are. */
function silentInput(): NodeJS.ReadStream {
  return new EventEmitter() as NodeJS.ReadStream;
}

export function mountConsole(options: MountOptions): ConsoleHandle {
  const { stdin, stdout, port } = options;
  const size = () => ({ columns: Math.max(1, stdout.columns || 80), rows: Math.max(1, stdout.rows || 24) });
  const timers = realTimers(options.now);
  let ended = false;

  const writer: AsyncTerminalWriter = new AsyncTerminalWriter(openSink(stdout.fd), {
    onIdle: () => screen.flush(),
    onDead: (error) => finish({ kind: 'terminal-lost', error }),
  });
  const screen = new CellDiffStdout(writer, size().columns, size().rows);
  const store = createStore(timers, size().columns, size().rows);
  const controller = createController({
    port,
    store,
    timers,
    random: () => randomInt(RANDOM_STEPS) / RANDOM_STEPS,
    onRepaint: () => screen.repaint(),
    onLeave: () => finish({ kind: 'left' }),
  });
  const releaseConsole = captureConsole(options.onConsoleText ?? ((text) => controller.notice('warn', text)));
  const guard = guardTerminal({
    fd: stdout.fd,
    stdin,
    stopOutput() {
      screen.close();
      writer.close();
    },
    onEnd: (cause) => finish(cause),
  });
  const onInput = (chunk: string): void => controller.input(chunk);
  const onResize = (): void => {
    const { columns, rows } = size();
    controller.resize(columns, rows);
    screen.resize(columns, rows);
  };
  const onInputError = (error: Error): void => finish({ kind: 'terminal-lost', error });

  writer.write(ENTER_TERMINAL);
  stdin.setEncoding('utf8');
  stdin.setRawMode?.(true);
  stdin.on('data', onInput);
  stdin.on('error', onInputError);
  stdout.on('error', onInputError);
  stdout.on('resize', onResize);
  const theme = createTheme(detectColourLevel(options.env));
  const ink = render(<App store={store} theme={theme} loadPlotter={loadPlotter} />, {
    stdout: screen as unknown as NodeJS.WriteStream,
    stderr: screen as unknown as NodeJS.WriteStream,
    stdin: silentInput(),
    interactive: true,
    exitOnCtrlC: false,
    patchConsole: false,
    incrementalRendering: false,
    maxFps: 120,
  });

  const takeDown = (): void => {
    if (ended) return;
    ended = true;
    guard.restore();
    stdin.off('data', onInput);
    stdin.off('error', onInputError);
    stdin.pause();
    stdout.off('resize', onResize);
    controller.close();
    ink.unmount();
    releaseConsole();
    guard.dispose();
  };
  const finish = (exit: ConsoleExit): void => {
    if (ended) return;
    takeDown();
    options.onExit(exit);
  };
  // Ink gives up by itself only when a component throws.
  ink.waitUntilExit().then(
    () => finish({ kind: 'fault', error: new Error('the console ended by itself') }),
    (error: unknown) => finish({ kind: 'fault', error }),
  );
  return {
    notice: (level, text) => controller.notice(level, text),
    close: takeDown,
    stats: () => ({
      bytesWritten: writer.bytesWritten,
      framesWritten: writer.framesWritten,
      framesSkipped: screen.framesSkipped,
    }),
  };
}
