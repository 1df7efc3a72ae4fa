/** Lists of a replay: bookmarks, and what playing stops at. */
import { clock, count } from '../../state/text/numbers.ts';
import { BREAK_KINDS, type BreakKind, type ReplayView } from '../../state/view.ts';
import { line, type StyledLine, span } from '../text/line.ts';

const STOP_TEXT: Readonly<Record<BreakKind, string>> = {
  bookmark: 'bookmarks',
  decision: 'decisions, traded or not',
  veto: 'vetoes, of a gate or yours',
  proposal: 'proposals',
  trade: 'trades',
  kill: 'kills and halts',
};

/** Rows of bookmarks that are shown at once. */
const ROOM = 12;

const pointer = (isSelected: boolean) => span(isSelected ? '▸ ' : '  ', 'key');

/** One row for each kind, with a mark where playing stops. */
export function formatStops(selected: number, { breaks }: ReplayView): readonly StyledLine[] {
  return [
    line(span('Playing stops by itself at what is marked:', 'quiet')),
    ...BREAK_KINDS.map((kind, row) => {
      const on = breaks.includes(kind);
      return line(
        pointer(row === selected),
        span(on ? '[x] ' : '[ ] ', on ? 'strong' : 'plain'),
        span(STOP_TEXT[kind], on ? 'strong' : 'plain'),
      );
    }),
  ];
}

/** By place, with the chosen one always among those that are shown. */
export function formatBookmarks(selected: number, { bookmarks, cursor, firstSeq }: ReplayView): readonly StyledLine[] {
  const from = Math.max(0, Math.min(selected - Math.floor(ROOM / 2), bookmarks.length - ROOM));
  const rows = bookmarks.slice(from, from + ROOM).map((each, i) => {
    const here = each.cursor === cursor ? ' (here)' : '';
    return line(
      pointer(from + i === selected),
      span(`${clock(each.atUs)}  ${count(firstSeq - 1 + each.cursor).padStart(9)}  `, 'quiet'),
      span(`${each.note === '' ? '(no note)' : each.note}${here}`, from + i === selected ? 'strong' : 'plain'),
    );
  });
  const more = bookmarks.length > ROOM ? [line(span(`  of ${bookmarks.length}`, 'quiet'))] : [];
  return [...rows, ...more];
}
