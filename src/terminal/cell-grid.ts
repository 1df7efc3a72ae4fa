/** A grid of terminal cells, and the shortest text that turns what is shown into what is wanted. */

/** Styles by number: SGR parameters such as `1;32`, empty for plain. */
export class StyleTable {
  readonly #numbers = new Map<string, number>([['', 0]]);
  readonly #parameters: string[] = [''];

  /** The number of a style, the same for the same parameters. */
  numberOf(parameters: string): number {
    let number = this.#numbers.get(parameters);
    if (number === undefined) {
      number = this.#parameters.length;
      this.#parameters.push(parameters);
      this.#numbers.set(parameters, number);
    }
    return number;
  }

  parametersOf(number: number): string {
    return this.#parameters[number] ?? '';
  }
}

/** Row by row; the right half of a wide character is an empty string. */
export class CellGrid {
  readonly columns: number;
  readonly rows: number;
  readonly chars: string[];
  readonly styles: Uint16Array;

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
    this.chars = new Array<string>(columns * rows).fill(' ');
    this.styles = new Uint16Array(columns * rows);
  }

  /** Blanks the cells of one row from `from` up to, not including, `to`. */
  erase(row: number, from: number, to: number): void {
    if (row < 0 || row >= this.rows) return;
    const start = row * this.columns;
    this.chars.fill(' ', start + Math.max(0, from), start + Math.min(this.columns, to));
    this.styles.fill(0, start + Math.max(0, from), start + Math.min(this.columns, to));
  }

  clear(): void {
    this.chars.fill(' ');
    this.styles.fill(0);
  }

  /** Moves everything up by one row, as a line feed on the last row does. */
  scroll(): void {
    this.chars.copyWithin(0, this.columns);
    this.styles.copyWithin(0, this.columns);
    this.erase(this.rows - 1, 0, this.columns);
  }
}

const ESCAPE = '\u001b[';
/** Up to this many unchanged cells are written again when that is shorter than moving over them. */
const SHORT_GAP = 4;
/** Characters from here on are wide or of a width that terminals disagree on. */
const WIDTH_IN_DOUBT = '\u2fff';

/** Writes only the runs that differ, and keeps the grid that the terminal shows. */
export class CellDiff {
  readonly #styles: StyleTable;
  #shown: CellGrid;
  #valid = false;

  constructor(columns: number, rows: number, styles: StyleTable) {
    this.#styles = styles;
    this.#shown = new CellGrid(columns, rows);
  }

  /** Nothing is known of the screen any more: the next text paints all of it. */
  invalidate(): void {
    this.#valid = false;
  }

  /** The text that makes the terminal show `wanted`; empty when it does so already. */
  update(wanted: CellGrid): string {
    let out = '';
    if (!this.#valid) {
      out = `${ESCAPE}0m${ESCAPE}2J`;
      this.#shown.clear();
      this.#valid = true;
    }
    const pen = { style: 0, column: -1, row: -1 };
    for (let row = 0; row < wanted.rows; row++) out += this.#updateRow(wanted, row, pen);
    return pen.style === 0 ? out : `${out}${ESCAPE}0m`;
  }

  #updateRow(wanted: CellGrid, row: number, pen: Pen): string {
    const { columns } = wanted;
    const start = row * columns;
    const shown = this.#shown;
    let out = '';
    for (let column = 0; column < columns; column++) {
      const at = start + column;
      if (wanted.chars[at] === shown.chars[at] && wanted.styles[at] === shown.styles[at]) continue;
      out += this.#move(wanted, row, column, pen) + this.#style(wanted.styles[at] ?? 0, pen) + wanted.chars[at];
      column = this.#keep(wanted, at, column, pen, row);
    }
    return out;
  }

  /** Notes the written cell as shown, with its right half, and where the cursor is now. Gives the last column. */
  #keep(wanted: CellGrid, cell: number, column: number, pen: Pen, row: number): number {
    const char = wanted.chars[cell] ?? ' ';
    let last = column;
    this.#show(wanted, cell);
    while (last + 1 < wanted.columns && wanted.chars[cell + last + 1 - column] === '') {
      last++;
      this.#show(wanted, cell + last - column);
    }
    pen.column = last + 1;
    pen.row = row;
    const inDoubt = char.length > 1 || char > WIDTH_IN_DOUBT;
    if (inDoubt || pen.column >= wanted.columns) pen.row = -1;
    return last;
  }

  #show(wanted: CellGrid, at: number): void {
    this.#shown.chars[at] = wanted.chars[at] ?? ' ';
    this.#shown.styles[at] = wanted.styles[at] ?? 0;
  }

  #move(wanted: CellGrid, row: number, column: number, pen: Pen): string {
    if (pen.row === row && pen.column === column) return '';
    if (pen.row !== row || pen.column > column) return `${ESCAPE}${row + 1};${column + 1}H`;
    const gap = column - pen.column;
    const start = row * wanted.columns;
    let between = '';
    for (let at = start + pen.column; at < start + column && gap <= SHORT_GAP; at++) {
      const char = wanted.chars[at] ?? '';
      if (wanted.styles[at] !== pen.style || char.length !== 1 || char > '~') return `${ESCAPE}${gap}C`;
      between += char;
    }
    return gap <= SHORT_GAP ? between : `${ESCAPE}${gap}C`;
  }

  #style(style: number, pen: Pen): string {
    if (style === pen.style) return '';
    const parameters = this.#styles.parametersOf(style);
    const reset = pen.style === 0 ? '' : '0;';
    pen.style = style;
    return parameters === '' ? `${ESCAPE}0m` : `${ESCAPE}${reset}${parameters}m`;
  }
}

/** Where the terminal's cursor is while an update is written, and its style. Row −1: not known. */
interface Pen {
  style: number;
  column: number;
  row: number;
}
