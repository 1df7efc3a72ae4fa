/** The positions and orders panel. */
import type { Arranged, Sort } from '../../state/arrangement.ts';
import { orderKey, orderWorth, positionKey, worthOf } from '../../state/rows.ts';
import { ORDER_STATE_TEXT, positionText, sideText } from '../../state/text/names.ts';
import { amount, duration, fixed, grouped, signed, signedMoney } from '../../state/text/numbers.ts';
import type { OrderView, PositionView } from '../../state/view.ts';
import { line, type Span, type StyledLine, span } from '../text/line.ts';
import { type Column, formatTable, windowAround } from '../text/table.ts';
import { markOf, nothingWith } from './arranged.ts';
import { type Changed, figure, signStyle } from './fields.ts';

export interface PositionsSlice {
  readonly positions: Arranged<PositionView>;
  readonly orders: Arranged<OrderView>;
  readonly filter: string;
  readonly sort: Sort | undefined;
  readonly atUs: number;
  /** Key of the chosen row; see `Holding`. */
  readonly selected: string | undefined;
  readonly focused: boolean;
  /** Instruments whose marks may be old. */
  readonly stale: ReadonlySet<number>;
  /** True when the engine itself is silent: orders may have changed since. */
  readonly silent: boolean;
  readonly changed: Changed;
}

const price = (text: string | undefined): string | undefined => (text === undefined ? undefined : grouped(text));

const money = (amount: number | undefined): string | undefined =>
  amount === undefined ? undefined : grouped(fixed(amount, 2));

/** In front of a row that keys are about. */
const pointer = ({ focused, selected }: PositionsSlice, key: string): string =>
  focused && key === selected ? '▸ ' : '  ';

function positionColumns(slice: PositionsSlice): ReadonlyArray<Column<PositionView>> {
  const { stale, silent, changed } = slice;
  const sign = (p: PositionView): number => (p.unrealised.startsWith('-') ? -1 : /[1-9]/.test(p.unrealised) ? 1 : 0);
  const marked = (p: PositionView, text: string | undefined, key = '', style = signStyle(0)): Span =>
    figure(text, style, { stale: stale.has(p.instrument), changed: changed.has(`position.${p.instrument}.${key}`) });
  return [
    {
      title: '  position',
      width: 15,
      align: 'left',
      rank: 1,
      grows: 20,
      sort: 'symbol',
      cell: (p) => line(pointer(slice, positionKey(p)), span(p.symbol, 'strong')),
    },
    { title: 'side', width: 5, align: 'left', rank: 1, cell: (p) => span(positionText(p.side), signStyle(p.side)) },
    {
      title: 'quantity',
      width: 8,
      align: 'right',
      rank: 2,
      cell: (p) =>
        figure(amount(p.quantity), 'plain', {
          stale: silent,
          changed: changed.has(`position.${p.instrument}.quantity`),
        }),
    },
    { title: 'entry', width: 10, align: 'right', rank: 2, cell: (p) => figure(price(p.entry)) },
    { title: 'mark', width: 10, align: 'right', rank: 6, cell: (p) => marked(p, price(p.mark), 'mark') },
    {
      title: 'PnL',
      width: 9,
      align: 'right',
      rank: 1,
      sort: 'gain',
      cell: (p) => marked(p, signedMoney(p.unrealised), 'unrealised', signStyle(sign(p))),
    },
    {
      title: '%',
      width: 7,
      align: 'right',
      rank: 7,
      cell: (p) => marked(p, signed(p.unrealisedPct, 2), '', signStyle(p.unrealisedPct)),
    },
    {
      title: 'R',
      width: 6,
      align: 'right',
      rank: 5,
      cell: (p) =>
        marked(p, p.rMultiple === undefined ? undefined : signed(p.rMultiple, 2), '', signStyle(p.rMultiple ?? 0)),
    },
    { title: 'worth', width: 11, align: 'right', rank: 9, sort: 'worth', cell: (p) => marked(p, money(worthOf(p))) },
    ...guardColumns(slice),
  ];
}

/** Where it ends, and since when it is held. */
function guardColumns({ atUs, silent }: PositionsSlice): ReadonlyArray<Column<PositionView>> {
  return [
    {
      title: 'stop',
      width: 10,
      align: 'right',
      rank: 3,
      cell: (p) => figure(price(p.stop), 'stop', { stale: silent }),
    },
    {
      title: 'target',
      width: 10,
      align: 'right',
      rank: 3,
      cell: (p) => figure(price(p.target), 'target', { stale: silent }),
    },
    {
      title: 'held',
      width: 7,
      align: 'right',
      rank: 8,
      sort: 'age',
      cell: (p) => figure(duration((atUs - p.openedAtUs) / 1000), 'quiet', { stale: silent }),
    },
  ];
}

function orderColumns(slice: PositionsSlice): ReadonlyArray<Column<OrderView>> {
  const stale = slice.silent;
  return [
    {
      title: '  order',
      width: 16,
      align: 'left',
      rank: 1,
      grows: 20,
      sort: 'symbol',
      cell: (o) => line(pointer(slice, orderKey(o)), span(`#${o.orderId} `, 'quiet'), span(o.symbol)),
    },
    { title: 'side', width: 4, align: 'left', rank: 1, cell: (o) => span(sideText(o.side), signStyle(o.side)) },
    { title: 'for', width: 9, align: 'left', rank: 2, cell: (o) => span(o.purpose) },
    {
      title: 'state',
      width: 12,
      align: 'left',
      rank: 1,
      cell: (o) =>
        o.state === 'unknown'
          ? span(ORDER_STATE_TEXT[o.state], 'alarm')
          : figure(ORDER_STATE_TEXT[o.state], 'plain', { stale }),
    },
    {
      title: 'filled',
      width: 13,
      align: 'right',
      rank: 3,
      cell: (o) => figure(`${amount(o.filled)}/${amount(o.quantity)}`, 'plain', { stale }),
    },
    {
      title: 'limit',
      width: 11,
      align: 'right',
      rank: 4,
      cell: (o) =>
        span(o.trigger !== undefined ? `@${grouped(o.trigger)}` : o.limit === undefined ? 'market' : grouped(o.limit)),
    },
    { title: 'worth', width: 11, align: 'right', rank: 7, sort: 'worth', cell: (o) => figure(money(orderWorth(o))) },
    {
      title: '',
      width: 11,
      align: 'left',
      rank: 6,
      cell: (o) => span(o.reduceOnly ? 'reduce only' : 'can add', o.reduceOnly ? 'quiet' : 'plain'),
    },
    {
      title: 'age',
      width: 7,
      align: 'right',
      rank: 5,
      sort: 'age',
      cell: (o) => figure(duration(o.ageMs), 'quiet', { stale }),
    },
  ];
}

/** Rows for each of two lists with a heading over it: a half for the second one, more where the first leaves some. */
function roomFor(positions: number, orders: number, height: number): readonly [number, number] {
  const forOrders = orders === 0 ? 0 : Math.min(orders + 1, Math.max(2, Math.floor(height / 2)));
  const positionRows = Math.min(positions, Math.max(1, height - forOrders - 1));
  return [positionRows, Math.max(0, height - positionRows - 2)];
}

/** The panel's rows: positions first, then orders, each about the chosen row; both say so when there are none. */
export function formatPositions(slice: PositionsSlice, width: number, height: number): readonly StyledLine[] {
  const { filter, selected } = slice;
  if (slice.positions.all.length === 0 && slice.orders.all.length === 0)
    return [line(span('  flat: no position, no order', 'quiet'))];
  const positions = slice.positions.shown;
  const orders = slice.orders.shown;
  if (positions.length === 0 && orders.length === 0) return [nothingWith(filter)];
  const [positionRoom, orderRoom] = roomFor(positions.length, orders.length, height);
  const mark = markOf(slice.sort);
  const at = positions.findIndex((each) => positionKey(each) === selected);
  const table = formatTable(positionColumns(slice), windowAround(positions, at, positionRoom), width, mark);
  const lines: StyledLine[] =
    positions.length === 0
      ? [line(span(filter === '' ? '  no position' : `  no position has “${filter}”`, 'quiet'))]
      : [table.head, ...table.rows];
  if (orders.length === 0) return lines;
  if (orderRoom < 1) return [...lines, line(span(`  ${orders.length} orders work`, 'quiet'))];
  const from = orders.findIndex((each) => orderKey(each) === selected);
  const orderTable = formatTable(orderColumns(slice), windowAround(orders, from, orderRoom), width, mark);
  return [...lines, orderTable.head, ...orderTable.rows];
}
