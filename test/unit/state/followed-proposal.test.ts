/** The chart is of the chosen proposal's symbol unless another was chosen by hand, and its title says why. */
import { expect, it } from 'vitest';
import { chartNote } from '../../../components/format/chart.ts';
import { chartSliceOf } from '../../../components/panels/specs.ts';
import { chartLines } from '../../../src/plain/chart-words.ts';
import { enabledBindings } from '../../../state/keymap/dispatch.ts';
import { selectedSymbol } from '../../../state/rows.ts';
import { type ConsoleRig, shown } from '../../fixtures/console-rig.ts';
import { proposalView } from '../../fixtures/console-view.ts';

const ETH = proposalView({ proposalId: 15, instrument: 1, symbol: 'ETH/USDT' });
const SOL = proposalView({ proposalId: 16, instrument: 2, symbol: 'SOL/USDT', expiresAtUs: ETH.expiresAtUs + 1 });

const chosen = (rig: ConsoleRig) => selectedSymbol(rig.store.getState())?.symbol;
const title = (rig: ConsoleRig) =>
  chartNote(chartSliceOf(rig.store.getState(), 'price'), { plotter: undefined, glyphs: 'braille' });
const footer = (rig: ConsoleRig, name: string) =>
  enabledBindings(rig.store.getState()).find((each) => each.name === name)?.footer;

it('is of the first that waits, of the next one when that is chosen, and as before when none waits', () => {
  const rig = shown({ proposals: [ETH, SOL] });
  expect(title(rig)).toMatch(/^price {2}ETH\/USDT of #15 /);
  rig.press('n');
  expect(title(rig)).toMatch(/^~price {2}SOL\/USDT of #16 /);
  expect(chartLines(rig.store.getState())[0]).toMatch(/^chart, price: SOL\/USDT of #16, /);
  rig.show({ proposals: [] });
  expect(title(rig)).toMatch(/^price {2}BTC\/USDT {2}/);
});

it('stays on a symbol that was chosen by hand, until a proposal is chosen again', () => {
  const rig = shown({ proposals: [ETH] });
  rig.press('1');
  rig.press('j');
  expect(title(rig)).toMatch(/^~price {2}SOL\/USDT chosen, not #15 /);
  expect(footer(rig, 'next-proposal')).toBe('its chart');
  rig.press('n');
  expect(chosen(rig)).toBe('ETH/USDT');
  expect(footer(rig, 'next-proposal')).toBeUndefined();
});

it('gives way to a filter of ticks that leaves it out, and comes back when it is moved to among approvals', () => {
  const rig = shown({ proposals: [ETH, SOL] });
  for (const key of ['/', ...'btc/usdt', '\r']) rig.press(key);
  expect(title(rig)).toMatch(/^~?price {2}BTC\/USDT chosen, not #15 /);
  for (const key of ['7', 'j']) rig.press(key);
  expect(chosen(rig)).toBe('SOL/USDT');
});
