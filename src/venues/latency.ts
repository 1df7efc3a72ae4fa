/** A distribution of times in fixed buckets that grow with the time, so that recording one allocates nothing. */

/** A distribution of times in microseconds. */
export interface Quantiles {
  readonly count: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly mostUs: number;
}

export const NO_TIMES: Quantiles = { count: 0, p50Us: 0, p99Us: 0, mostUs: 0 };

/** Buckets for each doubling: a quantile is too high by at most one part in 32. */
const PER_DOUBLING = 32;
const FIRST_BITS = 5;
/** Times from here on share the last bucket; the longest is kept exactly all the same. */
const LIMIT_US = 2 ** 31;
const BUCKETS = (31 - FIRST_BITS + 1) * PER_DOUBLING;

/** Below 32 µs a bucket is a microsecond; above, each doubling has 32 of them. */
function bucketOf(us: number): number {
  if (us < PER_DOUBLING) return us;
  const shift = 31 - Math.clz32(us) - FIRST_BITS;
  return (shift + 1) * PER_DOUBLING + (us >>> shift) - PER_DOUBLING;
}

/** The longest time that falls into a bucket. */
function longestOf(bucket: number): number {
  if (bucket < PER_DOUBLING) return bucket;
  const shift = Math.floor(bucket / PER_DOUBLING) - 1;
  return ((bucket % PER_DOUBLING) + PER_DOUBLING + 1) * 2 ** shift - 1;
}

export class LatencyHistogram {
  readonly #counts = new Float64Array(BUCKETS);
  #count = 0;
  #mostUs = 0;

  /** What is below zero, as of two clocks that differ, counts as zero; what is no number is left out. */
  record(us: number): void {
    if (!Number.isFinite(us)) return;
    const whole = us <= 0 ? 0 : us >= LIMIT_US ? LIMIT_US - 1 : Math.floor(us);
    const bucket = bucketOf(whole);
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
      if (seen >= wanted) return bucket === BUCKETS - 1 ? this.#mostUs : Math.min(longestOf(bucket), this.#mostUs);
    }
    return 0;
  }

  quantiles(): Quantiles {
    return {
      count: this.#count,
      p50Us: this.quantileUs(0.5),
      p99Us: this.quantileUs(0.99),
      mostUs: this.#mostUs,
    };
  }
}
