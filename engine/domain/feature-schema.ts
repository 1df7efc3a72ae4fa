/**
 * The schema of the feature vector: names in the order of the vector, units, meanings and windows, under a version and a
 * hash. What a model was trained on is this hash; a model of another one has to abstain.
 */
import { hashText } from '../kernel/hash.ts';
import { canonical } from './config.ts';

/** To be raised when a feature comes to mean something else under the same name, unit and windows. */
export const FEATURE_VERSION = 1;

/** Windows of the features, in bars unless the name says otherwise. */
export const WINDOW = {
  emaFast: 12,
  emaSlow: 26,
  macdSignal: 9,
  rsi: 14,
  atr: 14,
  bollinger: 20,
  volume: 20,
  momentum: 20,
  flow: 10,
  energyFast: 3,
  energy: 60,
  gaussian: 60,
  slope: 32,
  adx: 14,
  aroon: 25,
  sma: 50,
  wma: 20,
  stochastic: 14,
  stochasticSmooth: 3,
  stochasticSignal: 3,
  cci: 20,
  mfi: 14,
  rateOfChange: 12,
  obvTrend: 20,
  vwap: 60,
  realised: 20,
  realisedSlow: 60,
  parkinson: 20,
  skew: 60,
  range: 60,
  tradeSign: 10,
  intensity: 20,
  autocorrelation: 60,
  hurst: 100,
  /** Bars from one Hurst exponent to the next; between them the last one stands. */
  hurstEvery: 4,
  entropy: 60,
  /** Closes whose order is one pattern. */
  entropyOrder: 3,
  /** Log returns whose mean square a return is measured by in the regime model. */
  regime: 120,
  /** Levels of each side of the book that count as near. */
  nearLevels: 10,
} as const;

/** Horizons of the returns in microseconds. A bar longer than one leaves its return invalid. */
export const RETURN_HORIZONS_US = [60_000_000, 300_000_000, 900_000_000, 3_600_000_000] as const;

type Definition = readonly [unit: string, meaning: string];

/**
 * Each feature is of the last closed bar, and is invalid (value 0) until its windows are full and while what it needs is
 * unknown. Bars without any data are not made, so a window may span more time in a market that stands still. Prices in
 * ticks, volumes in lots; `log` is the natural logarithm. Sources stand at the functions of `engine/market`.
 */
export const FEATURE_DEFINITIONS = {
  close: ['ticks', 'close of the bar'],
  emaFast: ['ticks', 'exponential average of 12 closes, begun with their mean'],
  emaSlow: ['ticks', 'exponential average of 26 closes, begun with their mean'],
  rsi: ['percent', "Wilder's relative strength index of 14 changes"],
  macd: ['ticks', 'fast less slow exponential average'],
  macdSignal: ['ticks', 'exponential average of 9 MACDs, begun with their mean'],
  atr: ['ticks', "Wilder's average of 14 true ranges, from the second bar on"],
  bollingerMid: ['ticks', 'mean of 20 closes'],
  bollingerWidth: ['ticks', 'one population standard deviation of 20 closes'],
  volumeRatio: ['ratio', 'volume over its mean of 20 bars'],
  momentum: ['ticks', 'close less that of 20 bars ago'],
  orderFlowImbalance: ['share', 'order flow at the best prices over its size, of 10 bars'],
  energy: ['ratio', 'exponential average over 3 bars of volume × squared change over that of 60'],
  vacuum: ['ratio', 'lots of the 10 best asks over those of the 10 best bids, smoothed by 0.3 a bar'],
  gaussianZ: ['deviations', 'distance of the close from the mean of 60 closes'],
  gaussianSlope: ['ticks/bar', 'slope of the close by a one-sided Gaussian over 32 bars'],
  depthImbalance: ['share', 'near bid lots less near ask lots over both; of the touch without a whole book'],
  spreadPpm: ['ppm', 'ask less bid over their middle'],
  returnBar: ['log', 'return of the bar'],
  return1m: ['log', 'return over the bars of one minute'],
  return5m: ['log', 'return over the bars of five minutes'],
  return15m: ['log', 'return over the bars of fifteen minutes'],
  return1h: ['log', 'return over the bars of one hour'],
  macdHistogram: ['ticks', 'MACD less its signal'],
  adx: ['percent', "Wilder's average directional index of 14 bars"],
  plusDi: ['percent', "Wilder's rising directional line of 14 bars"],
  minusDi: ['percent', "Wilder's falling directional line of 14 bars"],
  aroon: ['percent', 'how much more recent the highest high of 26 bars is than the lowest low'],
  smaDistance: ['share', 'close over the mean of 50, less 1'],
  wmaDistance: ['share', 'close over the linearly weighted mean of 20, less 1'],
  stochasticK: ['percent', 'place of the close in the range of 14 bars, mean of 3'],
  stochasticD: ['percent', 'mean of 3 stochastic K'],
  cci: ['index', 'commodity channel index of 20 bars'],
  mfi: ['percent', 'share of rising money in the moving money of 14 bars'],
  rateOfChange: ['share', 'close over that of 12 bars ago, less 1'],
  bollingerPosition: ['share', 'place of the close between the bands at two deviations: 0 the lower, 1 the upper'],
  bollingerBandwidth: ['share', 'distance of those bands over their middle'],
  atrRatio: ['share', 'average true range over close'],
  volumeChange: ['log', 'volume over that of the bar before'],
  obv: ['lots', 'on-balance volume since the first bar of the run'],
  obvTrend: ['share', 'change of on-balance volume over the volume of 20 bars'],
  vwapDistance: ['share', 'close over the volume-weighted typical price of 60 bars, less 1'],
  realisedVolatility: ['log/bar', 'root of the mean squared log return of 20 bars'],
  parkinsonVolatility: ['log/bar', "Parkinson's volatility of 20 bars"],
  volatilityRatio: ['ratio', 'realised volatility of 20 bars over that of 60'],
  returnSkew: ['index', 'skewness of the changes of 60 closes'],
  rangePosition: ['share', 'place of the close between the lowest low and the highest high of 60 bars'],
  drawdown: ['share', 'close over the highest high of 60 bars, less 1'],
  queueImbalance: ['share', 'lots at the best bid less those at the best ask over both'],
  depthSlope: [
    'share',
    'slope of the near bids less that of the near asks over both, slope in lots for each tick away',
  ],
  microPriceDistance: ['ppm', 'middle weighted by the lots opposite less the middle, over the middle'],
  tradeSignImbalance: ['share', 'lots bought less lots sold by takers over both, of 10 bars'],
  orderFlowBar: ['ratio', 'order flow of the bar over the mean lots of both best prices at its close'],
  tradeIntensity: ['ratio', 'trades of the bar over their mean of 20'],
  gaussianTail: ['share', 'chance of a close as far out on either side'],
  hurst: ['exponent', 'Hurst exponent of 100 log returns, corrected for the length, taken every fourth bar'],
  entropy: ['share', 'permutation entropy of 60 orders of three closes, over that of chance'],
  autocorrelation: ['share', 'first autocorrelation of 60 changes of the close'],
  funding: ['rate', 'funding rate of the perpetual, as last told, for as long as that counts'],
  fearGreed: ['index', 'fear and greed index, as last told, for as long as that counts'],
  regimeCalm: ['share', 'chance of a calm market without direction'],
  regimeUp: ['share', 'chance of a rising market'],
  regimeDown: ['share', 'chance of a falling market'],
  regimeTurbulent: ['share', 'chance of a market that moves much without direction'],
} as const satisfies Readonly<Record<string, Definition>>;

export type FeatureName = keyof typeof FEATURE_DEFINITIONS;
export const FEATURES = Object.keys(FEATURE_DEFINITIONS) as readonly FeatureName[];
export const FEATURE_COUNT = FEATURES.length;

/** Position of each feature in the vector. */
export const F = Object.fromEntries(FEATURES.map((name, i) => [name, i])) as Readonly<Record<FeatureName, number>>;

/** Hash over version, names in their order, units, windows and horizons; the wording of a meaning does not count. */
export const FEATURE_SCHEMA_HASH = hashText(
  canonical({
    version: FEATURE_VERSION,
    features: FEATURES.map((name) => [name, FEATURE_DEFINITIONS[name][0]]),
    windows: WINDOW,
    horizonsUs: RETURN_HORIZONS_US,
  }),
);
