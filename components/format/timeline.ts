/** The replay's timeline: where you are, what happened, how fast it plays. */
import { clock, count, date, fixed, percentOf } from '../../state/text/numbers.ts';
import type { ReplayView } from '../../state/view.ts';
import { line, lineWidth, type Style, type StyledLine, span, spread } from '../text/line.ts';

/** Weight of a mark where several fall on one cell: the highest is shown. */
const MARKS: Readonly<
  Record<
    ReplayView['marks'][number]['kind'] | 'bookmark',
    { readonly glyph: string; readonly style: Style; readonly rank: number }
  >
> = {
  decision: { glyph: '·', style: 'quiet', rank: 1 },
  veto: { glyph: '×', style: 'quiet', rank: 2 },
  trade: { glyph: '▲', style: 'good', rank: 3 },
  kill: { glyph: 'K', style: 'alarm', rank: 4 },
  bookmark: { glyph: 'B', style: 'key', rank: 5 },
};

function cellOf(cursor: number, total: number, width: number): number {
  return total <= 0 ? 0 : Math.min(width - 1, Math.max(0, Math.floor((cursor / total) * width)));
}

function marksLine(replay: ReplayView, width: number): StyledLine {
  const best: Array<keyof typeof MARKS | undefined> = Array.from({ length: width });
  const bookmarks = replay.bookmarks.map(({ cursor }) => ({ cursor, kind: 'bookmark' as const }));
  for (const { cursor, kind } of [...replay.marks, ...bookmarks]) {
    const cell = cellOf(cursor, replay.total, width);
    const before = best[cell];
    if (before === undefined || MARKS[kind].rank > MARKS[before].rank) best[cell] = kind;
  }
  return best.map((kind) => (kind === undefined ? span(' ') : span(MARKS[kind].glyph, MARKS[kind].style)));
}

function barLine(replay: ReplayView, width: number): StyledLine {
  const here = cellOf(replay.cursor, replay.total, width);
  const known = cellOf(replay.indexed, replay.total, width);
  const after = Math.max(0, width - here - 1);
  const knownAfter = Math.min(after, Math.max(0, known - here));
  return line(
    span('━'.repeat(here), 'title'),
    span('●', 'strong'),
    span('─'.repeat(knownAfter), 'quiet'),
    span('┄'.repeat(after - knownAfter), 'quiet'),
  );
}

/** Three rows: state, marks, bar. */
export function formatTimeline(replay: ReplayView, atUs: number, width: number): readonly StyledLine[] {
  const speed = `×${fixed(replay.speed, replay.speed < 1 ? 2 : 0)}`;
  const left = line(
    span(replay.playing ? ` PLAY ${speed} ` : ' PAUSE ', replay.playing ? 'good' : 'strong'),
    span(` ${count(replay.cursor)} / ${count(replay.total)}`),
    span(`  ${date(atUs)} ${clock(atUs)} UTC  `, 'quiet'),
    span(replay.lastInput),
  );
  const stops = replay.breaks.length === 0 ? [] : [span(`stops at ${replay.breaks.join(', ')} `, 'warn')];
  const indexed =
    replay.indexed < replay.total
      ? [span(`indexed ${percentOf(replay.indexed / Math.max(1, replay.total), 0)} `, 'quiet')]
      : [];
  const legend = span(' · decision × veto ▲ trade K kill B bookmark ', 'quiet');
  const rights = [line(...stops, ...indexed, legend), line(...stops, ...indexed), line(...stops)];
  const right = rights.find((each) => lineWidth(left) + lineWidth(each) + 2 <= width) ?? rights.at(-1)!;
  const first = lineWidth(left) + 20 <= width ? spread(left, right, width) : left;
  return [first, marksLine(replay, width), barLine(replay, width)];
}
