/** What the log says of the governor: what it would change, on which evidence, and what is so after an answer. */
import { expect, test } from 'vitest';
import type { EngineEvent } from '../../../engine/domain/index.ts';
import { eventText, suggestionChange, suggestionText } from '../../../state/event-text.ts';
import { suggestionView } from '../../fixtures/console-view.ts';

const MUTE = suggestionView({ action: 'mute-in-regime', producer: 'momentum', regime: 'down', weightThen: 0.8 });

test('each change in words, a regime named', () => {
  expect(suggestionChange(suggestionView())).toBe('disable vacuum');
  expect(suggestionChange(suggestionView({ action: 'set-weight', weightThen: 0.4 }))).toBe(
    'weight of vacuum 0.80 → 0.40',
  );
  expect(suggestionText(MUTE)).toBe('mute momentum in regime down: edge -1.20 bp against cost 7.00 bp');
});

test.each([
  ['accepted', 'down', '#3 accepted: momentum does not vote in regime down'],
  ['undone', 'down', '#3 undone: momentum votes in regime down'],
  ['rejected', 'down', '#3 rejected: momentum votes in regime down'],
  ['accepted', undefined, '#3 accepted: momentum has weight 0.40'],
] as const)('what is so when it is %s (regime %s)', (outcome, regime, text) => {
  const event: EngineEvent = {
    ...{ seq: 1, atUs: 1, kind: 'suggestion-closed', suggestionId: 3, outcome, producer: 'momentum', regime },
    weight: 0.4,
  };
  const entry = { id: 1, seq: 1, atUs: 1, event } as unknown as Parameters<typeof eventText>[0];
  expect(eventText(entry)).toMatchObject({ label: 'GOVERNOR', text });
});
