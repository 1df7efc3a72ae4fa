/** The dialog for leaving: nothing that stays at a venue goes unsaid. */
import { expect, it } from 'vitest';
import { formatCode, formatQuit } from '../../../../components/format/dialogs.ts';
import { plainText } from '../../../../components/text/line.ts';
import { initialState } from '../../../../state/model.ts';
import type { EngineView } from '../../../../state/view.ts';
import { onPaperAtVenue } from '../../../fixtures/console-live.ts';
import { engineView, orderView, proposalView } from '../../../fixtures/console-view.ts';

it('tells of real positions that a live session before this one has left at the venue', () => {
  const view = { ...onPaperAtVenue(), positions: [], orders: [] };
  const lines = formatQuit({ kind: 'quit', selected: 'stay', to: 'exit' }, { ...initialState(80, 24), view }, 20);
  const text = lines.map((line) => line.map((part) => part.text).join('')).join('\n');
  expect(text).toMatch(/REAL POSITIONS +stay at the venue/);
  expect(text).toContain(`--continue, then L, takes them up, of ${view.leftLive}`);
});

const rows = (changes: Parameters<typeof engineView>[0], height = 20) =>
  formatQuit(
    { kind: 'quit', selected: 'stay', to: 'exit' },
    { ...initialState(80, 24), view: engineView({ positions: [], orders: [], ...changes }) },
    height,
  ).map(plainText);
const three = [12, 13, 14].map((proposalId) => proposalView({ proposalId }));

it.each([
  ['an engine that ends', {}, 'Waiting for your answer; no order without one:'],
  ['one that goes on', { attached: true }, 'Waiting for your answer; without one it EXPIRES:'],
  [
    'one that goes on and trades by itself',
    { attached: true, proposals: [proposalView({ atExpiry: 'clears' })] },
    'Waiting for your answer; without one POLICY TRADES:',
  ],
] as const)('tells what waits for an answer, of %s', (_, changes, heading) => {
  expect(rows(changes).slice(0, 3)).toEqual([
    'No position and no order is open.',
    heading,
    '  BUY 0.012 BTC/USDT  #12  13.2 s left',
  ]);
});

it('says nothing of proposals where none waits', () => {
  expect(rows({ proposals: [] })).toEqual(['No position and no order is open.', '', '  l  leave', '▸ s  stay']);
});

it('of loosening control says that what waits is withdrawn, where it will be', () => {
  const told = (from: 'manual' | 'veto', to: 'veto' | 'auto', proposals: EngineView['proposals']) => {
    const code = {
      kind: 'code',
      purpose: { kind: 'loosen', from, to },
      code: 'K7QF',
      typed: '',
      wrong: false,
    } as const;
    return formatCode(code, engineView({ proposals }), 20).map(plainText).join('\n');
  };
  expect(told('manual', 'veto', three)).toContain('The 3 that wait are withdrawn, not traded.');
  expect(told('manual', 'veto', three.slice(2))).toContain('The one that waits is withdrawn, not traded.');
  expect(told('manual', 'veto', [])).not.toContain('withdrawn');
  expect(told('veto', 'auto', three)).not.toContain('withdrawn');
});

it('keeps its choices whatever the height', () => {
  const orders = Array.from({ length: 9 }, (_, orderId) => orderView({ orderId }));
  for (let height = 5; height < 20; height++) {
    const shown = rows({ proposals: three, orders }, height);
    expect(shown.length).toBeLessThanOrEqual(height);
    expect(shown.slice(-3).map((row) => row.trim().slice(-30))).toEqual(
      rows({ orders }, 20)
        .slice(-3)
        .map((row) => row.trim().slice(-30)),
    );
  }
});
