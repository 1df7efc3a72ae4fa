/** The book under the ticks: its sizes are read in a moment, or not at all. */
import { expect, it } from 'vitest';
import { formatBook } from '../../../../components/format/ticks.ts';
import { plainText } from '../../../../components/text/line.ts';
import { symbolView } from '../../../fixtures/console-view.ts';

it('groups sizes as prices are, one under the other', () => {
  const symbol = symbolView({ bids: [['0.12676', '95555']], asks: [['0.12678', '6991']] });
  const rows = formatBook(symbol, 44, 10, false).map(plainText);
  expect(rows[1]).toMatch(/^ {5}0\.12678 {7}6,991 /);
  expect(rows[3]).toMatch(/^ {5}0\.12676 {6}95,555 /);
});
