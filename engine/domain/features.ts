/** Names of the per-instrument feature vector and of the signal producers: the schema that stages share. */

/** Indicators of the last closed bar. Prices are in ticks, volumes in lots; each has its own validity flag. */
export const FEATURES = [
  'close',
  'emaFast',
  'emaSlow',
  'rsi',
  'macd',
  'macdSignal',
  'atr',
  'bollingerMid',
  'bollingerWidth',
  'volumeRatio',
  'momentum',
  'orderFlowImbalance',
  'energy',
  'vacuum',
  'gaussianZ',
  'gaussianSlope',
  'depthImbalance',
  'spreadPpm',
] as const;
export type FeatureName = (typeof FEATURES)[number];
export const FEATURE_COUNT = FEATURES.length;

/** Position of each feature in the vector. */
export const F = Object.fromEntries(FEATURES.map((name, i) => [name, i])) as Readonly<Record<FeatureName, number>>;

export const PRODUCERS = ['rsi', 'momentum', 'ofi', 'energy', 'vacuum', 'gaussian'] as const;
export type ProducerName = (typeof PRODUCERS)[number];
export const PRODUCER_COUNT = PRODUCERS.length;

export const STRATEGIES = ['confluence', 'momentum-volume'] as const;
export type StrategyName = (typeof STRATEGIES)[number];
export const STRATEGY_COUNT = STRATEGIES.length;

/** The pre-trade gates, in the order in which they are asked. */
export const GATES = [
  'halted',
  'venue-ready',
  'tradable',
  'data-fresh',
  'book-whole',
  'price-known',
  'volatility-known',
  'short-allowed',
  'no-duplicate',
  'cooldown',
  'order-rate',
  'max-positions',
  'spread',
  'collar',
  'stop-not-reached',
  'order-size',
  'position-size',
  'leverage',
  'min-notional',
] as const;
export type GateName = (typeof GATES)[number];

export const BOOK_STATES = ['none', 'synced', 'gap'] as const;
/** none: no snapshot yet, quotes are used · synced: whole and continuous · gap: an update is missing. */
export type BookState = (typeof BOOK_STATES)[number];
