/**
 * What each signal adds to the score of a symbol's newest vote, and what it has earned so far in all symbols; below them what each model
 * adds to the score of the models.
 */
import type { ProducerVote } from '../../engine/domain/index.ts';
import { takesPart } from '../../state/explain/votes.ts';
import type { ModelHealthView } from '../../state/model-view.ts';
import { basisPoints, clock, count, signed } from '../../state/text/numbers.ts';
import type { OutcomesView, VoteView } from '../../state/view.ts';
import { signedBar } from '../text/bars.ts';
import { line, type Span, type StyledLine, span } from '../text/line.ts';
import { type Column, formatTable } from '../text/table.ts';
import { modelContribution } from './chart-contribution-models.ts';
import type { ChartFrame } from './chart-line.ts';
import { field, figure, flow, signStyle, UNKNOWN } from './fields.ts';

/** Of a signal, and of a model. */
const NAME_WIDTH = 9;
const MODEL_WIDTH = 11;
/** What the columns beside the bars take, gaps and names left out, without and with what the signals have earned. */
const FIGURES_WIDTH = 10;
const EARNED_WIDTH = 19;
/** From here on what they have earned has bars as well. */
const WIDTH_FOR_TWO = 68;
const SMALLEST_BAR = 7;
const LARGEST_BAR = 61;

type Outcome = OutcomesView['producers'][number];

interface Row {
  readonly vote: ProducerVote;
  /** Undefined until two moves have been measured. */
  readonly earned: Outcome | undefined;
}

/** Mean of a move in the signal's direction less the cost of trading it, in ppm. */
const netPpm = ({ meanEdgePpm, meanCostPpm }: Outcome): number => meanEdgePpm - meanCostPpm;

/** The largest contribution first, either way; those that took no part last. */
function rowsOf({ producers }: VoteView, outcomes: OutcomesView): readonly Row[] {
  const rank = (vote: ProducerVote): number => (takesPart(vote) ? Math.abs(vote.contribution) : -1);
  return [...producers]
    .sort((a, b) => rank(b) - rank(a))
    .map((vote) => ({
      vote,
      earned: outcomes.producers.find((each) => each.producer === vote.producer && each.samples > 1),
    }));
}

/** The largest of these, for bars that fill their side; 1 where all are 0. */
const largestOf = (values: readonly number[]): number => Math.max(...values.map(Math.abs)) || 1;

const signedBasisPoints = (ppm: number): string => `${ppm > 0 ? '+' : ''}${basisPoints(ppm)}`;

function columns(
  rows: readonly Row[],
  { barWidth, parts, nameWidth }: Room,
  stale: boolean,
  changed: (name: string) => boolean,
) {
  const most = largestOf(rows.map(({ vote }) => vote.contribution));
  const mostNet = largestOf(rows.map(({ earned }) => (earned === undefined ? 0 : netPpm(earned))));
  const earnedCell = (row: Row, cell: (earned: Outcome) => Span | StyledLine): Span | StyledLine =>
    row.earned === undefined ? span(UNKNOWN, 'quiet') : cell(row.earned);
  const all: ReadonlyArray<Column<Row> & { readonly from: Room['parts'] }> = [
    { title: 'signal', width: nameWidth, align: 'left', rank: 1, from: 1, cell: ({ vote }) => nameOf(vote, changed) },
    {
      title: 'to score',
      width: 8,
      align: 'right',
      rank: 1,
      from: 1,
      cell: ({ vote }) =>
        takesPart(vote)
          ? figure(signed(vote.contribution, 3), signStyle(vote.contribution), { stale })
          : span(vote.status, 'quiet'),
    },
    {
      title: '',
      width: barWidth,
      align: 'left',
      rank: 1,
      from: 1,
      cell: ({ vote }) => signedBar(takesPart(vote) ? vote.contribution / most : 0, barWidth),
    },
    {
      title: 'earned',
      width: 10,
      align: 'right',
      rank: 1,
      from: 2,
      cell: (row) =>
        earnedCell(row, (each) => figure(signedBasisPoints(netPpm(each)), signStyle(netPpm(each)), { stale })),
    },
    {
      title: 'times',
      width: 6,
      align: 'right',
      rank: 1,
      from: 2,
      cell: ({ earned }) => span(earned === undefined ? UNKNOWN : count(earned.samples), 'quiet'),
    },
    {
      title: '',
      width: barWidth,
      align: 'left',
      rank: 1,
      from: 3,
      cell: (row) => signedBar(row.earned === undefined ? 0 : netPpm(row.earned) / mostNet, barWidth),
    },
  ];
  return all.filter(({ from }) => from <= parts);
}

const nameOf = (vote: ProducerVote, changed: (name: string) => boolean): Span =>
  span(vote.producer, takesPart(vote) ? 'plain' : 'quiet', changed(vote.producer) ? 'changed' : 'none');

export interface Room {
  readonly nameWidth: number;
  /** 1: contributions · 2: what was earned beside them · 3: the same with bars. */
  readonly parts: 1 | 2 | 3;
  readonly barWidth: number;
}

/** The parts that fit, and the widest bars of odd width: even ones have no middle. */
function roomIn(width: number, nameWidth: number): Room {
  const withEarned = width - nameWidth - FIGURES_WIDTH - EARNED_WIDTH;
  const parts = width >= WIDTH_FOR_TWO ? 3 : withEarned >= SMALLEST_BAR ? 2 : 1;
  const share = parts === 3 ? Math.floor(withEarned / 2) : parts === 2 ? withEarned : width - nameWidth - FIGURES_WIDTH;
  const bounded = Math.max(SMALLEST_BAR, Math.min(LARGEST_BAR, share));
  return { nameWidth, parts, barWidth: bounded % 2 === 0 ? bounded - 1 : bounded };
}

/** The rows that there is room for, and the signals of the others in a line: those that add least come last. */
function fitted(rows: readonly Row[], room: number): { readonly shown: readonly Row[]; readonly rest: StyledLine[] } {
  if (rows.length <= room) return { shown: rows, rest: [] };
  const shown = rows.slice(0, Math.max(1, room - 1));
  const names = rows.slice(shown.length).map(({ vote }) => vote.producer);
  return { shown, rest: [field(' less', span(names.join(', '), 'quiet'))] };
}

/** The rows. `vote` is the newest one of the chosen symbol. No signal gives way to what the columns mean. */
export function formatContribution(
  vote: VoteView | undefined,
  outcomes: OutcomesView,
  health: readonly ModelHealthView[],
  { width, height, stale, changed }: Omit<ChartFrame, 'plotter'>,
): readonly StyledLine[] {
  if (vote === undefined) return [line(span(' nothing yet: no vote, windows are filling', 'quiet'))];
  const all = rowsOf(vote, outcomes);
  const has = (name: string): boolean => changed.has(`vote.${vote.instrument}.${name}`);
  const room = roomIn(width - 1, vote.ensemble === undefined ? NAME_WIDTH : MODEL_WIDTH);
  const models = modelContribution(vote, health, { width, height, room, stale, changed: has });
  const { shown: rows, rest } = fitted(all, height - 2 - models.length);
  const table = formatTable(columns(all, room, stale, has), rows, width - 1);
  const score = field('score', figure(signed(vote.score, 3), signStyle(vote.score), { stale, changed: has('score') }));
  const earned = `a move of ${outcomes.horizonBars} bars its way, less cost`;
  const voted = field('voted', span(`${clock(vote.atUs).slice(0, 8)} UTC`, 'quiet'));
  const summary = [score, voted, ...(room.parts > 1 ? [field('earned:', span(earned, 'quiet'))] : [])];
  const words = flow(summary, width, ' ').slice(0, Math.max(1, height - rows.length - rest.length - models.length - 1));
  return [...words, ...[table.head, ...table.rows].map((each) => line(' ', ...each)), ...rest, ...models];
}
