/** What is shown where room is short: what a position is judged by comes first, and a list takes no more than it needs. */
import { expect, it } from 'vitest';
import { formatPalette, PALETTE_ROWS } from '../../../../components/format/palette.ts';
import { PANEL_SPECS } from '../../../../components/panels/specs.ts';
import { plainText } from '../../../../components/text/line.ts';
import { shown } from '../../../fixtures/console-rig.ts';
import { positionView } from '../../../fixtures/console-view.ts';

it('tells entry, stop, target, PnL and R of a position in 80 columns', () => {
  const state = shown({ positions: [positionView({ symbol: 'BTC/USDT:USDT' })], orders: [] }).store.getState();
  const spec = PANEL_SPECS.positions;
  const [head = '', row] = spec
    .format(spec.select(state), 80, 8, { plotter: undefined, glyphs: 'braille' })
    .map(plainText);
  for (const title of ['entry', 'stop', 'target', 'PnL', 'R']) expect(head).toContain(title);
  expect(row).toContain('BTC/USDT:USDT');
  expect(row).toContain('3,522.10');
});

it('is as low as what fits what was typed', () => {
  const state = shown().store.getState();
  const rows = (text: string) => formatPalette({ kind: 'palette', text, selected: undefined }, state, 72, 40);
  expect(rows('')).toHaveLength(PALETTE_ROWS);
  const few = rows('drawdown');
  expect(few.length).toBeLessThan(6);
  expect(few.every((row) => plainText(row).trim() !== '')).toBe(true);
});
