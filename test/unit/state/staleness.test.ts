/** What may be old: a symbol by its own feed and book, money by the worst of them, everything when the engine is silent. */
import { expect, it } from 'vitest';
import { initialState } from '../../../state/model.ts';
import { reduce } from '../../../state/reducer.ts';
import { isAccountStale, isSilent, SILENT_AFTER_MS, staleInstruments } from '../../../state/staleness.ts';
import type { EngineView } from '../../../state/view.ts';
import { engineView, replayView, symbolView } from '../../fixtures/console-view.ts';

const symbols = (['live', 'stale', 'gap', 'down', 'waiting'] as const)
  .map((feed, instrument) => symbolView({ instrument, feed }))
  .concat(symbolView({ instrument: 5, book: 'gap' }));

function stateAt(ageMs: number, changes: Partial<EngineView> = {}) {
  const view = engineView({ symbols, ...changes });
  return { ...reduce(initialState(80, 24), { type: 'view', view, lastLogId: 0, atMs: 0 }), nowMs: ageMs };
}

it('is told symbol by symbol: what waits has no number yet that could be old', () => {
  expect([...staleInstruments(stateAt(0))]).toEqual([1, 2, 3, 5]);
});

it('is all of it when the engine is silent or has ended, but for a replay that stands still', () => {
  const silent = stateAt(SILENT_AFTER_MS);
  expect([isSilent(silent), isAccountStale(silent), staleInstruments(silent).size]).toEqual([true, true, 6]);
  const replayed = stateAt(60_000, { replay: replayView() });
  expect([isSilent(replayed), staleInstruments(replayed).size]).toEqual([false, 4]);
  const ended = reduce(stateAt(0), { type: 'engine-stopped', reason: 'done', fault: false });
  expect([isSilent(ended), staleInstruments(ended).size]).toEqual([true, 6]);
});

it.each([
  ['live', false],
  ['waiting', false],
  ['stale', true],
  ['gap', true],
  ['down', true],
] as const)('of money with a feed that is %s: %s', (feed, old) => {
  expect(isAccountStale(stateAt(0, { feed }))).toBe(old);
});

it('is the same set for the same view: nothing is drawn again for it', () => {
  const state = stateAt(0);
  expect(staleInstruments({ ...state, nowMs: 100 })).toBe(staleInstruments(state));
  const silent = stateAt(SILENT_AFTER_MS);
  expect(staleInstruments({ ...silent, nowMs: 9_000 })).toBe(staleInstruments(silent));
});
