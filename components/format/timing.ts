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

/** `before` is what was measured some seconds ago, for the rates; without a screen there is nothing measured of one. */
export function formatTiming(
  view: EngineView,
  now: TimedFigures | undefined,
  before: TimedFigures | undefined,
): readonly StyledLine[] {
  const { lagMs, inputsPerSecond, droppedLogs } = view.engine;
  const engine = [
    row('engine', `lag ${fixed(lagMs, 0)} ms`, `${count(Math.round(inputsPerSecond))} inputs/s`),
    row('log', `${count(droppedLogs)} lines dropped before they were asked for`),
  ];
  if (now === undefined) return engine;
  return [
    ...screenRows(now, before),
    ...engine,
    row('memory', `${fixed(now.rssBytes / 1e6, 0)} MB of the whole process`),
  ];
}

function screenRows(now: TimedFigures, before: TimedFigures | undefined): readonly StyledLine[] {
  const seconds = before === undefined ? 0 : (now.atMs - before.atMs) / 1_000;
  const rate = (of: (figures: ScreenFigures) => number): number =>
    before === undefined || seconds <= 0 ? 0 : (of(now) - of(before)) / seconds;
  const frames = rate((each) => each.framesWritten);
  const bytes = rate((each) => each.bytesWritten);
  return [
    row('screen', `${fixed(frames, 1)} frames/s`, `${fixed(bytes / 1_000, 1)} kB/s`),
    row('in all', `${count(now.framesWritten)} frames`, `${fixed(now.bytesWritten / 1e6, 2)} MB`),
    row('overtaken', `${count(now.framesSkipped)} frames by newer ones: the terminal was slow`),
  ];
}
