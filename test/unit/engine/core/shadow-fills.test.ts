/** Beside an external venue each order is filled on paper too, and the two are compared when both are over. */
import { describe, expect, it } from 'vitest';
import { type BrokerReport, type Money, parseMoney, readMoney } from '../../../../engine/domain/index.ts';
import {
  bookDecides,
  eventsOf,
  leaningBook,
  Session,
  sessionWithDecision,
  testConfig,
} from '../../../fixtures/engine-session.ts';

const CONFIG = testConfig({ venue: 'external', control: 'auto', policy: bookDecides() });
const fee = parseMoney('0') as Money;

const fill = (lots: number, priceTicks: number, executionId = 1): BrokerReport => ({
  kind: 'filled',
  orderId: 1,
  side: 1,
  lots,
  priceTicks,
  executionId,
  fee,
  feeLots: 0,
  maker: false,
});

const shadows = (session: Session) => eventsOf(session.events, 'shadow');

/** An entry of 149 lots has left for a venue; on paper it arrives after 40 ms and finds its lots at 100,001 ticks. */
function sent(): Session {
  const session = sessionWithDecision(CONFIG);
  session.report({ kind: 'accepted', orderId: 1 });
  return session;
}

describe('the shadow of an order', () => {
  it('is filled by the same market, and the worse price of the venue is what it has cost', () => {
    const session = sent();
    session.wait(0.01);
    session.report(fill(149, 100_003));
    expect(shadows(session)).toEqual([]);
    session.wait(0.03).timer();
    // Two ticks of 0.1 on 149 lots of 0.001.
    expect(shadows(session)).toMatchObject([
      { orderId: 1, lots: 149, filledLots: 149, shadowLots: 149, meanTicks: 100_003, shadowTicks: 100_001 },
    ]);
    expect(Number(shadows(session)[0]!.gap)).toBeCloseTo(0.0298, 12);
    const { gap, compared } = session.state.shadow;
    expect([readMoney(gap, 0), compared[0]]).toEqual([parseMoney('0.0298'), 1]);
  });

  it('touches no position, no ledger and no order of the run', () => {
    const session = sent();
    const before = [session.state.positions.lots[0], [...session.state.account.money], session.state.account.counts[3]];
    session.wait(0.05).timer();
    expect([
      session.state.positions.lots[0],
      [...session.state.account.money],
      session.state.account.counts[3],
    ]).toEqual(before);
    expect(eventsOf(session.events, 'fill')).toEqual([]);
  });

  it('compares only what both have filled', () => {
    const session = sent();
    session.report(fill(40, 100_002));
    session.wait(5).timer();
    session.report({ kind: 'cancelled', orderId: 1, filledLots: 40 });
    expect(shadows(session)).toMatchObject([{ filledLots: 40, shadowLots: 149 }]);
    // One tick of 0.1 on 40 lots of 0.001.
    expect(Number(shadows(session)[0]!.gap)).toBeCloseTo(0.004, 12);
  });

  it('that never fills is waited for no longer than an entry is', () => {
    const session = sessionWithDecision(CONFIG);
    // The book runs away before the order would have arrived on paper.
    const { asks } = leaningBook(1);
    session.depth({ first: 101, last: 101, asks: [...asks.map(([price]) => [price, 0] as const), [150_000, 5]] });
    session.report({ kind: 'accepted', orderId: 1 });
    session.report(fill(149, 100_001));
    session.wait(5).timer();
    expect(shadows(session)).toEqual([]);
    session.wait(0.1).timer();
    expect(shadows(session)).toMatchObject([
      { filledLots: 149, shadowLots: 0, shadowTicks: 0, gap: '0.0000000000000000' },
    ]);
    expect(session.state.shadow.orders.liveCount[0]).toBe(0);
  });

  it('of a rejected order is told all the same, with nothing filled there', () => {
    const session = sessionWithDecision(CONFIG);
    session.report({ kind: 'rejected', orderId: 1 });
    session.wait(0.05).timer();
    expect(shadows(session)).toMatchObject([{ filledLots: 0, shadowLots: 149, meanTicks: 0 }]);
  });

  it('is not cast on paper', () => {
    const session = new Session(testConfig({ control: 'auto' }));
    expect(session.state.shadow.orders.id).toHaveLength(0);
  });
});
