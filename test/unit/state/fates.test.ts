/** What becomes of proposals is told: filled or not, stopped, withdrawn, expired, of a recording too; never of long ago. */
import { expect, it, test } from 'vitest';
import type { LogEntry } from '../../../state/log-entry.ts';
import { visibleLog } from '../../../state/rows.ts';
import { type ConsoleRig, shown } from '../../fixtures/console-rig.ts';
import { AT_US, engineView, replayView } from '../../fixtures/console-view.ts';

type Event = LogEntry['event'];
const at = { seq: 1, atUs: AT_US };
type Outcome = Extract<Event, { kind: 'proposal-closed' }>['outcome'];
const closed = (proposalId: number, outcome: Outcome) =>
  ({
    ...at,
    kind: 'proposal-closed',
    proposalId,
    decisionId: proposalId,
    instrument: 0,
    outcome,
    gate: undefined,
  }) as const;
const order = (event: 'fill' | 'confirm-cancel' | 'reject' | 'lose', purpose: 'entry' | 'exit' = 'entry') =>
  ({
    ...at,
    kind: 'order',
    orderId: 71,
    decisionId: 7,
    instrument: 0,
    side: 1,
    lots: 10,
    limitTicks: 100,
    reduceOnly: false,
    clearance: 'operator',
    purpose,
    event,
    from: 'working',
    to: 'filled',
  }) as unknown as Event;
const stop = { ...at, kind: 'protective', instrument: 0, decisionId: 7, trigger: 'stop', triggerTicks: 90 } as const;
const gone = {
  ...{ ...at, kind: 'position-closed', instrument: 0, side: 1, realised: '-3.00', fees: '0.21' },
  ...{ openedAtUs: AT_US, decisionId: 7 },
} as Event;

/** What a console says after these lines of the log, which stand behind `before` others. */
function told(events: readonly Event[], rig: ConsoleRig = shown(), before = 1): string | undefined {
  const first = Array.from({ length: before }, () => ({ ...gone, decisionId: 1 }) as Event);
  const entries = [...first, ...events].map((event, index) => ({
    ...{ id: index + 1, event, symbol: 'SOL/USDT' },
    ...{ price: '1', quantity: '1' },
  }));
  rig.port.view(rig.store.getSnapshot().view ?? engineView(), entries.length);
  rig.timers.advance(200);
  if (before > 0) rig.port.log(entries.slice(0, before));
  rig.port.log(entries.slice(before));
  rig.timers.advance(200);
  return rig.store.getSnapshot().notice?.text;
}
const APPROVED = closed(7, 'cleared-by-operator');

it.each([
  [[closed(8, 'expired')], '#8 SOL/USDT expired, no order'],
  [[closed(8, 'withdrawn')], '#8 SOL/USDT withdrawn'],
  [[closed(8, 'withdrawn'), closed(9, 'withdrawn')], '2 withdrawn: #8 SOL/USDT, #9 SOL/USDT'],
  [[APPROVED, order('fill')], '#7 SOL/USDT filled'],
  [[APPROVED, order('confirm-cancel')], '#7 SOL/USDT not filled: its order was cancelled'],
  [[APPROVED, order('reject')], '#7 SOL/USDT not filled: the venue rejected it'],
  [[APPROVED, order('lose')], '#7 SOL/USDT outcome unknown: the venue has not said'],
  [[APPROVED, stop, gone], '#7 SOL/USDT reached its stop; #7 SOL/USDT closed, LONG made -3.21 after fees of 0.21'],
] as const)('tells %#', (events, text) => {
  expect(told(events)).toBe(text);
});

it.each([
  ['an approval itself', [APPROVED]],
  ['a fill of what policy cleared', [closed(7, 'cleared-by-policy'), order('fill')]],
  ['the order that closes a position', [APPROVED, order('fill', 'exit')]],
  ['what is long over when the console starts', [{ ...closed(8, 'expired'), atUs: AT_US - 60_000_000 }]],
] as const)('says nothing of %s', (_, events) => {
  expect(told(events)).toBeUndefined();
});

test('says nothing of what was before this console', () => {
  expect(told([closed(8, 'expired')], shown(), 0)).toBeUndefined();
});

/** A replay that has stepped from its input `from` to input 9. */
function replayed(forked = false, from = 0): ConsoleRig {
  const rig = shown({ seq: from, replay: replayView({ cursor: from, forked }) });
  rig.show({ seq: 9, replay: replayView({ cursor: 9, forked }) });
  return rig;
}

test.each([
  [[closed(8, 'expired')], '#8 SOL/USDT expired, no order'],
  [[APPROVED, order('fill')], '#7 SOL/USDT approved by the operator; #7 SOL/USDT filled'],
  [[closed(8, 'vetoed-by-operator')], '#8 SOL/USDT vetoed by the operator'],
  [[closed(8, 'refused-at-clearing')], '#8 SOL/USDT refused when risk was checked again'],
] as const)('tells the same in a replay, and what was answered %#', (events, text) => {
  expect(told(events, replayed())).toBe(text);
});

test('of a fork tells no answer: the key that gave it is told what came of it', () => {
  expect(told([APPROVED, order('fill')], replayed(true))).toBe('#7 SOL/USDT filled');
});

test('a replay tells what its step went through, and not what is read later of before, or when it opens', () => {
  expect(told([closed(8, 'expired')], replayed(), 0)).toBe('#8 SOL/USDT expired, no order');
  expect(told([closed(8, 'expired')], replayed(false, 1))).toBeUndefined();
  expect(told([closed(8, 'expired')], shown({ replay: replayView({ forked: false }) }))).toBeUndefined();
});

test('while a replay plays only the newest stands above the keys', () => {
  const rig = shown({ replay: replayView({ forked: false, playing: true }) });
  told([closed(8, 'expired')], rig);
  const later = { ...closed(9, 'expired'), seq: 2 };
  rig.port.view(rig.store.getSnapshot().view!, 3);
  rig.timers.advance(200);
  rig.port.log([{ id: 3, event: later, symbol: 'SOL/USDT', price: '1', quantity: '1' }]);
  rig.timers.advance(200);
  expect(rig.store.getSnapshot().notice?.text).toBe('#9 SOL/USDT expired, no order');
});

test('what a kill or a change of control has withdrawn stands beside its answer, and alone in the message log', () => {
  const rig = shown();
  rig.press('\u000b');
  rig.port.emit({ type: 'command-done', id: 1, refused: undefined });
  expect(told([closed(8, 'withdrawn'), closed(9, 'withdrawn')], rig)).toBe(
    'KILL: done; 2 withdrawn: #8 SOL/USDT, #9 SOL/USDT',
  );
  expect(rig.store.getSnapshot().messages.map(({ text }) => text)).toEqual([
    'KILL: done',
    '2 withdrawn: #8 SOL/USDT, #9 SOL/USDT',
  ]);
});

test('a message that was read goes when a page opens; an error stays', () => {
  const rig = shown();
  const noticed = () => rig.store.getSnapshot().notice?.text;
  rig.controller.notice('info', 'read');
  rig.timers.advance(1_500);
  rig.press('?');
  expect(noticed()).toBeUndefined();
  rig.controller.notice('error', 'the disk is full');
  rig.timers.advance(1_500);
  rig.press('q');
  expect(noticed()).toBe('the disk is full');
});

test('the log is searched by the time that it shows', () => {
  const rig = shown();
  told([closed(8, 'expired')], rig);
  rig.store.dispatch({ type: 'filter', panel: 'log', filter: '14:03:22' });
  expect(visibleLog(rig.store.getState())).toHaveLength(2);
  rig.store.dispatch({ type: 'filter', panel: 'log', filter: '14:03:23' });
  expect(visibleLog(rig.store.getState())).toHaveLength(0);
});
