/** A new life of the engine on the state of an earlier one. */
import { expect, it } from 'vitest';
import { NO_INSTRUMENT } from '../../../../engine/domain/index.ts';
import { NEXT_ID } from '../../../../engine/index.ts';
import { eventsOf, sessionWithDecision, testConfig } from '../../../fixtures/engine-session.ts';

it('expires what waits, knows no price, and names no order as one that may have left before it', () => {
  const session = sessionWithDecision(testConfig({ control: 'manual' }));
  expect(eventsOf(session.events, 'proposal-opened')).toHaveLength(1);
  const before = session.state.control.nextId[NEXT_ID.order]!;
  const events = session.gap(NO_INSTRUMENT, 'restart');
  expect(eventsOf(events, 'proposal-closed')).toMatchObject([{ outcome: 'expired' }]);
  expect(eventsOf(events, 'book')).toMatchObject([{ state: 'gap' }]);
  expect(session.state.market.bid[0]).toBe(0);
  expect(session.state.control.nextId[NEXT_ID.order]! - before).toBe(1_000_000);
  session.gap(NO_INSTRUMENT, 'restart');
  expect(session.state.control.nextId[NEXT_ID.order]! - before).toBe(2_000_000);
  const { reason } = eventsOf(
    session.command({ kind: 'approve', proposalId: 1, revision: 1, viewSeq: 0 }),
    'command-refused',
  )[0]!;
  expect(reason).toBe('expired');
});

it('skips as many numbers whatever the last one was', () => {
  const session = sessionWithDecision(testConfig({ control: 'manual' }));
  session.state.control.nextId[NEXT_ID.order] = 999_999;
  session.gap(NO_INSTRUMENT, 'restart');
  expect(session.state.control.nextId[NEXT_ID.order]).toBe(1_999_999);
});
