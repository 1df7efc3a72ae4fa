/** A page names what it is about, and the row of keys what leads forward and back. */
import { describe, expect, it, test } from 'vitest';
import { titleBar } from '../../../../components/format/fields.ts';
import { formatFooter } from '../../../../components/format/footer.ts';
import { pageTitle } from '../../../../components/format/overlays.ts';
import { plainText, span } from '../../../../components/text/line.ts';
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

describe('a title bar that names the panel which shares its place', () => {
  const bar = (note: string, width: number, beside = span('9 Models')): string =>
    plainText(titleBar('6 Governor', note, false, width, '', beside));

  it('has it and the note, then the note in short, then the note alone', () => {
    expect(bar('', 40)).toBe('─ 6 Governor ─ 9 Models ────────────────');
    expect(bar('1 open: g, y accept', 48)).toBe('─ 6 Governor ─ 9 Models ── 1 open: g, y accept ─');
    expect(bar('1 open: g, y accept', 44)).toBe('─ 6 Governor ─ 9 Models ──────── 1 open: g ─');
    expect(bar('1 open: g, y accept', 34)).toBe('─ 6 Governor  1 open: g, y accept ─');
  });

  it('gives the note up for what must not go unseen', () => {
    const muted = span('9 Models: 1 muted', 'warn');
    expect(bar('1 open: g, y accept', 48, muted)).toBe('─ 6 Governor ─ 9 Models: 1 muted ─── 1 open: g ─');
    expect(bar('1 open: g, y accept', 36, muted)).toBe('─ 6 Governor ─ 9 Models: 1 muted ───');
  });
});
