/** Tables that leave out columns, the least important first, until they fit. */
import { clipLine, fitLine, lineWidth, type Span, type StyledLine, span } from './line.ts';
import { textWidth } from './width.ts';

/** What the table is sorted by, and whether values go down the rows. */
export interface SortMark {
  readonly by: string;
  readonly descending: boolean;
}

export interface Column<T> {
  readonly title: string;
  readonly width: number;
  readonly align: 'left' | 'right';
  /** 1 is the most important; a column without room is left out, a narrower one of a higher number may stay. */
  readonly rank: number;
  /** Takes room that is left over, up to this width. At most one column grows. */
  readonly grows?: number;
  /** Name of the sort that goes by this column. */
  readonly sort?: string;
  cell(row: T): Span | StyledLine;
}

const GAP = 1;

/** The columns that fit into `width`, with their widths. */
function layOut<T>(columns: ReadonlyArray<Column<T>>, width: number): ReadonlyArray<readonly [Column<T>, number]> {
  let used = -GAP;
  const kept = new Set<Column<T>>();
  for (const column of [...columns].sort((a, b) => a.rank - b.rank)) {
    const needed = column.width + GAP;
    if (kept.size > 0 && used + needed > width) continue;
    kept.add(column);
    used += needed;
  }
  const spare = width - used;
  return columns
    .filter((column) => kept.has(column))
    .map((column) => [
      column,
      Math.min(width, Math.max(column.width, Math.min(column.grows ?? 0, column.width + spare))),
    ]);
}

function place(styled: StyledLine, width: number, align: 'left' | 'right'): StyledLine {
  const clipped = clipLine(styled, width);
  if (align === 'left') return fitLine(clipped, width);
  const missing = width - lineWidth(clipped);
  return missing > 0 ? [span(' '.repeat(missing)), ...clipped] : clipped;
}

const asLine = (cell: Span | StyledLine): StyledLine => ('text' in cell ? [cell] : cell);

const isMarked = <T>({ sort }: Column<T>, mark: SortMark | undefined): mark is SortMark =>
  mark !== undefined && sort === mark.by;

/** With room for the mark, whether it is there or not: no column moves for it. The one that is sorted by is not left out. */
function withRoom<T>(column: Column<T>, mark: SortMark | undefined): Column<T> {
  if (column.sort === undefined) return column;
  const width = Math.max(column.width, textWidth(column.title) + 1);
  return { ...column, width, rank: isMarked(column, mark) ? Math.min(column.rank, 1) : column.rank };
}

/** The mark stands where the title does not: before one at the right. */
function heading<T>(column: Column<T>, mark: SortMark | undefined): Span {
  const { title, align } = column;
  if (!isMarked(column, mark)) return span(title, 'quiet');
  const arrow = mark.descending ? '▾' : '▴';
  return span(align === 'right' ? arrow + title : title + arrow, 'strong');
}

/** A head line and one line for each row, none wider than `width`. */
export function formatTable<T>(
  columns: ReadonlyArray<Column<T>>,
  rows: readonly T[],
  width: number,
  mark?: SortMark,
): { readonly head: StyledLine; readonly rows: readonly StyledLine[] } {
  const layout = layOut(
    columns.map((column) => withRoom(column, mark)),
    width,
  );
  const join = (cell: (column: Column<T>) => Span | StyledLine): StyledLine =>
    clipLine(
      layout.flatMap(([column, columnWidth], index) => [
        ...(index > 0 ? [span(' '.repeat(GAP))] : []),
        ...place(asLine(cell(column)), columnWidth, column.align),
      ]),
      width,
    );
  return {
    head: join((column) => heading(column, mark)),
    rows: rows.map((row) => join((column) => column.cell(row))),
  };
}

/** The part of a list that is `height` rows high and has row `selected` in it. */
export function windowAround<T>(rows: readonly T[], selected: number, height: number): readonly T[] {
  if (rows.length <= height) return rows;
  const start = Math.min(rows.length - height, Math.max(0, selected - Math.floor(height / 2)));
  return rows.slice(start, start + height);
}
