/** The palette: what it lists, what Enter does, and what it must not make easier. */
import { describe, expect, it } from 'vitest';
import { chosenEntry, paletteEntries } from '../../../../state/palette/entries.ts';
import { modelVoteView } from '../../../fixtures/console-models.ts';
import { type ConsoleRig, overlay, RIG_CODE, shown } from '../../../fixtures/console-rig.ts';
import { engineView, proposalView, replayView, suggestionView } from '../../../fixtures/console-view.ts';

const DOWN = '\u001b[B';
const state = (rig: ConsoleRig) => rig.store.getSnapshot();
const notice = (rig: ConsoleRig): string => state(rig).notice?.text ?? '';
const type = (rig: ConsoleRig, text: string): void => {
  for (const letter of text) rig.press(letter);
};
const names = (rig: ConsoleRig, typed: string): string[] =>
  paletteEntries(state(rig), typed).map((entry) => entry.name);

describe('the list', () => {
  it('has commands, panels and symbols, each once, and nothing that is done by key only', () => {
    const rig = shown({ suggestions: [suggestionView()] });
    const all = names(rig, '');
    expect(new Set(all).size).toBe(all.length);
    expect(all).toEqual(
      expect.arrayContaining(['kill', 'tighten', 'resume', 'help', 'panel-risk', 'filter', 'BTC/USDT']),
    );
    for (const name of [
      'approve',
      'veto',
      'accept-suggestion',
      'reject-suggestion',
      'undo-suggestion',
      'palette',
      'down',
    ])
      expect(all).not.toContain(name);
    expect(all).not.toContain('play-or-pause');
    expect(names(shown({ replay: replayView() }), '')).toContain('play-or-pause');
  });

  it('dims what does nothing now, says why, and puts it last until something is typed', () => {
    const entries = paletteEntries(state(shown()), '');
    const resume = entries.find((entry) => entry.name === 'resume');
    expect(resume?.disabled).toMatch(/nothing is halted/);
    const usable = entries.map((entry) => entry.disabled === undefined);
    expect(usable).toEqual(usable.toSorted((a, b) => Number(b) - Number(a)));
    expect(names(shown(), 'resume')[0]).toBe('resume');
  });

  it('searches names by letters and explanations by words, names first', () => {
    expect(names(shown(), 'panel')[0]).toBe('panel-ticks');
    expect(names(shown(), 'ticks').slice(0, 2)).toEqual(['panel-ticks', 'BTC/USDT']);
    expect(names(shown(), 'close all')).toEqual(['flatten']);
    expect(names(shown(), 'lose al')).toEqual(['flatten']);
    expect(names(shown(), 'clsall')).toEqual([]);
  });
});

describe('Enter', () => {
  it('does nothing while nothing is typed or chosen', () => {
    const rig = shown();
    type(rig, ':\r');
    expect(overlay(rig)).toBe('palette');
    expect(rig.port.commands()).toEqual([]);
    expect(notice(rig)).toMatch(/nothing is chosen/);
  });

  it('runs the best match, with the dialog that its key opens', () => {
    const rig = shown({ control: 'manual' });
    type(rig, ':loosen\r');
    expect(overlay(rig)).toBe('code');
    expect(rig.port.commands()).toEqual([]);
    rig.timers.advance(600);
    type(rig, `${RIG_CODE}\r`);
    expect(rig.port.commands()).toEqual([{ kind: 'set-control', mode: 'veto' }]);
  });

  it('tightens after its moment of waiting', () => {
    const rig = shown({ control: 'veto' });
    type(rig, ':tight');
    rig.controller.input('\r');
    expect(rig.port.commands()).toEqual([]);
    rig.timers.advance(200);
    expect(rig.port.commands()).toEqual([{ kind: 'set-control', mode: 'manual' }]);
    expect(overlay(rig)).toBe('none');
  });

  it('says why what is dimmed does nothing, and stays', () => {
    const rig = shown();
    type(rig, ':resume\r');
    expect(overlay(rig)).toBe('palette');
    expect(notice(rig)).toMatch(/resume: nothing is halted/);
  });

  it('goes to a panel, and chooses a symbol where it is seen', () => {
    const rig = shown();
    type(rig, ':risk\r');
    expect(state(rig).ui.focus).toBe('risk');
    rig.timers.advance(600);
    type(rig, ':solusdt\r');
    expect(state(rig).ui).toMatchObject({ focus: 'ticks', selectedSymbol: 2, overlay: { kind: 'none' } });
    type(rig, '2');
    rig.timers.advance(600);
    type(rig, ':ethusdt\r');
    expect(state(rig).ui).toMatchObject({ focus: 'chart', selectedSymbol: 1 });
  });

  it('runs a command of another panel there', () => {
    const rig = shown();
    type(rig, ':next-chart\r');
    expect(state(rig).ui).toMatchObject({ focus: 'chart', chart: 'equity' });
  });

  it('does what was moved to, by arrow or by Ctrl-N and Ctrl-P', () => {
    const rig = shown();
    type(rig, ':panel');
    const [first, second, third] = names(rig, 'panel');
    expect(chosenEntry(state(rig))?.name).toBe(first);
    rig.press(DOWN);
    expect(chosenEntry(state(rig))?.name).toBe(second);
    rig.press('\u000e');
    expect(chosenEntry(state(rig))?.name).toBe(third);
    rig.press('\u0010');
    expect(chosenEntry(state(rig))?.name).toBe(second);
    rig.press('\r');
    expect(state(rig).ui.focus).toBe('chart');
  });

  it('rolls back a kind of which a model serves, and no other', () => {
    expect(names(shown(), 'roll back')).toEqual([]);
    expect(names(shown({ votes: [modelVoteView()], replay: replayView() }), 'roll back')).toEqual([]);
    const rig = shown({ votes: [modelVoteView(), modelVoteView({ instrument: 1 })] });
    expect(names(rig, 'roll back').toSorted()).toEqual(
      ['depth-trees', 'leaf-trees', 'nhits', 'patchtst'].map((kind) => `roll back ${kind}`),
    );
    type(rig, ':roll back nh\r');
    expect(rig.port.sent.at(-1)).toEqual({ type: 'roll-back', model: 'nhits' });
    expect(overlay(rig)).toBe('none');
  });

  it('does what was chosen though what comes in meanwhile changes the list', () => {
    const rig = shown({ control: 'veto' });
    rig.press(':');
    for (let i = 0; i < 40 && chosenEntry(state(rig))?.name !== 'loosen'; i++) rig.press(DOWN);
    rig.port.view(engineView({ control: 'veto', halted: 'operator', kill: 'none-open', symbols: [] }));
    rig.timers.advance(200);
    expect(chosenEntry(state(rig))?.name).toBe('loosen');
    rig.press('\r');
    expect(state(rig).ui.overlay).toMatchObject({ kind: 'code', purpose: { kind: 'loosen' } });
  });

  it('does nothing when what was chosen has gone', () => {
    const rig = shown();
    type(rig, ':solusdt');
    rig.port.view(engineView({ symbols: [] }));
    rig.timers.advance(200);
    rig.press('\r');
    expect(overlay(rig)).toBe('palette');
    expect(state(rig).ui.selectedSymbol).toBe(0);
  });
});

describe('what is not a person', () => {
  it.each(['kill\r', 'tighten\r', 'leave\rl\r'])('a paste of %j is text and runs nothing', (text) => {
    const rig = shown({ control: 'auto' });
    rig.press(':');
    rig.press(`\u001b[200~${text}\u001b[201~`);
    rig.timers.advance(2_000);
    expect(overlay(rig)).toBe('palette');
    expect(rig.port.commands()).toEqual([]);
    expect(rig.left()).toBe(0);
  });

  it('a paste without marks, in one read or a byte at a time, runs nothing', () => {
    for (const text of [':kill\r', ':tighten\r', ':tighten\r\r\r']) {
      const rig = shown({ control: 'auto' });
      rig.press(text);
      for (const byte of text) {
        rig.controller.input(byte);
        rig.timers.advance(2);
      }
      rig.timers.advance(2_000);
      expect(rig.port.commands()).toEqual([]);
    }
  });

  it('Enter held down tightens once', () => {
    const rig = shown({ control: 'auto' });
    type(rig, ':tighten');
    for (let ms = 0; ms < 3_000; ms += ms === 0 ? 400 : 33) {
      rig.controller.input('\r');
      rig.timers.advance(ms === 0 ? 400 : 33);
    }
    expect(rig.port.commands()).toHaveLength(1);
  });

  it('a proposal is not seen behind the palette: its key is deaf for a while when that closes', () => {
    const rig = shown({ proposals: [proposalView()] });
    rig.press(':');
    rig.timers.advance(2_000);
    rig.press('\u001b');
    rig.press('a');
    expect(rig.port.commands()).toEqual([]);
    expect(notice(rig)).toMatch(/appeared/);
  });
});

describe('in a replay', () => {
  it('a time or a number is the first entry, and Enter goes there', () => {
    const rig = shown({ replay: replayView() });
    type(rig, ':123');
    expect(names(rig, '123')[0]).toBe('go to 123');
    rig.press('\r');
    expect(rig.port.sent).toContainEqual({ type: 'replay', action: { kind: 'seek', cursor: 123 } });
    expect(overlay(rig)).toBe('none');
  });

  it('is no place in a run that is not one', () => {
    expect(names(shown(), '123')).toEqual([]);
  });
});
