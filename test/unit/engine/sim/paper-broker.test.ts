/** The paper venue by hand: latency, the walk through the book, queues, fees, cancels, and reduce-only. */
import { describe, expect, it } from 'vitest';
import type { OrderState } from '../../../../engine/domain/index.ts';
import { stateOf } from '../../../../engine/index.ts';
import { eventsOf, type Session, START_US } from '../../../fixtures/engine-session.ts';
import { cancel, fillsOf, quietSession, send } from '../../../fixtures/paper-orders.ts';

const BOOK = {
  last: 100,
  bids: [
    [99, 10],
    [98, 20],
    [97, 30],
  ],
  asks: [
    [101, 10],
    [102, 20],
    [103, 30],
  ],
} as const;

/** A book of three levels each side around 100 ticks. */
function withBook(paper: object = {}, seed?: number): Session {
  const session = quietSession(paper, seed);
  session.snapshot(BOOK);
  return session;
}

const state = (session: Session, slot: number): OrderState => stateOf(session.state.orders, slot);
const arrive = (session: Session) => session.wait(0.04).timer();

describe('latency', () => {
  it('lets nothing happen before the order is there, and stamps its arrival', () => {
    const session = withBook();
    const slot = send(session, { side: 1, lots: 5 });
    expect(state(session, slot)).toBe('in-flight');
    session.atUs = START_US + 39_999;
    expect(session.trade(101, 50, { sell: true })).toEqual([]);
    session.atUs = START_US + 40_000;
    const events = session.timer();
    expect(events.map(({ kind, atUs }) => [kind, atUs - START_US])).toEqual([
      ['order', 40_000],
      ['fill', 40_000],
      ['order', 40_000],
    ]);
  });

  it('adds jitter below its bound, which belongs to the moment, the instrument and the side', () => {
    const arrivals = (seed: number, others: number): number[] => {
      const session = withBook({ latencyJitterUs: 20_000 }, seed);
      return Array.from({ length: 30 }, (_, i) => {
        session.atUs = START_US + i;
        session.timer();
        for (let other = 0; other < others; other++) send(session, { side: -1, lots: 1, limitTicks: 300 });
        const slot = send(session, { side: 1, lots: 1, limitTicks: 50 });
        return session.state.orders.arrivesAtUs[slot]! - START_US - i;
      });
    };
    const alone = arrivals(7, 0);
    expect(Math.min(...alone)).toBeGreaterThanOrEqual(40_000);
    expect(Math.max(...alone)).toBeLessThan(60_000);
    expect(new Set(alone).size).toBeGreaterThan(25);
    expect(arrivals(7, 1)).toEqual(alone);
    expect(arrivals(8, 0)).not.toEqual(alone);
  });
});

describe('a market order', () => {
  it('walks the book level by level', () => {
    const session = withBook();
    const slot = send(session, { side: 1, lots: 35 });
    expect(fillsOf(arrive(session))).toEqual([
      [1, 10, 101, 'taker'],
      [1, 20, 102, 'taker'],
      [1, 5, 103, 'taker'],
    ]);
    expect([state(session, slot), session.state.positions.lots[0]]).toEqual(['filled', 35]);
  });

  it('sells down the bids', () => {
    const session = withBook();
    send(session, { side: -1, lots: 31 });
    expect(fillsOf(arrive(session))).toEqual([
      [-1, 10, 99, 'taker'],
      [-1, 20, 98, 'taker'],
      [-1, 1, 97, 'taker'],
    ]);
  });

  it('waits when the book is exhausted, and takes what is new, not what it took', () => {
    const session = withBook();
    const slot = send(session, { side: 1, lots: 70 });
    expect(fillsOf(arrive(session))).toHaveLength(3);
    expect(state(session, slot)).toBe('partially-filled');
    expect(fillsOf(session.depth({ first: 101, last: 101, bids: [[99, 12]] }))).toEqual([]);
    expect(fillsOf(session.depth({ first: 102, last: 102, asks: [[101, 14]] }))).toEqual([[1, 4, 101, 'taker']]);
    expect(fillsOf(session.depth({ first: 103, last: 103, asks: [[101, 3]] }))).toEqual([]);
    expect(fillsOf(session.depth({ first: 104, last: 104, asks: [[100, 20]] }))).toEqual([[1, 6, 100, 'taker']]);
    expect([state(session, slot), session.state.positions.lots[0]]).toEqual(['filled', 70]);
  });

  it('walks a book that comes after it', () => {
    const session = quietSession();
    session.timer();
    const slot = send(session, { side: -1, lots: 15 });
    expect(fillsOf(arrive(session))).toEqual([]);
    expect(state(session, slot)).toBe('open');
    expect(fillsOf(session.snapshot(BOOK))).toEqual([
      [-1, 10, 99, 'taker'],
      [-1, 5, 98, 'taker'],
    ]);
  });
});

describe('a limit order', () => {
  it('takes as far as its limit and rests with the rest', () => {
    const session = withBook();
    const slot = send(session, { side: 1, lots: 45, limitTicks: 102 });
    expect(fillsOf(arrive(session))).toEqual([
      [1, 10, 101, 'taker'],
      [1, 20, 102, 'taker'],
    ]);
    expect(state(session, slot)).toBe('partially-filled');
    expect(fillsOf(session.depth({ first: 101, last: 101, asks: [[103, 500]] }))).toEqual([]);
    // What is added at or through its limit meets it there.
    expect(fillsOf(session.depth({ first: 102, last: 102, asks: [[101, 16]] }))).toEqual([[1, 6, 102, 'maker']]);
    // The old touch goes: the level behind it had been walked already.
    expect(fillsOf(session.depth({ first: 103, last: 103, asks: [[101, 0]] }))).toEqual([]);
    expect(fillsOf(session.depth({ first: 104, last: 104, asks: [[100, 2]] }))).toEqual([[1, 2, 102, 'maker']]);
  });

  it('beyond the touch does not trade', () => {
    const session = withBook();
    const [buy, sell] = [
      send(session, { side: 1, lots: 5, limitTicks: 100 }),
      send(session, { side: -1, lots: 5, limitTicks: 100 }),
    ];
    expect(fillsOf(arrive(session))).toEqual([]);
    expect([state(session, buy), state(session, sell)]).toEqual(['open', 'open']);
    expect([session.state.orders.queueAhead[buy], session.state.orders.queueAhead[sell]]).toEqual([0, 0]);
  });

  it('waits behind what stood at its price, and fills after it by the trades that come', () => {
    const session = withBook();
    const slot = send(session, { side: 1, lots: 8, limitTicks: 98 });
    arrive(session);
    const { queueAhead } = session.state.orders;
    expect(queueAhead[slot]).toBe(20);
    expect(fillsOf(session.trade(98, 15, { sell: true }))).toEqual([]);
    expect(queueAhead[slot]).toBe(5);
    expect(fillsOf(session.trade(98, 9, { sell: true }))).toEqual([[1, 4, 98, 'maker']]);
    expect(queueAhead[slot]).toBe(0);
    expect(fillsOf(session.trade(98, 100, { sell: true }))).toEqual([[1, 4, 98, 'maker']]);
    expect(state(session, slot)).toBe('filled');
  });

  it('is reached whatever its queue by a trade through its price', () => {
    const session = withBook();
    const slot = send(session, { side: -1, lots: 8, limitTicks: 102 });
    arrive(session);
    expect(fillsOf(session.trade(103, 5))).toEqual([[-1, 5, 102, 'maker']]);
    expect([session.state.orders.queueAhead[slot], state(session, slot)]).toEqual([0, 'partially-filled']);
  });

  it('is not filled by takers of its own side, nor at prices it did not ask for', () => {
    const session = withBook();
    send(session, { side: 1, lots: 8, limitTicks: 98 });
    arrive(session);
    for (const [price, sell] of [
      [98, false],
      [97, false],
      [99, true],
    ] as const) {
      expect(fillsOf(session.trade(price, 500, { sell }))).toEqual([]);
    }
  });

  it('shares one trade with the orders before it: its lots are had once', () => {
    const session = withBook();
    for (const limitTicks of [100, 100, 99]) send(session, { side: 1, lots: 6, limitTicks });
    arrive(session);
    expect(fillsOf(session.trade(99, 9, { sell: true }))).toEqual([
      [1, 6, 100, 'maker'],
      [1, 3, 100, 'maker'],
    ]);
  });
});

describe('fees', () => {
  it('are the taker’s or the maker’s, rounded up to the ledger’s last place', () => {
    const session = withBook({ takerFeePpm: 333, makerFeePpm: 77 });
    send(session, { side: 1, lots: 7 });
    send(session, { side: -1, lots: 7, limitTicks: 150 });
    const taken = arrive(session);
    // 7 lots × 101 ticks × 0.0001.
    expect(eventsOf(taken, 'fill').map((e) => e.fee)).toEqual(['0.0000235431000000']);
    expect(eventsOf(session.trade(150, 3), 'fill').map((e) => e.fee)).toEqual(['0.0000034650000000']);
  });
});

describe('cancels', () => {
  it('never overtake their order, and end it at their arrival', () => {
    const session = withBook({ latencyUs: 40_000, latencyJitterUs: 0 });
    const slot = send(session, { side: 1, lots: 5, limitTicks: 90 });
    cancel(session, slot);
    const { arrivesAtUs, cancelArrivesAtUs } = session.state.orders;
    expect(cancelArrivesAtUs[slot]!).toBeGreaterThanOrEqual(arrivesAtUs[slot]!);
    const events = arrive(session);
    expect(eventsOf(events, 'order').map((e) => [e.event, e.to])).toEqual([
      ['accept', 'cancel-pending'],
      ['confirm-cancel', 'cancelled'],
    ]);
  });

  it('lose against a fill that came first', () => {
    const session = withBook();
    const slot = send(session, { side: 1, lots: 5, limitTicks: 99 });
    arrive(session);
    cancel(session, slot);
    expect(fillsOf(session.wait(0.01).trade(98, 5, { sell: true }))).toEqual([[1, 5, 99, 'maker']]);
    expect(state(session, slot)).toBe('filled');
    expect(arrive(session)).toEqual([]);
  });

  it('keep what was filled in between', () => {
    const session = withBook();
    const slot = send(session, { side: 1, lots: 9, limitTicks: 99 });
    arrive(session);
    cancel(session, slot);
    session.wait(0.01).trade(98, 4, { sell: true });
    expect(state(session, slot)).toBe('cancel-pending');
    arrive(session);
    expect([state(session, slot), session.state.orders.filledLots[slot], session.state.positions.lots[0]]).toEqual([
      'cancelled',
      4,
      4,
    ]);
  });
});

describe('reduce-only', () => {
  it('is cancelled on arrival when there is nothing to reduce', () => {
    const session = withBook();
    const slot = send(session, { side: -1, lots: 5, reduceOnly: true });
    expect(fillsOf(arrive(session))).toEqual([]);
    expect(state(session, slot)).toBe('cancelled');
  });

  it.each([1, -1] as const)('closes no more than the position, and never turns it: side %i', (side) => {
    const session = withBook();
    send(session, { side, lots: 12 });
    arrive(session);
    const more = send(session, { side, lots: 5, reduceOnly: true });
    const slots = [20, 20].map((lots) => send(session, { side: side === 1 ? -1 : 1, lots, reduceOnly: true }));
    arrive(session);
    expect(state(session, more)).toBe('cancelled');
    expect(session.state.positions.lots[0]).toBe(0);
    expect(slots.map((slot) => session.state.orders.filledLots[slot])).toEqual([12, 0]);
    session.depth({ first: 101, last: 101, bids: [[100, 500]], asks: [[101, 500]] });
    session.trade(100, 500);
    session.trade(100, 500, { sell: true });
    expect(session.state.positions.lots[0]).toBe(0);
  });
});

describe('without a book', () => {
  it('takes the quoted size at the touch, then what is new', () => {
    const session = quietSession();
    session.quote(99, 4, 101, 6);
    const slot = send(session, { side: 1, lots: 20 });
    expect(fillsOf(arrive(session))).toEqual([[1, 6, 101, 'taker']]);
    expect(fillsOf(session.quote(99, 9, 101, 6))).toEqual([]);
    expect(fillsOf(session.quote(99, 9, 101, 7))).toEqual([[1, 1, 101, 'taker']]);
    expect(fillsOf(session.quote(100, 9, 102, 5))).toEqual([[1, 5, 102, 'taker']]);
    expect(fillsOf(session.quote(99, 9, 101, 7))).toEqual([[1, 7, 101, 'taker']]);
    expect(fillsOf(session.quote(98, 9, 100, 50))).toEqual([[1, 1, 100, 'taker']]);
    expect(state(session, slot)).toBe('filled');
  });

  it('stands in the queue of the touch it joins', () => {
    const session = quietSession();
    session.quote(99, 4, 101, 6);
    const slot = send(session, { side: 1, lots: 5, limitTicks: 99 });
    arrive(session);
    expect(session.state.orders.queueAhead[slot]).toBe(4);
    expect(fillsOf(session.trade(99, 6, { sell: true }))).toEqual([[1, 2, 99, 'maker']]);
  });

  it('without quotes takes a share of the last trade, half the assumed spread away, and says so', () => {
    const session = quietSession();
    session.trade(100_000, 95);
    const slot = send(session, { side: 1, lots: 12 });
    expect(fillsOf(arrive(session))).toEqual([[1, 9, 100_010, 'taker assumed']]);
    expect(fillsOf(session.trade(99_000, 4, { sell: true }))).toEqual([[1, 1, 99_010, 'taker assumed']]);
    expect(fillsOf(session.trade(99_000, 800))).toEqual([[1, 2, 99_010, 'taker assumed']]);
    expect(state(session, slot)).toBe('filled');
  });

  it('a resting limit has its lots from the trades themselves, once', () => {
    const session = quietSession();
    session.trade(100_000, 95);
    send(session, { side: 1, lots: 30, limitTicks: 99_900 });
    expect(fillsOf(arrive(session))).toEqual([]);
    expect(fillsOf(session.trade(99_800, 7, { sell: true }))).toEqual([[1, 7, 99_900, 'maker']]);
  });

  it('has no price to trade at before there is one', () => {
    const session = quietSession();
    session.timer();
    const slot = send(session, { side: 1, lots: 3 });
    expect(fillsOf(arrive(session))).toEqual([]);
    expect(state(session, slot)).toBe('open');
  });
});
