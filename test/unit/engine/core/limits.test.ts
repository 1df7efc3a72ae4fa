/** Limits of the account and of the number of positions, in a running session. */
import { describe, expect, it } from 'vitest';
import { ORDER_STATES } from '../../../../engine/domain/index.ts';
import { createState, isHalted } from '../../../../engine/index.ts';
import {
  bookDecides,
  eventsOf,
  leaningBook,
  linearSpec,
  Session,
  sessionWithDecision,
  testConfig,
} from '../../../fixtures/engine-session.ts';

const TWO = [linearSpec(), linearSpec('ETH/USDT:USDT')];

/** Auto control with a daily limit that the fee of one entry breaks. */
const tight = (dailyLossLimitPpm: number) =>
  testConfig({ control: 'auto', instruments: TWO, policy: bookDecides({ risk: { dailyLossLimitPpm } }) });

describe('the loss of the day', () => {
  it('is a kill by the engine, with the same stages as every other', () => {
    const session = new Session(tight(20));
    session.snapshot({ last: 100, bids: leaningBook(1).bids, asks: [[100_001, 50]] });
    session.wait(1).timer();
    session.wait(0.1).timer();
    session.wait(0.9).timer();
    session.wait(0.1).timer();
    expect(eventsOf(session.events, 'kill').map((e) => [e.stage, e.openOrders, e.source])).toEqual([
      ['blocking', 1, 'engine'],
      ['cancelling', 1, 'engine'],
      ['none-open', 0, 'engine'],
    ]);
    expect(eventsOf(session.command({ kind: 'kill' }), 'command-refused')).toMatchObject([
      { reason: 'kill-under-way' },
    ]);
    expect(eventsOf(session.command({ kind: 'flatten' }), 'kill')).toMatchObject([{ stage: 'flattening' }]);
  });

  it('halts before anything is decided at the same moment', () => {
    const session = sessionWithDecision(tight(70));
    session.wait(0.1).timer();
    expect(session.state.positions.lots[0]).toBe(149);
    session.snapshot({ last: 5, ...leaningBook(1) }, 1);
    const events = session.wait(1).timer();
    expect(eventsOf(events, 'halt')).toMatchObject([{ reason: 'daily-loss-limit', limit: 0.00007 }]);
    expect(eventsOf(events, 'decision')).toMatchObject([
      { trace: { instrument: 1, verdict: 'vetoed', vetoedBy: 'halted' } },
    ]);
    expect(eventsOf(events, 'order')).toEqual([]);
  });

  it('cancels the entries that work, and leaves the position its protection', () => {
    const config = tight(20);
    const session = new Session(config);
    session.snapshot({ last: 100, bids: leaningBook(1).bids, asks: [[100_001, 50]] });
    session.wait(1).timer();
    session.wait(0.1).timer();
    const { orders, positions } = session.state;
    expect([positions.lots[0], ORDER_STATES[orders.state[0]!]]).toEqual([50, 'partially-filled']);
    const events = session.wait(0.9).timer();
    expect(eventsOf(events, 'halt')).toHaveLength(1);
    expect(eventsOf(events, 'order')).toMatchObject([{ event: 'request-cancel', to: 'cancel-pending' }]);
    expect(eventsOf(session.wait(0.1).timer(), 'order')).toMatchObject([{ event: 'confirm-cancel', to: 'cancelled' }]);
    const stopped = session.wait(0.1).depth({ first: 101, last: 101, bids: leaningBook(1).bids.map(([p]) => [p, 0]) });
    expect(eventsOf(stopped, 'protective')).toEqual([]);
    const below = session.depth({ first: 102, last: 102, bids: [[99_000, 500]] });
    expect(eventsOf(below, 'protective')).toMatchObject([{ trigger: 'stop' }]);
    session.wait(0.1).timer();
    expect(positions.lots[0]).toBe(0);
    expect(isHalted(session.state)).toBe(true);
  });

  it('halts again at once when the operator resumes while the loss stands', () => {
    const session = sessionWithDecision(tight(70));
    session.wait(0.1).timer();
    session.wait(1).timer();
    const events = session.command({ kind: 'resume' });
    expect(events.map(({ kind }) => kind)).toEqual(['kill', 'resume', 'halt', 'kill', 'kill']);
    session.snapshot({ last: 5, ...leaningBook(1) }, 1);
    expect(eventsOf(session.wait(1).timer(), 'decision').map(({ trace }) => trace.vetoedBy)).toEqual(['halted']);
  });
});

describe('the number of positions', () => {
  it('counts entries that are still under way', () => {
    const policy = bookDecides({ risk: { maxOpenPositions: 1 } });
    const session = new Session(testConfig({ control: 'auto', instruments: TWO, policy }));
    for (const instrument of [0, 1]) session.snapshot({ last: 100, ...leaningBook(1) }, instrument);
    const decisions = eventsOf(session.wait(1).timer(), 'decision').map(({ trace }) => trace.vetoedBy);
    expect(decisions).toEqual([undefined, 'max-positions']);
    session.wait(0.1).timer();
    expect([...session.state.positions.lots]).toEqual([149, 0]);
  });

  it('is judged again when the operator says yes to the second', () => {
    const policy = bookDecides({ risk: { maxOpenPositions: 1 } });
    const session = new Session(testConfig({ instruments: TWO, policy }));
    for (const instrument of [0, 1]) session.snapshot({ last: 100, ...leaningBook(1) }, instrument);
    session.wait(1).timer();
    const answers = [1, 2].map((proposalId) =>
      session.command({ kind: 'approve', proposalId, revision: 1, viewSeq: 0 }),
    );
    expect(answers.map((events) => eventsOf(events, 'proposal-closed')[0])).toMatchObject([
      { outcome: 'cleared-by-operator', gate: undefined },
      { outcome: 'refused-at-clearing', gate: 'max-positions' },
    ]);
  });
});

describe('the number of orders', () => {
  it('in a minute counts those sent, also at the same moment', () => {
    const policy = bookDecides({ risk: { maxOrdersPerMinute: 1, entryCooldownBars: 0 } });
    const session = new Session(testConfig({ control: 'auto', instruments: TWO, policy }));
    for (const instrument of [0, 1]) session.snapshot({ last: 100, ...leaningBook(1) }, instrument);
    const vetoes = () => eventsOf(session.events, 'decision').filter(({ trace }) => trace.instrument === 1);
    session.wait(1).timer();
    expect(vetoes().map(({ trace }) => trace.vetoedBy)).toEqual(['order-rate']);
    // Asked for every ten bars; the minute is over at the seventh time.
    for (let i = 0; i < 62; i++) session.wait(1).depth({ first: 101 + i, last: 101 + i }, 1);
    expect(vetoes().map(({ trace }) => trace.vetoedBy)).toEqual([
      ...new Array<string>(6).fill('order-rate'),
      undefined,
    ]);
  });
});

describe('a policy that exact arithmetic cannot take', () => {
  it.each([
    ['takerFeePpm', { paper: { takerFeePpm: 0.5 } }],
    ['positionLimitPpm', { risk: { positionLimitPpm: -1 } }],
    ['vetoWindowUs', { execution: { vetoWindowUs: 1e300 } }],
    ['maxOrdersPerMinute', { risk: { maxOrdersPerMinute: 65 } }],
  ])('is refused before the first input: %s', (name, changes) => {
    expect(() => createState(testConfig({ policy: bookDecides(changes) }))).toThrow(name);
  });
});
