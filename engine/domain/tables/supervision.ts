/** Columns of the watch over models: what became of their chances, and how their features lie against what they learnt from. */
import type { Arena } from '../../kernel/arena.ts';
import { REGIMES } from '../blocks.ts';
import { FEATURE_COUNT } from '../feature-schema.ts';
import { MODEL_PLACES } from '../models.ts';

/** Bars that are kept for outcomes: a label with a longer limit ends after one less than these. */
export const OUTCOME_BARS = 64;
/** Equal steps of the chance, for calibration. */
export const CHANCE_STEPS = 10;
/** Bins of a feature, the one for values that are not valid included; a feature with more is not watched. */
export const WATCHED_BINS = 12;
/** Long and short. */
const SIDES = 2;

/** Rings of instrument `i` are at `i * OUTCOME_BARS`; cells as in `ModelTable`; what is by place is of all instruments. */
export class SupervisionTable {
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  /** Average true range, and realised volatility × close; 0 while not valid. */
  readonly range: Float64Array;
  readonly volatility: Float64Array;
  /** The likeliest regime, from 1 in the order of `REGIMES`; 0 while none is known. */
  readonly regime: Uint8Array;
  /** By cell: 1 + the chance that was given, 0 for none. */
  readonly given: Float64Array;
  /** By place: outcomes, and the fading mean of their squared error. */
  readonly outcomes: Int32Array;
  readonly brier: Float64Array;
  /** By place and step of the chance: fading weight, sum of chances, and rises. */
  readonly stepWeight: Float64Array;
  readonly stepChance: Float64Array;
  readonly stepRises: Float64Array;
  /**
   * By place and side, and by place and regime: votes that have ended, and those of them that were right. Of a bar without a
   * known regime they count by side alone.
   */
  readonly sideTaken: Int32Array;
  readonly sideHits: Int32Array;
  readonly regimeTaken: Int32Array;
  readonly regimeHits: Int32Array;
  /** By place: vectors counted in this window, and by feature and bin how many. */
  readonly counted: Int32Array;
  readonly counts: Int32Array;
  /** By place and feature: fading mean of where its values stand among those learnt from, less a half. */
  readonly shift: Float64Array;
  /** By place, of the last whole window: share of features that have moved, the farthest one (from 1), its index and distance. */
  readonly moved: Float64Array;
  readonly worst: Int32Array;
  readonly worstIndex: Float64Array;
  readonly worstDistance: Float64Array;
  /** By place: windows in a row beyond the limit; alarms that stand, as bits by `MODEL_MUTES`. */
  readonly windows: Int32Array;
  readonly alarms: Uint8Array;

  constructor(arena: Arena, instruments: number) {
    const bars = instruments * OUTCOME_BARS;
    const p = MODEL_PLACES;
    this.open = arena.f64('watch.open', bars);
    this.high = arena.f64('watch.high', bars);
    this.low = arena.f64('watch.low', bars);
    this.close = arena.f64('watch.close', bars);
    this.range = arena.f64('watch.range', bars);
    this.volatility = arena.f64('watch.volatility', bars);
    this.regime = arena.u8('watch.regime', bars);
    this.given = arena.f64('watch.given', bars * p);
    this.outcomes = arena.i32('watch.outcomes', p);
    this.brier = arena.f64('watch.brier', p);
    this.stepWeight = arena.f64('watch.stepWeight', p * CHANCE_STEPS);
    this.stepChance = arena.f64('watch.stepChance', p * CHANCE_STEPS);
    this.stepRises = arena.f64('watch.stepRises', p * CHANCE_STEPS);
    this.sideTaken = arena.i32('watch.sideTaken', p * SIDES);
    this.sideHits = arena.i32('watch.sideHits', p * SIDES);
    this.regimeTaken = arena.i32('watch.regimeTaken', p * REGIMES.length);
    this.regimeHits = arena.i32('watch.regimeHits', p * REGIMES.length);
    this.counted = arena.i32('watch.counted', p);
    this.counts = arena.i32('watch.counts', p * FEATURE_COUNT * WATCHED_BINS);
    this.shift = arena.f64('watch.shift', p * FEATURE_COUNT);
    this.moved = arena.f64('watch.moved', p);
    this.worst = arena.i32('watch.worst', p);
    this.worstIndex = arena.f64('watch.worstIndex', p);
    this.worstDistance = arena.f64('watch.worstDistance', p);
    this.windows = arena.i32('watch.windows', p);
    this.alarms = arena.u8('watch.alarms', p);
  }

  /** Forgets all that is known of the model in a place. */
  clear(place: number, instruments: number): void {
    const byPlace = [
      ...[this.outcomes, this.brier, this.stepWeight, this.stepChance, this.stepRises, this.sideTaken, this.sideHits],
      ...[this.regimeTaken, this.regimeHits, this.counted, this.counts, this.shift, this.moved, this.worst],
      ...[this.worstIndex, this.worstDistance, this.windows, this.alarms],
    ];
    for (const column of byPlace) {
      const width = column.length / MODEL_PLACES;
      column.fill(0, place * width, (place + 1) * width);
    }
    for (let i = 0; i < instruments; i++) {
      const from = (i * MODEL_PLACES + place) * OUTCOME_BARS;
      this.given.fill(0, from, from + OUTCOME_BARS);
    }
  }
}
