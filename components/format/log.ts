/** The decision log: one line of words for each event, newest at the bottom. */
import { eventText, type Tone } from '../../state/event-text.ts';
import { clock, count } from '../../state/text/numbers.ts';
import type { LogEntry } from '../../state/view.ts';
import { clipLine, emphasised, line, type Style, type StyledLine, span } from '../text/line.ts';
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

function formatEntry(entry: LogEntry, width: number, marked: boolean): StyledLine {
  const { label, text, tone } = eventText(entry);
  const time = clock(entry.event.atUs);
  return clipLine(
    line(
      marked ? '▸' : ' ',
      span(width >= 100 ? time : time.slice(0, 8), 'quiet'),
      ' ',
      span(label.padEnd(9), TONE_STYLE[tone]),
      span(entry.symbol === undefined ? '' : `${entry.symbol} `, 'strong'),
      span(text, tone === 'alarm' ? 'strong' : TONE_STYLE[tone]),
    ),
    width,
  );
}

/** The panel's rows. */
export function formatLog(slice: LogSlice, width: number, height: number): readonly StyledLine[] {
  const { entries, filter, selected } = slice;
  if (slice.total === 0) return [line(span(' no decision yet', 'quiet'))];
  if (entries.length === 0) return [nothingWith(filter)];
  const rows = withGaps(entries, filter);
  const chosen = selected === undefined ? -1 : rows.findIndex((row) => 'id' in row && row.id === selected);
  const at = chosen < 0 ? rows.length - 1 : chosen;
  return windowAround(rows, chosen < 0 ? rows.length : chosen, Math.max(1, height)).map((row) => {
    if ('missing' in row) return line(span(` … ${count(row.missing)} lines left out, the journal has them`, 'warn'));
    const marked = slice.focused && row === rows[at];
    const styled = formatEntry(row, width, marked);
    return marked ? emphasised(styled, 'selected') : styled;
  });
}
