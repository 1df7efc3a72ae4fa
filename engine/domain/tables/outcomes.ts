/** Columns in which outcomes are measured: of producers by the governor, of strategies for their scorecards. */
import type { Arena } from '../../kernel/arena.ts';
import { REGIMES } from '../blocks.ts';

/** What outcomes came to: count, hits, sum and sum of squares of edge − cost, sums of edge and cost (ppm). */
export class OutcomeSums {
  readonly samples: Int32Array;
  readonly hits: Int32Array;
  readonly netSum: Float64Array;
  readonly netSquares: Float64Array;
  readonly edgeSum: Float64Array;
  readonly costSum: Float64Array;

  /** `name` begins the names of its columns. */
  constructor(arena: Arena, name: string, rows: number) {
    this.samples = arena.i32(`${name}.samples`, rows);
    this.hits = arena.i32(`${name}.hits`, rows);
    this.netSum = arena.f64(`${name}.netSum`, rows);
    this.netSquares = arena.f64(`${name}.netSquares`, rows);
    this.edgeSum = arena.f64(`${name}.edgeSum`, rows);
    this.costSum = arena.f64(`${name}.costSum`, rows);
  }
}

/** Open measurement of subject `s` and instrument `i` at `i * subjects + s`; sums of a subject at `s`. */
export class OutcomeTable extends OutcomeSums {
  readonly subjects: number;
  /** Bars left, direction, price and cost at the beginning, and the regime then: 1 + its place, 0 where none was known. */
  readonly barsLeft: Int32Array;
  readonly direction: Int32Array;
  readonly startPrice: Float64Array;
  readonly startCostPpm: Float64Array;
  readonly startRegime: Uint8Array;
  /** The sums by the regime of the beginning, at {@link regimeCell}. */
  readonly byRegime: OutcomeSums;

  constructor(arena: Arena, name: string, instruments: number, subjects: number) {
    super(arena, name, subjects);
    const cells = instruments * subjects;
    this.subjects = subjects;
    this.barsLeft = arena.i32(`${name}.barsLeft`, cells);
    this.direction = arena.i32(`${name}.direction`, cells);
    this.startPrice = arena.f64(`${name}.startPrice`, cells);
    this.startCostPpm = arena.f64(`${name}.startCostPpm`, cells);
    this.startRegime = arena.u8(`${name}.startRegime`, cells);
    this.byRegime = new OutcomeSums(arena, `${name}.byRegime`, subjects * REGIMES.length);
  }
}

/** Where the columns by subject and regime have those of a subject in a regime. */
export const regimeCell = (subject: number, regime: number): number => subject * REGIMES.length + regime;
