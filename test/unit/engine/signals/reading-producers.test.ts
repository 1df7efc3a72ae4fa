/** Funding, social and whale: what they say of readings, and why they are silent without any. */
import { describe, expect, it } from 'vitest';
import {
  AT,
  DEFAULT_POLICY,
  F,
  FEATURE_COUNT,
  PRODUCER_COUNT,
  PRODUCERS,
  READING_DEFINITIONS,
  READING_SOURCES,
  type ReadingSource,
} from '../../../../engine/domain/index.ts';
import { SIGNAL_STATUS } from '../../../../engine/index.ts';
import { linearSpec, SECOND_US, Session, testConfig } from '../../../fixtures/engine-session.ts';

const PROVIDER_STEP_US = 60 * SECOND_US;

/** What a producer says of an instrument at the last closed bar. */
function said(session: Session, producer: (typeof PRODUCERS)[number], instrument = 0) {
  const { signals } = session.state;
  const cell = instrument * PRODUCER_COUNT + PRODUCERS.indexOf(producer);
  return {
    status: SIGNAL_STATUS[signals.status[cell]!],
    says: signals.direction[cell]! * signals.conviction[cell]! + 0,
    evidence: [...signals.evidence.slice(cell * 2, cell * 2 + 2)],
  };
}

function feature(session: Session, name: 'funding' | 'fearGreed', instrument = 0): number | undefined {
  const { values, valid } = session.state.features;
  const at = instrument * FEATURE_COUNT + F[name];
  return valid[at] === 1 ? values[at] : undefined;
}

const sessionOf = (symbols = ['BTC/USDT:USDT']) =>
  new Session(testConfig({ control: 'observe', instruments: symbols.map((symbol) => linearSpec(symbol)) }));

/** Closes a bar of every instrument. */
function closeBar(session: Session): void {
  for (const { index } of session.state.instruments) session.trade(100_000, 1, { instrument: index });
  session.wait(1).timer();
}

/** Social media as always, ten times, with mentions of mean 100 and some spread. */
function usualTalk(session: Session): void {
  for (let i = 0; i < 12; i++) {
    session.wait(60).reading('social', 0, { second: i % 2 === 0 ? 90 : 110 });
  }
}

describe('funding', () => {
  it.each([
    [0.000_49, 0],
    [0.0005, -3],
    [-0.0005, 3],
    [0.001, -6],
    [-0.0192, 10],
  ])('of %d says %d: against the side that pays', (rate, says) => {
    const session = sessionOf();
    session.reading('funding', rate);
    closeBar(session);
    expect(said(session, 'funding')).toEqual({
      status: says === 0 ? 'neutral' : 'voted',
      says,
      evidence: [rate * 1e6, 500],
    });
    expect(feature(session, 'funding')).toBe(rate);
  });

  it('is of its instrument alone, and one of none is of all', () => {
    const session = sessionOf(['BTC/USDT:USDT', 'ETH/USDT:USDT']);
    session.reading('funding', 0.001, { instrument: 1 });
    closeBar(session);
    expect([said(session, 'funding', 0).status, said(session, 'funding', 1).says]).toEqual(['no-data', -6]);
    session.reading('funding', 0.0005);
    closeBar(session);
    expect([said(session, 'funding', 0).says, said(session, 'funding', 1).says]).toEqual([-3, -3]);
  });
});

describe('a reading', () => {
  it('counts from the bar that closes after it came, until its life is over', () => {
    const session = sessionOf();
    closeBar(session);
    expect([feature(session, 'funding'), feature(session, 'fearGreed')]).toEqual([undefined, undefined]);
    session.reading('funding', 0.001);
    session.reading('fear-greed', 20);
    expect(feature(session, 'funding')).toBeUndefined();
    const cameAtUs = session.atUs;
    closeBar(session);
    expect([feature(session, 'funding'), feature(session, 'fearGreed')]).toEqual([0.001, 20]);
    session.atUs = cameAtUs + READING_DEFINITIONS.funding.lifeUs - SECOND_US;
    closeBar(session);
    expect(said(session, 'funding').says).toBe(-6);
    closeBar(session);
    expect(said(session, 'funding')).toMatchObject({ status: 'no-data', says: 0, evidence: [9 * 3_600 + 1, 0] });
    expect([feature(session, 'funding'), feature(session, 'fearGreed')]).toEqual([undefined, 20]);
  });

  it('that is told again with the time it had does not live longer', () => {
    const session = sessionOf();
    const providerUs = session.atUs;
    session.reading('funding', 0.001, { providerUs });
    session.wait(8 * 3_600).reading('funding', 0.002, { providerUs });
    closeBar(session);
    expect(feature(session, 'funding')).toBe(0.001);
    session.wait(3_600).timer();
    closeBar(session);
    expect(feature(session, 'funding')).toBeUndefined();
  });

  it('stays when its source fails, and the silence after it says how often', () => {
    const session = sessionOf();
    session.degraded('funding', 1);
    closeBar(session);
    expect(said(session, 'funding')).toMatchObject({ status: 'no-data', evidence: [0, 1] });
    session.reading('funding', 0.001);
    session.degraded('funding', 2);
    closeBar(session);
    expect(said(session, 'funding').says).toBe(-6);
    session.wait(10 * 3_600).degraded('funding', 7);
    closeBar(session);
    expect(said(session, 'funding')).toMatchObject({ status: 'no-data', evidence: [36_002, 7] });
    session.reading('funding', 0.001);
    closeBar(session);
    expect(session.state.readings.failures[0]).toBe(0);
  });

  it.each(READING_SOURCES)('of %s beyond its bounds is no input', (source) => {
    const [[least, most], [leastSecond, mostSecond]] = READING_DEFINITIONS[source].bounds;
    const session = sessionOf();
    const give = (value: number, second: number): void => void session.reading(source, value, { second });
    give(least, leastSecond);
    session.wait(1);
    give(most, mostSecond);
    expect(() => give(least - Math.max(1, Math.abs(least)), leastSecond)).toThrow(`no reading of ${source}`);
    expect(() => sessionOf().reading(source, least, { second: -1 })).toThrow(`no reading of ${source}`);
  });

  it('of a source that nobody knows is no input', () => {
    const session = sessionOf();
    session.reading('funding', 0);
    const bytes = session.records[0]!.slice();
    new DataView(bytes.buffer).setFloat64(AT.readingSource, 6, true);
    expect(() => sessionOf().raw(bytes)).toThrow('reading of unknown source 6');
  });
});

describe('social', () => {
  it('says nothing before it knows what is usual, and warms meanwhile', () => {
    const session = sessionOf();
    closeBar(session);
    expect(said(session, 'social')).toMatchObject({ status: 'no-data', evidence: [0, 0] });
    session.reading('social', 0.9, { second: 1_000 });
    closeBar(session);
    expect(said(session, 'social').status).toBe('warming');
    usualTalk(session);
    closeBar(session);
    expect(said(session, 'social').status).toBe('neutral');
  });

  it.each([
    ['more talk of one mind', 0.3, 130, 1],
    ['the other mind', -0.3, 130, -1],
    ['as much talk as always', 0.9, 100, 0],
    ['talk of no mind', 0.29, 300, 0],
    ['silence', -0.9, 0, 0],
  ])('%s', (_what, sentiment, mentions, direction) => {
    const session = sessionOf();
    usualTalk(session);
    session.wait(60).reading('social', sentiment, { second: mentions });
    closeBar(session);
    expect(Math.sign(said(session, 'social').says)).toBe(direction);
  });

  it('counts what is told twice once', () => {
    const session = sessionOf();
    usualTalk(session);
    const before = [...session.state.readings.mentionMean];
    session.wait(60).reading('social', 0.5, { second: 999, providerUs: session.atUs - PROVIDER_STEP_US });
    expect([...session.state.readings.mentionMean]).toEqual(before);
  });

  const backed = (...readings: ReadonlyArray<readonly [ReadingSource, number]>): number => {
    const session = sessionOf();
    usualTalk(session);
    session.wait(60).reading('social', 0.5, { second: 130 });
    for (const [source, value] of readings) session.reading(source, value, { second: source === 'news' ? 3 : 0 });
    closeBar(session);
    return said(session, 'social').says;
  };

  it('is surer with news of its mind and a rank, less sure where the crowd is there already', () => {
    const alone = backed();
    expect(alone).toBeGreaterThan(3);
    expect(backed(['news', 0.4])).toBe(alone + 1);
    expect(backed(['news', -0.4])).toBe(alone - 1);
    expect(backed(['trending', 10])).toBe(alone + 1);
    expect(backed(['trending', 11])).toBe(alone);
    expect(backed(['fear-greed', 75])).toBe(alone - 1);
    expect(backed(['fear-greed', 20])).toBe(alone);
    expect(backed(['news', 1], ['trending', 1], ['fear-greed', 90])).toBe(alone + 1);
  });
});

describe('whale', () => {
  const { whaleWorth } = DEFAULT_POLICY.decision.signal;

  it.each([
    ['out of exchanges', whaleWorth, whaleWorth, 8],
    ['into exchanges', -whaleWorth / 2, whaleWorth, -4],
    ['as much out as in', 0, whaleWorth, 0],
    ['too little', whaleWorth - 1, whaleWorth - 1, 0],
    ['nothing at all', 0, 0, 0],
  ])('%s', (_what, net, moved, says) => {
    const session = sessionOf();
    session.reading('whale', net, { second: moved });
    closeBar(session);
    expect(said(session, 'whale')).toEqual({
      status: says === 0 ? 'neutral' : 'voted',
      says,
      evidence: [moved > 0 ? net / moved : 0, moved],
    });
  });
});
