/** The replay's timeline: where you are, what happened, how fast it plays. */
import { answersText } from '../../state/text/fork-answers.ts';
import { positionText } from '../../state/text/names.ts';
import { amount, clock, count, date, fixed, grouped, percentOf, signedMoney } from '../../state/text/numbers.ts';
import type { AnswersView, BesideView, EngineView, ReplayView } from '../../state/view.ts';
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

/** What happened and what would have, beside each other: in full where there is room. */
function besideLine(view: EngineView, recorded: BesideView, width: number): StyledLine {
  const { currency, equity } = view.account;
  const more = span(`(${signedMoney(recorded.equityMore)})`, recorded.equityMore.startsWith('-') ? 'down' : 'up');
  const inFull = line(
    span(' recorded ', 'title'),
    `${grouped(recorded.equity)} ${currency}, ${results(recorded.counts, true)}, ${held(recorded.positions, true)}`,
    span('  │  ', 'quiet'),
    span('this branch ', 'title'),
    `${grouped(equity)} `,
    more,
    `, ${results(view.counts, true)}, ${held(view.positions, true)}`,
  );
  if (lineWidth(inFull) <= width) return inFull;
  return line(
    span(' recorded ', 'title'),
    `${grouped(recorded.equity)}, ${results(recorded.counts, false)}, ${held(recorded.positions, false)}`,
    span(' │ ', 'quiet'),
    span('here ', 'title'),
    `${grouped(equity)} `,
    more,
    ` ${results(view.counts, false)}, ${held(view.positions, false)}`,
  );
}

const results = ({ trades, wins }: EngineView['counts'], inFull: boolean): string =>
  `${trades} ${trades === 1 ? 'trade' : 'trades'}${inFull ? ` (${wins} won)` : ''}`;

function held(positions: BesideView['positions'], inFull: boolean): string {
  if (positions.length === 0) return 'flat';
  if (!inFull || positions.length > 2) return `${positions.length} open`;
  return positions.map((each) => `${positionText(each.side)} ${amount(each.quantity)} ${each.symbol}`).join(' ');
}

/** What became of the recorded answers: in full where there is room. */
function answersLine(answers: AnswersView, width: number): StyledLine {
  const rowOf = (inFull: boolean): StyledLine => {
    const texts = answersText(answers, inFull);
    const tone = answers.noProposal + answers.noSuggestion + answers.refused > 0 ? 'warn' : undefined;
    return line(
      span(' answers ', 'title'),
      ...texts.flatMap((text, i) => [
        ...(i === 0 ? [] : [span(' │ ', 'quiet')]),
        span(text, i === 0 ? tone : undefined),
      ]),
    );
  };
  const inFull = rowOf(true);
  return lineWidth(inFull) <= width ? inFull : rowOf(false);
}

/** Three rows: state, marks, bar; of a fork one more, with the recorded run beside it, and one for recorded answers. */
export function timelineLines(replay: ReplayView | undefined): number {
  if (replay === undefined) return 0;
  if (!replay.forked) return 3;
  return replay.answers === undefined ? 4 : 5;
}

/** `here` is what happened where it stands; undefined where that is nothing. */
export function formatTimeline(view: EngineView, here: string | undefined, width: number): readonly StyledLine[] {
  const { replay, atUs } = view;
  if (replay === undefined) return [];
  const rows = [stateLine(replay, atUs, here, width), marksLine(replay, width), barLine(replay, width)];
  if (!replay.forked) return rows;
  const { recorded } = replay;
  return [
    ...rows,
    recorded === undefined ? line(span(' reading what was recorded …', 'quiet')) : besideLine(view, recorded, width),
    ...(replay.answers === undefined ? [] : [answersLine(replay.answers, width)]),
  ];
}

/** What the input has caused is more than what it was. */
function stateLine(replay: ReplayView, atUs: number, here: string | undefined, width: number): StyledLine {
  const before = replay.firstSeq - 1;
  const speed = `×${fixed(replay.speed, replay.speed < 1 ? 2 : 0)}`;
  const left = line(
    span(replay.playing ? ` PLAY ${speed} ` : ' PAUSE ', replay.playing ? 'good' : 'strong'),
    span(` ${count(before + replay.cursor)} / ${count(before + replay.total)}`),
    span(`  ${date(atUs)} ${clock(atUs)} UTC  `, 'quiet'),
    here === undefined ? span(replay.lastInput) : span(here, 'strong'),
  );
  const stops = replay.breaks.length === 0 ? [] : [span(`stops at ${replay.breaks.join(', ')} `, 'warn')];
  const indexed =
    replay.indexed < replay.total
      ? [span(`indexed ${percentOf(replay.indexed / Math.max(1, replay.total), 0)} `, 'quiet')]
      : [];
  const legend = span(' · decision × veto ▲ trade K kill B bookmark ', 'quiet');
  const rights = [line(...stops, ...indexed, legend), line(...stops, ...indexed), line(...stops)];
  const right = rights.find((each) => lineWidth(left) + lineWidth(each) + 2 <= width) ?? rights.at(-1)!;
  return lineWidth(left) + 20 <= width ? spread(left, right, width) : left;
}
