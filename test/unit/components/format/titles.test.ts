/** A page names what it is about, and the row of keys what leads forward and back. */
import { expect, it, test } from 'vitest';
import { formatFooter } from '../../../../components/format/footer.ts';
import { pageTitle } from '../../../../components/format/overlays.ts';
import { plainText } from '../../../../components/text/line.ts';
import { enabledBindings } from '../../../../state/keymap/dispatch.ts';
import type { EngineView } from '../../../../state/view.ts';
import { drawnState } from '../../../fixtures/console-rig.ts';
import { engineView, proposalView, replayView } from '../../../fixtures/console-view.ts';

const stateOf = (changes: Partial<EngineView>) => ({ ...drawnState(80, 24), view: engineView(changes) });

test('the explanation names its decision, and the proposal that waits for an answer', () => {
  const overlay = { kind: 'explain', decisionId: 7, explain: undefined, missing: false, scroll: 0 } as const;
  const proposals = [proposalView({ proposalId: 11, decisionId: 7 })];
  expect(pageTitle(overlay, stateOf({ proposals }))).toBe('Explain proposal #11, decision 7');
  expect(pageTitle(overlay, stateOf({ proposals: [] }))).toBe('Explain decision 7');
});

const keys = (changes: Partial<EngineView>): string => {
  const bindings = enabledBindings(stateOf(changes));
  return plainText(formatFooter({ notice: undefined, pending: [], here: undefined, bindings }, 80)[1] ?? []);
};

it.each([[[]], [[proposalView()]]])(
  'a replay names its step forward and its step back in 80 columns, %#',
  (proposals) => {
    const row = keys({ replay: replayView(), proposals });
    expect(row).toContain('→ step');
    expect(row).toContain('← back');
    expect(row).toContain('Ctrl-K KILL');
  },
);

test('the first steps name one word for Enter, on every page', () => {
  const state = stateOf({});
  const touring = { ...state, ui: { ...state.ui, overlay: { kind: 'tour', page: 3 } as const } };
  const row =
    formatFooter({ notice: undefined, pending: [], here: undefined, bindings: enabledBindings(touring) }, 80)[1] ?? [];
  expect(plainText(row)).toContain('Enter go on');
});
