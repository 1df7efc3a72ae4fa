/** Several proposals at a time: their order, the chosen one, snooze, a smaller size, and no to all of them. */
import { describe, expect, it } from 'vitest';
import { selectedProposal, shownProposals } from '../../../state/proposals.ts';
import type { ProposalView } from '../../../state/view.ts';
import { type ConsoleRig, consoleRig, overlay, shown } from '../../fixtures/console-rig.ts';
import { AT_US, engineView, proposalView, replayView } from '../../fixtures/console-view.ts';

const notice = (rig: ConsoleRig): string => rig.store.getSnapshot().notice?.text ?? '';
const listed = (rig: ConsoleRig): readonly number[] =>
  shownProposals(rig.store.getSnapshot()).map(({ proposalId }) => proposalId);
const chosen = (rig: ConsoleRig): number | undefined => selectedProposal(rig.store.getSnapshot())?.proposalId;

/** A proposal that ends in so many seconds and is worth so much. */
function ending(proposalId: number, seconds: number, notional = '700.00', changes: Partial<ProposalView> = {}) {
  return proposalView({
    proposalId,
    notional,
    expiresAtUs: AT_US + seconds * 1e6,
    remainingMs: seconds * 1_000,
    ...changes,
  });
}

/** Lets the newest view stand long enough to be acted on. */
function settle(rig: ConsoleRig): void {
  rig.timers.advance(700);
}

describe('the order', () => {
  it('is the soonest end first, of the same end the larger worth first', () => {
    const proposals = [ending(1, 20, '990.00'), ending(2, 9, '90.00'), ending(3, 9, '1000.00'), ending(4, 15)];
    expect(listed(shown({ proposals }))).toEqual([3, 2, 4, 1]);
    expect(chosen(shown({ proposals }))).toBe(3);
  });

  it('moves rows under the choice, never the choice; n and p follow the rows', () => {
    const rig = shown({ proposals: [ending(1, 9), ending(2, 15)] });
    rig.press('n');
    expect(chosen(rig)).toBe(2);
    rig.show({ proposals: [ending(1, 9), ending(2, 15), ending(3, 1), ending(4, 12)] });
    expect([listed(rig), chosen(rig)]).toEqual([[3, 1, 4, 2], 2]);
    rig.press('p');
    expect(chosen(rig)).toBe(4);
    rig.press('p');
    rig.press('p');
    rig.press('p');
    expect(chosen(rig)).toBe(3);
    rig.press('n');
    expect(chosen(rig)).toBe(1);
  });

  it('a replay that has gone back begins anew with the one that ends first', () => {
    const at = (seq: number, proposals: readonly ProposalView[]) => ({
      seq,
      proposals,
      replay: replayView({ cursor: seq, playing: false }),
    });
    const rig = shown(at(100, [ending(8, 2)]));
    expect(chosen(rig)).toBe(8);
    rig.show(at(90, [ending(7, 5), ending(8, 12)]));
    expect([listed(rig), chosen(rig)]).toEqual([[7, 8], 7]);
  });

  it('a new one that ends sooner does not come under the finger', () => {
    const rig = shown({ seq: 7, proposals: [ending(1, 9)] });
    rig.port.view(engineView({ proposals: [ending(1, 9), ending(2, 3)] }));
    rig.timers.advance(150);
    rig.press('a');
    expect(rig.port.commands()).toMatchObject([{ kind: 'approve', proposalId: 1 }]);
  });
});

describe('snooze', () => {
  const three = [ending(1, 9), ending(2, 15), ending(3, 20)];

  it('puts the chosen one behind the others, tells the engine nothing, and gives the keys to the next', () => {
    const rig = shown({ proposals: three });
    rig.press('s');
    expect([listed(rig), chosen(rig), rig.port.commands()]).toEqual([[2, 3, 1], 2, []]);
    expect(notice(rig)).toMatch(/snoozed #1 BUY/);
    settle(rig);
    rig.press('v');
    expect(rig.port.commands()).toMatchObject([{ kind: 'veto', proposalId: 2 }]);
  });

  it('gives the choice to the next for good, though one that ends sooner comes at once', () => {
    const rig = shown({ proposals: three });
    rig.controller.input('s');
    rig.timers.advance(60);
    rig.show({ proposals: [...three, ending(4, 1)] });
    expect([listed(rig), chosen(rig)]).toEqual([[4, 2, 3, 1], 2]);
  });

  it('gives the next one its half second', () => {
    const rig = shown({ proposals: three });
    rig.press('s');
    rig.press('a');
    expect(rig.port.commands()).toEqual([]);
    expect(notice(rig)).toMatch(/a ignored.*appeared/);
  });

  it('of all leaves nothing that a key could act on, and n brings one back', () => {
    const rig = shown({ proposals: [ending(1, 9)] });
    rig.press('s');
    expect([listed(rig), chosen(rig)]).toEqual([[1], undefined]);
    settle(rig);
    for (const key of ['a', 'v', 'e', 's']) {
      rig.press(key);
      settle(rig);
      expect(notice(rig)).toMatch(/snoozed: n chooses/);
    }
    expect([rig.port.commands(), overlay(rig)]).toEqual([[], 'none']);
    rig.press('n');
    expect(chosen(rig)).toBe(1);
    settle(rig);
    rig.press('a');
    expect(rig.port.commands()).toMatchObject([{ kind: 'approve', proposalId: 1 }]);
  });

  it('ends 5 s before the end, with a new revision, and with the proposal', () => {
    const rig = shown({ proposals: [ending(1, 9), ending(2, 30)] });
    rig.press('s');
    const then = (proposals: readonly ProposalView[]) => {
      rig.show({ proposals });
      return [listed(rig), [...rig.store.getSnapshot().ui.snoozed.keys()]];
    };
    expect(then([ending(1, 5.1), ending(2, 26)])).toEqual([[2, 1], [1]]);
    expect(then([ending(1, 5), ending(2, 26)])).toEqual([[1, 2], []]);
    expect(chosen(rig)).toBe(2);
    rig.press('s');
    expect(then([ending(2, 20, '1', { revision: 2 })])).toEqual([[2], []]);
    rig.press('s');
    expect(then([])).toEqual([[], []]);
  });

  it('is refused when less than 5 s are left, when held, in a burst, and on what has just appeared', () => {
    const late = shown({ proposals: [ending(1, 4.9), ending(2, 30)] });
    late.press('s');
    expect([listed(late), notice(late)]).toEqual([[1, 2], 's: it ends in less than 5 s']);
    const rig = shown({ proposals: three });
    rig.controller.input('s');
    for (let ms = 0; ms < 3_000; ms += 33) {
      rig.controller.input('s');
      rig.timers.advance(33);
    }
    rig.timers.advance(1_000);
    expect(listed(rig)).toEqual([1, 2, 3]);
    rig.press('ss');
    expect(listed(rig)).toEqual([1, 2, 3]);
    const fresh = consoleRig();
    fresh.port.view(engineView({ proposals: three }));
    fresh.timers.advance(200);
    fresh.press('s');
    expect(listed(fresh)).toEqual([1, 2, 3]);
  });
});

describe('veto of all that wait', () => {
  const two = [ending(1, 9), ending(2, 15, '700.00', { revision: 3 })];

  it('is one veto for each, with the revision and the view that were seen', () => {
    const rig = shown({ seq: 777, proposals: two });
    rig.press('w');
    expect(rig.port.commands()).toEqual([
      { kind: 'veto', proposalId: 1, revision: 1, viewSeq: 777 },
      { kind: 'veto', proposalId: 2, revision: 3, viewSeq: 777 },
    ]);
  });

  it('takes snoozed ones along, and leaves what has only just come', () => {
    const rig = shown({ proposals: two });
    rig.press('s');
    rig.port.view(engineView({ proposals: [...two, ending(3, 30)] }));
    rig.timers.advance(300);
    rig.press('w');
    expect(rig.port.commands().map((each) => 'proposalId' in each && each.proposalId)).toEqual([2, 1]);
  });

  it('names what was seen when the key was pressed, though others come before it acts', () => {
    const rig = shown({ seq: 777, proposals: two });
    rig.controller.input('w');
    rig.port.view(engineView({ seq: 800, proposals: [ending(1, 9, '700.00', { revision: 2 }), ending(4, 1)] }));
    rig.timers.advance(300);
    expect(rig.port.commands()).toMatchObject([
      { proposalId: 1, revision: 1, viewSeq: 777 },
      { proposalId: 2, revision: 3 },
    ]);
  });

  it('is told of once, with each one that was refused', () => {
    const rig = shown({ proposals: two });
    rig.press('w');
    const done = (id: number, refused?: string) => rig.port.emit({ type: 'command-done', id, refused });
    done(1, 'expired');
    rig.timers.advance(200);
    expect(notice(rig)).not.toMatch(/veto/);
    done(2);
    rig.timers.advance(200);
    expect(notice(rig)).toBe('veto all 2: 1 done; veto #1: refused, the time was over');
    expect(rig.store.getSnapshot().pending).toEqual([]);
    settle(rig);
    rig.press('w');
    for (const id of [3, 4]) done(id);
    rig.timers.advance(200);
    expect(notice(rig)).toBe('veto all 2: done');
  });

  it('is reported when the engine answers only a part', () => {
    const rig = shown({ proposals: two });
    rig.press('w');
    rig.port.emit({ type: 'command-done', id: 1, refused: undefined });
    rig.timers.advance(2_600);
    expect(notice(rig)).toBe('no answer from the engine yet: veto #2');
  });

  it.each([
    ['a burst', (rig: ConsoleRig) => rig.press('ww')],
    ['a paste', (rig: ConsoleRig) => rig.press('\u001b[200~w\u001b[201~')],
  ])('does nothing in %s', (_, input) => {
    const rig = shown({ proposals: two });
    input(rig);
    expect(rig.port.commands()).toEqual([]);
  });

  it('does nothing on proposals that have only just appeared, nor with one alone', () => {
    const rig = consoleRig();
    rig.port.view(engineView({ proposals: two }));
    rig.timers.advance(200);
    rig.press('w');
    expect([rig.port.commands(), notice(rig)]).toEqual([[], expect.stringMatching(/w ignored.*appeared/)]);
    const one = shown({ proposals: [ending(1, 9)] });
    one.press('w');
    expect([one.port.commands(), notice(one)]).toEqual([[], 'w: no two wait: v vetoes one']);
  });
});

describe('a smaller size', () => {
  const typed = (rig: ConsoleRig, text: string) => {
    rig.press('e');
    for (const key of text) rig.press(key);
  };

  it('asks the engine for fewer lots of what was seen, and approves nothing', () => {
    const rig = shown({ seq: 777, proposals: [proposalView({ revision: 2 })] });
    typed(rig, '50%\r');
    expect(rig.port.commands()).toEqual([{ kind: 'resize', proposalId: 12, revision: 2, viewSeq: 777, lots: 600 }]);
    expect(overlay(rig)).toBe('none');
    rig.port.emit({ type: 'command-done', id: 1, refused: 'too-small' });
    rig.timers.advance(200);
    expect(notice(rig)).toBe('#12 smaller, to 0.006: refused, the venue takes no order that small');
  });

  it.each(['100%\r', '0.012\r', '5\r', '0.00001\r', 'abc\r', '\r'])('stays open and says why not: %j', (text) => {
    const rig = shown();
    typed(rig, text);
    expect([rig.port.commands(), overlay(rig)]).toEqual([[], 'size']);
    const open = rig.store.getSnapshot().ui.overlay;
    expect(open.kind === 'size' && open.error).toMatch(/\w/);
  });

  it('of one that has gone or changed while it was typed closes by itself and says so', () => {
    for (const proposals of [[], [proposalView({ revision: 2 })], [proposalView({ proposalId: 13 })]]) {
      const rig = shown();
      typed(rig, '50%');
      rig.show({ proposals });
      expect([overlay(rig), notice(rig)]).toEqual(['none', '#12 waits no longer as it was: nothing done']);
      rig.press('\r');
      expect(rig.port.commands()).toEqual([]);
    }
  });

  it('of one that ends between the key and the field never opens', () => {
    const rig = shown();
    rig.controller.input('e');
    rig.port.view(engineView({ proposals: [] }));
    rig.store.flush();
    settle(rig);
    expect([overlay(rig), notice(rig)]).toEqual(['none', '#12 waits no longer as it was: nothing done']);
  });

  it('is not opened, and not confirmed, by a burst or a paste', () => {
    const rig = shown();
    rig.press('e50');
    expect(overlay(rig)).toBe('none');
    settle(rig);
    rig.press('\u001b[200~e50\u001b[201~');
    expect(overlay(rig)).toBe('none');
    rig.press('e');
    rig.press('\u001b[200~5\u001b[201~');
    rig.press('0%\r');
    expect([rig.port.commands(), overlay(rig)]).toEqual([[], 'size']);
    settle(rig);
    rig.press('\r');
    expect(rig.port.commands()).toMatchObject([{ kind: 'resize', lots: 600 }]);
  });

  it('leaves the next answer its half second', () => {
    const rig = shown();
    typed(rig, '50%\r');
    rig.press('a');
    expect(rig.port.commands()).toHaveLength(1);
    expect(notice(rig)).toMatch(/a ignored.*appeared/);
  });

  it('is not offered where nothing smaller can be traded; Escape leaves all as it is', () => {
    const least = shown({ proposals: [proposalView({ lots: 8, leastLots: 8 })] });
    least.press('e');
    expect([overlay(least), notice(least)]).toEqual(['none', 'e: the venue takes nothing smaller']);
    const rig = shown();
    typed(rig, '50%\u001b');
    rig.timers.advance(200);
    expect([rig.port.commands(), overlay(rig)]).toEqual([[], 'none']);
  });

  it('can be tried in a replay too', () => {
    const rig = shown({ replay: replayView() });
    typed(rig, '25%\r');
    expect(rig.port.commands()).toMatchObject([{ kind: 'resize', lots: 300 }]);
  });
});

describe('the half second', () => {
  it.each(['?', '\r', 'N'])('does not begin anew behind a page that was read, opened by %j', (key) => {
    const rig = shown({ proposals: [ending(1, 30)] });
    rig.press(key);
    expect(overlay(rig)).not.toBe('none');
    settle(rig);
    rig.press('\u001b');
    rig.press('a');
    expect(rig.port.commands()).toMatchObject([{ kind: 'approve', proposalId: 1 }]);
  });

  it('does for what came, or became another, behind it', () => {
    for (const proposals of [[ending(2, 30)], [ending(1, 30, '700.00', { revision: 2 })]]) {
      const rig = shown({ proposals: [ending(1, 30)] });
      rig.press('?');
      rig.show({ proposals });
      rig.press('\u001b');
      rig.press('a');
      expect([rig.port.commands(), notice(rig)]).toEqual([[], expect.stringMatching(/appeared/)]);
    }
  });
});
