/** Tables as CSV (RFC 4180) that a spreadsheet can open without running what stands in it. */
import type { Cell, ColumnType, Table } from './brain-tables.ts';

/** A spreadsheet takes a text that begins like this for a formula; an apostrophe before it makes it a text again. */
const FORMULA = /^[=+\-@\t\r]/;
const PLAIN_NUMBER = /^-?\d+(?:\.\d+)?$/;

/** The header: columns of times lose their unit, for they are written as text. */
export function csvHeader({ columns }: Table): string {
  return csvLine(Object.entries(columns).map(([name, type]) => (type === 'us' ? name.replace(/_us$/, '') : name)));
}

export function csvRow({ columns }: Table, row: Readonly<Record<string, Cell>>): string {
  return csvLine(Object.entries(columns).map(([name, type]) => cellText(row[name] ?? null, type)));
}

/** A value as it stands in a cell, before quotes. */
export function cellText(value: Cell, type: ColumnType): string {
  if (value === null) return '';
  if (type === 'us') return isoText(Number(value));
  const text = String(value);
  const isNumber = typeof value === 'number' || (type === 'decimal' && PLAIN_NUMBER.test(text));
  return isNumber || !FORMULA.test(text) ? text : `'${text}`;
}

/** `2026-11-21T12:59:29.123456Z` */
function isoText(us: number): string {
  const date = new Date(Math.floor(us / 1000));
  if (Number.isNaN(date.getTime())) return String(us);
  return `${date.toISOString().slice(0, -1)}${String(us % 1000).padStart(3, '0')}Z`;
}

/** Cells as a line, those quoted that need it. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\r\n`;
}
