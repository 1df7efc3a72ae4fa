/** Blocks over prices: moving averages, their crossing, the relative strength index, support and resistance. */
import { asDirection, type Direction, F } from '../../domain/index.ts';
import { areValid, type Block, type BlockRow, featureOf } from './row.ts';

const AVERAGES = [F.emaFast, F.emaSlow, F.atr] as const;
const LEVELS = [F.close, F.rangePosition, F.drawdown, F.atr] as const;

/** Fast less slow average, in average true ranges; 0 while the market stands still. */
function averagesApart(row: BlockRow): number {
  const atr = featureOf(row, F.atr);
  return atr > 0 ? (featureOf(row, F.emaFast) - featureOf(row, F.emaSlow)) / atr : 0;
}

export const movingAverages: Block<'moving-averages'> = {
  judge(row, { atr }) {
    if (!areValid(row, AVERAGES)) return 0;
    const apart = averagesApart(row);
    return Math.abs(apart) >= atr ? asDirection(apart) : 0;
  },
  inputs: (row, { atr }) => [['averages apart in ATR', Math.abs(averagesApart(row)), atr]],
};

export const crossover: Block<'crossover'> = {
  judge({ strategies, instrument }, { bars }) {
    const since = strategies.barsSinceCross[instrument]!;
    return since > 0 && since <= bars ? asDirection(strategies.averageSide[instrument]!) : 0;
  },
  inputs: ({ strategies, instrument }, { bars }) => [
    ['bars since the averages crossed', strategies.barsSinceCross[instrument]!, bars, 'most'],
  ],
};

/** How far the index is beyond its limit on either side; 0 and less between them. */
const beyond = (index: number, oversold: number, overbought: number): number =>
  Math.max(oversold - index, index - overbought);

export const rsi: Block<'rsi'> = {
  judge(row, { oversold, overbought }) {
    if (!areValid(row, [F.rsi])) return 0;
    const index = featureOf(row, F.rsi);
    return index < oversold ? 1 : index > overbought ? -1 : 0;
  },
  inputs: (row, { oversold, overbought }) => [
    ['RSI beyond its limit', Math.max(beyond(featureOf(row, F.rsi), oversold, overbought), 0), 0],
  ],
};

/** Average true ranges that are beyond what any tome may ask for: the distance is not known. */
const FAR = 999;

/**
 * Distance of the close from the lowest low and the highest high of 60 bars, in average true ranges. Both follow from two
 * features: `drawdown` gives the highest high, and `rangePosition` where the close stands between the two.
 */
function distances(row: BlockRow): readonly [low: number, high: number] {
  const close = featureOf(row, F.close);
  const position = featureOf(row, F.rangePosition);
  const atr = featureOf(row, F.atr);
  const toHigh = close / (1 + featureOf(row, F.drawdown)) - close;
  if (!(atr > 0)) return [FAR, FAR];
  // At the high itself the low is not known from the two, but it is no nearer than the range is wide.
  const toLow = position < 1 ? (toHigh * position) / (1 - position) : FAR * atr;
  return [toLow / atr, toHigh / atr];
}

function nearest(row: BlockRow, atr: number): Direction {
  const [low, high] = distances(row);
  if (low <= atr && high <= atr) return 0;
  return low <= atr ? 1 : high <= atr ? -1 : 0;
}

/** Near both, in a range that is narrow itself, is near neither. */
export const level: Block<'level'> = {
  judge: (row, { atr }) => (areValid(row, LEVELS) ? nearest(row, atr) : 0),
  inputs: (row, { atr }) => [['distance from support or resistance in ATR', Math.min(...distances(row)), atr, 'most']],
};
