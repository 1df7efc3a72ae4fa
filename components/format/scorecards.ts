/** What each strategy has earned so far, a row each: those that count first. */

import type { StrategyView } from '../../state/strategy-view.ts';
import { fixed, percentOf, signed } from '../../state/text/numbers.ts';
import { line, type Span, type Style, type StyledLine, span } from '../text/line.ts';
import { type Column, formatTable } from '../text/table.ts';
import { figure, signStyle } from './fields.ts';

/** A heading and one row: less is not worth its place. */
const LEAST_ROWS = 2;

function columns(stale: boolean, isWeighted: boolean): ReadonlyArray<Column<StrategyView>> {
  /** What outcomes come to; nothing before there are any. */
  const measured = (each: StrategyView, text: string, style: Style = 'plain'): Span =>
    figure(each.samples === 0 ? undefined : text, style, { stale });
  const inBasisPoints = (ppm: number): string => signed(ppm / 100, 2);
  return [
    {
      title: 'strategy',
      width: 17,
      align: 'left',
      rank: 1,
      grows: 24,
      cell: (s) => span(s.name, s.counts ? 'strong' : 'quiet'),
    },
    {
      title: '',
      width: 8,
      align: 'left',
      rank: 4,
      cell: (s) => span(s.counts ? 'counts' : 'observes', 'quiet'),
    },
    { title: 'times', width: 5, align: 'right', rank: 2, cell: (s) => figure(String(s.samples), 'plain', { stale }) },
    { title: 'right', width: 5, align: 'right', rank: 5, cell: (s) => measured(s, percentOf(s.hitRate, 0)) },
    {
      title: 'net bp',
      width: 7,
      align: 'right',
      rank: 1,
      cell: (s) => measured(s, inBasisPoints(s.meanNetPpm), signStyle(s.meanNetPpm)),
    },
    {
      title: 'Sharpe',
      width: 6,
      align: 'right',
      rank: 3,
      cell: (s) => figure(s.samples < 2 ? undefined : signed(s.sharpe, 2), signStyle(s.sharpe), { stale }),
    },
    {
      title: 'fall bp',
      width: 8,
      align: 'right',
      rank: 6,
      cell: (s) => measured(s, fixed(s.drawdownPpm / 100, 1)),
    },
    {
      title: 'worst bp, regime',
      width: 17,
      align: 'right',
      rank: 7,
      cell: ({ worst }) =>
        worst === undefined
          ? figure(undefined)
          : figure(`${inBasisPoints(worst.meanNetPpm)} ${worst.regime}`, signStyle(worst.meanNetPpm), { stale }),
    },
    ...(isWeighted
      ? [
          {
            title: 'weight',
            width: 6,
            align: 'right',
            rank: 2,
            cell: (s) => figure(s.weight === undefined ? undefined : percentOf(s.weight, 0), 'plain', { stale }),
          } satisfies Column<StrategyView>,
        ]
      : []),
  ];
}

/** Rows that fit into the height; none where there is no room for one. */
export function formatScorecards(
  strategies: readonly StrategyView[],
  width: number,
  height: number,
  stale: boolean,
): readonly StyledLine[] {
  if (strategies.length === 0 || height < LEAST_ROWS) return [];
  const isWeighted = strategies.some(({ weight }) => weight !== undefined);
  const inOrder = [...strategies].sort((a, b) => Number(b.counts) - Number(a.counts));
  const table = formatTable(columns(stale, isWeighted), inOrder.slice(0, height - 1), width - 1);
  return [table.head, ...table.rows].map((row) => line(' ', ...row));
}
