/** Keys to the engine and back: what is sent, exactly once, and what is refused with a message. */
import { describe, expect, it } from 'vitest';
import { explainView, logEntries } from '../../fixtures/console-log.ts';
import { type ConsoleRig, consoleRig, overlay, RIG_CODE, shown } from '../../fixtures/console-rig.ts';
import { engineView, proposalView, replayView, suggestionView } from '../../fixtures/console-view.ts';
import { fakeTimers } from '../../fixtures/fake-timers.ts';

const notice = (rig: ConsoleRig): string => rig.store.getSnapshot().notice?.text ?? '';

describe('approve and veto', () => {
  it('name the proposal, its revision and the view it was seen in', () => {
    const rig = shown({ seq: 777, proposals: [proposalView({ proposalId: 12, revision: 3 })] });
    rig.press('a');
    expect(rig.port.commands()).toEqual([{ kind: 'approve', proposalId: 12, revision: 3, viewSeq: 777 }]);
    rig.press('v');
    expect(rig.port.commands()[1]).toEqual({ kind: 'veto', proposalId: 12, revision: 3, viewSeq: 777 });
  });

  it('act though the timer of the guard fires a moment early', () => {
    const rig = consoleRig(120, 40, fakeTimers(10_000, 0.7));
    rig.show();
    rig.press('a');
    expect(rig.port.commands()).toMatchObject([{ kind: 'approve' }]);
  });

  it('act on what was on screen when the key was pressed, though a newer view comes meanwhile', () => {
    const rig = shown({ seq: 777, proposals: [proposalView({ revision: 1 })] });
    rig.controller.input('a');
    rig.port.view(engineView({ seq: 800, proposals: [proposalView({ revision: 2 })] }));
    rig.timers.advance(200);
    expect(rig.port.commands()).toEqual([{ kind: 'approve', proposalId: 12, revision: 1, viewSeq: 777 }]);
  });

  it('act on the one that n and p have chosen', () => {
    const rig = shown({ proposals: [proposalView({ proposalId: 12 }), proposalView({ proposalId: 13 })] });
    rig.press('n');
    rig.timers.advance(500);
    rig.press('v');
    expect(rig.port.commands()).toMatchObject([{ kind: 'veto', proposalId: 13 }]);
    rig.press('p');
    expect(rig.store.getSnapshot().ui.selectedProposal).toBe(12);
  });

  it('are refused on a proposal that has only just appeared', () => {
    const rig = consoleRig();
    rig.port.view(engineView());
    rig.timers.advance(300);
    rig.press('a');
    expect(rig.port.commands()).toEqual([]);
    expect(notice(rig)).toMatch(/a ignored.*appeared/);
  });

  it('are refused on the next proposal when the first one goes under the finger', () => {
    const rig = shown({ proposals: [proposalView({ proposalId: 12 }), proposalView({ proposalId: 13 })] });
    rig.port.view(engineView({ proposals: [proposalView({ proposalId: 13 })] }));
    rig.timers.advance(100);
    rig.press('a');
    expect(rig.port.commands()).toEqual([]);
  });

  it('do nothing without a proposal, and say nothing wrong', () => {
    const rig = shown({ proposals: [] });
    rig.press('a');
    expect(rig.port.commands()).toEqual([]);
  });
});

describe('what is not a person', () => {
  it('a held for thirty seconds over several proposals approves one', () => {
    const rig = consoleRig();
    const waiting = [11, 12, 13, 14].map((proposalId) => proposalView({ proposalId }));
    const view = () => {
      const answered = new Set(
        rig.port.commands().map((command) => ('proposalId' in command ? command.proposalId : 0)),
      );
      return engineView({ proposals: waiting.filter((each) => !answered.has(each.proposalId)) });
    };
    rig.port.view(view());
    rig.timers.advance(1_000);
    rig.controller.input('a');
    rig.timers.advance(600);
    for (let ms = 600; ms < 30_000; ms += 33) {
      rig.controller.input('a');
      if (ms % 99 === 0) rig.port.view(view());
      rig.timers.advance(33);
    }
    rig.timers.advance(1_000);
    expect(rig.port.commands()).toHaveLength(1);
  });

  it('a paste acts on nothing, in brackets or raw or a byte at a time', () => {
    const text = 'aamMqlfRFyxug\rvA a\r'.repeat(50);
    const rig = shown({ positions: [], orders: [] });
    rig.press(`\u001b[200~${text}\u001b[201~`);
    expect(notice(rig)).toMatch(/paste ignored/);
    rig.press(text);
    for (const byte of text) {
      rig.controller.input(byte);
      rig.timers.advance(2);
    }
    rig.timers.advance(1_000);
    rig.press(`\u001b[200~x\u001b[201~${text}`);
    expect(rig.port.commands()).toEqual([]);
    expect(rig.left()).toBe(0);
  });

  it('a burst of two keys approves nothing and says so', () => {
    const rig = shown();
    rig.press('aa');
    expect(rig.port.commands()).toEqual([]);
    expect(notice(rig)).toMatch(/a ignored.*burst/);
  });
});

describe('kill', () => {
  const KILL = '\u000b';

  it.each([
    ['panels', ''],
    ['help', '?'],
    ['explain', '\r'],
    ['the leave dialog', 'q'],
    ['a typed code', 'M'],
  ])('works at once from %s', (_, opener) => {
    const rig = shown();
    if (opener !== '') rig.press(opener);
    rig.controller.input(KILL);
    expect(rig.port.commands()).toEqual([{ kind: 'kill' }]);
  });

  it('works from the palette, before the first view, and among other keys', () => {
    const replaying = shown({ replay: replayView() });
    replaying.press(':');
    expect(overlay(replaying)).toBe('palette');
    replaying.controller.input(KILL);
    expect(replaying.port.commands()).toEqual([{ kind: 'kill' }]);
    const early = consoleRig();
    early.controller.input(`jj${KILL}kk`);
    expect(early.port.commands()).toEqual([{ kind: 'kill' }]);
  });

  it('is not in a paste', () => {
    const rig = shown();
    rig.press(`\u001b[200~${KILL}\u001b[201~`);
    expect(rig.port.commands()).toEqual([]);
  });
});

describe('typed codes', () => {
  const type = (rig: ConsoleRig, text: string): void => {
    for (const char of text) rig.press(char);
  };

  it('resume needs the code on screen', () => {
    const rig = shown({ halted: 'operator', kill: 'none-open' });
    rig.press('R');
    type(rig, 'wxyz\r');
    expect(rig.port.commands()).toEqual([]);
    expect(rig.store.getSnapshot().ui.overlay).toMatchObject({ kind: 'code', wrong: true, typed: '' });
    type(rig, `${RIG_CODE.toLowerCase()}\r`);
    expect(rig.port.commands()).toEqual([{ kind: 'resume' }]);
    expect(overlay(rig)).toBe('none');
  });

  it('may not be pasted', () => {
    const rig = shown({ kill: 'none-open' });
    rig.press('F');
    rig.press(`\u001b[200~${RIG_CODE}\u001b[201~`);
    rig.press('\r');
    expect(rig.port.commands()).toEqual([]);
    expect(notice(rig)).toMatch(/typed/);
    rig.press(`${RIG_CODE}\r`);
    expect(rig.port.commands()).toEqual([]);
  });

  it('loosening goes one step, tightening needs none', () => {
    const rig = shown({ control: 'manual' });
    rig.press('M');
    type(rig, `${RIG_CODE}\r`);
    expect(rig.port.commands()).toEqual([{ kind: 'set-control', mode: 'veto' }]);
    rig.press('m');
    expect(rig.port.commands()[1]).toEqual({ kind: 'set-control', mode: 'observe' });
  });

  it('loosening is off when control has changed meanwhile', () => {
    const rig = shown({ control: 'manual' });
    rig.press('M');
    rig.show({ control: 'observe' });
    type(rig, `${RIG_CODE}\r`);
    expect(rig.port.commands()).toEqual([]);
    expect(notice(rig)).toMatch(/OBSERVE/);
  });
});

describe('the governor', () => {
  it('puts the cursor of the governor on what nobody has decided on, and leaves it there while keys are about it', () => {
    const decided = suggestionView({ suggestionId: 4, state: 'rejected' });
    const rig = shown({
      suggestions: [decided, suggestionView({ suggestionId: 3 }), suggestionView({ suggestionId: 2 })],
    });
    const chosen = () => rig.store.getSnapshot().ui.selectedSuggestion;
    expect(chosen()).toBe(3);
    rig.press('g');
    const accepted = suggestionView({ suggestionId: 3, state: 'accepted' });
    rig.show({ suggestions: [decided, accepted, suggestionView({ suggestionId: 2 })] });
    expect(chosen()).toBe(3);
    rig.press('1');
    rig.show({ suggestions: [decided, accepted, suggestionView({ suggestionId: 2 })] });
    expect(chosen()).toBe(2);
    rig.show({ suggestions: [decided, accepted] });
    expect(chosen()).toBe(4);
  });

  it('hears y, x and u only in its panel, and only where they fit', () => {
    const rig = shown({ suggestions: [suggestionView({ suggestionId: 3 })] });
    rig.press('y');
    expect(rig.port.commands()).toEqual([]);
    rig.press('g');
    rig.press('y');
    expect(notice(rig)).toMatch(/appeared/);
    rig.timers.advance(600);
    rig.press('u');
    expect(notice(rig)).toMatch(/is open/);
    rig.press('y');
    expect(rig.port.commands()).toEqual([{ kind: 'accept-suggestion', suggestionId: 3 }]);
    rig.show({ suggestions: [suggestionView({ suggestionId: 3, state: 'accepted' })] });
    rig.press('u');
    expect(rig.port.commands()[1]).toEqual({ kind: 'undo-suggestion', suggestionId: 3 });
  });
});

describe('the engine line', () => {
  it('gives one credit for each view that was published', () => {
    const rig = consoleRig();
    for (let i = 0; i < 5; i++) rig.port.view(engineView({ seq: i }));
    rig.timers.advance(1_000);
    expect(rig.port.sent.filter((message) => message.type === 'credit')).toHaveLength(1);
    rig.show();
    expect(rig.port.sent.filter((message) => message.type === 'credit')).toHaveLength(2);
  });

  it('asks for log lines once, and again for the rest', () => {
    const rig = consoleRig();
    rig.show({}, 10);
    rig.show({}, 10);
    const asked = () => rig.port.sent.filter((message) => message.type === 'log');
    expect(asked()).toEqual([{ type: 'log', from: 1, limit: 500 }]);
    rig.port.log(logEntries());
    rig.show({}, 12);
    expect(asked()[1]).toEqual({ type: 'log', from: 11, limit: 500 });
  });

  it('explains the chosen proposal, and the chosen line of the log', () => {
    const rig = consoleRig();
    rig.show({}, 10);
    rig.port.log(logEntries());
    rig.press('\r');
    expect(rig.port.sent).toContainEqual({ type: 'explain', decisionId: 345 });
    rig.port.emit({ type: 'explain', decisionId: 345, explain: explainView() });
    rig.timers.advance(200);
    expect(rig.store.getSnapshot().ui.overlay).toMatchObject({ kind: 'explain', explain: { symbol: 'BTC/USDT' } });
    rig.press('\u001b');
    rig.press('8');
    for (let i = 0; i < 9; i++) rig.press('k');
    rig.press('\r');
    expect(rig.port.sent).toContainEqual({ type: 'explain', decisionId: 344 });
  });

  it('asks again for what is explained when something has followed on it', () => {
    const rig = consoleRig();
    const asked = () => rig.port.sent.filter((message) => message.type === 'explain');
    rig.show({}, 2);
    rig.port.log(logEntries().slice(0, 2));
    rig.show({}, 2);
    rig.press('\r');
    rig.port.emit({ type: 'explain', decisionId: 345, explain: explainView() });
    rig.show({}, 2);
    expect(asked()).toHaveLength(1);
    // The fourth line is its approval; the eighth is of no decision.
    rig.show({}, 4);
    rig.port.log(logEntries().slice(2, 4));
    rig.show({}, 4);
    rig.show({}, 4);
    expect(asked()).toEqual(Array.from({ length: 2 }, () => ({ type: 'explain', decisionId: 345 })));
    rig.show({}, 8);
    rig.port.log(logEntries().slice(7, 8));
    rig.show({}, 8);
    expect(asked()).toHaveLength(2);
  });

  it('goes from an explanation to its moment in a replay, by one key, and nowhere while a market runs', () => {
    const replays = (rig: ConsoleRig) => rig.port.sent.filter((message) => message.type === 'replay');
    const explaining = (changes: Parameters<typeof engineView>[0]): ConsoleRig => {
      const rig = shown(changes);
      rig.press('\r');
      rig.press('o');
      expect(overlay(rig)).toBe('explain');
      rig.port.emit({ type: 'explain', decisionId: 345, explain: explainView({ seq: 45_100, reopen: undefined }) });
      rig.timers.advance(200);
      rig.press('o');
      return rig;
    };
    const rig = explaining({ replay: replayView({ firstSeq: 40_001, total: 9_000, playing: true }) });
    expect(overlay(rig)).toBe('none');
    expect(replays(rig)).toEqual([
      { type: 'replay', action: { kind: 'pause' } },
      { type: 'replay', action: { kind: 'seek', cursor: 5_100 } },
    ]);
    const live = explaining({});
    expect(overlay(live)).toBe('explain');
    expect(replays(live)).toEqual([]);
    expect(notice(live)).toMatch(/market is running/);
  });

  it('tells when a command is not answered', () => {
    const rig = shown();
    rig.press('a');
    rig.timers.advance(3_000);
    expect(notice(rig)).toMatch(/no answer.*approve #12/);
  });

  it('says that the engine has stopped, and lets the operator leave', () => {
    const rig = shown();
    rig.port.emit({ type: 'stopped', reason: 'disk full', fault: true });
    rig.timers.advance(200);
    expect(rig.store.getSnapshot().connection).toEqual({ kind: 'stopped', reason: 'disk full', fault: true });
    rig.press('q');
    rig.press('l');
    expect(rig.left()).toBe(1);
  });

  it('repaints on Ctrl-L', () => {
    const rig = shown();
    rig.press('\u000c');
    expect(rig.repaints()).toBe(1);
  });
});
