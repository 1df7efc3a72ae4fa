/** The message log: every notice that was shown, newest first, on as many rows as it needs. */
import { contains } from '../../state/arrangement.ts';
import type { Message } from '../../state/model.ts';
import { clock, count, date } from '../../state/text/numbers.ts';
import { line, type Style, type StyledLine, span, wrapText } from '../text/line.ts';
import { nothingWith } from './arranged.ts';

const LEVELS: Readonly<Record<Message['level'], readonly [string, Style]>> = {
  info: ['', 'plain'],
  warn: ['WARN', 'warn'],
  error: ['ERROR', 'alarm'],
};
const LEVEL_WIDTH = 5;
/** In front of the text: time and level. */
const INDENT = 1 + 8 + 2 + LEVEL_WIDTH + 1;

/** Messages whose text or level has this in it. */
export const messagesWith = (messages: readonly Message[], filter: string): readonly Message[] =>
  messages.filter(({ level, text }) => contains(`${level} ${text}`, filter));

/** All rows, by day, for this width. */
export function formatMessages(messages: readonly Message[], width: number, filter = ''): readonly StyledLine[] {
  if (messages.length === 0) return [line(span(' nothing has been said yet', 'quiet'))];
  const shown = messagesWith(messages, filter);
  if (shown.length === 0) return [nothingWith(filter)];
  const lines: StyledLine[] = [];
  let day = '';
  for (const message of shown.toReversed()) {
    const its = date(message.utcMs * 1000);
    if (its !== day) lines.push(line(span(` ${its} UTC`, 'title')));
    day = its;
    lines.push(...messageLines(message, width));
  }
  return lines;
}

function messageLines({ level, text, utcMs, times }: Message, width: number): readonly StyledLine[] {
  const [word, style] = LEVELS[level];
  const rows = wrapText(times === 1 ? text : `${text}  (${count(times)} times)`, Math.max(1, width - INDENT));
  return rows.map((row, at) =>
    at === 0
      ? line(
          ' ',
          span(clock(utcMs * 1000).slice(0, 8), 'quiet'),
          '  ',
          span(word, style),
          ' '.repeat(LEVEL_WIDTH + 1 - word.length),
          row,
        )
      : line(' '.repeat(INDENT), row),
  );
}
