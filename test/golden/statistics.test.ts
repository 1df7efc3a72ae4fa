/** Statistics against empyrical, SciPy and figures computed from recorded days of BTCUSDT. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { log } from '../../engine/kernel/math.ts';
import { type Alternative, kolmogorovSmirnov } from '../../engine/statistics/kolmogorov.ts';
import {
  cornishFisherValueAtRisk,
  historicalShortfall,
  historicalValueAtRisk,
  nextWeighted,
  normalValueAtRisk,
} from '../../engine/statistics/loss.ts';
import {
  annualReturn,
  annualVolatility,
  calmarRatio,
  downsideRisk,
  growth,
  maxDrawdown,
  omegaRatio,
  sharpeRatio,
  sortinoRatio,
  steadiness,
  tailRatio,
} from '../../engine/statistics/performance.ts';
import { mean, shapeOf, standardDeviation } from '../../engine/statistics/samples.ts';
import { deflatedSharpe, luckySharpe } from '../../engine/statistics/selection.ts';
import { frequencyEdges, sharesIn, stabilityIndex } from '../../engine/statistics/stability.ts';
import { dataFolder } from '../fixtures/recorded.ts';

const folder = dataFolder();
if (folder === undefined) process.stderr.write('statistics: skipped, the vectors are not in ../shared/data\n');

const json = <T>(name: string): T => JSON.parse(readFileSync(join(folder!, 'h_statistics', name), 'utf8')) as T;
const relative = (a: number | undefined, b: number): number =>
  Math.abs((a ?? Number.NaN) - b) / Math.max(Math.abs(b), 1);

interface Series {
  readonly values: ReadonlyArray<number | null>;
  readonly freq?: string;
}
interface Arguments {
  readonly returns?: { readonly series?: string } & Partial<Series>;
  readonly risk_free?: number | { readonly series: string };
  readonly required_return?: number;
  readonly period?: string;
  readonly cutoff?: number;
  readonly window?: number;
  readonly starting_value?: number;
  readonly expected: number | null | 'inf' | readonly number[];
}
interface EmpyricalFile {
  readonly series: Readonly<Record<string, Series>>;
  readonly cases: ReadonlyArray<{
    readonly function: string | null;
    readonly args: Arguments;
    readonly decimals: number;
  }>;
}

const PERIODS: Readonly<Record<string, number>> = { daily: 252, weekly: 52, monthly: 12 };
const DAILY = 252;

type Ours = (known: readonly number[], whole: readonly number[], args: Arguments, periods: number) => unknown;

/** Empyrical's functions by ours; it leaves out what is missing, or counts it as 0 where worth is added up (`whole`). */
const OURS: Readonly<Record<string, Ours>> = {
  cum_returns: (_, whole, args) => Array.from(growth(whole), (worth) => worth * (args.starting_value ?? 1)),
  max_drawdown: (_, whole) => maxDrawdown(whole),
  roll_max_drawdown: (_, whole, { window = 0 }) => rolled(whole, window, maxDrawdown),
  roll_sharpe_ratio: (_, whole, { window = 0 }) => rolled(whole, window, (part) => sharpeRatio(part, DAILY)),
  annual_return: (_, whole, __, periods) => annualReturn(whole, periods),
  annual_volatility: (known, _, __, periods) => annualVolatility(known, periods),
  calmar_ratio: (_, whole, __, periods) => calmarRatio(whole, periods),
  sharpe_ratio: (known) => sharpeRatio(known, DAILY),
  downside_risk: (known, _, args, periods) => downsideRisk(known, periods, args.required_return),
  sortino_ratio: (known, _, args, periods) => sortinoRatio(known, periods, args.required_return),
  stability_of_timeseries: (known) => steadiness(known),
  tail_ratio: (known) => tailRatio(known),
  value_at_risk: (known, _, { cutoff = 0 }) => historicalValueAtRisk(known, cutoff),
};

function rolled(returns: readonly number[], window: number, of: (part: readonly number[]) => unknown): unknown[] {
  return returns.slice(window - 1).map((_, i) => of(returns.slice(i, i + window)));
}

/** Omega's threshold is a year's, and a rate without risk comes off as well. */
function omega(known: readonly number[], { risk_free = 0, required_return = 0 }: Arguments): number | undefined {
  if (typeof risk_free !== 'number') return undefined;
  const threshold = required_return === 0 ? 0 : (1 + required_return) ** (1 / DAILY) - 1;
  return omegaRatio(
    known.map((each) => each - risk_free),
    threshold,
  );
}

describe.skipIf(folder === undefined)('empyrical', () => {
  it('gives the same figures', () => {
    const { series, cases } = json<EmpyricalFile>('empyrical_cases.json');
    const seen = new Map<string, number>();
    for (const { function: name, args, decimals } of cases) {
      const update = name === 'omega_ratio' ? omega : OURS[name ?? ''];
      const { series: named, values: own } = args.returns ?? {};
      const values = own ?? (named === undefined ? undefined : series[named]!.values);
      if (update === undefined || values === undefined || typeof args.risk_free === 'object') continue;
      const known = values.filter((each) => each !== null);
      const periods = PERIODS[args.period ?? 'daily']!;
      const ours =
        name === 'omega_ratio'
          ? omega(known, args)
          : OURS[name!]!(
              known,
              values.map((x) => x ?? 0),
              args,
              periods,
            );
      const label = `${name} of ${named}`;
      seen.set(name!, (seen.get(name!) ?? 0) + 1);
      const { expected } = args;
      // What is infinite there, for nothing was lost or nothing deviates, is no figure here; nothing of nothing falls by 0.
      if (expected === null || expected === 'inf') expect(ours ?? null, label).toBeNull();
      else if (typeof expected === 'number') expect(ours, label).toBeCloseTo(expected, decimals);
      else expect(ours, label).toEqual(expected.map((each) => expect.closeTo(each, decimals)));
    }
    expect(Object.fromEntries(seen)).toMatchObject({
      sharpe_ratio: 4,
      max_drawdown: 4,
      omega_ratio: 4,
      value_at_risk: 3,
    });
    expect([...seen.values()].reduce((sum, n) => sum + n, 0)).toBe(38);
  });
});

interface KolmogorovCase {
  readonly test: string;
  readonly x1: readonly number[];
  readonly x2: readonly number[];
  readonly alternative: Alternative;
  readonly statistic: number;
  readonly pvalue: number;
}

describe.skipIf(folder === undefined)('Kolmogorov and Smirnov', () => {
  it('has the statistics and the exact chances of SciPy for two samples', () => {
    const cases = json<KolmogorovCase[]>('kolmogorov_smirnov_cases.json').filter(({ test }) => test === 'ks_2samp');
    expect(cases).toHaveLength(23);
    for (const { x1, x2, alternative, statistic, pvalue } of cases) {
      const ours = kolmogorovSmirnov(x1, x2, alternative);
      expect(Math.abs(ours.statistic - statistic)).toBeLessThan(1e-14);
      expect(Math.abs(ours.pValue - pvalue)).toBeLessThan(1e-12);
    }
  });
});

interface StabilityCase {
  readonly expected?: readonly number[];
  readonly actual?: readonly number[];
  readonly bins: number;
  readonly psi: number;
}
interface DeflatedCase {
  readonly annual_SR: number;
  readonly periods_per_year: number;
  readonly T: number;
  readonly N_trials: number;
  readonly var_annual_SR_trials: number;
  readonly skew: number;
  readonly kurtosis: number;
  readonly sr0_per_period: number;
  readonly DSR_full_precision: number;
}

describe.skipIf(folder === undefined)('published cases', () => {
  it('PSI over bins of equal frequency', () => {
    const cases = json<StabilityCase[]>('psi_public_cases.json').filter(({ expected }) => expected !== undefined);
    expect(cases).toHaveLength(1);
    for (const { expected, actual, bins, psi } of cases) {
      const edges = frequencyEdges(expected!, bins);
      expect(relative(stabilityIndex(sharesIn(expected!, edges), sharesIn(actual!, edges)), psi)).toBeLessThan(1e-14);
    }
  });

  it('the deflated Sharpe ratio', () => {
    for (const each of json<{ cases: DeflatedCase[] }>('deflated_sharpe_cases.json').cases) {
      const variance = each.var_annual_SR_trials / each.periods_per_year;
      const sharpe = each.annual_SR / Math.sqrt(each.periods_per_year);
      const evidence = { sharpe, periods: each.T, skewness: each.skew, kurtosis: each.kurtosis };
      expect(relative(luckySharpe(each.N_trials, variance), each.sr0_per_period)).toBeLessThan(1e-13);
      expect(relative(deflatedSharpe(evidence, each.N_trials, variance), each.DSR_full_precision)).toBeLessThan(1e-13);
    }
  });
});

interface RealFigures {
  readonly n: number;
  readonly ks_first500_vs_last500: { readonly statistic: number; readonly pvalue: number };
  readonly psi_first500_vs_last500: {
    readonly psi: number;
    readonly ref_share: readonly number[];
    readonly act_share: readonly number[];
  };
  readonly var_cvar_historical: ReadonlyArray<{ readonly level: number; readonly VaR: number; readonly CVaR: number }>;
  readonly var_gaussian: ReadonlyArray<{ readonly level: number; readonly VaR: number }>;
  readonly var_cornish_fisher_99: number;
  readonly ewma_variance: { readonly index: readonly number[]; readonly values: readonly number[] };
  readonly moments: Readonly<Record<'mean' | 'sd' | 'skew' | 'excess_kurtosis', number>>;
}

describe.skipIf(folder === undefined)('1,753 days of BTCUSDT', () => {
  const MOST = 1e-11;
  let returns: number[] = [];
  let truth: RealFigures;

  beforeAll(() => {
    const path = 'c_ohlcv/binance_spot_1d/BTCUSDT_1d_2017-08_2022-06.csv.gz';
    const [head, ...lines] = gunzipSync(readFileSync(join(folder!, path)))
      .toString('utf8')
      .trim()
      .split('\n');
    const column = head!.split(',').indexOf('close');
    const closes = lines.map((line) => Number(line.split(',')[column]));
    returns = closes.slice(1).map((close, i) => log(close / closes[i]!));
    truth = json<RealFigures>('computed_on_real_BTCUSDT_daily.json');
    expect(returns).toHaveLength(truth.n);
  });

  it('drift', () => {
    const [first, last] = [returns.slice(0, 500), returns.slice(-500)];
    const { statistic, pValue } = kolmogorovSmirnov(first, last);
    expect(relative(statistic, truth.ks_first500_vs_last500.statistic)).toBeLessThan(MOST);
    expect(relative(pValue, truth.ks_first500_vs_last500.pvalue)).toBeLessThan(MOST);
    const edges = frequencyEdges(first, 10);
    const { ref_share, act_share, psi } = truth.psi_first500_vs_last500;
    expect([...sharesIn(first, edges)]).toEqual(ref_share);
    expect([...sharesIn(last, edges)]).toEqual(act_share);
    expect(relative(stabilityIndex(sharesIn(first, edges), sharesIn(last, edges)), psi)).toBeLessThan(MOST);
  });

  it('losses', () => {
    for (const { level, VaR, CVaR } of truth.var_cvar_historical) {
      expect(relative(historicalValueAtRisk(returns, 1 - level), VaR)).toBeLessThan(MOST);
      expect(relative(historicalShortfall(returns, 1 - level), CVaR)).toBeLessThan(MOST);
    }
    for (const { level, VaR } of truth.var_gaussian)
      expect(relative(normalValueAtRisk(returns, 1 - level), VaR)).toBeLessThan(MOST);
    expect(relative(cornishFisherValueAtRisk(returns, 0.01), truth.var_cornish_fisher_99)).toBeLessThan(MOST);
  });

  it('moments', () => {
    const shape = shapeOf(returns)!;
    const { mean: average, sd, skew, excess_kurtosis } = truth.moments;
    expect(relative(mean(returns), average)).toBeLessThan(MOST);
    expect(relative(standardDeviation(returns, 1), sd)).toBeLessThan(MOST);
    expect(relative(shape.skewness, skew)).toBeLessThan(MOST);
    expect(relative(shape.kurtosis - 3, excess_kurtosis)).toBeLessThan(MOST);
  });

  it('exponentially weighted variance', () => {
    const before = returns.slice(0, 30);
    let variance = standardDeviation(before, 0)! ** 2;
    const seen = new Map<number, number>();
    for (let i = 30; i < returns.length; i++) {
      seen.set(i, variance);
      variance = nextWeighted(variance, returns[i]! ** 2, 0.94);
    }
    for (const [i, index] of truth.ewma_variance.index.entries())
      expect(relative(seen.get(index), truth.ewma_variance.values[i]!)).toBeLessThan(MOST);
  });
});
