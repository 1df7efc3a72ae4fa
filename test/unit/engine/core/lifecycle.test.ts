/** One trade from proposal to closed position with its exact money, and the races of orders with time. */
import { describe, expect, it } from 'vitest';
import { type EngineEvent, formatMoney, type OrderState, readMoney } from '../../../../engine/domain/index.ts';
import { ACCOUNT, COUNT, computeEquity, stateOf } from '../../../../engine/index.ts';
import {
  bookDecides,
  eventsOf,
  leaningBook,
  SECOND_US,
  Session,
  START_US,
  sessionWithDecision,
  testConfig,
} from '../../../fixtures/engine-session.ts';

const { bids, asks } = leaningBook(1);
const away = (levels: ReadonlyArray<readonly [number, number]>) => levels.map(([price]) => [price, 0] as const);
const cash = (session: Session) => formatMoney(readMoney(session.state.account.money, ACCOUNT.cash), 10);
const orderSteps = (events: readonly EngineEvent[]) =>
  eventsOf(events, 'order').map((e) => `${e.event} ${e.from} ${e.to}`);
const order = (session: Session): OrderState => stateOf(session.state.orders, 0);

/** A long position of 149 lots from 100,001 ticks, cleared by the operator. */
function long(): Session {
  const session = sessionWithDecision();
  session.command({ kind: 'approve', proposalId: 1, revision: 1, viewSeq: 0 });
  session.wait(0.04).timer();
  return session;
}

describe('a long trade', () => {
  it('costs its fee at entry, and is worth what it could be left at', () => {
    const session = long();
    // 149 lots × 100,001 ticks × 0.0001 × 500 ppm.
    expect(cash(session)).toBe('9999.2549925500');
    // Two ticks of spread on 149 lots.
    expect(formatMoney(computeEquity(session.state), 10)).toBe('9999.2251925500');
    const { positions } = session.state;
    expect([positions.stopTicks[0], positions.targetTicks[0], positions.riskTicks[0]]).toEqual([99_920, 100_120, 81]);
    expect(positions.openedAtUs[0]).toBe(START_US + SECOND_US + 40_000);
  });

  it('is stopped: exit, realised loss, both fees, all to the last place', () => {
    const session = long();
    session.wait(1).depth({ first: 101, last: 101, bids: [...away(bids), [99_921, 40]] });
    expect(eventsOf(session.events, 'protective')).toEqual([]);
    const hit = session.depth({
      first: 102,
      last: 102,
      bids: [
        [99_921, 0],
        [99_920, 100],
        [99_915, 900],
      ],
    });
    expect(eventsOf(hit, 'protective')).toMatchObject([{ trigger: 'stop', triggerTicks: 99_920 }]);
    expect(eventsOf(hit, 'order')).toMatchObject([
      {
        clearance: 'protective',
        purpose: 'stop',
        reduceOnly: true,
        side: -1,
        lots: 149,
        limitTicks: 0,
        event: 'submit',
      },
    ]);
    const out = session.wait(0.04).timer();
    expect(eventsOf(out, 'fill').map((e) => [e.lots, e.priceTicks, e.maker])).toEqual([
      [100, 99_920, false],
      [49, 99_915, false],
    ]);
    // −100 × 81 − 49 × 86 ticks, at 0.0001.
    expect(eventsOf(out, 'position-closed')).toMatchObject([
      {
        side: 1,
        realised: '-1.2314000000000000',
        fees: '1.4893992000000000',
        decisionId: 1,
        openedAtUs: START_US + SECOND_US + 40_000,
      },
    ]);
    expect(cash(session)).toBe('9997.2792008000');
    const { positions, account } = session.state;
    expect([positions.lots[0], positions.stopTicks[0], positions.targetTicks[0], positions.exiting[0]]).toEqual([
      0, 0, 0, 0,
    ]);
    expect(readMoney(positions.cost, 0)).toBe(0n);
    expect([COUNT.fills, COUNT.roundTrips, COUNT.wins].map((row) => account.counts[row])).toEqual([3, 1, 0]);
  });

  it('reaches its target, and is a win only after fees', () => {
    const session = long();
    const up = session
      .wait(1)
      .depth({ first: 101, last: 101, bids: [[100_120, 1_000]], asks: [...away(asks), [100_122, 5]] });
    expect(eventsOf(up, 'protective')).toMatchObject([{ trigger: 'target', triggerTicks: 100_120 }]);
    const out = session.wait(0.04).timer();
    // 119 ticks × 149 × 0.0001 = 1.7731, fees 1.49: a win.
    expect(eventsOf(out, 'position-closed')).toMatchObject([{ realised: '1.7731000000000000' }]);
    expect(session.state.account.counts[COUNT.wins]).toBe(1);
  });

  it('sends one exit however often its stop is seen', () => {
    const session = long();
    session.wait(1).depth({ first: 101, last: 101, bids: [...away(bids), [99_900, 10]] });
    for (let i = 0; i < 5; i++) session.wait(0.001).trade(99_800, 1, { sell: true });
    expect(eventsOf(session.events, 'protective')).toHaveLength(1);
    expect(
      session
        .wait(0.1)
        .timer()
        .filter(({ kind }) => kind === 'fill'),
    ).toHaveLength(1);
    session.depth({ first: 102, last: 102, bids: [[99_900, 12]] });
    expect(session.state.positions.lots[0]).toBe(137);
    expect(eventsOf(session.events, 'protective')).toHaveLength(1);
  });

  it('is closed by time when its bars are over', () => {
    const policy = bookDecides({ execution: { maxHoldingBars: 3 } });
    const session = sessionWithDecision(testConfig({ control: 'auto', policy }));
    session.wait(2).depth({ first: 101, last: 101 });
    session.wait(1).depth({ first: 102, last: 102 });
    expect(eventsOf(session.events, 'protective')).toEqual([]);
    const late = session.wait(1).timer();
    expect(eventsOf(late, 'protective')).toMatchObject([
      { trigger: 'time', triggerTicks: 99_999, atUs: START_US + 5 * SECOND_US },
    ]);
    expect(eventsOf(session.wait(0.04).timer(), 'order')).toMatchObject([
      { event: 'accept' },
      { event: 'fill', purpose: 'time-exit' },
    ]);
  });
});

describe('a short trade', () => {
  it('is the mirror image', () => {
    const session = sessionWithDecision(testConfig({ control: 'auto' }), -1);
    session.wait(0.04).timer();
    const { positions } = session.state;
    expect([positions.lots[0], positions.stopTicks[0], positions.targetTicks[0]]).toEqual([-150, 100_080, 99_880]);
    const hit = session.wait(1).depth({ first: 101, last: 101, asks: [...away(asks), [100_080, 500]] });
    expect(eventsOf(hit, 'protective')).toMatchObject([{ trigger: 'stop', triggerTicks: 100_080 }]);
    expect(eventsOf(session.wait(0.04).timer(), 'position-closed')).toMatchObject([
      { side: -1, realised: '-1.2150000000000000' },
    ]);
  });
});

describe('an entry and its time', () => {
  /** Fifty lots at the touch, so that 99 rest. */
  function thin(execution: object = {}): Session {
    const session = new Session(testConfig({ control: 'auto', policy: bookDecides({ execution }) }));
    session.snapshot({ last: 100, bids, asks: [[100_001, 50]] });
    session.wait(1).timer();
    return session;
  }

  it('is cancelled when it is over, and what was filled keeps its stop', () => {
    const session = thin();
    session.wait(4.999_999).timer();
    expect(order(session)).toBe('partially-filled');
    session.atUs += 1;
    expect(orderSteps(session.timer())).toEqual(['request-cancel partially-filled cancel-pending']);
    expect(orderSteps(session.wait(0.04).timer())).toEqual(['confirm-cancel cancel-pending cancelled']);
    expect([session.state.positions.lots[0], session.state.positions.stopTicks[0]]).toEqual([50, 99_920]);
    expect(session.state.orders.liveCount[0]).toBe(0);
  });

  it('arrives and fills on the microsecond of its time-out', () => {
    const session = sessionWithDecision(
      testConfig({ control: 'auto', policy: bookDecides({ execution: { entryTimeoutUs: 40_000 } }) }),
    );
    expect(orderSteps(session.wait(0.04).timer())).toEqual(['accept in-flight open', 'fill open filled']);
  });

  it('that times out on its way is still filled before the cancel gets there', () => {
    const session = thin({ entryTimeoutUs: 30_000 });
    expect(orderSteps(session.wait(0.2).timer())).toEqual([
      'request-cancel in-flight cancel-pending',
      'accept cancel-pending cancel-pending',
      'partial-fill cancel-pending cancel-pending',
      'confirm-cancel cancel-pending cancelled',
    ]);
    expect([session.state.positions.lots[0], session.state.positions.stopTicks[0]]).toEqual([50, 99_920]);
  });

  it.each([
    [-1, 80],
    [0, 50],
  ])('a fill %i µs from the cancel’s arrival leaves %i lots', (offsetUs, held) => {
    const session = thin();
    session.wait(5).timer();
    session.atUs = START_US + 6 * SECOND_US + 40_000 + offsetUs;
    session.trade(100_000, 30, { sell: true });
    session.wait(1).timer();
    expect([order(session), session.state.positions.lots[0]]).toEqual(['cancelled', held]);
  });

  it('is cancelled when the position it has opened is stopped', () => {
    const session = thin();
    session.wait(0.1).timer();
    const hit = session.depth({ first: 101, last: 101, bids: [...away(bids), [99_900, 500]] });
    expect(eventsOf(hit, 'order').map((e) => [e.purpose, e.event, e.lots])).toEqual([
      ['entry', 'request-cancel', 149],
      ['stop', 'submit', 50],
    ]);
    session.wait(0.04).timer();
    expect([order(session), session.state.positions.lots[0], session.state.orders.liveCount[0]]).toEqual([
      'cancelled',
      0,
      0,
    ]);
  });

  it('is not asked for again while it works, nor while it cools down', () => {
    const session = thin({ entryTimeoutUs: 60 * SECOND_US });
    for (let i = 0; i < 25; i++) session.wait(1).depth({ first: 101 + i, last: 101 + i });
    const vetoes = eventsOf(session.events, 'decision').map(({ trace }) => trace.vetoedBy);
    expect(vetoes).toEqual([undefined, 'no-duplicate', 'no-duplicate']);
  });
});

describe('when decisions are made', () => {
  it('at once on a new direction, and on one that lasts every ten bars', () => {
    const session = new Session(testConfig({ control: 'observe' }));
    session.snapshot({ last: 100, ...leaningBook(1) });
    const decided: Array<readonly [bar: number, side: number]> = [];
    for (let bar = 1; bar <= 30; bar++) {
      const events = session.wait(1).depth({ first: 100 + bar, last: 100 + bar });
      for (const { trace } of eventsOf(events, 'decision')) decided.push([bar, trace.side]);
      if (bar !== 15) continue;
      const { bids: thinBids, asks: fatAsks } = leaningBook(-1, 100_000, 100_000);
      session.snapshot({ last: 100 + bar, bids: thinBids, asks: fatAsks });
    }
    // The smoothed balance needs four bars to turn around.
    expect(decided.slice(0, 2)).toEqual([
      [1, 1],
      [11, 1],
    ]);
    expect(decided[2]![1]).toBe(-1);
    expect(decided[3]).toEqual([decided[2]![0] + 10, -1]);
  });

  it('after a round trip only when the cool-down is over', () => {
    const session = long();
    session.wait(1).depth({ first: 101, last: 101, bids: [...away(bids), [99_900, 900]] });
    session.wait(0.1).timer();
    expect(session.state.positions.lots[0]).toBe(0);
    session.snapshot({ last: 200, ...leaningBook(-1, 99_000) });
    for (let i = 0; i < 6; i++) session.wait(1).depth({ first: 201 + i, last: 201 + i });
    const { gates, vetoedBy } = eventsOf(session.events, 'decision').at(-1)!.trace;
    expect([vetoedBy, gates.at(-1)!.limit]).toEqual(['cooldown', 10]);
  });
});
