/** The positions and orders panel. */
import { ORDER_STATE_TEXT, positionText, sideText } from '../../state/text/names.ts';
import { duration, grouped, signed, signedMoney, trimmed } from '../../state/text/numbers.ts';
import type { OrderView, PositionView } from '../../state/view.ts';
import { line, type StyledLine, span } from '../text/line.ts';
import { type Column, formatTable, windowAround } from '../text/table.ts';
import { type Changed, figure, signStyle } from './fields.ts';

export interface PositionsSlice {
  readonly positions: readonly PositionView[];
  readonly orders: readonly OrderView[];
  readonly atUs: number;
  readonly selected: number;
  readonly focused: boolean;
  /** True when marks may be old. */
  readonly stale: boolean;
  readonly changed: Changed;
}

const price = (text: string | undefined): string | undefined => (text === undefined ? undefined : grouped(text));

function positionColumns(slice: PositionsSlice): ReadonlyArray<Column<PositionView>> {
  const { stale, changed, focused, selected } = slice;
  const has = (p: PositionView, key: string): boolean => changed.has(`position.${p.instrument}.${key}`);
  const sign = (p: PositionView): number => (p.unrealised.startsWith('-') ? -1 : /[1-9]/.test(p.unrealised) ? 1 : 0);
  const mark = (p: PositionView): string => (focused && p.instrument === selected ? '▸ ' : '  ');
  return [
    {
      title: '  position',
      width: 16,
      align: 'left',
      rank: 1,
      grows: 20,
      cell: (p) => line(mark(p), span(p.symbol, 'strong')),
    },
    { title: 'side', width: 5, align: 'left', rank: 1, cell: (p) => span(positionText(p.side), signStyle(p.side)) },
    {
      title: 'quantity',
      width: 8,
      align: 'right',
      rank: 2,
      cell: (p) => figure(trimmed(p.quantity), 'plain', { changed: has(p, 'quantity') }),
    },
    { title: 'entry', width: 10, align: 'right', rank: 5, cell: (p) => figure(price(p.entry)) },
    {
      title: 'mark',
      width: 10,
      align: 'right',
      rank: 4,
      cell: (p) => figure(price(p.mark), 'plain', { stale, changed: has(p, 'mark') }),
    },
    {
      title: 'PnL',
      width: 9,
      align: 'right',
      rank: 1,
      cell: (p) => figure(signedMoney(p.unrealised), signStyle(sign(p)), { stale, changed: has(p, 'unrealised') }),
    },
    {
      title: '%',
      width: 7,
      align: 'right',
      rank: 7,
      cell: (p) => figure(signed(p.unrealisedPct, 2), signStyle(p.unrealisedPct), { stale }),
    },
    {
      title: 'R',
      width: 6,
      align: 'right',
      rank: 4,
      cell: (p) =>
        figure(p.rMultiple === undefined ? undefined : signed(p.rMultiple, 2), signStyle(p.rMultiple ?? 0), { stale }),
    },
    { title: 'stop', width: 10, align: 'right', rank: 3, cell: (p) => figure(price(p.stop), 'stop') },
    { title: 'target', width: 10, align: 'right', rank: 6, cell: (p) => figure(price(p.target), 'target') },
    {
      title: 'held',
      width: 7,
      align: 'right',
      rank: 8,
      cell: (p) => span(duration((slice.atUs - p.openedAtUs) / 1000), 'quiet'),
    },
  ];
}

const ORDER_COLUMNS: ReadonlyArray<Column<OrderView>> = [
  {
    title: '  order',
    width: 16,
    align: 'left',
    rank: 1,
    grows: 20,
    cell: (o) => line('  ', span(`#${o.orderId} `, 'quiet'), span(o.symbol)),
  },
  { title: 'side', width: 4, align: 'left', rank: 1, cell: (o) => span(sideText(o.side), signStyle(o.side)) },
  { title: 'for', width: 9, align: 'left', rank: 2, cell: (o) => span(o.purpose) },
  {
    title: 'state',
    width: 11,
    align: 'left',
    rank: 1,
    cell: (o) => span(ORDER_STATE_TEXT[o.state], o.state === 'unknown' ? 'alarm' : 'plain'),
  },
  {
    title: 'filled',
    width: 13,
    align: 'right',
    rank: 3,
    cell: (o) => span(`${trimmed(o.filled)}/${trimmed(o.quantity)}`),
  },
  {
    title: 'limit',
    width: 11,
    align: 'right',
    rank: 4,
    cell: (o) =>
      span(o.trigger !== undefined ? `@${grouped(o.trigger)}` : o.limit === undefined ? 'market' : grouped(o.limit)),
  },
  {
    title: '',
    width: 11,
    align: 'left',
    rank: 6,
    cell: (o) => span(o.reduceOnly ? 'reduce only' : 'can add', o.reduceOnly ? 'quiet' : 'plain'),
  },
  { title: 'age', width: 7, align: 'right', rank: 5, cell: (o) => span(duration(o.ageMs), 'quiet') },
];

/** The panel's rows: positions first, then orders; both say so when there are none. */
export function formatPositions(slice: PositionsSlice, width: number, height: number): readonly StyledLine[] {
  const { positions, orders } = slice;
  if (positions.length === 0 && orders.length === 0) return [line(span('  flat: no position, no order', 'quiet'))];
  const orderRoom = orders.length === 0 ? 0 : Math.min(orders.length + 1, Math.max(2, Math.floor(height / 2)));
  const positionRoom = Math.max(1, height - orderRoom - 1);
  const index = positions.findIndex((each) => each.instrument === slice.selected);
  const table = formatTable(positionColumns(slice), windowAround(positions, index, positionRoom), width);
  const lines: StyledLine[] =
    positions.length === 0 ? [line(span('  no position', 'quiet'))] : [table.head, ...table.rows];
  const room = height - lines.length;
  if (orders.length === 0 || room < 2) {
    if (orders.length > 0) lines.push(line(span(`  ${orders.length} orders work`, 'quiet')));
    return lines;
  }
  const orderTable = formatTable(ORDER_COLUMNS, orders.slice(0, room - 1), width);
  return [...lines, orderTable.head, ...orderTable.rows];
}
