/** What happened on the input that a replay stands behind: where the step that led here has led. */
import { decisionMark, eventText } from './event-text.ts';
import type { LogEntry } from './log-entry.ts';
import type { ConsoleState } from './model.ts';

/** The line of the log that is told of several of the same input: a trade, else a decision, else the last one. */
function foremost(entries: readonly LogEntry[]): LogEntry | undefined {
  const first = (kind: LogEntry['event']['kind']) => entries.find(({ event }) => event.kind === kind);
  return first('fill') ?? first('decision') ?? entries.at(-1);
}

export interface Here {
  /** The log's line, without its time. */
  readonly words: string;
  /** How many lines the input has. */
  readonly lines: number;
}

/** The log's line of the place where a replay stands; undefined where it has none, while it plays, and outside a replay. */
export function hereOf({ view, log }: Pick<ConsoleState, 'view' | 'log'>): Here | undefined {
  if (view?.replay === undefined || view.replay.playing) return undefined;
  const after = log.entries.findLastIndex(({ event }) => event.seq !== view.seq);
  const entries = log.entries.slice(after + 1);
  const entry = foremost(entries);
  if (entry === undefined) return undefined;
  const { label, text } = eventText(entry);
  const words = [label, decisionMark(entry), entry.symbol ?? '', text].filter((word) => word !== '').join(' ');
  return { words, lines: entries.length };
}

/** The same as a sentence. */
export function hereText(state: Pick<ConsoleState, 'view' | 'log'>): string | undefined {
  const here = hereOf(state);
  if (here === undefined) return undefined;
  return here.lines === 1 ? `here: ${here.words}` : `here, 1 of ${here.lines} lines: ${here.words}`;
}
