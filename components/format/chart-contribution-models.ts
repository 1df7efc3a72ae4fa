/** What each model that serves adds to the score of the models, and how many of its votes have come out right in all symbols. */
import type { ModelVote } from '../../engine/domain/index.ts';
import { isCounted } from '../../state/explain/ensemble.ts';
import { rightOf } from '../../state/model-health.ts';
import type { ModelHealthView } from '../../state/model-view.ts';
import { modelKey } from '../../state/model-words.ts';
import { count, percentOf, signed } from '../../state/text/numbers.ts';
import type { VoteView } from '../../state/view.ts';
import { signedBar } from '../text/bars.ts';
import { line, type Span, type StyledLine, span } from '../text/line.ts';
import { type Column, formatTable } from '../text/table.ts';
import type { Room } from './chart-contribution.ts';
import { field, figure, flow, signStyle, UNKNOWN } from './fields.ts';

/** Rows that signals keep: where models would take them they are told in one line. */
const SIGNALS_AT_LEAST = 5;
/** The summary and the heading of the signals. */
const HEAD_LINES = 2;

interface ModelRow {
  readonly vote: ModelVote;
  readonly taken: number;
  readonly right: number | undefined;
}

interface ModelFrame {
  readonly width: number;
  readonly height: number;
  readonly room: Room;
  readonly stale: boolean;
  readonly changed: (name: string) => boolean;
}

/** The largest contribution first, either way; those that abstain last. One in the shadow adds nothing. */
function rowsOf(models: readonly ModelVote[], health: readonly ModelHealthView[]): readonly ModelRow[] {
  const rank = (vote: ModelVote): number => (isCounted(vote) ? Math.abs(vote.contribution) : -1);
  return models
    .filter(({ role }) => role === 'serve')
    .sort((a, b) => rank(b) - rank(a))
    .map((vote) => {
      const known = health.find((each) => modelKey(each) === modelKey(vote));
      return { vote, ...(known === undefined ? { taken: 0, right: undefined } : rightOf(known)) };
    });
}

function contributionSpan(vote: ModelVote, stale: boolean): Span {
  if (!isCounted(vote)) return span(vote.status, 'quiet');
  return figure(signed(vote.contribution, 3), signStyle(vote.contribution), { stale });
}

function columns(rows: readonly ModelRow[], { room, stale, changed }: ModelFrame): ReadonlyArray<Column<ModelRow>> {
  const { nameWidth, barWidth, parts } = room;
  const most = Math.max(...rows.map(({ vote }) => Math.abs(vote.contribution))) || 1;
  const all: ReadonlyArray<Column<ModelRow> & { readonly from: Room['parts'] }> = [
    {
      ...{ title: 'model', width: nameWidth, align: 'left', rank: 1, from: 1 },
      cell: ({ vote }) =>
        span(vote.model, isCounted(vote) ? 'plain' : 'quiet', changed(modelKey(vote)) ? 'changed' : 'none'),
    },
    {
      ...{ title: 'to score', width: 8, align: 'right', rank: 1, from: 1 },
      cell: ({ vote }) => contributionSpan(vote, stale),
    },
    {
      ...{ title: '', width: barWidth, align: 'left', rank: 1, from: 1 },
      cell: ({ vote }) => signedBar(isCounted(vote) ? vote.contribution / most : 0, barWidth),
    },
    {
      ...{ title: 'right', width: 10, align: 'right', rank: 1, from: 2 },
      cell: ({ right }) => figure(right === undefined ? undefined : percentOf(right, 0), 'plain', { stale }),
    },
    {
      ...{ title: 'votes', width: 6, align: 'right', rank: 1, from: 2 },
      cell: ({ taken }) => span(taken === 0 ? UNKNOWN : count(taken), 'quiet'),
    },
  ];
  return all.filter(({ from }) => from <= parts);
}

/** A table, or one line where signals need the room; nothing in a run without models. */
export function modelContribution(
  { models, ensemble, producers }: VoteView,
  health: readonly ModelHealthView[],
  frame: ModelFrame,
): readonly StyledLine[] {
  const rows = rowsOf(models, health);
  if (ensemble === undefined || rows.length === 0) return [];
  const { width, height, stale, changed } = frame;
  const score = figure(signed(ensemble.score, 3), signStyle(ensemble.score), { stale, changed: changed('ensemble') });
  const signals = Math.min(producers.length, SIGNALS_AT_LEAST);
  if (height < HEAD_LINES + signals + HEAD_LINES + rows.length) {
    const each = rows.map(({ vote }) => field(vote.model, contributionSpan(vote, stale)));
    return flow([field('models', score), ...each], width, ' ').slice(0, 1);
  }
  const table = formatTable(columns(rows, frame), rows, width - 1);
  const earned =
    frame.room.parts > 1 ? [field('right:', span('of its votes of all symbols that have ended', 'quiet'))] : [];
  const summary = flow([field('models', score), ...earned], width, ' ').slice(0, 1);
  return [...summary, ...[table.head, ...table.rows].map((each) => line(' ', ...each))];
}
