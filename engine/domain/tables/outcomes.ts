/** Columns in which outcomes are measured: of producers by the governor, of strategies for their scorecards. */
import type { Arena } from '../../kernel/arena.ts';

/** Open measurement of subject `s` and instrument `i` at `i * subjects + s`; sums of a subject at `s`. */
export class OutcomeTable {
  readonly subjects: number;
  /** Bars left, direction, price and cost at the beginning. */
  readonly barsLeft: Int32Array;
  readonly direction: Int32Array;
  readonly startPrice: Float64Array;
  readonly startCostPpm: Float64Array;
  /** Count, hits, sum and sum of squares of edge − cost, sums of edge and cost (ppm). */
  readonly samples: Int32Array;
  readonly hits: Int32Array;
  readonly netSum: Float64Array;
  readonly netSquares: Float64Array;
  readonly edgeSum: Float64Array;
  readonly costSum: Float64Array;

  /** `name` begins the names of its columns. */
  constructor(arena: Arena, name: string, instruments: number, subjects: number) {
    const cells = instruments * subjects;
    this.subjects = subjects;
    this.barsLeft = arena.i32(`${name}.barsLeft`, cells);
    this.direction = arena.i32(`${name}.direction`, cells);
    this.startPrice = arena.f64(`${name}.startPrice`, cells);
    this.startCostPpm = arena.f64(`${name}.startCostPpm`, cells);
    this.samples = arena.i32(`${name}.samples`, subjects);
    this.hits = arena.i32(`${name}.hits`, subjects);
    this.netSum = arena.f64(`${name}.netSum`, subjects);
    this.netSquares = arena.f64(`${name}.netSquares`, subjects);
    this.edgeSum = arena.f64(`${name}.edgeSum`, subjects);
    this.costSum = arena.f64(`${name}.costSum`, subjects);
  }
}
