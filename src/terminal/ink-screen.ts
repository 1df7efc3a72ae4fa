/** Reads the few sequences that Ink writes into a grid of cells, as a terminal without auto-wrap would. */
import type { Painted } from '../../components/canvas.ts';
import { charWidth } from '../../components/text/width.ts';
import { CellGrid, StyleTable } from './cell-grid.ts';

const ESCAPE = 0x1b;
const ATTRIBUTES_OFF: Readonly<Record<number, readonly number[]>> = {
  22: [1, 2],
  23: [3],
  24: [4],
  25: [5],
  27: [7],
  28: [8],
  29: [9],
};

/** What came out of a piece of text besides cells. */
export interface ScreenSignals {
  /** A frame was closed by the end of a synchronized update. */
  onFrame(): void;
}

export class InkScreen {
  readonly styles = new StyleTable();
  readonly #signals: ScreenSignals;
  grid: CellGrid;
  /** True between the marks of a synchronized update. */
  inFrame = false;
  /** True when cells may have changed since this was last set to false. */
  dirty = false;
  #column = 0;
  #row = 0;
  /** The last column is written and the cursor would stand behind it. */
  #full = false;
  /** By the number of the style. */
  readonly #looks: Look[] = [{ attributes: new Set(), foreground: '', background: '' }];
  /** From a style and a sequence to the style that it leads to. */
  readonly #nextStyles = new Map<string, number>();
  #style = 0;

  constructor(columns: number, rows: number, signals: ScreenSignals) {
    this.grid = new CellGrid(columns, rows);
    this.#signals = signals;
  }

  resize(columns: number, rows: number): void {
    this.grid = new CellGrid(columns, rows);
    this.#column = 0;
    this.#row = 0;
    this.#full = false;
  }

  write(text: string): void {
    let at = 0;
    while (at < text.length) {
      const code = text.charCodeAt(at);
      if (code === ESCAPE) at = this.#escape(text, at);
      else if (code < 0x20 || code === 0x7f) at = this.#control(code, at);
      else at = this.#print(text, at, code);
    }
  }

  /** Rows at a place; each begins and ends without a style. */
  paint({ place, rows }: Painted): void {
    rows.forEach((row, i) => {
      if (place.y + i >= this.grid.rows) return;
      this.#sequence('0', 'm');
      this.#sequence(`${place.y + i + 1};${place.x + 1}`, 'H');
      this.write(row);
    });
  }

  #control(code: number, at: number): number {
    if (code === 0x0a) {
      this.#column = 0;
      if (this.#row === this.grid.rows - 1) {
        this.grid.scroll();
        this.dirty = true;
      } else this.#row++;
    } else if (code === 0x0d) this.#column = 0;
    this.#full = false;
    return at + 1;
  }

  #print(text: string, at: number, code: number): number {
    const char = code < 0x7f ? (text[at] ?? ' ') : String.fromCodePoint(text.codePointAt(at) ?? 0x20);
    const width = code < 0x7f ? 1 : charWidth(char);
    if (width === 0) this.#combine(char);
    else if (!this.#full && this.#column + width <= this.grid.columns) this.#put(char, width);
    else this.#full = true;
    return at + char.length;
  }

  /** A mark without width belongs to the character before it. */
  #combine(char: string): void {
    const column = this.#full ? this.#column : this.#column - 1;
    const at = this.#row * this.grid.columns + column;
    if (column >= 0 && this.grid.chars[at] !== undefined) this.grid.chars[at] += char;
    this.dirty = true;
  }

  #put(char: string, width: number): void {
    const { grid } = this;
    const at = this.#row * grid.columns + this.#column;
    this.#splitWide(at, this.#style);
    this.#splitWide(at + width - 1, this.#style);
    grid.chars[at] = char;
    grid.styles[at] = this.#style;
    if (width === 2) {
      grid.chars[at + 1] = '';
      grid.styles[at + 1] = this.#style;
    }
    this.dirty = true;
    this.#column += width;
    if (this.#column >= grid.columns) {
      this.#column = grid.columns - 1;
      this.#full = true;
    }
  }

  /** Writing over half of a wide character blanks its other half, in the style of what is written. */
  #splitWide(at: number, style: number): void {
    const { chars } = this.grid;
    if (chars[at] === '') this.#blankPair(at - 1, style);
    else if (chars[at + 1] === '') this.#blankPair(at, style);
  }

  #blankPair(at: number, style: number): void {
    this.grid.chars.fill(' ', at, at + 2);
    this.grid.styles.fill(style, at, at + 2);
  }

  #escape(text: string, at: number): number {
    const next = text[at + 1];
    if (next === ']' || next === 'P' || next === '_' || next === '^') return this.#skipString(text, at);
    if (next !== '[') return at + 2;
    let end = at + 2;
    while (end < text.length && (text.charCodeAt(end) < 0x40 || text.charCodeAt(end) > 0x7e)) end++;
    this.#sequence(text.slice(at + 2, end), text[end] ?? '');
    return end + 1;
  }

  /** Titles, links and the like never reach the terminal. */
  #skipString(text: string, at: number): number {
    const bell = text.indexOf('\u0007', at);
    const end = text.indexOf('\u001b\\', at);
    if (bell >= 0 && (end < 0 || bell < end)) return bell + 1;
    return end >= 0 ? end + 2 : text.length;
  }

  #sequence(parameters: string, final: string): void {
    if (final === 'm') {
      this.#setStyle(parameters);
      return;
    }
    if (/^[?<>=]/.test(parameters)) {
      if (parameters === '?2026') this.#synchronize(final === 'h');
      return;
    }
    this.#full = false;
    const [first = 0, second = 0] = parameters.split(';').map((each) => Number.parseInt(each, 10) || 0);
    this.#moveOrErase(final, first, second);
  }

  /** Other modes (cursor, alternate screen) are the owner's business, not Ink's. */
  #synchronize(begins: boolean): void {
    this.inFrame = begins;
    if (!begins) this.#signals.onFrame();
  }

  #moveOrErase(final: string, first: number, second: number): void {
    const step = first || 1;
    const row = this.#row;
    const column = this.#column;
    if (final === 'A') this.#moveTo(row - step, column);
    else if (final === 'B') this.#moveTo(row + step, column);
    else if (final === 'C') this.#moveTo(row, column + step);
    else if (final === 'D') this.#moveTo(row, column - step);
    else if (final === 'E') this.#moveTo(row + step, 0);
    else if (final === 'F') this.#moveTo(row - step, 0);
    else if (final === 'G') this.#moveTo(row, step - 1);
    else if (final === 'H' || final === 'f') this.#moveTo(step - 1, (second || 1) - 1);
    else if (final === 'J') this.#eraseScreen(first);
    else if (final === 'K') this.#eraseLine(first);
  }

  #moveTo(row: number, column: number): void {
    this.#row = Math.min(this.grid.rows - 1, Math.max(0, row));
    this.#column = Math.min(this.grid.columns - 1, Math.max(0, column));
  }

  #eraseLine(mode: number): void {
    const from = mode === 0 ? this.#column : 0;
    const to = mode === 1 ? this.#column + 1 : this.grid.columns;
    const start = this.#row * this.grid.columns;
    this.#splitWide(start + from, 0);
    this.#splitWide(start + to - 1, 0);
    this.grid.erase(this.#row, from, to);
    this.dirty = true;
  }

  #eraseScreen(mode: number): void {
    const { grid } = this;
    this.#eraseLine(mode);
    const from = mode === 0 ? this.#row + 1 : 0;
    const to = mode === 1 ? this.#row : grid.rows;
    for (let row = from; row < to; row++) grid.erase(row, 0, grid.columns);
  }

  /** The same few sequences come in every frame: what they lead to from a style is worked out once. */
  #setStyle(parameters: string): void {
    const key = `${this.#style} ${parameters}`;
    let next = this.#nextStyles.get(key);
    if (next === undefined) {
      next = this.#worked(parameters);
      this.#nextStyles.set(key, next);
    }
    this.#style = next;
  }

  #worked(parameters: string): number {
    const { attributes, foreground, background } = this.#looks[this.#style]!;
    const look = { attributes: new Set(attributes), foreground, background };
    const codes = (parameters === '' ? '0' : parameters).split(';').map(Number);
    for (let i = 0; i < codes.length; i++) i += applyCode(look, codes, i);
    const parts = [...look.attributes].sort((a, b) => a - b).map(String);
    if (look.foreground !== '') parts.push(look.foreground);
    if (look.background !== '') parts.push(look.background);
    const number = this.styles.numberOf(parts.join(';'));
    this.#looks[number] = look;
    return number;
  }
}

/** What a style is made of. */
interface Look {
  readonly attributes: Set<number>;
  foreground: string;
  background: string;
}

/** Applies one code; gives the number of further codes that belong to it. */
function applyCode(look: Look, codes: readonly number[], index: number): number {
  const code = codes[index] ?? 0;
  if (code === 38 || code === 48) {
    const length = codes[index + 1] === 2 ? 5 : 3;
    const colour = codes.slice(index, index + length).join(';');
    if (code === 38) look.foreground = colour;
    else look.background = colour;
    return length - 1;
  }
  if (code === 0) {
    look.attributes.clear();
    look.foreground = '';
    look.background = '';
  } else if (code < 10) look.attributes.add(code);
  else if (ATTRIBUTES_OFF[code] !== undefined) for (const off of ATTRIBUTES_OFF[code]) look.attributes.delete(off);
  else if (code === 39) look.foreground = '';
  else if (code === 49) look.background = '';
  else if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) look.foreground = String(code);
  else if ((code >= 40 && code <= 47) || (code >= 100 && code <= 107)) look.background = String(code);
  return 0;
}
