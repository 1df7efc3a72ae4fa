/** One line of the benchmark table. */
export interface BenchRow {
  readonly name: string;
  readonly ours: number;
  readonly reference: number;
  readonly ratio: number;
  /** Least ratio wanted. */
  readonly goal: number;
  readonly rounds: number;
  readonly note: string;
}
