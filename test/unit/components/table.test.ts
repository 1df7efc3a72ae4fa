/** Tables: what is sorted by is marked, and no column moves for it. */
import { expect, it } from 'vitest';
import { plainText, span } from '../../../components/text/line.ts';
import { type Column, formatTable } from '../../../components/text/table.ts';

type Row = readonly [name: string, worth: string];
const COLUMNS: ReadonlyArray<Column<Row>> = [
  { title: 'name', width: 4, align: 'left', rank: 1, sort: 'name', cell: ([name]) => span(name) },
  { title: 'worth', width: 5, align: 'right', rank: 2, sort: 'worth', cell: ([, worth]) => span(worth) },
  { title: 'other', width: 5, align: 'right', rank: 3, cell: () => span('1') },
];
const rows: readonly Row[] = [['BTC', '12.3']];
const lines = (mark?: Parameters<typeof formatTable>[3], width = 40) => {
  const table = formatTable(COLUMNS, rows, width, mark);
  return [table.head, ...table.rows].map(plainText);
};

it.each([
  [undefined, 'name   worth other'],
  [{ by: 'name', descending: false }, 'name▴  worth other'],
  [{ by: 'worth', descending: true }, 'name  ▾worth other'],
] as const)('of the sort %j', (mark, head) => {
  expect(lines(mark)).toEqual([head, 'BTC     12.3     1']);
});

it('keeps the column that it is sorted by where there is little room', () => {
  expect(lines({ by: 'worth', descending: true }, 12)).toEqual(['name  ▾worth', 'BTC     12.3']);
  expect(lines(undefined, 6)).toEqual(['name ', 'BTC  ']);
});
