/** The state behind the features: one run of slots for each instrument, cut into the parts of the indicators. */
import { FEATURE_COUNT, RETURN_HORIZONS_US, WINDOW } from '../../domain/index.ts';
import type { BarTable, FeatureTable } from '../../domain/tables/index.ts';
import type { Arena } from '../../kernel/arena.ts';
import { AVERAGE_SLOTS, EXTREME_SLOTS, MOMENTS_SLOTS, SUM_SLOTS, WEIGHTED_SLOTS } from '../../kernel/rolling.ts';
import { autocorrelationSlots, entropySlots, hurstSlots } from '../indicators/memory.ts';
import { cciSlots, MACD, RSI, stochasticSlots } from '../indicators/momentum.ts';
import { ADX, aroonSlots } from '../indicators/trend.ts';
import { ATR, bollingerSlots, rootMeanSlots } from '../indicators/volatility.ts';
import { mfiSlots, OBV, vwapSlots } from '../indicators/volume.ts';
import { REGIME_SLOTS } from '../regime.ts';

/** Closes kept for each horizon, and parts that a horizon is cut into where its bars are more. */
export const HORIZON_SLOTS = 62;
const HORIZON_PARTS = 60;

const sum = (window: number): number => SUM_SLOTS + window;
const moments = (window: number): number => MOMENTS_SLOTS + window;
const extreme = (window: number): number => EXTREME_SLOTS + 2 * window;

/** Offsets of the parts within one instrument's run of slots. */
export const PART = (() => {
  let at = 0;
  const take = (slots: number): number => {
    const start = at;
    at += slots;
    return start;
  };
  return {
    previousClose: take(1),
    previousVolume: take(1),
    /** 1 once a bar had volume. */
    traded: take(1),
    horizons: take(RETURN_HORIZONS_US.length * HORIZON_SLOTS),
    macd: take(MACD.slots),
    rsi: take(RSI.slots),
    atr: take(ATR.slots),
    adx: take(ADX.slots),
    aroon: take(aroonSlots(WINDOW.aroon)),
    stochastic: take(stochasticSlots(WINDOW.stochastic, WINDOW.stochasticSmooth, WINDOW.stochasticSignal)),
    cci: take(cciSlots(WINDOW.cci)),
    mfi: take(mfiSlots(WINDOW.mfi)),
    obv: take(OBV.slots),
    obvTrend: take(sum(WINDOW.obvTrend)),
    vwap: take(vwapSlots(WINDOW.vwap)),
    sma: take(sum(WINDOW.sma)),
    wma: take(WEIGHTED_SLOTS + WINDOW.wma),
    energyFast: take(AVERAGE_SLOTS),
    energySlow: take(AVERAGE_SLOTS),
    velocity: take(AVERAGE_SLOTS),
    bollinger: take(bollingerSlots(WINDOW.bollinger)),
    volume: take(moments(WINDOW.volume)),
    gaussian: take(moments(WINDOW.gaussian)),
    flow: take(moments(WINDOW.flow)),
    flowSize: take(moments(WINDOW.flow)),
    tradeFlow: take(sum(WINDOW.tradeSign)),
    tradeFlowSize: take(sum(WINDOW.tradeSign)),
    trades: take(sum(WINDOW.intensity)),
    realised: take(rootMeanSlots(WINDOW.realised)),
    realisedSlow: take(rootMeanSlots(WINDOW.realisedSlow)),
    parkinson: take(rootMeanSlots(WINDOW.parkinson)),
    changes: take(sum(WINDOW.skew)),
    squares: take(sum(WINDOW.skew)),
    cubes: take(sum(WINDOW.skew)),
    top: take(extreme(WINDOW.range)),
    bottom: take(extreme(WINDOW.range)),
    autocorrelation: take(autocorrelationSlots(WINDOW.autocorrelation)),
    hurst: take(hurstSlots(WINDOW.hurst)),
    entropy: take(entropySlots(WINDOW.entropyOrder, WINDOW.entropy)),
    regime: take(REGIME_SLOTS),
    end: at,
  };
})();

/** How the bars of a run make up one horizon. */
export interface Horizon {
  /** Bars of the horizon; 0 when a bar is longer than it. */
  readonly bars: number;
  /** Every how many bars the close is kept: a return reaches back to the newest of them that is old enough. */
  readonly step: number;
}

function horizonOf(horizonUs: number, barIntervalUs: number): Horizon {
  const bars = barIntervalUs > horizonUs ? 0 : Math.round(horizonUs / barIntervalUs);
  return { bars, step: Math.max(Math.ceil(bars / HORIZON_PARTS), 1) };
}

/** Rolling state behind the features, by instrument. */
export class IndicatorTable {
  readonly slots: Float64Array;
  readonly stride = PART.end;
  readonly horizons: readonly Horizon[];

  constructor(arena: Arena, instruments: number, barIntervalUs: number) {
    this.slots = arena.f64('indicator.slots', instruments * PART.end);
    this.horizons = RETURN_HORIZONS_US.map((horizonUs) => horizonOf(horizonUs, barIntervalUs));
  }
}

/** A bar that has just closed: what its features are taken from, and where they go. */
export interface ClosedBar {
  readonly bars: BarTable;
  readonly instrument: number;
  /** Slots of all instruments; this one's begin at `base`. */
  readonly slots: Float64Array;
  readonly base: number;
  /** Its vector begins at `row`. */
  readonly features: FeatureTable;
  readonly row: number;
}

/** Writes one feature; what is not valid has the value 0. */
export function put(features: FeatureTable, at: number, value: number, valid: boolean): void {
  features.values[at] = valid ? value : 0;
  features.valid[at] = valid ? 1 : 0;
}

/** Place of an instrument's vector in the feature columns. */
export const rowOf = (instrument: number): number => instrument * FEATURE_COUNT;
