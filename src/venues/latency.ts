/** A distribution of times in fixed buckets that grow with the time, so that recording one allocates nothing. */

/** A distribution of times in microseconds. */
export interface Quantiles {
  readonly count: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly mostUs: number;
  /** How many fell into each of four buckets for a doubling, from the first to the last with any. */
  readonly buckets: ReadonlyArray<readonly [fromUs: number, count: number]>;
}

export const NO_TIMES: Quantiles = { count: 0, p50Us: 0, p99Us: 0, mostUs: 0, buckets: [] };

/** Buckets for each doubling, as a power of two: a quantile is too high by at most one part in 32. */
const FINE_BITS = 5;
/** Of the buckets that are shown. */
const SHOWN_BITS = 2;
/** Times from here on share the last bucket; the longest is kept exactly all the same. */
const LIMIT_US = 2 ** 31;
const BUCKETS = (31 - FINE_BITS + 1) << FINE_BITS;

/** With 2^bits buckets for each doubling; below 2^bits µs a bucket is a microsecond. */
function bucketOf(us: number, bits: number): number {
  const perDoubling = 1 << bits;
  if (us < perDoubling) return us;
  const shift = 31 - Math.clz32(us) - bits;
  return shift * perDoubling + (us >>> shift);
}

/** The shortest time that falls into a bucket. */
function shortestOf(bucket: number, bits: number): number {
  const perDoubling = 1 << bits;
  if (bucket < perDoubling) return bucket;
  const shift = Math.floor(bucket / perDoubling) - 1;
  return ((bucket % perDoubling) + perDoubling) * 2 ** shift;
}

/** The longest one. */
const longestOf = (bucket: number, bits: number): number => shortestOf(bucket + 1, bits) - 1;

export class LatencyHistogram {
  readonly #counts = new Float64Array(BUCKETS);
  #count = 0;
  #mostUs = 0;

  /** What is below zero, as of two clocks that differ, counts as zero; what is no number is left out. */
  record(us: number): void {
    if (!Number.isFinite(us)) return;
    const whole = us <= 0 ? 0 : us >= LIMIT_US ? LIMIT_US - 1 : Math.floor(us);
    const bucket = bucketOf(whole, FINE_BITS);
    this.#counts[bucket] = this.#counts[bucket]! + 1;
    this.#count++;
    if (us > this.#mostUs) this.#mostUs = us;
  }

  /** The time that a share of all (0–1) does not exceed; at most a thirty-second part above the true one. 0 without any. */
  quantileUs(share: number): number {
    const wanted = Math.max(1, Math.ceil(this.#count * share));
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      seen += this.#counts[bucket]!;
      if (seen >= wanted)
        return bucket === BUCKETS - 1 ? this.#mostUs : Math.min(longestOf(bucket, FINE_BITS), this.#mostUs);
    }
    return 0;
  }

  quantiles(): Quantiles {
    return {
      count: this.#count,
      p50Us: this.quantileUs(0.5),
      p99Us: this.quantileUs(0.99),
      mostUs: this.#mostUs,
      buckets: this.#shown(),
    };
  }

  #shown(): Array<readonly [fromUs: number, count: number]> {
    const counts: number[] = [];
    let first = -1;
    for (let fine = 0; fine < BUCKETS; fine++) {
      if (this.#counts[fine] === 0) continue;
      const bucket = bucketOf(shortestOf(fine, FINE_BITS), SHOWN_BITS);
      if (first < 0) first = bucket;
      while (counts.length <= bucket - first) counts.push(0);
      counts[bucket - first] = counts[bucket - first]! + this.#counts[fine]!;
    }
    return counts.map((count, i) => [shortestOf(first + i, SHOWN_BITS), count]);
  }
}
