/** The votes panel: the newest vote of the chosen symbol, producer by producer and model by model, and the others in a line each. */
import type { ModelVote, ProducerVote } from '../../engine/domain/index.ts';
import { hasAnswered, isCounted, modelDirection } from '../../state/explain/ensemble.ts';
import { takesPart } from '../../state/explain/votes.ts';
import { modelKey, modelRationale } from '../../state/model-words.ts';
import { producerRationale } from '../../state/rationale.ts';
import type { SourceView } from '../../state/source-view.ts';
import type { StrategyAnswer } from '../../state/strategy-view.ts';
import { directionText } from '../../state/text/names.ts';
import { fixed, percentOf, signed } from '../../state/text/numbers.ts';
import type { VoteView } from '../../state/view.ts';
import { balance } from '../text/bars.ts';
import { type Emphasis, line, type Span, type Style, type StyledLine, span } from '../text/line.ts';
import { type Column, formatTable } from '../text/table.ts';
import { aged, type Changed, field, figure, flow, signStyle, sourceSpan } from './fields.ts';

export interface VotesSlice {
  readonly votes: readonly VoteView[];
  readonly sources: readonly SourceView[];
  /** Whether the sources are made up, as the market is. */
  readonly simulated: boolean;
  readonly selected: number;
  readonly changed: Changed;
  /** Instruments whose numbers may be old. */
  readonly stale: ReadonlySet<number>;
}

const PRODUCER_WIDTH = 9;
const MODEL_WIDTH = 11;
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

/** A producer or a model as a row: what it says, how sure it is, what it adds. */
interface Row {
  readonly name: string;
  readonly key: string;
  readonly says: string;
  /** It may count: a model in the shadow does not. */
  readonly isServed: boolean;
  readonly isModel: boolean;
  readonly takesPart: boolean;
  readonly direction: ProducerVote['direction'];
  /** Conviction of a producer, a model's chance of a rise. */
  readonly sure: string | undefined;
  readonly weight: string | undefined;
  readonly contribution: number | undefined;
  readonly why: string;
}

function producerRow(vote: ProducerVote): Row {
  const { producer, direction, conviction, weight, contribution, status } = vote;
  const isActive = takesPart(vote);
  return {
    ...{ name: producer, key: producer, says: status, isServed: true, isModel: false },
    ...{ takesPart: isActive, direction, weight: fixed(weight, 2) },
    sure: direction === 0 ? undefined : `${conviction}/10`,
    contribution: isActive ? contribution : undefined,
    why: producerRationale(vote),
  };
}

function modelRow(vote: ModelVote): Row {
  const { model, role, chance, weight, contribution, status } = vote;
  return {
    ...{ name: model, key: modelKey(vote), says: status, isServed: role === 'serve', isModel: true },
    ...{ takesPart: hasAnswered(vote), direction: modelDirection(vote) },
    sure: chance === undefined ? undefined : percentOf(chance, 0),
    weight: role === 'serve' ? fixed(weight, 2) : undefined,
    contribution: isCounted(vote) ? contribution : undefined,
    why: modelRationale(vote),
  };
}

function columns(nameWidth: number, changed: (key: string) => boolean, stale: boolean): ReadonlyArray<Column<Row>> {
  const emphasis = (row: Row): Emphasis => (changed(row.key) ? 'changed' : 'none');
  return [
    {
      title: 'producer',
      width: nameWidth,
      align: 'left',
      rank: 1,
      cell: (row) => span(row.name, row.takesPart ? 'plain' : 'quiet', emphasis(row)),
    },
    {
      title: 'says',
      width: 8,
      align: 'left',
      rank: 1,
      cell: (row) => (row.takesPart ? directionSpan(row.direction, stale) : span(row.says, 'quiet')),
    },
    { title: 'conv', width: 5, align: 'right', rank: 2, cell: ({ sure }) => figure(sure, 'plain', { stale }) },
    { title: 'weight', width: 6, align: 'right', rank: 3, cell: ({ weight }) => figure(weight) },
    {
      title: 'share',
      width: 7,
      align: 'right',
      rank: 2,
      cell: ({ contribution }) =>
        contribution === undefined
          ? figure(undefined)
          : figure(signed(contribution, 3), signStyle(contribution), { stale }),
    },
    {
      title: 'contribution',
      width: BAR_WIDTH,
      align: 'left',
      rank: 5,
      cell: ({ contribution = 0 }) => balance(contribution / FULL_BAR, BAR_WIDTH).map((part) => aged(part, stale)),
    },
    { title: 'why', width: 24, align: 'left', rank: 4, grows: 60, cell: ({ why }) => span(why, 'quiet') },
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

/** What models say together is no vote below these: what it needs stands behind each figure that falls short of it. */
function shortOf(value: number, least: number, text: string): readonly Span[] {
  return value < least ? [span(` of ${text}`, 'warn')] : [];
}

/** What the models say together, and how many of them speak. */
function ensembleSummary(
  { ensemble, models, instrument }: VoteView,
  changed: Changed,
  stale: boolean,
): readonly StyledLine[] {
  if (ensemble === undefined) return [];
  const { score, consensus, confidence, disagreement, speaking, minScore, minConsensus } = ensemble;
  const isChanged = changed.has(`vote.${instrument}.ensemble`);
  const value = (text: string, style: Style = 'plain'): Span => figure(text, style, { stale, changed: isChanged });
  const places = models.filter(({ role }) => role === 'serve').length;
  return [
    line(span('ensemble', 'strong'), ' ', voteSpan(ensemble, stale)),
    field(
      'score',
      value(signed(score, 3), signStyle(score)),
      ...shortOf(Math.abs(score), minScore, fixed(minScore, 2)),
    ),
    field('consensus', value(percentOf(consensus, 0)), ...shortOf(consensus, minConsensus, percentOf(minConsensus, 0))),
    field('speaking', value(`${speaking} of ${places}`)),
    field('confidence', value(percentOf(confidence, 0))),
    field('disagreement', value(fixed(disagreement, 2))),
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

/** How it is with what is told beside the market. */
function sourceLines({ sources, simulated }: VotesSlice, width: number): readonly StyledLine[] {
  if (sources.length === 0) return [];
  const fields = sources.map((each) => field(each.source, sourceSpan(each)));
  const title = field(simulated ? 'simulated sources' : 'sources');
  return flow([title, ...fields], width, ' ');
}

/** Those that count and have no row, in one line. */
function quietLine(quiet: readonly Row[]): readonly StyledLine[] {
  if (quiet.length === 0) return [];
  const words = quiet.map(({ name, takesPart: speaks, says }) => `${name} ${speaks ? 'flat' : says}`);
  return [field(' quiet', span(words.join(', '), 'quiet'))];
}

/** Who has a row of its own where there is room for `room`: those that voted, and of the flat and the silent as many as fit. */
function rowed(rows: readonly Row[], room: number): readonly Row[] {
  const served = rows.filter(({ isServed }) => isServed);
  const voted = served.filter(({ takesPart: speaks, direction }) => speaks && direction !== 0);
  const flat = served.filter(({ takesPart: speaks, direction }) => speaks && direction === 0);
  const silent = served.filter(({ takesPart: speaks }) => !speaks);
  const first = [...voted, ...flat, ...silent].slice(0, Math.max(voted.length, room));
  return served.filter((row) => first.includes(row));
}

/** Vote, producers, models and strategies of one symbol, all in full where there is room. */
function votesOf(vote: VoteView, slice: VotesSlice, width: number, height: number): readonly StyledLine[] {
  const indent = ' ';
  const stale = slice.stale.has(vote.instrument);
  const changed = (key: string): boolean => slice.changed.has(`vote.${vote.instrument}.${key}`);
  const described = columns(vote.models.length === 0 ? PRODUCER_WIDTH : MODEL_WIDTH, changed, stale);
  const summed = flow(summary(vote, slice.changed, stale), width, indent);
  const ensemble = flow(ensembleSummary(vote, slice.changed, stale), width, indent);
  const rows = [...vote.producers.map(producerRow), ...vote.models.map(modelRow)];
  const strategies = strategyLine(vote, stale);
  const told = (most: number, shown: readonly Row[]): readonly StyledLine[] => {
    const table = formatTable(described, shown, width - 1);
    const of = (isModel: boolean): readonly StyledLine[] =>
      table.rows.filter((_, row) => shown[row]?.isModel === isModel).map((row) => line(indent, ...row));
    const quiet = quietLine(rows.filter((row) => row.isServed && !shown.includes(row)));
    const head = [...summed.slice(0, most), line(indent, ...table.head)];
    return [...head, ...of(false), ...ensemble.slice(0, most), ...of(true), ...quiet, strategies];
  };
  const whole = told(summed.length + ensemble.length, rows);
  if (whole.length <= height) return whole;
  return told(1, rowed(rows, height - told(1, []).length));
}

/** The panel's rows. */
export function formatVotes(slice: VotesSlice, width: number, height: number): readonly StyledLine[] {
  const chosen = slice.votes.find((each) => each.instrument === slice.selected) ?? slice.votes[0];
  if (chosen === undefined) return [line(span(' no vote yet: windows are filling', 'quiet'))];
  const lines: StyledLine[] = [...votesOf(chosen, slice, width, height), ...sourceLines(slice, width)];
  const others = slice.votes.filter((each) => each !== chosen);
  for (const vote of others) {
    if (lines.length >= height) break;
    lines.push(...flow(summary(vote, slice.changed, slice.stale.has(vote.instrument)), width, ' ').slice(0, 1));
  }
  return lines;
}
