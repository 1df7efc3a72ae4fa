/** What is called out, and when not: a new proposal, one back from its snooze, a kill; never twice, never in a replay. */
import { describe, expect, it } from 'vitest';
import { callsOf, type Known, titleOf } from '../../../state/attention.ts';
import { initialState } from '../../../state/model.ts';
import { engineView, proposalView, replayView } from '../../fixtures/console-view.ts';

type Changes = Parameters<typeof engineView>[0];

const { ui } = initialState(80, 24);
const seen = (before: Known | undefined, changes: Changes, snoozed = new Map<number, number>()) =>
  callsOf(before, { view: engineView(changes), ui: { ...ui, snoozed } });
const texts = (found: ReturnType<typeof callsOf>) => found.calls.map(({ kind, text }) => `${kind}: ${text}`);
const KILLED: Changes = { kill: 'blocking', halted: 'drawdown-limit' };

describe('a call', () => {
  it('comes once for each proposal, whatever its revision', () => {
    const first = seen(undefined, {});
    expect(texts(first)).toEqual(['proposal: BUY 0.012 BTC/USDT waits, 13.2 s left']);
    const revised = seen(first.known, {
      proposals: [proposalView({ revision: 2 }), proposalView({ proposalId: 13, side: -1 })],
    });
    expect(texts(revised)).toEqual(['proposal: SELL 0.012 BTC/USDT waits, 13.2 s left']);
    expect(texts(seen(revised.known, { proposals: [proposalView({ proposalId: 13 })] }))).toEqual([]);
  });

  it('comes for a kill that fires, not for one that was there, and again after a resume', () => {
    expect(texts(seen(undefined, { ...KILLED, proposals: [] }))).toEqual([]);
    const armed = seen(undefined, { proposals: [] });
    const killed = seen(armed.known, { ...KILLED, proposals: [] });
    expect(texts(killed)).toEqual(['kill: KILL by the drawdown limit: entries are blocked']);
    expect(texts(seen(killed.known, { ...KILLED, kill: 'flat', proposals: [] }))).toEqual([]);
    const resumed = seen(killed.known, { proposals: [] });
    expect(texts(seen(resumed.known, { ...KILLED, proposals: [] }))).toHaveLength(1);
  });

  it('comes again when a snooze runs out, not when a person ends it', () => {
    const asleep = (remainingMs: number) => [proposalView({ remainingMs })];
    const snoozed = seen(seen(undefined, {}).known, { proposals: asleep(9_000) }, new Map([[12, 1]]));
    expect(texts(snoozed)).toEqual([]);
    expect(texts(seen(snoozed.known, { proposals: asleep(8_000) }))).toEqual([]);
    expect(texts(seen(snoozed.known, { proposals: asleep(5_000) }))).toEqual([
      'proposal: BUY 0.012 BTC/USDT waits, 5.0 s left',
    ]);
  });

  it('never comes in a replay, nor before a view', () => {
    const armed = seen(undefined, { proposals: [] });
    const replayed = seen(armed.known, { ...KILLED, replay: replayView({ playing: true }) });
    expect([texts(replayed), replayed.known]).toEqual([[], armed.known]);
    expect(callsOf(undefined, initialState(80, 24))).toEqual({ calls: [], known: undefined });
  });
});

describe('the title', () => {
  it.each([
    [{ proposals: [] }, 'Chimera PAPER'],
    [{}, '(1) Chimera PAPER'],
    [{ mode: 'LIVE', proposals: [12, 13].map((proposalId) => proposalView({ proposalId })) }, '(2) Chimera LIVE'],
    [{ replay: replayView() }, 'Chimera replay'],
  ] as const)('%#: %s', (changes, title) => expect(titleOf({ view: engineView(changes) })).toBe(title));

  it('is none before the engine has said anything', () => expect(titleOf(initialState(80, 24))).toBeUndefined());
});
