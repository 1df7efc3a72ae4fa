/** The closed bars of a session with the features that the engine takes of them, seen while its inputs are folded. */
import { runDue } from '../core/due.ts';
import { createState, type EngineState } from '../core/state.ts';
import { createEngine, type Engine, step } from '../core/step.ts';
import { AT, type EngineConfig, F, FEATURE_COUNT, type InputCursor, RECORD } from '../domain/index.ts';
import type { PriceBars } from '../models/barriers.ts';
import { type ModelLibrary, NO_MODELS } from '../models/library.ts';
import { countBefore, newestFrom } from './newest.ts';

/** Bars of one instrument, prices in ticks. */
export interface CapturedBars extends PriceBars {
  /** Session time at which each bar was known to be closed. */
  readonly knownAtUs: Float64Array;
  /** Vectors of the schema, one behind the other; NaN where a feature is not valid. */
  readonly features: Float64Array;
}

/** Doubles whose count is not known before. */
class Growing {
  #values = new Float64Array(1024);
  #count = 0;

  push(value: number): void {
    if (this.#count === this.#values.length) {
      const more = new Float64Array(2 * this.#count);
      more.set(this.#values);
      this.#values = more;
    }
    this.#values[this.#count++] = value;
  }

  /** Those that are there, until the next change. */
  get values(): Float64Array {
    return this.#values.subarray(0, this.#count);
  }

  dropFirst(count: number): void {
    this.#values.copyWithin(0, count, this.#count);
    this.#count -= count;
  }

  finish(): Float64Array {
    return this.values.slice();
  }
}

class Columns {
  readonly open = new Growing();
  readonly high = new Growing();
  readonly low = new Growing();
  readonly close = new Growing();
  readonly knownAtUs = new Growing();
  readonly features = new Growing();

  dropFirst(bars: number): void {
    for (const column of [this.open, this.high, this.low, this.close, this.knownAtUs]) column.dropFirst(bars);
    this.features.dropFirst(bars * FEATURE_COUNT);
  }
}

/**
 * Folds a session in control mode observe and keeps every closed bar of the instruments that are wanted. Where one input closes two bars of an
 * instrument, one in the making and one that came ready made, the later is kept.
 */
export class BarCapture {
  readonly #engine: Engine;
  readonly #wanted: readonly boolean[];
  readonly #columns: readonly Columns[];
  /** Bars known of each instrument, and its bar in the making as it was before the input. */
  readonly #seen: Int32Array;
  readonly #open: Float64Array;
  readonly #high: Float64Array;
  readonly #low: Float64Array;
  #closed = 0;

  /** `isWanted` is asked for the symbol of every instrument. */
  constructor(config: EngineConfig, models: ModelLibrary = NO_MODELS, isWanted = (_symbol: string): boolean => true) {
    const count = config.instruments.length;
    this.#wanted = config.instruments.map(({ symbol }) => isWanted(symbol));
    this.#engine = createEngine(createState({ ...config, control: 'observe' }), models);
    this.#columns = Array.from({ length: count }, () => new Columns());
    this.#seen = new Int32Array(count);
    this.#open = new Float64Array(count);
    this.#high = new Float64Array(count);
    this.#low = new Float64Array(count);
  }

  get state(): EngineState {
    return this.#engine.state;
  }

  /** Goes on from a saved state of the same configuration, before the first input: its bars are not kept, its windows are full. */
  begin(saved: Uint8Array): void {
    this.state.arena.load(saved);
    for (let i = 0; i < this.#seen.length; i++) this.#look(i);
  }

  /** Folds the next input of the session. */
  fold(input: InputCursor): void {
    const { view, offset } = input;
    const receivedAtUs = view.getFloat64(offset + AT.receivedAtUs, true);
    const ready = view.getUint8(offset + AT.type) === RECORD.bar ? view.getUint16(offset + AT.instrument, true) : -1;
    if (ready < 0) {
      this.#closeUntil(receivedAtUs);
      this.#keepClosed(receivedAtUs, view, offset, ready);
    }
    step(this.#engine, input);
    this.#keepClosed(receivedAtUs, view, offset, ready);
  }

  /** Lets all bars close that end before an input, as folding it does first: what it tells itself they cannot have known. */
  #closeUntil(receivedAtUs: number): void {
    const { state, venue, reports, seats } = this.#engine;
    if (state.control.nextGridUs[0] !== 0) runDue(state, venue, reports, seats, receivedAtUs);
  }

  #keepClosed(knownAtUs: number, view: DataView, offset: number, ready: number): void {
    const { bars, features } = this.state;
    for (let i = 0; i < this.#seen.length; i++) {
      const closed = features.bars[i]! - this.#seen[i]!;
      if (closed > 0) {
        if (i === ready) {
          const begun = closed === 1 && this.#open[i]! > 0;
          const open = begun ? this.#open[i]! : view.getFloat64(offset + AT.open, true);
          this.#keep(i, knownAtUs, open, bars.high[i]!, bars.low[i]!);
        } else {
          // The input may have begun the next bar in the same columns.
          this.#keep(i, knownAtUs, this.#open[i]!, this.#high[i]!, this.#low[i]!);
        }
      }
      this.#look(i);
    }
  }

  #look(instrument: number): void {
    const { bars, features } = this.state;
    this.#seen[instrument] = features.bars[instrument]!;
    this.#open[instrument] = bars.open[instrument]!;
    this.#high[instrument] = bars.high[instrument]!;
    this.#low[instrument] = bars.low[instrument]!;
  }

  /** An open of 0 is a bar that nothing was traded in. */
  #keep(instrument: number, knownAtUs: number, open: number, high: number, low: number): void {
    if (!this.#wanted[instrument]) return;
    this.#closed++;
    const { features } = this.state;
    const columns = this.#columns[instrument]!;
    const row = instrument * FEATURE_COUNT;
    const close = features.values[row + F.close]!;
    const moved = open > 0;
    columns.open.push(moved ? open : close);
    columns.high.push(moved ? high : close);
    columns.low.push(moved ? low : close);
    columns.close.push(close);
    columns.knownAtUs.push(knownAtUs);
    for (let f = row; f < row + FEATURE_COUNT; f++) {
      columns.features.push(features.valid[f] === 1 ? features.values[f]! : Number.NaN);
    }
  }

  /** Bars that have closed in the wanted instruments. */
  get closed(): number {
    return this.#closed;
  }

  /** Bars that are kept, of all instruments. */
  get count(): number {
    return this.#columns.reduce((sum, { close }) => sum + close.values.length, 0);
  }

  /** Forgets the oldest bars, so that no more than `most` are kept. */
  keepNewest(most: number): void {
    const times = this.#columns.map(({ knownAtUs }) => knownAtUs.values);
    const fromUs = newestFrom(times, most);
    if (fromUs === undefined) return;
    for (const columns of this.#columns) columns.dropFirst(countBefore(columns.knownAtUs.values, fromUs));
  }

  /** What is kept of an instrument so far. */
  bars(instrument: number): CapturedBars {
    const { open, high, low, close, knownAtUs, features } = this.#columns[instrument]!;
    return {
      open: open.finish(),
      high: high.finish(),
      low: low.finish(),
      close: close.finish(),
      knownAtUs: knownAtUs.finish(),
      features: features.finish(),
    };
  }
}
