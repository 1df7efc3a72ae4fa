/** Whether the synthetic market is the market it says it is: volatility, spread, memory, and what signals earn in it. */
import { beforeAll, describe, expect, it } from 'vitest';
import { runMarket, type Sample, START_US, sampleMarket } from './synthetic-records.ts';

const SYMBOLS = ['BTC/USDT:USDT', 'ETH/USDT:USDT', 'SOL/USDT:USDT', 'DOGE/USDT:USDT'];
const SEEDS = [1, 2, 3];
const SECONDS = 2_400;
const FEE_BPS = 5;

/** Series by symbol and seed. */
let runs: Sample[][];

beforeAll(() => {
  runs = SEEDS.flatMap((seed) => sampleMarket({ seed, symbols: SYMBOLS }, SECONDS));
});

function mean(values: readonly number[]): number {
  return values.reduce((sum, x) => sum + x, 0) / values.length;
}

function correlation(pairs: ReadonlyArray<readonly [number, number]>): number {
  const a = mean(pairs.map((p) => p[0]));
  const b = mean(pairs.map((p) => p[1]));
  const ab = mean(pairs.map((p) => (p[0] - a) * (p[1] - b)));
  const aa = mean(pairs.map((p) => (p[0] - a) ** 2));
  const bb = mean(pairs.map((p) => (p[1] - b) ** 2));
  return ab / Math.sqrt(aa * bb);
}

function moveBps(series: readonly Sample[], from: number, to: number): number {
  return Math.log(series[to]!.mid / series[from]!.mid) * 1e4;
}

/** Values of one series by the regime in force at their end. */
function byRegime(series: readonly Sample[], value: (index: number) => number): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (let i = 1; i < series.length; i++) {
    const regime = series[i]!.regime;
    const group = groups.get(regime);
    if (group) group.push(value(i));
    else groups.set(regime, [value(i)]);
  }
  return groups;
}

/** Mean over all runs of a figure for one regime. */
function figure(regime: string, value: (series: readonly Sample[], index: number) => number): number {
  const perRun = runs.map((series) => byRegime(series, (i) => value(series, i)).get(regime) ?? []);
  return mean(perRun.filter((values) => values.length > 30).map(mean));
}

describe('regimes', () => {
  it('come and go every 20 to 90 s, so that two minutes show several', () => {
    for (const series of runs) {
      const lengths: number[] = [0];
      series.forEach((s, i) => {
        if (i > 0 && s.regime !== series[i - 1]!.regime) lengths.push(0);
        lengths[lengths.length - 1]!++;
      });
      const whole = lengths.slice(1, -1);
      expect(Math.min(...whole)).toBeGreaterThanOrEqual(17);
      expect(Math.max(...whole)).toBeLessThanOrEqual(93);
    }
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const seen = new Set<string>();
      runMarket({ seed, symbols: SYMBOLS }, 120, (r, market) => seen.add(market.regimeOf(r.instrument)));
      expect(seen.size).toBeGreaterThanOrEqual(4);
    }
  });

  it('are as volatile as they are named', () => {
    const volatility = (regime: string) => Math.sqrt(figure(regime, (s, i) => moveBps(s, i - 1, i) ** 2));
    expect(volatility('trend')).toBeGreaterThan(1.2 * volatility('range'));
    expect(volatility('volatile')).toBeGreaterThan(1.8 * volatility('trend'));
    expect(volatility('crash')).toBeGreaterThan(1.15 * volatility('volatile'));
    expect(volatility('thin')).toBeLessThan(0.7 * volatility('volatile'));
  });

  it('have wide spreads when thin or crashing and quiet trade when thin', () => {
    const spread = (regime: string) => figure(regime, (s, i) => s[i]!.spreadBps);
    expect(spread('thin')).toBeGreaterThan(6);
    expect(spread('crash')).toBeGreaterThan(6);
    for (const calm of ['trend', 'range']) expect(spread(calm)).toBeLessThan(1);
    expect(spread('volatile')).toBeGreaterThan(1.2 * spread('trend'));
    expect(spread('volatile')).toBeLessThan(3);
    for (const series of runs) {
      const lots = byRegime(series, (i) => series[i]!.tradedLots);
      if (lots.has('thin')) expect(mean(lots.get('thin')!)).toBeLessThan(0.5 * mean(lots.get('trend')!));
    }
  });

  it('let a crash fall hard and come back in part', () => {
    const falls: number[] = [];
    const recoveries: number[] = [];
    for (const series of runs) {
      for (let i = 1; i < series.length; i++) {
        if (series[i]!.regime !== 'crash' || series[i - 1]!.regime === 'crash') continue;
        let end = i;
        while (series[end + 1]?.regime === 'crash') end++;
        if (end === series.length - 1) continue;
        const lowest = series.slice(i, end + 1).reduce((low, s) => (s.mid < low.mid ? s : low));
        falls.push(Math.log(lowest.mid / series[i]!.mid) * 1e4);
        recoveries.push(Math.log(series[end]!.mid / lowest.mid) * 1e4);
      }
    }
    expect(falls.length).toBeGreaterThan(10);
    expect(mean(falls)).toBeLessThan(-60);
    expect(mean(recoveries)).toBeGreaterThan(0.25 * -mean(falls));
    expect(mean(recoveries)).toBeLessThan(0.9 * -mean(falls));
  });
});

describe('memory', () => {
  it('is short: one second tells little of the next', () => {
    for (const regime of ['range', 'volatile']) {
      const pairs = runs.flatMap((s) =>
        s.slice(2).flatMap((sample, i) => {
          const same = sample.regime === regime && s[i]!.regime === regime;
          return same ? [[moveBps(s, i, i + 1), moveBps(s, i + 1, i + 2)] as const] : [];
        }),
      );
      expect(Math.abs(correlation(pairs)), regime).toBeLessThan(0.12);
    }
    for (const s of runs) {
      const pairs = s.slice(2).map((_, i) => [moveBps(s, i, i + 1), moveBps(s, i + 1, i + 2)] as const);
      expect(Math.abs(correlation(pairs))).toBeLessThan(0.4);
    }
  });

  it('lets order flow lead price a little, and volume go with moves', () => {
    const lead = runs.map((s) =>
      correlation(s.slice(1, -1).map((sample, i) => [sample.imbalance, moveBps(s, i + 1, i + 2)] as const)),
    );
    expect(mean(lead)).toBeGreaterThan(0.04);
    for (const c of lead) expect(c).toBeLessThan(0.4);
    const volume = runs.map((s) =>
      correlation(s.slice(1).map((sample, i) => [sample.tradedLots, Math.abs(moveBps(s, i, i + 1))] as const)),
    );
    expect(mean(volume)).toBeGreaterThan(0.08);
  });
});

describe('what naive signals earn', () => {
  /** Mean gross and net result in bps of holding `signal` for `hold` seconds, taken every 5 s, in one regime or all. */
  function result(hold: number, signal: (s: readonly Sample[], i: number) => number, regime?: string) {
    const gross: number[] = [];
    const net: number[] = [];
    for (const s of runs) {
      for (let i = 60; i < s.length - hold; i += 5) {
        const side = Math.sign(signal(s, i));
        if (side === 0 || (regime !== undefined && s[i]!.regime !== regime)) continue;
        const earned = side * moveBps(s, i, i + hold);
        gross.push(earned);
        net.push(earned - 2 * FEE_BPS - s[i]!.spreadBps);
      }
    }
    expect(gross.length).toBeGreaterThan(50);
    return { gross: mean(gross), net: mean(net) };
  }
  const momentum = (s: readonly Sample[], i: number) =>
    Math.abs(moveBps(s, i - 20, i)) > 8 ? moveBps(s, i - 20, i) : 0;
  const reversal = (s: readonly Sample[], i: number) => -momentum(s, i);
  const flow = (s: readonly Sample[], i: number) => s[i]!.imbalance;

  it('is a loss after fees: this is no money machine', () => {
    for (const signal of [momentum, reversal, flow]) {
      for (const hold of [10, 30]) expect(result(hold, signal).net).toBeLessThan(-1);
    }
  });

  it('is something where the signal fits the regime', () => {
    expect(result(30, momentum, 'trend').net).toBeGreaterThan(1);
    expect(result(10, flow).gross).toBeGreaterThan(0.5);
    expect(result(30, reversal, 'range').gross).toBeGreaterThan(result(30, reversal, 'trend').gross + 5);
  });
});

describe('a long session', () => {
  it('stays near where it started for six hours', () => {
    const ranges = SYMBOLS.map(() => ({ low: Number.POSITIVE_INFINITY, high: 0, first: 0 }));
    let lastUs = 0;
    runMarket({ seed: 8, symbols: SYMBOLS, ratePerSecond: 3 }, 6 * 3_600, (record) => {
      lastUs = record.receivedAtUs;
      if (record.kind !== 'quote') return;
      const range = ranges[record.instrument]!;
      range.first ||= record.bid.price;
      range.low = Math.min(range.low, record.bid.price);
      range.high = Math.max(range.high, record.bid.price);
    });
    expect(lastUs).toBeGreaterThan(START_US + 5.9 * 3_600e6);
    for (const { low, high, first } of ranges) {
      expect(low / first).toBeGreaterThan(0.75);
      expect(high / first).toBeLessThan(1.25);
      expect(high / low).toBeGreaterThan(1.01);
    }
  });
});
