/** The decision log: one line of words for each event, newest at the bottom. */
import { decisionMark, type EventText, eventText, type Tone } from '../../state/event-text.ts';
import type { LogEntry } from '../../state/log-entry.ts';
import { clean } from '../../state/text/clean.ts';
import { clock, count } from '../../state/text/numbers.ts';
import {
  clipLine,
  emphasised,
  line,
  lineWidth,
  type Span,
  type Style,
  type StyledLine,
  span,
  wrapText,
} from '../text/line.ts';
import { windowAround } from '../text/table.ts';
import { nothingWith } from './arranged.ts';

export interface LogSlice {
  /** Those that the filter leaves. */
  readonly entries: readonly LogEntry[];
  /** How many there are in all. */
  readonly total: number;
  readonly filter: string;
  /** Number of the chosen line, or undefined to follow the newest. */
  readonly selected: number | undefined;
  readonly focused: boolean;
}

/** How the words of an event look. */
export const TONE_STYLE: Readonly<Record<Tone, Style>> = {
  plain: 'plain',
  quiet: 'quiet',
  good: 'good',
  bad: 'down',
  warn: 'warn',
  alarm: 'alarm',
};

/** Columns for words that are wrapped, however narrow the panel is. */
const LEAST_WORDS = 10;

type Row = LogEntry | { readonly missing: number };

/** Lines that never came (their numbers are left out) are told, not hidden. */
function withGaps(entries: readonly LogEntry[], filter: string): readonly Row[] {
  if (filter !== '') return entries;
  const rows: Row[] = [];
  let before: number | undefined;
  for (const entry of entries) {
    if (before !== undefined && entry.id > before + 1) rows.push({ missing: entry.id - before - 1 });
    rows.push(entry);
    before = entry.id;
  }
  return rows;
}

/** What stands before the words: a mark, when it was, and what kind of event it is. */
function headOf({ event }: LogEntry, { label, tone }: EventText, width: number, marked: boolean): StyledLine {
  const time = clock(event.atUs);
  return line(
    marked ? '▸' : ' ',
    span(width >= 100 ? time : time.slice(0, 8), 'quiet'),
    ' ',
    span(label.padEnd(9), TONE_STYLE[tone]),
  );
}

const wordStyle = ({ tone }: EventText): Style => (tone === 'alarm' ? 'strong' : TONE_STYLE[tone]);
const symbolOf = ({ symbol }: LogEntry): string => (symbol === undefined ? '' : `${symbol} `);

/** The number that `chimera explain --decision` takes, in front of the words of a decision. */
function numbered(entry: LogEntry, { text }: EventText): string {
  const mark = decisionMark(entry);
  return mark === '' ? text : `${mark} ${text}`;
}

/** One row, cut where it is too long. */
function formatEntry(entry: LogEntry, width: number): StyledLine {
  const words = eventText(entry);
  const head = headOf(entry, words, width, false);
  return clipLine(
    line(...head, span(symbolOf(entry), 'strong'), span(numbered(entry, words), wordStyle(words))),
    width,
  );
}

/** The chosen line whole, on as many rows as it needs. */
function formatChosen(entry: LogEntry, width: number): readonly StyledLine[] {
  const words = eventText(entry);
  const head = headOf(entry, words, width, true);
  const indent = lineWidth(head);
  const rows = wrapText(`${symbolOf(entry)}${numbered(entry, words)}`, Math.max(LEAST_WORDS, width - indent));
  const styled = rows.map((row, at) =>
    at === 0 ? line(...head, ...withSymbol(row, entry, words)) : line(' '.repeat(indent), span(row, wordStyle(words))),
  );
  return styled.map((row) => emphasised(clipLine(row, width), 'selected'));
}

function withSymbol(row: string, entry: LogEntry, words: EventText): readonly Span[] {
  const symbol = clean(symbolOf(entry));
  if (!row.startsWith(symbol)) return [span(row, wordStyle(words))];
  return [span(symbol, 'strong'), span(row.slice(symbol.length), wordStyle(words))];
}

/** The panel's rows; of the chosen line, where keys are about it, all of its words. */
export function formatLog(slice: LogSlice, width: number, height: number): readonly StyledLine[] {
  const { entries, filter, selected } = slice;
  if (slice.total === 0) return [line(span(' no decision yet', 'quiet'))];
  if (entries.length === 0) return [nothingWith(filter)];
  const rows = withGaps(entries, filter);
  const chosen = selected === undefined ? -1 : rows.findIndex((row) => 'id' in row && row.id === selected);
  const marked = slice.focused ? rows[chosen < 0 ? rows.length - 1 : chosen] : undefined;
  const whole = marked !== undefined && 'id' in marked ? formatChosen(marked, width).slice(0, Math.max(1, height)) : [];
  const room = Math.max(1, height - Math.max(0, whole.length - 1));
  return windowAround(rows, chosen < 0 ? rows.length : chosen, room).flatMap((row) => {
    if ('missing' in row) return [line(span(` … ${count(row.missing)} lines left out, the journal has them`, 'warn'))];
    return row === marked ? whole : [formatEntry(row, width)];
  });
}
