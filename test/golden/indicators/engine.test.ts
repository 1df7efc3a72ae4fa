/** Indicators of whole bars fed through the engine's step, against the vectors of Skender.Stock.Indicators. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { F, FEATURE_COUNT, type FeatureName } from '../../../engine/domain/index.ts';
import { linearSpec, Session, testConfig } from '../../fixtures/engine-session.ts';
import { dataFolder } from '../../fixtures/recorded.ts';

const folder = dataFolder();
const TICKS = 100;
const DAY_US = 86_400_000_000;

type Row = Readonly<Record<string, number | undefined>>;

function table(name: string): Row[] {
  const [head, ...lines] = readFileSync(join(folder!, 'g_indicators/skender', name), 'utf8')
    .trim()
    .split('\n');
  const names = head!.trim().split(',');
  return lines.map((line) => {
    const cells = line.trim().split(',');
    return Object.fromEntries(names.map((n, i) => [n, cells[i] ? Number(cells[i]) : undefined]));
  });
}

/** Features after each bar; undefined where not valid. */
type Vector = Readonly<Record<FeatureName, number | undefined>>;

function featuresOf(session: Session): Vector {
  const { values, valid } = session.state.features;
  const read = (f: number): number | undefined => (valid[f] === 1 ? values[f] : undefined);
  return Object.fromEntries(Object.entries(F).map(([name, f]) => [name, read(f)])) as Vector;
}

if (folder === undefined) process.stderr.write('indicators: skipped, the vectors are not in ../shared/data\n');

describe.skipIf(folder === undefined)('indicators of 502 daily bars', () => {
  const vectors: Vector[] = [];
  let quotes: Row[] = [];

  beforeAll(() => {
    quotes = table('quotes_default.csv');
    const spec = linearSpec('SPY/USDT:USDT', { tickSize: '0.01', lotSize: '1' });
    const session = new Session(testConfig({ control: 'observe', barIntervalUs: DAY_US, instruments: [spec] }));
    for (const { open, high, low, close, volume } of quotes) {
      const [o, h, l, c] = [open!, high!, low!, close!].map((price) => Math.round(price * TICKS)) as [
        number,
        number,
        number,
        number,
      ];
      session.atUs += DAY_US;
      session.bar([o, h, l, c], volume!);
      vectors.push(featuresOf(session));
    }
    expect(session.state.features.values).toHaveLength(FEATURE_COUNT);
  });

  /** Compares a feature, in price units where it is a price, with a column: same warm-up, error up to 1e-8. */
  function compare(feature: FeatureName, scale: number, column: ReadonlyArray<number | undefined>): number {
    let compared = 0;
    for (const [i, truth] of column.entries()) {
      const value = vectors[i]![feature];
      if (truth === undefined) expect(value, `${feature} is not warm at bar ${i}`).toBeUndefined();
      else {
        expect(value, `${feature} at bar ${i}`).toBeDefined();
        expect(Math.abs(value! / scale - truth), `${feature} at bar ${i}`).toBeLessThan(1e-8);
        compared++;
      }
    }
    return compared;
  }

  it.each([
    ['rsi', 1, 'rsi.csv', 'rsi'],
    ['emaFast', TICKS, 'macd.csv', 'fastEma'],
    ['emaSlow', TICKS, 'macd.csv', 'slowEma'],
    ['macd', TICKS, 'macd.csv', 'macd'],
    ['macdSignal', TICKS, 'macd.csv', 'signal'],
    ['atr', TICKS, 'atr.csv', 'atr'],
    ['bollingerMid', TICKS, 'bb.csv', 'sma'],
  ] as const)('%s', (feature, scale, file, column) => {
    const rows = table(file);
    expect(
      compare(
        feature,
        scale,
        rows.map((row) => row[column]),
      ),
    ).toBeGreaterThan(250);
  });

  it('bollingerWidth is one deviation: the bands are two either side', () => {
    const rows = table('bb.csv');
    const deviations = rows.map(({ upperBand, sma }) => (upperBand === undefined ? undefined : (upperBand - sma!) / 2));
    expect(compare('bollingerWidth', TICKS, deviations)).toBe(rows.length - 19);
  });

  it('the rest against sums over the windows', () => {
    const closes = quotes.map((row) => row.close!);
    const mean = (xs: readonly number[]): number => xs.reduce((sum, x) => sum + x, 0) / xs.length;
    const over = (window: number, judge: (i: number) => number) =>
      closes.map((_, i) => (i + 1 < window ? undefined : judge(i)));
    const scoreAt = (i: number): number => {
      const window = closes.slice(i - 59, i + 1);
      const centre = mean(window);
      return (closes[i]! - centre) / Math.sqrt(mean(window.map((x) => (x - centre) ** 2)));
    };
    const volumeAt = (i: number): number =>
      quotes[i]!.volume! / mean(quotes.slice(i - 19, i + 1).map((row) => row.volume!));
    const wanted: ReadonlyArray<readonly [FeatureName, number, ReadonlyArray<number | undefined>]> = [
      ['close', TICKS, closes],
      ['gaussianZ', 1, over(60, scoreAt)],
      ['volumeRatio', 1, over(20, volumeAt)],
      ['momentum', TICKS, over(21, (i) => closes[i]! - closes[i - 20]!)],
    ];
    for (const [feature, scale, column] of wanted) expect(compare(feature, scale, column)).toBeGreaterThan(400);
  });

  it('the slope of a line is its slope, and noise around it is smoothed', () => {
    const session = new Session(testConfig({ control: 'observe' }));
    for (let i = 0; i < 80; i++) {
      const price = 10_000 + 7 * i;
      session.wait(1).bar([price, price, price, price], 5);
      const slope = featuresOf(session).gaussianSlope;
      if (i < 31) expect(slope).toBeUndefined();
      else expect(slope).toBeCloseTo(7, 9);
    }
  });

  it('have nothing to say of a market that the feed does not show', () => {
    const last = vectors.at(-1)!;
    for (const feature of ['orderFlowImbalance', 'vacuum', 'depthImbalance', 'spreadPpm'] as const) {
      expect(last[feature], feature).toBeUndefined();
    }
  });
});
