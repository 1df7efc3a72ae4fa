/** An external venue lets nothing out before the account is compared and a person has typed the code. */
import { describe, expect, it } from 'vitest';
import { blockersOf, type EngineEvent, F, VENUE_BLOCKERS } from '../../../../engine/domain/index.ts';
import { armCode, isArmed, venueBlockers } from '../../../../engine/index.ts';
import { eventsOf, Session, sessionWithDecision, testConfig } from '../../../fixtures/engine-session.ts';

const EXTERNAL = testConfig({ venue: 'external', control: 'auto' });
const arm = (session: Session, code = armCode(session.state)) => session.command({ kind: 'arm', code });
const vetoes = (session: Session) => eventsOf(session.events, 'decision').map(({ trace }) => trace.vetoedBy);

describe('a live run', () => {
  it('is disarmed and not compared at its start, and after every restart', () => {
    const session = new Session(EXTERNAL, { armed: false });
    expect(venueBlockers(session.state)).toEqual(['account', 'disarmed']);
    session.arm();
    expect([venueBlockers(session.state), isArmed(session.state)]).toEqual([[], true]);
    const before = armCode(session.state);
    session.gap(0xffff, 'restart');
    expect(venueBlockers(session.state)).toEqual(['account', 'disarmed']);
    expect(armCode(session.state)).not.toBe(before);
  });

  it('asks for another code after each disarming, and takes no other', () => {
    const session = new Session(EXTERNAL, { armed: false });
    session.venue([]);
    const code = armCode(session.state);
    expect(eventsOf(arm(session, code + 1), 'command-refused')).toMatchObject([{ reason: 'wrong-code' }]);
    expect(eventsOf(arm(session), 'armed')).toHaveLength(1);
    expect(eventsOf(arm(session), 'command-refused')).toMatchObject([{ reason: 'no-change' }]);
    session.command({ kind: 'disarm' });
    expect(eventsOf(arm(session, code), 'command-refused')).toMatchObject([{ reason: 'wrong-code' }]);
  });

  it.each(VENUE_BLOCKERS.filter((name) => name !== 'disarmed'))('is not armed while %s stands between', (name) => {
    const session = new Session(EXTERNAL, { armed: false });
    session.venue([name]);
    expect(eventsOf(arm(session), 'command-refused')).toMatchObject([{ reason: 'not-ready' }]);
  });

  it.each(VENUE_BLOCKERS)('makes no entry while %s stands between', (name) => {
    const session = sessionWithDecision(EXTERNAL, 1, (s) => {
      if (name === 'disarmed') s.command({ kind: 'disarm' });
      else s.venue([name]);
    });
    expect(vetoes(session)).toEqual(['venue-ready']);
    expect(eventsOf(session.events, 'order')).toEqual([]);
  });

  it('takes back what waits when it is disarmed, and refuses at clearing when something has come between', () => {
    const manual = { ...EXTERNAL, control: 'manual' } as const;
    const disarmed = sessionWithDecision(manual);
    const events = disarmed.command({ kind: 'disarm' });
    expect(eventsOf(events, 'proposal-closed')).toMatchObject([{ outcome: 'withdrawn' }]);
    const blocked = sessionWithDecision(manual);
    blocked.venue(['clock']);
    const answer = blocked.command({ kind: 'approve', proposalId: 1, revision: 1, viewSeq: 0 });
    expect(eventsOf(answer, 'proposal-closed')).toMatchObject([
      { outcome: 'refused-at-clearing', gate: 'venue-ready' },
    ]);
  });

  it('cancels what works when it is disarmed, and again when it is so already', () => {
    const session = sessionWithDecision(EXTERNAL);
    const asked = (events: readonly EngineEvent[]) => eventsOf(events, 'order').map(({ event }) => event);
    expect(asked(session.command({ kind: 'disarm' }))).toEqual(['request-cancel']);
    expect(session.command({ kind: 'disarm' })).toEqual([]);
  });

  it('tells each change of what stands between once', () => {
    const session = new Session(EXTERNAL);
    expect(eventsOf(session.venue(['clock']), 'venue')).toMatchObject([{ blockers: ['clock'] }]);
    expect(session.venue(['clock'])).toEqual([]);
    expect(eventsOf(session.venue([]), 'venue')).toMatchObject([{ blockers: [] }]);
  });
});

it('a paper run knows neither code nor account', () => {
  const session = new Session(testConfig());
  for (const command of [{ kind: 'arm', code: 1 }, { kind: 'disarm' }, { kind: 'accept-account', digest: 3 }] as const)
    expect(eventsOf(session.command(command), 'command-refused')).toMatchObject([{ reason: 'paper-run' }]);
  expect(() => session.venue([])).toThrow('no external venue');
});

it('bits name blockers both ways', () => {
  expect(blockersOf(0)).toEqual([]);
  expect(blockersOf(0b1000101)).toEqual(['account', 'clock', 'disarmed']);
});

describe('bars of history', () => {
  it('warm the range without a decision, a price or a bar of their own kind', () => {
    const session = new Session(testConfig({ control: 'auto' }));
    for (let i = 0; i < 40; i++) session.history([100_000, 100_020, 99_980, 100_000 + (i % 3)], 5);
    const { features, market } = session.state;
    expect(features.valid[F.atr]).toBe(1);
    expect([market.last[0], market.hasBars[0], market.updatedAtUs[0]]).toEqual([0, 0, 0]);
    expect(session.events).toEqual([]);
  });

  it('come too late when data of now has come', () => {
    const session = new Session(testConfig());
    session.trade(100_000, 1);
    session.wait(2).timer();
    const { features } = session.state;
    const before = [...features.values];
    for (let i = 0; i < 40; i++) session.history([1, 2, 1, 2], 5);
    expect([...features.values]).toEqual(before);
    expect(session.state.control.nowUs[0]).toBe(session.atUs);
  });
});
