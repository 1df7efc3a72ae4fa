/**
 * The console for those who have it read to them: one line for each event, commands by name, nothing redrawn. The same
 * store, keys and guards as on the screen are behind it.
 */
import { randomInt } from 'node:crypto';
import { createInterface } from 'node:readline';
import { createController } from '../../state/controller.ts';
import { createStore } from '../../state/store.ts';
import { callOperator } from '../console/attention.ts';
import { type ConsoleExit, type ConsoleHandle, type MountOptions, realTimers } from '../console/port.ts';
import { readLine } from './line-keys.ts';
import { modelLines } from './model-words.ts';
import { helpLines, PlainText, statusLines } from './plain-text.ts';

/** Slower than what the console takes for a paste, or for a key that is held. */
const KEY_PACE_MS = 60;
/** Lines that come closer together were not typed. */
const LINE_PACE_MS = 100;
/** A screen that holds whatever is asked of it. */
const SIZE = { columns: 200, rows: 60 };
const RANDOM_STEPS = 2 ** 32;
/** What is asked for by a word and changes nothing. */
const ANSWERS = { status: statusLines, models: modelLines, help: helpLines } as const;
const GREETING = 'chimera, one line for each event: type status, help, or the name of a command, and Enter';

export function mountPlain(options: MountOptions): ConsoleHandle {
  const { stdin, stdout, port, now } = options;
  const timers = realTimers(now);
  const store = createStore(timers, SIZE.columns, SIZE.rows, options.bindings, options.dataDirWords);
  // Lines tell all of what is asked.
  for (const what of ['approvals', 'governor', 'dialog'] as const) store.dispatch({ type: 'drawn', what, drawn: true });
  const text = new PlainText();
  let ended = false;
  const print = (lines: readonly string[]): void => {
    if (!ended && lines.length > 0) stdout.write(`${lines.join('\n')}\n`);
  };
  const controller = createController({
    port,
    store,
    timers,
    random: () => randomInt(RANDOM_STEPS) / RANDOM_STEPS,
    onRepaint: () => print(statusLines(store.getSnapshot())),
    onHide: () => controller.notice('info', 'there is no screen to hide'),
    onLeave: () => finish({ kind: 'left' }),
  });
  const unsubscribe = store.subscribe(() => {
    const state = store.getSnapshot();
    print(text.news(state));
    // A page is read at once and needs no closing.
    const { overlay } = state.ui;
    const isComing = overlay.kind === 'explain' && overlay.explain === undefined && !overlay.missing;
    if ('scroll' in overlay && !isComing) store.dispatch({ type: 'overlay', overlay: { kind: 'none' } });
  });
  const stopCalling = callOperator({
    store,
    timers,
    // Lines are all that it writes, but for the call itself; a file or a pipe gets nothing else at all.
    output: { title: () => undefined, say: (call) => void (!ended && stdout.isTTY && stdout.write(call)) },
    ways: options.notify,
    insideTmux: options.env.TMUX !== undefined,
  });
  const typist = new Typist((key) => controller.input(key));
  const lines = createInterface({ input: stdin });
  lines.on('line', (typed) => {
    if (!typist.isTyped(now())) return print(['several lines at once are not typed: they do nothing']);
    const meaning = readLine(typed, store.getState());
    if (meaning.kind === 'keys') typist.type(meaning.keys);
    else if (meaning.kind === 'refused') print([meaning.why]);
    else print(ANSWERS[meaning.kind](store.getSnapshot()));
  });
  lines.on('close', () => finish({ kind: 'signal', signal: 'SIGHUP' }));
  const forgetSignals = hearSignals({
    leave: () => controller.input('\u0003'),
    end: (signal) => finish({ kind: 'signal', signal }),
  });
  const takeDown = (): void => {
    if (ended) return;
    print(text.news(store.getState()));
    ended = true;
    typist.stop();
    stopCalling();
    unsubscribe();
    controller.close();
    lines.close();
    forgetSignals();
  };
  const finish = (exit: ConsoleExit): void => {
    if (ended) return;
    takeDown();
    options.onExit(exit);
  };
  print([GREETING]);
  return { notice: (level, words) => controller.notice(level, words), close: takeDown };
}

/** Presses the keys of a line one by one, and tells lines that were typed from those of a paste. */
class Typist {
  readonly #press: (key: string) => void;
  readonly #waiting: string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #lineAtMs = Number.NEGATIVE_INFINITY;

  constructor(press: (key: string) => void) {
    this.#press = press;
  }

  isTyped(nowMs: number): boolean {
    const isTyped = nowMs - this.#lineAtMs >= LINE_PACE_MS;
    this.#lineAtMs = nowMs;
    return isTyped;
  }

  type(keys: readonly string[]): void {
    this.#waiting.push(...keys);
    if (this.#timer === undefined) this.#next();
  }

  #next(): void {
    const key = this.#waiting.shift();
    this.#timer = key === undefined ? undefined : setTimeout(() => this.#next(), KEY_PACE_MS);
    if (key !== undefined) this.#press(key);
  }

  stop(): void {
    this.#waiting.length = 0;
    clearTimeout(this.#timer);
  }
}

/** Ctrl-C asks to leave, as on the screen. @returns what takes the handlers away. */
function hearSignals(on: { leave(): void; end(signal: NodeJS.Signals): void }): () => void {
  const ends = ['SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;
  process.on('SIGINT', on.leave);
  for (const signal of ends) process.on(signal, on.end);
  return () => {
    process.off('SIGINT', on.leave);
    for (const signal of ends) process.off(signal, on.end);
  };
}
