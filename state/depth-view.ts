/** What the console is told of a book: quantities added up by their distance from the middle. */

/** Quantity of each side of a book, added up by the distance from the middle, in equal steps. */
export interface DepthView {
  /** Price distance of one step, and the quantity of one lot, as decimal texts. */
  readonly step: string;
  readonly lotSize: string;
  /** Lots within 1, 2, … steps of the middle; as many figures on both sides, at most 48. */
  readonly bidLots: readonly number[];
  readonly askLots: readonly number[];
  /** Levels of both sides, and how many of them are farther away than the last step. */
  readonly levels: number;
  readonly beyond: number;
}
