/** Features of what was traded and of the order flow at the best prices. */
import { F, WINDOW } from '../../domain/index.ts';
import type { FeatureTable } from '../../domain/tables/index.ts';
import { log } from '../../kernel/math.ts';
import { emaAlpha, MOMENTS_SLOTS, SUM_SLOTS, updateAverage, updateMoments, updateSum } from '../../kernel/rolling.ts';
import { MFI, OBV, updateMfi, updateObv, updateVwap, VWAP } from '../indicators/volume.ts';
import { type ClosedBar, type IndicatorTable, PART, put, rowOf } from './slots.ts';

/** Volume against itself, on-balance volume, money flow, and the distance from the volume-weighted price. */
export function updateVolumes(bar: ClosedBar, first: boolean): void {
  const { slots: s, base, features, row, bars, instrument } = bar;
  const high = bars.high[instrument]!;
  const low = bars.low[instrument]!;
  const close = bars.close[instrument]!;
  const volume = bars.volume[instrument]!;
  if (volume > 0) s[base + PART.traded] = 1;
  const full = updateMoments(s, base + PART.volume, volume, WINDOW.volume);
  const mean = s[base + PART.volume + 2]!;
  put(features, row + F.volumeRatio, mean > 0 ? volume / mean : 0, full && mean > 0);
  const before = s[base + PART.previousVolume]!;
  const both = !first && before > 0 && volume > 0;
  put(features, row + F.volumeChange, both ? log(volume / before) : 0, both);
  s[base + PART.previousVolume] = volume;
  const obv = base + PART.obv;
  const obvBefore = s[obv + OBV.value]!;
  updateObv(s, obv, close, volume);
  put(features, row + F.obv, s[obv + OBV.value]!, s[base + PART.traded] === 1);
  const trend = updateSum(s, base + PART.obvTrend, s[obv + OBV.value]! - obvBefore, WINDOW.obvTrend);
  const traded = mean * WINDOW.volume;
  put(features, row + F.obvTrend, mean > 0 ? s[base + PART.obvTrend + 2]! / traded : 0, trend && mean > 0);
  const mfi = updateMfi(s, base + PART.mfi, high, low, close, volume, WINDOW.mfi);
  put(features, row + F.mfi, s[base + PART.mfi + MFI.value]!, mfi);
  const vwap = base + PART.vwap;
  const long = updateVwap(s, vwap, high, low, close, volume, WINDOW.vwap);
  const weighed = long && s[vwap + VWAP.parts + SUM_SLOTS + WINDOW.vwap + 2]! > 0;
  put(features, row + F.vwapDistance, weighed ? close / s[vwap + VWAP.value]! - 1 : 0, weighed);
}

/** Energy: volume × squared change, of late against what is usual. */
export function updateEnergy(bar: ClosedBar, change: number): void {
  const { slots: s, base, features, row, bars, instrument } = bar;
  const energy = bars.volume[instrument]! * change * change;
  const { energyFast, energy: slow } = WINDOW;
  updateAverage(s, base + PART.energyFast, energy, energyFast, emaAlpha(energyFast));
  const warm = updateAverage(s, base + PART.energySlow, energy, slow, emaAlpha(slow));
  updateAverage(s, base + PART.velocity, change, energyFast, emaAlpha(energyFast));
  const mean = s[base + PART.energySlow + 1]!;
  put(features, row + F.energy, mean > 0 ? s[base + PART.energyFast + 1]! / mean : 0, warm && mean > 0);
}

/** Order flow at the best prices, the side that takers are on, and how often they trade. */
export function updateFlow(bar: ClosedBar): void {
  const { slots: s, base, features, row, bars, instrument } = bar;
  const full = updateMoments(s, base + PART.flow, bars.flow[instrument]!, WINDOW.flow);
  updateMoments(s, base + PART.flowSize, bars.flowSize[instrument]!, WINDOW.flow);
  const size = s[base + PART.flowSize + 2]!;
  put(features, row + F.orderFlowImbalance, size > 0 ? s[base + PART.flow + 2]! / size : 0, full && size > 0);
  const signed = updateSum(s, base + PART.tradeFlow, bars.tradeFlow[instrument]!, WINDOW.tradeSign);
  updateSum(s, base + PART.tradeFlowSize, bars.tradeFlowSize[instrument]!, WINDOW.tradeSign);
  const taken = s[base + PART.tradeFlowSize + 2]!;
  const known = signed && taken > 0;
  put(features, row + F.tradeSignImbalance, known ? s[base + PART.tradeFlow + 2]! / taken : 0, known);
  const counted = updateSum(s, base + PART.trades, bars.trades[instrument]!, WINDOW.intensity);
  const trades = s[base + PART.trades + 2]!;
  const busy = counted && trades > 0;
  put(features, row + F.tradeIntensity, busy ? (bars.trades[instrument]! * WINDOW.intensity) / trades : 0, busy);
}

/** Mean velocity of the last bars, in ticks per bar: the sign that goes with energy. */
export function meanVelocity(table: IndicatorTable, instrument: number): number {
  const at = instrument * PART.end + PART.velocity;
  const count = table.slots[at]!;
  return count >= WINDOW.energyFast ? table.slots[at + 1]! : 0;
}

/** Forgets the order flow of one instrument after a gap: its windows must fill again. */
export function forgetFlow(table: IndicatorTable, features: FeatureTable, instrument: number): void {
  const base = instrument * PART.end;
  const row = rowOf(instrument);
  table.slots.fill(0, base + PART.flow, base + PART.flowSize + MOMENTS_SLOTS + WINDOW.flow);
  table.slots.fill(0, base + PART.tradeFlow, base + PART.tradeFlowSize + SUM_SLOTS + WINDOW.tradeSign);
  for (const feature of [F.orderFlowImbalance, F.tradeSignImbalance, F.orderFlowBar])
    put(features, row + feature, 0, false);
}
