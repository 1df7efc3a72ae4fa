/**
 * The console for those who have it read to them: one line for each event, commands by name, nothing redrawn. The same
 * store, keys and guards as on the screen are behind it.
 */
import { randomInt } from 'node:crypto';
import { createInterface } from 'node:readline';
import { createController } from '../../state/controller.ts';
import { createStore } from '../../state/store.ts';
import { type ConsoleExit, type ConsoleHandle, type MountOptions, realTimers } from '../console/port.ts';
import { readLine } from './line-keys.ts';
import { helpLines, PlainText, statusLines } from './plain-text.ts';

/** Slower than what the console takes for a paste, or for a key that is held. */
const KEY_PACE_MS = 60;
/** Lines that come closer together were not typed. */
const LINE_PACE_MS = 100;
/** A screen that holds whatever is asked of it. */
const SIZE = { columns: 200, rows: 60 };
const RANDOM_STEPS = 2 ** 32;

export function mountPlain(options: MountOptions): ConsoleHandle {
  const { stdin, stdout, port, now } = options;
  const timers = realTimers(now);
  const store = createStore(timers, SIZE.columns, SIZE.rows, options.bindings);
  const text = new PlainText();
  const print = (lines: readonly string[]): void => {
    if (!ended && lines.length > 0) stdout.write(`${lines.join('\n')}\n`);
  };
  let ended = false;
  const controller = createController({
    port,
    store,
    timers,
    random: () => randomInt(RANDOM_STEPS) / RANDOM_STEPS,
    onRepaint: () => print(statusLines(store.getSnapshot())),
    onHide: () => controller.notice('info', 'there is no screen to hide'),
    onLeave: () => finish({ kind: 'left' }),
  });
  const pages = (): void => {
    print(text.news(store.getSnapshot()));
    // A page is read at once and needs no closing.
    const { overlay } = store.getSnapshot().ui;
    if ('scroll' in overlay && !(overlay.kind === 'explain' && overlay.explain === undefined && !overlay.missing))
      store.dispatch({ type: 'overlay', overlay: { kind: 'none' } });
  };
  const unsubscribe = store.subscribe(pages);
  const waiting: string[] = [];
  let typing: NodeJS.Timeout | undefined;
  const typeOn = (): void => {
    const key = waiting.shift();
    typing = key === undefined ? undefined : setTimeout(typeOn, KEY_PACE_MS);
    if (key !== undefined) controller.input(key);
  };
  let lineAtMs = Number.NEGATIVE_INFINITY;
  const lines = createInterface({ input: stdin });
  lines.on('line', (typed) => {
    const isTyped = now() - lineAtMs >= LINE_PACE_MS;
    lineAtMs = now();
    if (!isTyped) return print(['several lines at once are not typed: they do nothing']);
    const meaning = readLine(typed, store.getState());
    if (meaning.kind === 'keys') {
      waiting.push(...meaning.keys);
      if (typing === undefined) typeOn();
    } else if (meaning.kind === 'refused') print([meaning.why]);
    else print((meaning.kind === 'help' ? helpLines : statusLines)(store.getSnapshot()));
  });
  lines.on('close', () => finish({ kind: 'signal', signal: 'SIGHUP' }));
  const leaves = (): void => controller.input('\u0003');
  const ends = (signal: NodeJS.Signals): void => finish({ kind: 'signal', signal });
  process.on('SIGINT', leaves);
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) process.on(signal, ends);

  const takeDown = (): void => {
    if (ended) return;
    print(text.news(store.getState()));
    ended = true;
    clearTimeout(typing);
    unsubscribe();
    controller.close();
    lines.close();
    process.off('SIGINT', leaves);
    for (const signal of ['SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) process.off(signal, ends);
  };
  const finish = (exit: ConsoleExit): void => {
    if (ended) return;
    takeDown();
    options.onExit(exit);
  };
  print(['chimera, one line for each event: type status, help, or the name of a command, and Enter']);
  return { notice: (level, words) => controller.notice(level, words), close: takeDown };
}
