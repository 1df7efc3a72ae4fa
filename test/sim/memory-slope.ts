/** How memory grows along a run: the slope of the line nearest to its samples, once the heap has found its size. */

/** What may be kept for good in each hour of a run. */
export const MOST_MB_PER_HOUR = 1;

/** Until the heap has found its size. */
const WARM_SHARE = 0.3;

export interface MemorySample {
  readonly rssBytes: number;
}

export const mb = (bytes: number): number => Math.round(bytes / 1e4) / 100;

export const settledOf = <S>(samples: readonly S[]): readonly S[] =>
  samples.slice(Math.floor(samples.length * WARM_SHARE));

/** Megabytes for each unit of what `along` counts. */
export function memorySlope<S extends MemorySample>(settled: readonly S[], along: (sample: S) => number): number {
  const mean = (pick: (each: S) => number): number =>
    settled.reduce((sum, each) => sum + pick(each), 0) / settled.length;
  const [x, y] = [mean(along), mean(({ rssBytes }) => rssBytes)];
  const covariance = mean((each) => (along(each) - x) * (each.rssBytes - y));
  return mb(covariance / mean((each) => (along(each) - x) ** 2));
}
