/** What a long check is: something that must hold, counted, with the figures that it was seen with. */

export type Figures = Readonly<Record<string, number | string>>;

export interface SoakCheck {
  /** One word or two with a dash, for `--only`. */
  readonly name: string;
  /** What holds when it passes. */
  readonly holds: string;
  /** What is counted: seeds, kills, flips. */
  readonly unit: string;
  /** The count that is asked for before a release; `--seeds` overrides it. */
  readonly full: number;
  /**
   * Runs `count` of them, numbered from `from`. Throws at the first that does not hold, saying which, and how to
   * repeat it.
   */
  run(count: number, from: number): Figures | Promise<Figures>;
}

/** The line that a failure ends with. */
export function repeatWith(name: string, from: number): string {
  return `repeat it: npm run soak -- --only ${name} --from ${from} --seeds 1`;
}
