/** What the engine believes after data was lost: no old touch, no fresh feed, no decision on half a book, no loss that never was. */
import { describe, expect, it } from 'vitest';
import { F, formatMoney, readMoney } from '../../../../engine/domain/index.ts';
import { ACCOUNT, BOOK, computeEquity, markTicks } from '../../../../engine/index.ts';
import { eventsOf, leaningBook, Session, sessionWithDecision, testConfig } from '../../../fixtures/engine-session.ts';

/** A long position of 149 lots from 100,001 ticks, held on a book without quotes. */
function holding(): Session {
  const session = sessionWithDecision(testConfig({ control: 'auto' }));
  session.wait(0.1).timer();
  expect(session.state.positions.lots[0]).toBe(149);
  return session;
}

const touchOf = ({ state: { market } }: Session) => [
  market.bid[0],
  market.bidLots[0],
  market.ask[0],
  market.askLots[0],
];
const vetoOf = (session: Session) => eventsOf(session.events, 'decision').at(-1)!.trace.vetoedBy;

describe('a break in the depth stream', () => {
  it('takes the touch with it: a stop is judged on the trades that still come, not on the old bid', () => {
    const session = holding();
    session.trade(100_000, 1, { sell: true });
    const broken = session.depth({ first: 150, last: 150 });
    expect(eventsOf(broken, 'book')).toMatchObject([{ state: 'gap', updateId: 100 }]);
    expect(touchOf(session)).toEqual([0, 0, 0, 0]);
    const stopped = session.wait(0.1).trade(99_900, 5, { sell: true });
    expect(eventsOf(stopped, 'protective')).toMatchObject([{ trigger: 'stop', triggerTicks: 99_900 }]);
  });

  it('leaves the touch alone where quotes give it', () => {
    const session = holding();
    session.quote(99_999, 3, 100_001, 4);
    session.depth({ first: 150, last: 150 });
    expect(session.state.books.state[0]).toBe(BOOK.gap);
    expect(touchOf(session)).toEqual([99_999, 3, 100_001, 4]);
  });

  it('shows a touch again from the next snapshot, with no order flow across the hole', () => {
    const session = holding();
    session.depth({ first: 150, last: 150 });
    const flow = session.state.bars.flowSize[0];
    const events = session.snapshot({ last: 160, bids: [[90_000, 7]], asks: [[90_002, 8]] });
    expect(eventsOf(events, 'book')).toMatchObject([{ state: 'synced', updateId: 160 }]);
    expect(touchOf(session)).toEqual([90_000, 7, 90_002, 8]);
    expect(session.state.bars.flowSize[0]).toBe(flow);
  });

  it('vetoes by the gate book-whole until a snapshot comes', () => {
    const session = new Session(testConfig({ control: 'auto' }));
    session.quote(99_999, 10, 100_001, 10);
    session.snapshot({ last: 100, ...leaningBook(1) });
    session.depth({ first: 150, last: 150 });
    // Ever larger bids: order flow alone makes the vote once its window is full.
    for (let i = 0; i < 30; i++) session.wait(0.5).quote(99_999, 10 + i, 100_001, 10);
    const blind = eventsOf(session.events, 'decision');
    expect(blind.length).toBeGreaterThan(0);
    expect(new Set(blind.map(({ trace }) => trace.vetoedBy))).toEqual(new Set(['book-whole']));
    session.snapshot({ last: 200, ...leaningBook(1) });
    for (let i = 0; i < 12; i++) session.wait(1).quote(99_999, 50 + i, 100_001, 10);
    expect(eventsOf(session.events, 'decision').at(-1)!.trace.verdict).toBe('proposed');
  });
});

describe('order flow', () => {
  const isKnown = (session: Session) => session.state.features.valid[F.orderFlowImbalance] === 1;
  /** Bars with flow, from quotes or from the book. */
  function bars(session: Session, count: number, quoted: boolean): void {
    for (let i = 0; i < count; i++) {
      const last = session.state.books.lastUpdateId[0]! + 1;
      if (quoted) session.quote(99_999, 10 + session.records.length, 100_001, 10);
      else session.depth({ first: last, last, bids: [[99_999, 10 + session.records.length]] });
      session.wait(1).timer();
    }
  }

  it.each([
    ['a gap in quotes', true, (s: Session) => s.gap()],
    ['a gap of all', true, (s: Session) => s.gap(0xffff)],
    ['a break in the depth stream', false, (s: Session) => s.depth({ first: 900, last: 900 })],
  ] as const)('must warm anew after %s', (_, quoted, lose) => {
    const session = new Session(testConfig({ control: 'observe' }));
    session.snapshot({ last: 100, ...leaningBook(1) });
    bars(session, 12, quoted);
    expect(isKnown(session)).toBe(true);
    lose(session);
    expect(isKnown(session)).toBe(false);
    session.snapshot({ last: 1_000, ...leaningBook(1) });
    bars(session, 9, quoted);
    expect(isKnown(session)).toBe(false);
    bars(session, 2, quoted);
    expect(isKnown(session)).toBe(true);
  });
});

describe('a gap input', () => {
  it('takes book, touch and order flow, of one instrument or of all', () => {
    const session = holding();
    session.gap();
    expect(touchOf(session)).toEqual([0, 0, 0, 0]);
    expect(session.state.books.state[0]).toBe(BOOK.gap);
    expect(session.state.features.valid[F.orderFlowImbalance]).toBe(0);
    const other = holding();
    other.gap(0xffff, 'overflow');
    expect(touchOf(other)).toEqual([0, 0, 0, 0]);
    expect(other.state.books.state[0]).toBe(BOOK.gap);
  });

  it('is no data: the feed gets no younger, and no bar is made of it', () => {
    const session = new Session(testConfig({ control: 'auto' }));
    session.snapshot({ last: 100, ...leaningBook(1) });
    session.wait(1).timer();
    const { updatedAtUs } = session.state.market;
    const [then, bars] = [updatedAtUs[0], session.state.features.bars[0]];
    for (const lost of [() => session.gap(), () => session.depth({ first: 101, last: 101 })]) {
      session.wait(1);
      lost();
      expect(updatedAtUs[0]).toBe(then);
    }
    session.wait(3).timer();
    expect(session.state.features.bars[0]).toBe(bars);
  });

  it('leaves equity where the last price put it: an unknown price is not a total loss', () => {
    const session = holding();
    session.wait(1).timer();
    const before = computeEquity(session.state);
    session.gap();
    expect(markTicks(session.state, 0)).toBe(100_000);
    // The bid at 99,999 becomes the last middle: one tick of 149 lots.
    expect(formatMoney((computeEquity(session.state) - before) as typeof before, 6)).toBe('0.014900');
    const events = session.wait(2).timer();
    expect(eventsOf(events, 'halt')).toEqual([]);
    expect(Number(readMoney(session.state.account.money, ACCOUNT.equity))).toBeGreaterThan(0.999 * 1e20);
  });
});

describe('old data', () => {
  it('vetoes by the gate data-fresh at the first microsecond beyond the limit', () => {
    const ages = [0, 1].map((extraUs) => {
      const session = new Session(testConfig({ control: 'auto', barIntervalUs: 3_000_000 + extraUs }));
      // On the grid, so that the bar closes exactly one interval after its only data.
      session.atUs = Math.ceil(session.atUs / (3_000_000 + extraUs)) * (3_000_000 + extraUs);
      session.snapshot({ last: 100, ...leaningBook(1) });
      session.wait(4).timer();
      return vetoOf(session);
    });
    expect(ages).toEqual([undefined, 'data-fresh']);
  });
});

describe('market data of no instrument', () => {
  it.each([1, 0xffff])('stops the engine: instrument %i', (instrument) => {
    const fresh = () => new Session();
    expect(() => fresh().trade(5, 5, { instrument })).toThrow('is not in this run');
    expect(() => fresh().quote(5, 5, 6, 5, instrument)).toThrow('is not in this run');
    expect(() => fresh().snapshot({ last: 1 }, instrument)).toThrow('is not in this run');
    expect(() => fresh().depth({ last: 1 }, instrument)).toThrow('is not in this run');
    expect(() => fresh().bar([5, 5, 5, 5], 1, { instrument })).toThrow('is not in this run');
    if (instrument !== 0xffff) expect(() => fresh().gap(instrument)).toThrow('is not in this run');
  });
});
