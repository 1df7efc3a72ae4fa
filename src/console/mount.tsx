/**
 * Puts the console on a terminal: Ink, the store, the engine's port and the keys. The first frame is drawn before
 * the engine has said anything. `NODE_ENV` must be `production` before this file is loaded.
 */
import { randomInt } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { type Instance, render } from 'ink';
import { App } from '../../components/app.tsx';
import type { Plotter } from '../../components/charts/contrib-line.ts';
import type { ScreenFigures } from '../../components/format/timing.ts';
import { createTheme, detectColourLevel } from '../../components/theme.ts';
import { createController } from '../../state/controller.ts';
import { createStore, type Store } from '../../state/store.ts';
import { captureConsole } from '../terminal/quiet-console.ts';
import { callOperator } from './attention.ts';
import { Hiding } from './hiding.ts';
import { keepLayout } from './kept-layout.ts';
import { type ConsoleExit, type ConsoleHandle, type MountOptions, realTimers } from './port.ts';
import { openTerminal, type TerminalSession, terminalSize } from './terminal-session.ts';
import { chosenGlyphs, chosenTheme } from './theme-choice.ts';

/** Milliseconds after the first frame at which the chart's library is loaded: the first panels do not wait for it. */
const PLOTTER_DELAY_MS = 350;
const RANDOM_STEPS = 2 ** 32;
/** Above the rate at which the store publishes: two throttles would beat against each other. */
const INK_FRAMES_PER_SECOND = 120;

async function loadPlotter(): Promise<Plotter> {
  await new Promise((resolve) => setTimeout(resolve, PLOTTER_DELAY_MS));
  return (await import('../../components/charts/contrib-line.ts')).loadPlotter();
}

/** Ink never reads keys here: the console does, so that pastes and bursts are seen as what they are. */
function silentInput(): NodeJS.ReadStream {
  return new EventEmitter() as NodeJS.ReadStream;
}

function renderApp(store: Store, { screen, writer }: TerminalSession, env: MountOptions['env']): Instance {
  const theme = createTheme(detectColourLevel(env), chosenTheme(env));
  const stream = screen as unknown as NodeJS.WriteStream;
  const figures = (): ScreenFigures => ({
    bytesWritten: writer.bytesWritten,
    framesWritten: writer.framesWritten,
    framesSkipped: screen.framesSkipped,
    rssBytes: process.memoryUsage.rss(),
  });
  const app = <App {...{ store, theme, loadPlotter, figures }} canvas={screen} glyphs={chosenGlyphs(env)} />;
  return render(app, {
    stdout: stream,
    stderr: stream,
    stdin: silentInput(),
    interactive: true,
    exitOnCtrlC: false,
    patchConsole: false,
    incrementalRendering: false,
    maxFps: INK_FRAMES_PER_SECOND,
  });
}

/** Mounts the console and draws its first frame. */
export function mountConsole(options: MountOptions): ConsoleHandle {
  const { stdin, stdout, port } = options;
  const { columns, rows } = terminalSize(stdout);
  const timers = realTimers(options.now);
  const store = createStore(timers, columns, rows, options.bindings, options.dataDirWords);
  if (options.tour === true) store.dispatch({ type: 'overlay', overlay: { kind: 'tour', page: 0 } });
  let ended = false;
  const hiding = new Hiding(() => ({ turns: terminal.turns, controller, view: store.getState().view, ended }));
  const terminal: TerminalSession = openTerminal({
    stdin,
    stdout,
    onInput: (chunk) => hiding.read(chunk),
    onStop: () => hiding.hide(),
    onContinue: () => hiding.show(),
    onResize: (width, height) => controller.resize(width, height),
    onEnd: (cause) => finish(cause),
    onLost: (error) => finish({ kind: 'terminal-lost', error }),
  });
  const controller = createController({
    port,
    store,
    timers,
    random: () => randomInt(RANDOM_STEPS) / RANDOM_STEPS,
    onRepaint: () => terminal.screen.repaint(),
    onHide: () => hiding.hide(),
    onLeave: () => finish({ kind: 'left' }),
  });
  const stopCalling = callOperator({
    store,
    timers,
    output: terminal.turns,
    ways: options.notify,
    insideTmux: options.env.TMUX !== undefined,
  });
  const stopKeeping =
    options.layout &&
    keepLayout({ store, timers, open: options.layout, tell: (text) => controller.notice('warn', text) });
  const releaseConsole = captureConsole(options.onConsoleText ?? ((text) => controller.notice('warn', text)));
  const ink = renderApp(store, terminal, options.env);

  const takeDown = (): void => {
    if (ended) return;
    ended = true;
    stopCalling();
    stopKeeping?.();
    terminal.release();
    controller.close();
    ink.unmount();
    releaseConsole();
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
  };
}
