/** Folds of actions: selections that stay, log lines that come and go, answers to commands. */
import { describe, expect, it } from 'vitest';
import type { Action } from '../../../state/actions.ts';
import { type ConsoleState, initialState, LOG_CAPACITY } from '../../../state/model.ts';
import { selectedProposal } from '../../../state/proposals.ts';
import { reduce } from '../../../state/reducer.ts';
import { currentNotice } from '../../../state/selectors.ts';
import { silentForMs } from '../../../state/staleness.ts';
import { logEntries } from '../../fixtures/console-log.ts';
import { engineView, proposalView, replayView } from '../../fixtures/console-view.ts';

const fold = (actions: readonly Action[], from: ConsoleState = initialState(80, 24)): ConsoleState =>
  actions.reduce(reduce, from);
const view = (changes: Parameters<typeof engineView>[0] = {}, lastLogId = 0): Action => ({
  type: 'view',
  view: engineView(changes),
  lastLogId,
  atMs: 1_000,
});
const TWO = [proposalView({ proposalId: 12 }), proposalView({ proposalId: 13 })];

describe('proposals', () => {
  it('a new one does not take the selection, a gone one gives it to the first left', () => {
    const one = fold([view({ proposals: [proposalView({ proposalId: 12 })] })]);
    const two = fold([view({ proposals: [proposalView({ proposalId: 11 }), ...TWO] })], one);
    expect(selectedProposal(two)?.proposalId).toBe(12);
    expect(selectedProposal(fold([view({ proposals: [TWO[1]!] })], two))?.proposalId).toBe(13);
    expect(selectedProposal(fold([view({ proposals: [] })], two))).toBeUndefined();
  });

  it('notes since when one is on screen: a new one, a new revision and a closed overlay start anew', () => {
    const since = (state: ConsoleState) => state.ui.shownProposal?.sinceMs;
    const drawn = (yes: boolean): Action => ({ type: 'drawn', what: 'approvals', drawn: yes });
    const unseen = fold([view({ proposals: TWO }), { type: 'published', nowMs: 50, utcMs: 0 }]);
    expect(since(unseen)).toBeUndefined();
    const shown = fold([drawn(true), { type: 'published', nowMs: 100, utcMs: 0 }], unseen);
    expect(since(shown)).toBe(100);
    expect(since(fold([drawn(false), { type: 'published', nowMs: 150, utcMs: 0 }], shown))).toBeUndefined();
    expect(since(fold([view({ proposals: TWO }), { type: 'published', nowMs: 200, utcMs: 0 }], shown))).toBe(100);
    const revised = [proposalView({ proposalId: 12, revision: 2 })];
    expect(since(fold([view({ proposals: revised }), { type: 'published', nowMs: 200, utcMs: 0 }], shown))).toBe(200);
    const next: Action = { type: 'choose-proposal', proposalId: 13 };
    expect(since(fold([next, { type: 'published', nowMs: 300, utcMs: 0 }], shown))).toBe(300);
    const covered = fold(
      [
        { type: 'overlay', overlay: { kind: 'help', scroll: 0 } },
        { type: 'published', nowMs: 300, utcMs: 0 },
      ],
      shown,
    );
    expect(since(covered)).toBeUndefined();
    expect(
      since(
        fold(
          [
            { type: 'overlay', overlay: { kind: 'none' } },
            { type: 'published', nowMs: 400, utcMs: 0 },
          ],
          covered,
        ),
      ),
    ).toBe(400);
  });
});

describe('the log', () => {
  const ten = fold([view({}, 10), { type: 'log-asked', from: 1 }, { type: 'log', entries: logEntries() }]);

  it('takes lines once, in order', () => {
    expect(ten.log.entries.map((entry) => entry.id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(ten.log.askedFrom).toBeUndefined();
    expect(fold([{ type: 'log', entries: logEntries() }], ten).log.entries).toHaveLength(10);
  });

  it('keeps a bounded number', () => {
    const [template] = logEntries();
    const many = Array.from({ length: LOG_CAPACITY + 500 }, (_, i) => ({ ...template!, id: i + 1 }));
    const state = fold([view({}, many.length), { type: 'log', entries: many }]);
    expect(state.log.entries).toHaveLength(LOG_CAPACITY);
    expect(state.log.entries[0]?.id).toBe(501);
  });

  it('gives lines back when a replay goes back, and all of them when it forks', () => {
    const replay = fold([view({ seq: 100, replay: replayView() }, 10), { type: 'log', entries: logEntries() }]);
    const back = fold([view({ seq: 50, replay: replayView({ cursor: 50 }) }, 4)], replay);
    expect(back.log.entries.map((entry) => entry.id)).toEqual([1, 2, 3, 4]);
    expect(fold([{ type: 'log', entries: logEntries().slice(4) }], back).log.entries).toHaveLength(4);
    const forked = fold([view({ seq: 101, replay: replayView({ forked: true }) }, 10)], replay);
    expect(forked.log.entries).toEqual([]);
  });
});

describe('commands', () => {
  const sent = fold([{ type: 'command-sent', id: 7, text: 'approve #12', atMs: 0 }]);

  it('are pending until they are answered, with the refusal in words', () => {
    expect(sent.pending).toHaveLength(1);
    const done = fold([{ type: 'command-done', id: 7, refused: undefined, atMs: 5 }], sent);
    expect(done.pending).toEqual([]);
    expect(done.notice).toMatchObject({ level: 'info', text: 'approve #12: done' });
    const refused = fold([{ type: 'command-done', id: 7, refused: 'stale-revision', atMs: 5 }], sent);
    expect(refused.notice).toMatchObject({
      level: 'warn',
      text: 'approve #12: refused, the proposal has changed since',
    });
    const lost = fold([{ type: 'command-done', id: 7, refused: undefined, unrecorded: 'disk full', atMs: 5 }], sent);
    expect(lost.notice).toMatchObject({ level: 'error', text: 'approve #12: done, but not recorded: disk full' });
  });

  it('that stay unanswered are reported once', () => {
    const late = fold([{ type: 'commands-late', ids: [7], atMs: 2_000 }], sent);
    expect(late.notice).toMatchObject({ level: 'error' });
    expect(late.pending[0]?.late).toBe(true);
    expect(fold([{ type: 'command-done', id: 99, refused: undefined, atMs: 5 }], sent)).toBe(sent);
  });
});

describe('time', () => {
  it('calls an engine silent that sends no view, but not a replay that stands still', () => {
    const live = fold([view(), { type: 'published', nowMs: 4_200, utcMs: 0 }]);
    expect(silentForMs(live)).toBe(3_200);
    expect(silentForMs(fold([view({ replay: replayView() }), { type: 'published', nowMs: 4_200, utcMs: 0 }]))).toBe(0);
  });

  it('lets messages go, errors later', () => {
    const at = (level: 'info' | 'error', nowMs: number) =>
      currentNotice(
        fold([
          { type: 'notice', notice: { level, text: 'x', atMs: 0 } },
          { type: 'published', nowMs, utcMs: 0 },
        ]),
      );
    expect(at('info', 5_999)).toBeDefined();
    expect(at('info', 6_000)).toBeUndefined();
    expect(at('error', 29_999)).toBeDefined();
  });
});

describe('a replay', () => {
  it('keeps the view before the last step', () => {
    const first = fold([view({ seq: 1, replay: replayView({ cursor: 1 }) })]);
    const second = fold([view({ seq: 2, replay: replayView({ cursor: 2 }) })], first);
    expect(second.previousView?.seq).toBe(1);
    const still = fold([view({ seq: 2, replay: replayView({ cursor: 2, playing: true }) })], second);
    expect(still.previousView?.seq).toBe(1);
  });
});

describe('the explanation', () => {
  const open: Action = {
    type: 'overlay',
    overlay: { kind: 'explain', decisionId: 5, explain: undefined, missing: false, scroll: 0 },
  };

  it('is taken for the decision that is open, and says when there is none', () => {
    expect(fold([open, { type: 'explained', decisionId: 6, explain: undefined }]).ui.overlay).toMatchObject({
      missing: false,
    });
    expect(fold([open, { type: 'explained', decisionId: 5, explain: undefined }]).ui.overlay).toMatchObject({
      missing: true,
    });
  });

  it('scrolls, never above the top', () => {
    expect(fold([open, { type: 'scroll', by: 3 }, { type: 'scroll', by: -9 }]).ui.overlay).toMatchObject({ scroll: 0 });
  });
});

describe('a step of a replay', () => {
  const at = (cursor: number, atMs: number, playing = false): Action => ({
    type: 'view',
    view: engineView({ replay: replayView({ cursor, playing }) }),
    lastLogId: 0,
    atMs,
  });
  const said: Action = { type: 'notice', notice: { level: 'info', text: 'no trade before this point', atMs: 1_000 } };

  it('ends what was said of the place before, once it could be read', () => {
    const stood = fold([at(5, 900), said]);
    expect(fold([at(5, 9_000)], stood).notice).toBeDefined();
    expect(fold([at(6, 1_100)], stood).notice).toBeDefined();
    expect(fold([at(6, 1_600, true)], stood).notice).toBeDefined();
    expect(fold([at(6, 1_600)], stood).notice).toBeUndefined();
  });

  it('ends it as well where playing begins anew, which is no step', () => {
    const playing = (seq: number, atMs: number): Action => ({
      ...{ type: 'view', lastLogId: 0, atMs },
      view: engineView({ seq, replay: replayView({ cursor: seq, playing: true }) }),
    });
    const stood = fold([playing(900, 900), said]);
    expect(fold([playing(901, 1_600)], stood).notice).toBeDefined();
    expect(fold([playing(1, 1_600)], stood).notice).toBeUndefined();
  });

  it('brings the log back to where it stands', () => {
    const chosen = fold([at(5, 900), { type: 'select', selection: { selectedLog: 3 } }]);
    expect(fold([at(5, 1_000)], chosen).ui.selectedLog).toBe(3);
    expect(fold([at(4, 1_000)], chosen).ui.selectedLog).toBeUndefined();
  });
});
