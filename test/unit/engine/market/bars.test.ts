/** Bars on the grid of session time, and the book features read at their close. */
import { describe, expect, it } from 'vitest';
import { F, type FeatureName, WINDOW } from '../../../../engine/domain/index.ts';
import { SECOND_US, Session, START_US, testConfig } from '../../../fixtures/engine-session.ts';

const observing = (barIntervalUs = SECOND_US) => new Session(testConfig({ control: 'observe', barIntervalUs }));

function feature(session: Session, name: FeatureName): number | undefined {
  const { values, valid } = session.state.features;
  return valid[F[name]] === 1 ? values[F[name]] : undefined;
}

describe('the grid', () => {
  it('closes a bar at whole multiples of the interval, not at intervals since the first input', () => {
    const session = observing();
    session.wait(0.4).trade(100, 1);
    session.atUs = START_US + SECOND_US - 1;
    session.trade(103, 1);
    expect(session.state.features.bars[0]).toBe(0);
    session.atUs = START_US + SECOND_US;
    session.trade(200, 1);
    // What comes exactly at the boundary belongs to the next bar.
    expect([session.state.features.bars[0], feature(session, 'close')]).toEqual([1, 103]);
    expect(session.state.bars.open[0]).toBe(200);
  });

  it('makes no bar of seconds without data, however many pass at once', () => {
    const session = observing();
    session.trade(100, 1);
    session.wait(500).trade(101, 1);
    expect(session.state.features.bars[0]).toBe(1);
    session.wait(1).timer();
    expect(session.state.features.bars[0]).toBe(2);
    session.wait(10).timer();
    expect(session.state.features.bars[0]).toBe(2);
  });

  it('a bar of quotes alone keeps the last price and has no volume', () => {
    const session = observing();
    session.trade(100, 4);
    session.wait(1).quote(90, 1, 92, 1);
    session.wait(1).timer();
    expect([session.state.features.bars[0], feature(session, 'close')]).toEqual([2, 100]);
    expect(session.state.features.closes.slice(0, 2)).toEqual(Float64Array.of(100, 100));
  });

  it('empties the bar when it closes', () => {
    const session = observing();
    session.quote(99, 5, 101, 5);
    session.quote(99, 9, 101, 5);
    session.trade(100, 4);
    session.wait(1).timer();
    const { bars } = session.state;
    const left = [bars.open, bars.volume, bars.updates, bars.flow, bars.flowSize].map((column) => column[0]);
    expect(left).toEqual([0, 0, 0, 0, 0]);
  });
});

describe('book features', () => {
  const bids = Array.from({ length: 14 }, (_, i) => [100 - i, 10] as const);
  const asks = Array.from({ length: 14 }, (_, i) => [104 + i, 30] as const);

  it('count the levels near the touch', () => {
    const session = observing();
    session.snapshot({ last: 1, bids, asks });
    session.wait(1).timer();
    expect(WINDOW.nearLevels).toBe(10);
    expect(feature(session, 'spreadPpm')).toBeCloseTo((4 / 102) * 1e6, 9);
    expect(feature(session, 'depthImbalance')).toBe((100 - 300) / 400);
    expect(feature(session, 'vacuum')).toBe(3);
  });

  it('smooth the vacuum, and start it anew after a break', () => {
    const session = observing();
    session.snapshot({ last: 1, bids, asks });
    session.wait(1).timer();
    session.depth({ first: 2, last: 2, bids: [[100, 110]] });
    session.wait(1).timer();
    // 300 / 200 now: 3 + 0.3 × (1.5 − 3).
    expect(feature(session, 'vacuum')).toBeCloseTo(2.55, 12);
    session.depth({ first: 9, last: 9 });
    session.trade(102, 1);
    session.wait(1).timer();
    expect([feature(session, 'vacuum'), feature(session, 'spreadPpm')]).toEqual([undefined, undefined]);
    session.snapshot({ last: 20, bids, asks: [[101, 400]] });
    session.wait(1).timer();
    expect(feature(session, 'vacuum')).toBe(4);
  });

  it('are unknown without a book, or with one side of it', () => {
    const session = observing();
    session.quote(99, 6, 101, 2);
    session.wait(1).timer();
    expect([feature(session, 'vacuum'), feature(session, 'depthImbalance')]).toEqual([undefined, 0.5]);
    const half = observing();
    half.snapshot({ last: 1, bids });
    half.trade(100, 1);
    half.wait(1).timer();
    for (const name of ['vacuum', 'depthImbalance', 'spreadPpm'] as const) expect(feature(half, name)).toBeUndefined();
  });
});
