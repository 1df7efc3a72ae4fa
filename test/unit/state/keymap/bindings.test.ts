/** The key table: no key means two things at the same time, and everything that shows keys is made from it. */
import { describe, expect, it } from 'vitest';
import { BINDINGS } from '../../../../state/keymap/bindings.ts';
import { enabledBindings, findBinding } from '../../../../state/keymap/dispatch.ts';
import { keyLabel } from '../../../../state/keymap/key-names.ts';
import { OPEN_TOGETHER, openScopes, SCOPES } from '../../../../state/keymap/scopes.ts';
import { bindingsByScope, renderKeyTable } from '../../../../state/keymap/table.ts';
import { type ConsoleState, initialState, type Overlay } from '../../../../state/model.ts';
import { reduce } from '../../../../state/reducer.ts';
import { explainView } from '../../../fixtures/console-log.ts';
import { drawnState } from '../../../fixtures/console-rig.ts';
import { engineView, replayView } from '../../../fixtures/console-view.ts';

function stateWith(view: Parameters<typeof engineView>[0] = {}, overlay: Overlay = { kind: 'none' }): ConsoleState {
  const loaded = reduce(drawnState(120, 40), { type: 'view', view: engineView(view), lastLogId: 0, atMs: 0 });
  return reduce(loaded, { type: 'overlay', overlay });
}

const explained = (): Extract<Overlay, { kind: 'explain' }> => ({
  kind: 'explain',
  decisionId: 345,
  explain: explainView(),
  missing: false,
  scroll: 0,
});

describe('the key table', () => {
  it.each(OPEN_TOGETHER.map((scopes) => [scopes.join(' + '), scopes] as const))(
    'has no key twice in %s',
    (_, scopes) => {
      const keys = BINDINGS.filter((binding) => scopes.includes(binding.scope)).flatMap((binding) => binding.keys);
      expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
    },
  );

  it('says for every pair of scopes that can be open together that they can', () => {
    const states = [
      stateWith(),
      stateWith({ replay: replayView() }),
      ...(['governor', 'chart', 'log'] as const).map((panel) =>
        reduce(stateWith({ replay: replayView() }), { type: 'focus', panel }),
      ),
      stateWith({}, { kind: 'help', scroll: 0 }),
      stateWith({ replay: replayView() }, explained()),
      stateWith({}, { kind: 'quit', selected: 'stay', to: 'exit' }),
      stateWith({}, { kind: 'prompt', purpose: 'filter', text: '' }),
      stateWith({}, { kind: 'size', proposalId: 12, revision: 1, text: '', error: '' }),
      stateWith({}, { kind: 'code', purpose: { kind: 'resume' }, code: 'AAAA', typed: '', wrong: false }),
    ];
    for (const state of states) {
      const open = openScopes(state);
      expect(
        OPEN_TOGETHER.some((set) => open.every((scope) => set.includes(scope))),
        open.join(' '),
      ).toBe(true);
    }
  });

  it('hears kill, leave and repaint everywhere', () => {
    const overlays: Overlay[] = [
      { kind: 'none' },
      { kind: 'help', scroll: 0 },
      { kind: 'changed', scroll: 0 },
      { kind: 'explain', decisionId: 1, explain: undefined, missing: false, scroll: 0 },
      { kind: 'quit', selected: 'stay', to: 'exit' },
      { kind: 'code', purpose: { kind: 'resume' }, code: 'AAAA', typed: '', wrong: false },
      { kind: 'palette', text: '', selected: undefined },
      { kind: 'prompt', purpose: 'filter', text: '' },
      { kind: 'tour', page: 0 },
      { kind: 'size', proposalId: 12, revision: 1, text: '', error: '' },
    ];
    for (const overlay of overlays) {
      const state = stateWith({}, overlay);
      expect(findBinding(state, 'ctrl-k')?.command).toEqual({ id: 'kill' });
      expect(findBinding(state, 'ctrl-c')?.command).toEqual({ id: 'quit' });
      expect(findBinding(state, 'ctrl-l')?.command).toEqual({ id: 'repaint' });
    }
    expect(findBinding(initialState(80, 24), 'ctrl-k')?.disabled).toBeUndefined();
  });

  it('makes every key that changes an order or a mode an acting one, but for kill and what asks for a code', () => {
    const acting = BINDINGS.filter((binding) => binding.acting === true).map((binding) => binding.command.id);
    expect(new Set(acting)).toEqual(
      new Set([
        'approve',
        'veto',
        'veto-all',
        'smaller',
        'confirm-size',
        'snooze',
        'accept-suggestion',
        'reject-suggestion',
        'undo-suggestion',
        'tighten',
        'disarm',
        'quit-choice',
        'confirm-code',
        'run-chosen',
      ]),
    );
  });

  it('offers replay keys in a replay only, and says that nothing waits where a key is about a proposal', () => {
    expect(findBinding(stateWith(), 'right')).toBeUndefined();
    expect(findBinding(stateWith({ replay: replayView() }), 'right')?.command.id).toBe('step');
    const idle = stateWith({ proposals: [] });
    for (const key of ['a', 'v', 'e', 's', 'n', 'p'])
      expect(findBinding(idle, key)?.disabled?.(idle)).toBe('nothing waits');
    expect(enabledBindings(idle).some(({ scope }) => scope === 'approvals')).toBe(false);
    expect(findBinding(stateWith(), 'a')?.command.id).toBe('approve');
  });

  it('says why a key does nothing', () => {
    const reason = (state: ConsoleState, key: string) => findBinding(state, key)?.disabled?.(state);
    expect(reason(stateWith(), 'R')).toMatch(/nothing is halted/);
    expect(reason(stateWith({ halted: 'halt-file' }), 'R')).toBeUndefined();
    expect(reason(stateWith({ halted: 'journal', unrecorded: 'disk full' }), 'R')).toMatch(/cannot be written/);
    expect(reason(stateWith(), 'F')).toMatch(/kill first/);
    expect(reason(stateWith({ kill: 'none-open' }), 'F')).toBeUndefined();
    expect(reason(stateWith({ control: 'observe' }), 'm')).toMatch(/OBSERVE already/);
    expect(reason(stateWith({ control: 'auto' }), 'M')).toMatch(/AUTO already/);
    expect(reason(initialState(80, 24), 'm')).toMatch(/not answered/);
    expect(enabledBindings(stateWith()).some((binding) => binding.keys.includes('R'))).toBe(false);
    expect(reason(stateWith({}, explained()), 'o')).toMatch(/running: chimera replay run-7 --at 45100 stands there/);
    expect(reason(stateWith({ replay: replayView() }, { ...explained(), explain: undefined }), 'o')).toMatch(
      /no decision/,
    );
    expect(reason(stateWith({ replay: replayView() }, explained()), 'o')).toBeUndefined();
    expect(findBinding(stateWith({}, { kind: 'help', scroll: 0 }), 'o')).toBeUndefined();
  });
});

describe('what is made from it', () => {
  it('the README table has every binding once', () => {
    const rows = renderKeyTable().trimEnd().split('\n').slice(2);
    expect(rows).toHaveLength(BINDINGS.length);
    for (const row of rows) expect(row.split(/(?<!\\)\|/)).toHaveLength(5);
  });

  it('help has every scope and binding', () => {
    expect(
      bindingsByScope(BINDINGS)
        .map((each) => each.bindings.length)
        .reduce((a, b) => a + b),
    ).toBe(BINDINGS.length);
    expect(bindingsByScope(BINDINGS)).toHaveLength(SCOPES.length);
    expect(keyLabel('ctrl-k')).toBe('Ctrl-K');
    expect(keyLabel('left')).toBe('←');
  });
});
