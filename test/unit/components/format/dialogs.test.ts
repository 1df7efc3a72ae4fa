/** The dialog for leaving: nothing that stays at a venue goes unsaid. */
import { expect, it } from 'vitest';
import { formatQuit } from '../../../../components/format/dialogs.ts';
import { initialState } from '../../../../state/model.ts';
import { onPaperAtVenue } from '../../../fixtures/console-live.ts';

it('tells of real positions that a live session before this one has left at the venue', () => {
  const view = { ...onPaperAtVenue(), positions: [], orders: [] };
  const lines = formatQuit({ kind: 'quit', selected: 'stay', to: 'exit' }, { ...initialState(80, 24), view });
  const text = lines.map((line) => line.map((part) => part.text).join('')).join('\n');
  expect(text).toMatch(/REAL POSITIONS +stay at the venue/);
  expect(text).toContain(`--continue, then L, takes them up, of ${view.leftLive}`);
});
