/** The step's contract: order of inputs and of time, stamps of events, and what it refuses to fold. */
import { describe, expect, it } from 'vitest';
import { InputEncoder } from '../../../../engine/domain/index.ts';
import { createState, schemaHash } from '../../../../engine/index.ts';
import { InvariantError } from '../../../../engine/kernel/assert.ts';
import {
  bookDecides,
  eventsOf,
  leaningBook,
  linearSpec,
  SECOND_US,
  Session,
  START_US,
  sessionWithDecision,
  testConfig,
} from '../../../fixtures/engine-session.ts';

function timerAt(seq: number, atUs: number): Uint8Array {
  const encoder = new InputEncoder();
  encoder.timer();
  encoder.stamp(seq, atUs);
  return encoder.bytes().slice();
}

describe('sequence and time', () => {
  it.each([
    ['a hole', 3, START_US, 'input 3 follows 1'],
    ['a repetition', 1, START_US, 'input 1 follows 1'],
    ['half a number', 1.5, START_US, 'follows'],
    ['no number', Number.NaN, START_US, 'follows'],
    ['time backward', 2, START_US - 1, 'goes back in time'],
    ['time unknown', 2, Number.NaN, 'no time in whole microseconds'],
    ['time without end', 2, Number.POSITIVE_INFINITY, 'no time in whole microseconds'],
    ['half a microsecond', 2, START_US + 0.5, 'no time in whole microseconds'],
  ])('stop on %s', (_, seq, atUs, message) => {
    const session = new Session();
    session.raw(timerAt(1, START_US));
    expect(() => session.raw(timerAt(seq, atUs))).toThrow(message);
    expect(() => session.raw(timerAt(seq, atUs))).toThrow(InvariantError);
  });

  it('may stand still', () => {
    const session = new Session();
    for (let i = 0; i < 3; i++) session.timer();
    expect([session.state.control.seq[0], session.state.control.nowUs[0]]).toEqual([3, START_US]);
  });

  it('stop on an input of unknown type or gap of unknown reason', () => {
    const bytes = timerAt(1, START_US);
    bytes[8] = 13;
    expect(() => new Session().raw(bytes)).toThrow('unknown type 13');
    const encoder = new InputEncoder();
    encoder.gap(0, START_US, 'overflow');
    encoder.stamp(1, START_US);
    new DataView(encoder.bytes().buffer).setFloat64(40, 17, true);
    expect(() => new Session().raw(encoder.bytes())).toThrow('unknown gap reason');
  });
});

describe('numbers that are no price or quantity', () => {
  const BAD = [Number.NaN, Number.POSITIVE_INFINITY, -1, 0.5, 2 ** 53];

  const FEEDS: ReadonlyArray<(session: Session, bad: number) => unknown> = [
    (s, bad) => s.trade(bad, 1),
    (s, bad) => s.trade(1, bad),
    (s, bad) => s.quote(bad, 1, 5, 1),
    (s, bad) => s.quote(5, bad, 6, 1),
    (s, bad) => s.quote(5, 1, bad, 1),
    (s, bad) => s.quote(5, 1, 6, bad),
    (s, bad) => s.depth({ first: 2, last: 2, bids: [[bad, 1]] }),
    (s, bad) => s.depth({ first: 2, last: 2, asks: [[5, bad]] }),
    (s, bad) => s.snapshot({ last: 2, asks: [[bad, 5]] }),
    (s, bad) => s.bar([bad, 5, 5, 5], 1),
    (s, bad) => s.bar([5, 5, 5, bad], 1),
    (s, bad) => s.bar([5, 5, 5, 5], bad),
    (s, bad) => s.bar([5, 5, 5, 5], 1, { intervalUs: bad }),
  ];

  it.each(FEEDS)('stop the engine before they are stored: %o', (feed) => {
    for (const bad of BAD) {
      const session = new Session();
      session.snapshot({ last: 1, ...leaningBook(1) });
      expect(() => feed(session, bad), String(bad)).toThrow('without');
      const { market, books } = session.state;
      expect([market.last[0], market.bid[0], market.hasBars[0]]).toEqual([0, 99_999, 0]);
      expect(books.keys.some(Number.isNaN)).toBe(false);
    }
  });

  it('are a price of nothing', () => {
    for (const price of [0, -0]) expect(() => new Session().trade(price, 1)).toThrow('without');
  });

  it('are not a side of the touch that is missing', () => {
    const session = new Session();
    session.quote(0, 7, 101, 5);
    expect([session.state.market.bid[0], session.state.market.bidLots[0], session.state.market.ask[0]]).toEqual([
      0, 0, 101,
    ]);
  });
});

describe('events', () => {
  it('carry the input that brought them and the time at which they fell due, in order', () => {
    const session = sessionWithDecision(
      testConfig({ control: 'auto', policy: bookDecides({ execution: { maxHoldingBars: 2 } }) }),
    );
    // One input an hour later: arrival, exit by time, its arrival, each at its own moment.
    const events = session.wait(3_600).timer();
    expect(new Set(events.map(({ seq }) => seq))).toEqual(new Set([3]));
    const times = events.map(({ atUs }) => atUs - START_US);
    expect([...times].sort((a, b) => a - b)).toEqual(times);
    expect(eventsOf(events, 'fill').map(({ atUs }) => atUs - START_US)).toEqual([1_040_000, 4_040_000]);
    expect(eventsOf(events, 'protective').map(({ atUs }) => atUs - START_US)).toEqual([4_000_000]);
    expect(session.state.control.nowUs[0]).toBe(session.atUs);
  });

  it('are none for most inputs', () => {
    const session = new Session();
    session.quote(99, 5, 101, 5);
    expect(session.trade(100, 1)).toEqual([]);
  });
});

describe('a long silence', () => {
  const ages = 200 * 365 * 86_400;

  it('takes no longer than a short one, also with a position whose exit finds no price', () => {
    const idle = sessionWithDecision(testConfig({ control: 'observe' }));
    idle.wait(ages).timer();
    const holding = sessionWithDecision(testConfig({ control: 'auto' }));
    holding.wait(0.1).gap();
    holding.wait(ages).timer();
    expect(eventsOf(holding.events, 'protective')).toMatchObject([{ trigger: 'time' }]);
    const oneSided = new Session();
    oneSided.quote(99, 1, 0, 0);
    oneSided.wait(ages).timer();
    for (const { state, atUs } of [idle, holding, oneSided]) {
      expect(state.control.nextGridUs[0]).toBe((Math.floor(atUs / SECOND_US) + 1) * SECOND_US);
    }
  });

  it('leaves the state that a timer every half a second leaves', () => {
    const leaves = [400, 0].map((timers) => {
      const session = sessionWithDecision(testConfig({ control: 'auto' }));
      for (let i = 0; i < timers; i++) session.wait(0.5).timer();
      session.atUs = START_US + 90_000 * SECOND_US;
      session.timer();
      expect(eventsOf(session.events, 'position-closed')).toHaveLength(1);
      const ofInputs = ['control.seq', 'control.inputHash'];
      return session.state.arena
        .columns()
        .filter(({ name }) => !ofInputs.includes(name))
        .map(({ name, array }) => [name, ...array]);
    });
    expect(leaves[0]).toEqual(leaves[1]);
  });
});

describe('the trading day', () => {
  it('turns at midnight, whatever input comes after it', () => {
    const session = sessionWithDecision(testConfig({ control: 'observe' }));
    const midnight = Math.ceil(START_US / (86_400 * SECOND_US)) * 86_400 * SECOND_US;
    expect(session.state.account.dayStartUs[0]).toBe(midnight - 86_400 * SECOND_US);
    session.atUs = midnight + 7 * SECOND_US;
    session.timer();
    expect(session.state.account.dayStartUs[0]).toBe(midnight);
  });
});

describe('several instruments', () => {
  it('have markets, positions and money of their own', () => {
    const instruments = [linearSpec(), linearSpec('ETH/USDT:USDT', { tickSize: '0.01', lotSize: '0.01' })];
    const session = new Session(testConfig({ control: 'auto', instruments }));
    session.snapshot({ last: 1, ...leaningBook(1) }, 0);
    session.snapshot({ last: 1, ...leaningBook(-1, 50_000) }, 1);
    session.wait(1).timer();
    session.wait(0.04).timer();
    const { positions, market } = session.state;
    expect([...positions.lots]).toEqual([149, -300]);
    expect([...market.bid]).toEqual([99_999, 49_999]);
    expect([...positions.stopTicks]).toEqual([99_920, 50_040]);
    expect(eventsOf(session.events, 'order').map((e) => e.instrument)).toEqual([0, 1, 0, 0, 1, 1]);
  });
});

describe('createState', () => {
  it.each([
    ['no instruments', { instruments: [] }],
    ['no bars', { barIntervalUs: 0 }],
    ['half a microsecond', { barIntervalUs: 0.5 }],
    ['no cash', { startingCash: '0' }],
    ['cash that is no number', { startingCash: 'much' }],
    ['debt', { startingCash: '-5' }],
  ])('stops on %s', (_, changes) => expect(() => createState(testConfig(changes))).toThrow(InvariantError));

  it('has a schema that depends on the layout alone', () => {
    const schema = schemaHash(createState(testConfig()));
    expect(schemaHash(createState(testConfig({ seed: 99, control: 'auto' })))).toBe(schema);
    expect(schemaHash(createState(testConfig({ bookLevels: 33 })))).not.toBe(schema);
  });
});
