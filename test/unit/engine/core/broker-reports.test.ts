/** Reports of an external venue: told twice, late, in any order, or not at all, the position is the venue's. */
import { describe, expect, it } from 'vitest';
import {
  type BrokerReport,
  type EngineEvent,
  type Money,
  money,
  parseMoney,
  readMoney,
} from '../../../../engine/domain/index.ts';
import { ACCOUNT, isHalted, killStage } from '../../../../engine/index.ts';
import { beliefOf } from '../../../../src/brokers/reconcile-belief.ts';
import {
  bookDecides,
  eventsOf,
  leaningBook,
  type Session,
  sessionWithDecision,
  testConfig,
} from '../../../fixtures/engine-session.ts';

const fee = parseMoney('0.25') as Money;
const EXTERNAL = testConfig({ venue: 'external', control: 'auto', policy: bookDecides() });

/** Auto control on an external venue; the first entry has been sent, and nothing has been heard of it. */
function sent(): Session {
  const session = sessionWithDecision(EXTERNAL);
  expect(eventsOf(session.events, 'order').map(({ event }) => event)).toEqual(['submit']);
  return session;
}

const orderLots = (session: Session): number => session.state.orders.lots[0]!;
const held = (session: Session): number => session.state.positions.lots[0]!;
const moves = (events: readonly EngineEvent[]) => eventsOf(events, 'order').map(({ event, to }) => `${event} ${to}`);
const refusals = (events: readonly EngineEvent[]) => eventsOf(events, 'report-refused').map(({ reason }) => reason);
const stages = (events: readonly EngineEvent[]) => eventsOf(events, 'kill').map(({ stage }) => stage);
const tell = (kind: 'accepted' | 'rejected' | 'lost'): BrokerReport => ({ kind, orderId: 1 });
const closed = (filledLots: number, orderId = 1): BrokerReport => ({ kind: 'cancelled', orderId, filledLots });
const fill = (lots: number, executionId: number, orderId = 1): BrokerReport => ({
  kind: 'filled',
  orderId,
  side: 1,
  lots,
  priceTicks: 100_001,
  executionId,
  fee,
  feeLots: 0,
  maker: false,
});

describe('an external venue', () => {
  it('is the only one that fills: a book and trades at the limit change nothing', () => {
    const session = sent();
    session.report(tell('accepted'));
    session.wait(0.2).snapshot({ last: 200, ...leaningBook(1, 99_000) });
    session.trade(98_000, 10_000, { sell: true });
    expect(eventsOf(session.events, 'fill')).toEqual([]);
    expect(session.state.orders.liveCount[0]).toBe(1);
  });

  it('pays the fee that is reported, to the last place, once', () => {
    const session = sent();
    session.report(tell('accepted'));
    const lots = orderLots(session);
    expect(moves(session.report(fill(lots, 11)))).toEqual(['fill filled']);
    expect(refusals(session.report(fill(lots, 11)))).toEqual(['duplicate']);
    expect([held(session), readMoney(session.state.account.money, ACCOUNT.fees)]).toEqual([lots, fee]);
    expect(isHalted(session.state)).toBe(false);
  });

  it('may fill before it accepts, and may accept late', () => {
    const session = sent();
    expect(moves(session.report(fill(10, 1)))).toEqual(['partial-fill partially-filled']);
    expect(refusals(session.report(tell('accepted')))).toEqual(['duplicate']);
    session.report(closed(10));
    expect([held(session), session.state.orders.liveCount[0]]).toEqual([10, 0]);
  });

  it('closes an order for us when its last execution has come, not before', () => {
    const session = sent();
    session.report(tell('accepted'));
    expect(moves(session.report(closed(30)))).toEqual([]);
    expect(session.state.orders.liveCount[0]).toBe(1);
    expect(moves(session.report(fill(20, 2)))).toEqual(['partial-fill partially-filled']);
    expect(moves(session.report(fill(10, 1)))).toEqual(['partial-fill partially-filled', 'confirm-cancel cancelled']);
    expect(held(session)).toBe(30);
  });

  it('fills an order that was over: it counts, and has its stop', () => {
    const session = sent();
    session.report(tell('accepted'));
    session.report(closed(-1));
    expect(moves(session.report(fill(7, 3)))).toEqual(['late-fill cancelled']);
    expect(held(session)).toBe(7);
    expect(session.state.positions.stopTicks[0]).toBeGreaterThan(0);
  });
});

describe('an order of which nothing is heard', () => {
  it('is unknown, is never sent again by itself, and is what the venue says when it speaks', () => {
    const session = sent();
    expect(moves(session.report(tell('lost')))).toEqual(['lose unknown']);
    session.wait(30).timer();
    expect(eventsOf(session.events, 'order').filter(({ event }) => event === 'submit')).toHaveLength(1);
    expect(moves(session.report(fill(orderLots(session), 4)))).toEqual(['fill filled']);
  });

  it('is cancelled when its time is over, also while nobody knows whether it works', () => {
    const session = sent();
    session.report(tell('lost'));
    expect(moves(session.wait(5).timer())).toEqual(['request-cancel cancel-pending']);
    // The accept comes after the cancel that the venue could not know: it is asked for again.
    expect(moves(session.report(tell('accepted')))).toEqual(['accept cancel-pending', 'request-cancel cancel-pending']);
  });
});

describe('what does not fit', () => {
  it.each<[string, BrokerReport, number]>([
    ['stray-fill', fill(5, 9, 77), 0],
    ['wrong-instrument', { ...tell('accepted') }, 1],
    ['illegal', closed(1_000_000), 0],
    ['illegal', { ...fill(5, 9), side: -1 } as BrokerReport, 0],
    ['unreadable', fill(5, -1), 0],
  ])('%s halts, and cancels the entries', (reason, report, instrument) => {
    const { instruments } = testConfig();
    const second = { ...instruments[0]!, symbol: 'ETH/USDT:USDT', venueSymbol: 'ETH' };
    const session = sessionWithDecision({ ...EXTERNAL, instruments: [instruments[0]!, second] });
    const events = session.report(report, instrument);
    expect(refusals(events)).toEqual([reason]);
    expect(eventsOf(events, 'halt')[0]).toMatchObject({ reason: 'venue-mismatch' });
    expect(moves(events)).toEqual(['request-cancel cancel-pending']);
  });

  it('takes what an order has done whose record was lost, for it bears our name', () => {
    const session = sent();
    session.report({ ...fill(5, 9, 77), side: -1 } as BrokerReport);
    expect([held(session), eventsOf(session.events, 'fill')[0]?.decisionId]).toEqual([-5, 0]);
    expect(refusals(session.report({ ...fill(5, 9, 77), side: -1 } as BrokerReport))).toEqual(['duplicate']);
  });

  it('takes more than was ordered, for it is ours, and halts', () => {
    const session = sent();
    const events = session.report(fill(orderLots(session) + 1, 5));
    expect(refusals(events)).toEqual(['overfill']);
    expect([held(session), isHalted(session.state)]).toEqual([orderLots(session) + 1, true]);
  });

  it('ends what the venue says is closed, so that a kill does not wait for it for ever', () => {
    const session = sent();
    session.report(fill(10, 1));
    const events = session.report(closed(4));
    expect(moves(events)).toEqual(['confirm-cancel cancelled']);
    expect([refusals(events), stages(events), held(session)]).toEqual([['illegal'], ['blocking', 'none-open'], 10]);
  });

  it('halts where what was rejected works after all', () => {
    const session = sent();
    session.report(tell('rejected'));
    expect(refusals(session.report(tell('accepted')))).toEqual(['illegal']);
    expect(isHalted(session.state)).toBe(true);
  });

  it('does not forget what the venue has counted when it says less or nothing later', () => {
    const session = sent();
    session.report(closed(30));
    expect(moves(session.report(closed(-1)))).toEqual([]);
    expect(refusals(session.report(closed(20)))).toEqual(['illegal']);
    expect(refusals(session.report(tell('rejected')))).toEqual(['illegal']);
    expect(session.state.orders.liveCount[0]).toBe(1);
    expect(moves(session.report(fill(30, 1))).at(-1)).toBe('confirm-cancel cancelled');
  });

  it('is refused in a run on paper, and changes nothing there', () => {
    const session = sessionWithDecision(testConfig({ control: 'auto' }));
    expect(refusals(session.report(fill(5, 1)))).toEqual(['paper-run']);
    expect([held(session), isHalted(session.state)]).toEqual([0, false]);
  });
});

describe('kill', () => {
  it('is unconfirmed while the venue does not answer, and confirmed when it does', () => {
    const session = sent();
    session.report(tell('accepted'));
    expect(stages(session.command({ kind: 'kill' }))).toEqual(['blocking', 'cancelling']);
    expect(stages(session.wait(1.9).timer())).toEqual([]);
    expect(stages(session.wait(0.2).timer())).toEqual(['unconfirmed']);
    expect(eventsOf(session.command({ kind: 'resume' }), 'command-refused')[0]).toMatchObject({
      reason: 'kill-under-way',
    });
    expect(stages(session.wait(60).timer())).toEqual([]);
    expect(stages(session.report(closed(0)))).toEqual(['none-open']);
  });

  it('flattens also while it is unconfirmed, and is flat when the venue has spoken of every order', () => {
    const session = sent();
    session.report(tell('accepted'));
    session.report(fill(5, 4));
    session.command({ kind: 'kill' });
    session.wait(3).timer();
    const events = session.command({ kind: 'flatten' });
    expect(stages(events)).toEqual(['flattening']);
    expect(eventsOf(events, 'order').map(({ event, purpose }) => `${event} ${purpose}`)).toEqual(['submit flatten']);
    session.report({ ...fill(5, 5, 2), side: -1 } as BrokerReport);
    expect([held(session), killStage(session.state)]).toEqual([0, 'flattening']);
    expect(stages(session.report(closed(5)))).toEqual(['flat']);
  });

  it('cancels an order whose accept comes after it', () => {
    const session = sent();
    session.report(tell('lost'));
    const killed = session.command({ kind: 'kill' });
    expect(moves(killed)).toEqual(['request-cancel cancel-pending']);
    expect(moves(session.report(tell('accepted')))).toEqual(['accept cancel-pending', 'request-cancel cancel-pending']);
    expect(killStage(session.state)).toBe('cancelling');
    session.report(closed(0));
    expect(killStage(session.state)).toBe('none-open');
  });

  it('flattens again what a late fill opens', () => {
    const session = sent();
    session.report(tell('accepted'));
    session.command({ kind: 'kill' });
    session.report(closed(0));
    session.command({ kind: 'flatten' });
    expect(killStage(session.state)).toBe('flat');
    const events = session.report(fill(5, 6));
    expect(stages(events)).toEqual(['flattening']);
    expect(moves(events)).toEqual(['late-fill cancelled', 'submit in-flight']);
    session.report({ ...fill(5, 7, 2), side: -1 } as BrokerReport);
    expect([held(session), killStage(session.state)]).toEqual([0, 'flat']);
  });
});

describe('an exit that left unrecorded', () => {
  it('is an order whose outcome is unknown, and keeps others from leaving until the venue tells', () => {
    const session = sent();
    session.report(tell('accepted'));
    session.report(fill(orderLots(session), 8));
    const adopt: BrokerReport = { kind: 'adopted', orderId: 44, side: -1, lots: orderLots(session) };
    expect(moves(session.report(adopt))).toEqual(['adopt unknown']);
    expect(refusals(session.report(adopt))).toEqual(['duplicate']);
    session.snapshot({ last: 300, ...leaningBook(1, 90_000) });
    expect(eventsOf(session.events, 'order').filter(({ event }) => event === 'submit')).toHaveLength(1);
    session.report({ ...fill(orderLots(session), 9, 44), side: -1 } as BrokerReport);
    expect([held(session), isHalted(session.state)]).toEqual([0, false]);
  });
});

describe('of two exits that left unrecorded', () => {
  it('the end of one lets no other leave while nobody knows what the second does', () => {
    const session = sent();
    session.report(tell('accepted'));
    session.report(fill(orderLots(session), 8));
    for (const orderId of [44, 45]) session.report({ kind: 'adopted', orderId, side: -1, lots: orderLots(session) });
    const exits = (): number => eventsOf(session.events, 'order').filter((o) => o.event === 'submit').length - 1;
    session.report({ kind: 'rejected', orderId: 44 });
    session.snapshot({ last: 300, ...leaningBook(1, 90_000) });
    session.wait(2).trade(90_000, 1);
    expect(exits()).toBe(0);
    session.report({ kind: 'rejected', orderId: 45 });
    session.wait(2).trade(90_000, 1);
    expect(exits()).toBe(1);
  });
});

describe('an exit that the venue refuses', () => {
  it('is sent again after a pause, not at every tick', () => {
    const session = sent();
    session.report(tell('accepted'));
    session.report(fill(orderLots(session), 8));
    session.snapshot({ last: 300, ...leaningBook(1, 90_000) });
    const exits = (): number => eventsOf(session.events, 'order').filter((o) => o.event === 'submit').length - 1;
    expect(exits()).toBe(1);
    session.report({ kind: 'rejected', orderId: 2 });
    for (let i = 0; i < 40; i++) session.wait(0.01).trade(90_000, 1);
    expect(exits()).toBe(1);
    session.wait(0.2).timer();
    expect(exits()).toBe(2);
    session.report({ kind: 'rejected', orderId: 3 });
    session.wait(0.6).timer();
    expect(exits()).toBe(3);
  });
});

describe('a position that the operator takes over from the venue', () => {
  it('is closed at the last price, halts nothing, and takes nothing from the order that is still at work', () => {
    const session = sent();
    session.report(tell('accepted'));
    session.report(fill(149, 7));
    const taken = session.report({ kind: 'taken-over', orderId: 0, side: -1, lots: 149, priceTicks: 100_101 });
    expect([held(session), isHalted(session.state)]).toEqual([0, false]);
    expect(eventsOf(taken, 'fill')).toMatchObject([{ orderId: 0, side: -1, lots: 149, assumed: true }]);
    expect(eventsOf(taken, 'position-closed')).toHaveLength(1);
    // One more than is known by number would be looked for at the venue for good.
    const { fills, executions, executionsForgotten } = beliefOf(session.state, (id) => `${id}`);
    expect([fills, executions.length, executionsForgotten]).toEqual([1, 1, false]);
  });

  it('may be opened by it, without a stop', () => {
    const session = sent();
    session.report({ kind: 'taken-over', orderId: 0, side: 1, lots: 5, priceTicks: 100_000 });
    expect([held(session), session.state.positions.stopTicks[0]]).toEqual([5, 0]);
    expect(eventsOf(session.wait(30).trade(50_000, 1, { sell: true }), 'protective')).toEqual([]);
  });
});

it('money that came or went without us moves the ledger and what limits reckon from, and is no gain', () => {
  const session = sent();
  const rows = [ACCOUNT.cash, ACCOUNT.equity, ACCOUNT.peakEquity, ACCOUNT.dayOpenEquity];
  const before = rows.map((row) => readMoney(session.state.account.money, row));
  const amount = parseMoney('6000.5')!;
  const taken = session.report({ kind: 'ledger', orderId: 0, amount: money(-amount) });
  expect(rows.map((row, i) => readMoney(session.state.account.money, row) - before[i]!)).toEqual(
    rows.map(() => -amount),
  );
  expect(eventsOf(taken, 'ledger')).toMatchObject([{ amount: '-6000.5000000000000000' }]);
  expect(isHalted(session.state)).toBe(false);
});
