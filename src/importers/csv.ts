/** Rows of comma-separated values: header, comments and blank lines dealt with, fields counted, columns found. */
import type { LineParser, ParserContext } from './market-event.ts';
import { quote } from './text.ts';

/** Reads one row; gives the reason when it is bad. */
export type RowReader = (fields: readonly string[], line: number) => string | undefined;

/** Fields of one line; quotes around a field are taken off, a doubled quote inside stands for one. */
export function splitFields(line: string): string[] {
  if (!line.includes('"')) return (line.includes(', ') ? line.replace(/, +/g, ',') : line).split(',');
  const fields: string[] = [];
  let field = '';
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const c = line[i];
    if (quoted) {
      if (c !== '"') field += c;
      else if (line[i + 1] === '"') field += line[++i];
      else quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === ',') {
      fields.push(field);
      field = '';
    } else field += c;
  }
  fields.push(field);
  return fields;
}

/** A column name without regard to case, spaces and signs: `Kline open time` → `kline open time`. */
export function plainColumn(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();
}

/** Parser of a file of rows. `finish` runs after the last one. */
export class CsvParser implements LineParser {
  readonly #context: ParserContext;
  readonly #readRow: RowReader;
  readonly #finish: () => void;
  #width: number;

  constructor(context: ParserContext, readRow: RowReader, finish: () => void = () => {}) {
    this.#context = context;
    this.#readRow = readRow;
    this.#finish = finish;
    this.#width = context.layout.columns.length;
  }

  line(text: string, line: number): void {
    const { handler, layout } = this.#context;
    if (text === '' || text.charCodeAt(0) === 35) {
      handler.ignore(text === '' ? 'blank' : 'comment');
      return;
    }
    if (line <= layout.headerLine) {
      handler.ignore(line === layout.headerLine ? 'header' : 'preamble');
      return;
    }
    const fields = splitFields(text);
    if (this.#width === 0) this.#width = fields.length;
    const reason =
      fields.length === this.#width
        ? this.#readRow(fields, line)
        : `has ${fields.length} fields instead of ${this.#width}`;
    if (reason !== undefined) handler.bad(line, reason);
  }

  end(): void {
    this.#finish();
  }
}

/** Index of the first of `names` among the columns, exactly as written; −1 when none is there. */
export function exactColumn(columns: readonly string[], ...names: readonly string[]): number {
  for (const name of names) {
    const index = columns.indexOf(name);
    if (index >= 0) return index;
  }
  return -1;
}

const YES = new Set(['true', 'True', 'TRUE', '1']);
const NO = new Set(['false', 'False', 'FALSE', '0']);

/** A yes or no of a CSV, or undefined. */
export function readFlag(text: string): boolean | undefined {
  return YES.has(text) ? true : NO.has(text) ? false : undefined;
}

/** A whole number from 0 that is exact, or undefined. */
export function readWhole(text: string): number | undefined {
  if (!/^\d{1,16}$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** Reason for a field that does not read. */
export function notA(what: string, text: string | undefined): string {
  return `${quote(text ?? '')} is no ${what}`;
}
