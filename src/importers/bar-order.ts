/** The order of the prices in bars without a header, found by which order makes bars of the first rows. */
import { splitFields } from './csv.ts';
import { DecimalReader } from './decimals.ts';
import { barFault } from './formats/bars.ts';
import type { FileLayout } from './market-event.ts';
import { grouped } from './text.ts';

const MOST_ROWS = 1000;

interface OrderFound {
  readonly order: FileLayout['barOrder'];
  readonly note: string;
}

/**
 * Holds the rows against both orders that are in use: open, high, low, close (most), and open, close, high,
 * low (Bitfinex). Undefined when fewer than nine rows of ten are bars under either.
 */
export function findBarOrder(rows: readonly string[]): OrderFound | undefined {
  const decimals = new DecimalReader();
  let first = 0;
  let second = 0;
  let judged = 0;
  for (const row of rows.slice(0, MOST_ROWS)) {
    const prices = splitFields(row)
      .slice(1, 5)
      .map((text) => decimals.read(text));
    const [a, b, c, d] = prices;
    judged++;
    if (a === undefined || b === undefined || c === undefined || d === undefined) continue;
    if (barFault(a, b, c, d) === undefined) first++;
    if (barFault(a, c, d, b) === undefined) second++;
  }
  if (Math.max(first, second) * 10 < judged * 9) return undefined;
  const order = second > first ? 'open-close-high-low' : 'open-high-low-close';
  const names = { 'open-high-low-close': 'open, high, low, close', 'open-close-high-low': 'open, close, high, low' };
  const counts =
    first === second
      ? `the first ${grouped(judged)} rows fit both orders`
      : `of the first ${grouped(judged)} rows ${grouped(first)} fit open, high, low, close and ${grouped(second)} fit open, close, high, low`;
  return { order, note: `columns read as time, ${names[order]}, volume: ${counts}` };
}
