/** What the screen costs and how late the engine is: frames, bytes, rates, memory. */
import { count, fixed } from '../../state/text/numbers.ts';
import type { EngineView } from '../../state/view.ts';
import { line, type StyledLine, span } from '../text/line.ts';

/** What the terminal has been sent since the start, and what this process holds. */
export interface ScreenFigures {
  readonly bytesWritten: number;
  readonly framesWritten: number;
  /** Frames that a newer one has overtaken before the terminal took them. */
  readonly framesSkipped: number;
  readonly rssBytes: number;
}

export interface TimedFigures extends ScreenFigures {
  readonly atMs: number;
}

const row = (label: string, ...parts: readonly string[]): StyledLine =>
  line(span(` ${label.padEnd(11)} `, 'quiet'), parts.join('  '));

/** `before` is what was measured some seconds ago, for the rates. */
export function formatTiming(
  view: EngineView,
  now: TimedFigures,
  before: TimedFigures | undefined,
): readonly StyledLine[] {
  const seconds = before === undefined ? 0 : (now.atMs - before.atMs) / 1_000;
  const rate = (of: (figures: ScreenFigures) => number): number =>
    before === undefined || seconds <= 0 ? 0 : (of(now) - of(before)) / seconds;
  const { lagMs, inputsPerSecond, droppedLogs } = view.engine;
  return [
    row(
      'screen',
      `${fixed(
        rate((each) => each.framesWritten),
        1,
      )} frames/s`,
      `${fixed(rate((each) => each.bytesWritten) / 1_000, 1)} kB/s`,
    ),
    row('in all', `${count(now.framesWritten)} frames`, `${fixed(now.bytesWritten / 1e6, 2)} MB`),
    row('overtaken', `${count(now.framesSkipped)} frames by newer ones: the terminal was slow`),
    row('engine', `lag ${fixed(lagMs, 0)} ms`, `${count(Math.round(inputsPerSecond))} inputs/s`),
    row('log', `${count(droppedLogs)} lines dropped before they were asked for`),
    row('memory', `${fixed(now.rssBytes / 1e6, 0)} MB of the whole process`),
  ];
}
