/** The votes panel: the newest vote of the chosen symbol, producer by producer, and the others in a line each. */
import type { ProducerVote } from '../../engine/domain/index.ts';
import { takesPart } from '../../state/explain/votes.ts';
import { producerRationale } from '../../state/rationale.ts';
import type { StrategyAnswer } from '../../state/strategy-view.ts';
import { directionText } from '../../state/text/names.ts';
import { fixed, percentOf, signed } from '../../state/text/numbers.ts';
import type { VoteView } from '../../state/view.ts';
import { balance } from '../text/bars.ts';
import { type Emphasis, line, type Span, type Style, type StyledLine, span } from '../text/line.ts';
import { type Column, formatTable } from '../text/table.ts';
import { aged, type Changed, field, figure, flow, signStyle } from './fields.ts';

export interface VotesSlice {
  readonly votes: readonly VoteView[];
  readonly selected: number;
  readonly changed: Changed;
  /** Instruments whose numbers may be old. */
  readonly stale: ReadonlySet<number>;
}

const BAR_WIDTH = 13;
/** A contribution that fills its side of the bar. */
export const FULL_BAR = 0.25;

/** A direction as a word with its arrow. */
export function directionSpan(direction: ProducerVote['direction'], stale = false): Span {
  const arrow = direction > 0 ? '▲ ' : direction < 0 ? '▼ ' : '· ';
  return figure(arrow + directionText(direction), signStyle(direction), { stale });
}

/** Which way a vote goes; none where its score is written as zero. */
export function voteSpan({ direction, score }: Pick<VoteView, 'direction' | 'score'>, stale = false): Span {
  return directionSpan(fixed(score, 3) === fixed(0, 3) ? 0 : direction, stale);
}

function columns(changed: (producer: string) => boolean, stale: boolean): ReadonlyArray<Column<ProducerVote>> {
  const emphasis = (v: ProducerVote): Emphasis => (changed(v.producer) ? 'changed' : 'none');
  return [
    {
      title: 'producer',
      width: 9,
      align: 'left',
      rank: 1,
      cell: (v) => span(v.producer, takesPart(v) ? 'plain' : 'quiet', emphasis(v)),
    },
    {
      title: 'says',
      width: 8,
      align: 'left',
      rank: 1,
      cell: (v) => (takesPart(v) ? directionSpan(v.direction, stale) : span(v.status, 'quiet')),
    },
    {
      title: 'conv',
      width: 5,
      align: 'right',
      rank: 2,
      cell: (v) => figure(v.direction === 0 ? undefined : `${v.conviction}/10`, 'plain', { stale }),
    },
    { title: 'weight', width: 6, align: 'right', rank: 3, cell: (v) => span(fixed(v.weight, 2)) },
    {
      title: 'share',
      width: 7,
      align: 'right',
      rank: 2,
      cell: (v) => figure(takesPart(v) ? signed(v.contribution, 3) : undefined, signStyle(v.contribution), { stale }),
    },
    {
      title: 'contribution',
      width: BAR_WIDTH,
      align: 'left',
      rank: 5,
      cell: (v) => balance(takesPart(v) ? v.contribution / FULL_BAR : 0, BAR_WIDTH).map((part) => aged(part, stale)),
    },
    {
      title: 'why',
      width: 24,
      align: 'left',
      rank: 4,
      grows: 60,
      cell: (v) => span(producerRationale(v), 'quiet'),
    },
  ];
}

function summary(vote: VoteView, changed: Changed, stale: boolean): readonly StyledLine[] {
  const value = (name: string, text: string, style: Style = 'plain'): Span =>
    figure(text, style, { stale, changed: changed.has(`vote.${vote.instrument}.${name}`) });
  return [
    line(span(vote.symbol, 'strong'), ' ', voteSpan(vote, stale)),
    field('score', value('score', signed(vote.score, 3), signStyle(vote.score))),
    field('consensus', value('consensus', percentOf(vote.consensus, 0))),
    field('confidence', value('confidence', percentOf(vote.confidence, 0))),
    field('disagreement', value('disagreement', fixed(vote.disagreement, 2))),
  ];
}

function strategyLine(vote: VoteView, stale: boolean): StyledLine {
  const told = ({ name, direction, weight }: StrategyAnswer): string =>
    `${name} ${directionText(direction)}${weight === undefined ? '' : ` ${percentOf(weight, 0)}`}`;
  const counting = vote.strategies.filter(({ counts }) => counts).map(told);
  const observing = vote.strategies.filter(({ counts, direction }) => !counts && direction !== 0).map(told);
  if (counting.length === 0) return [];
  return line(
    ...field(' strategies', figure(counting.join(', '), 'plain', { stale })),
    ...(observing.length === 0 ? [] : field('  observing', figure(observing.join(', '), 'quiet', { stale }))),
  );
}

/** The panel's rows. */
export function formatVotes(slice: VotesSlice, width: number, height: number): readonly StyledLine[] {
  const chosen = slice.votes.find((each) => each.instrument === slice.selected) ?? slice.votes[0];
  if (chosen === undefined) return [line(span(' no vote yet: windows are filling', 'quiet'))];
  const indent = ' ';
  const producerChanged = (producer: string): boolean => slice.changed.has(`vote.${chosen.instrument}.${producer}`);
  const stale = slice.stale.has(chosen.instrument);
  const table = formatTable(columns(producerChanged, stale), chosen.producers, width - 1);
  const lines: StyledLine[] = [
    ...flow(summary(chosen, slice.changed, stale), width, indent),
    ...[table.head, ...table.rows].map((row) => line(indent, ...row)),
    strategyLine(chosen, stale),
  ];
  const others = slice.votes.filter((each) => each !== chosen);
  for (const vote of others) {
    if (lines.length >= height) break;
    lines.push(...flow(summary(vote, slice.changed, slice.stale.has(vote.instrument)), width, indent).slice(0, 1));
  }
  return lines;
}
