/** The hidden fair value of one synthetic symbol: its regimes, its order-flow pressure and its random walk. */
import { exp, log } from '../kernel/math.ts';
import { nextNormal, nextUnit } from '../kernel/prng.ts';

export const SYNTHETIC_REGIMES = ['trend', 'range', 'volatile', 'crash', 'thin'] as const;
export type SyntheticRegime = (typeof SYNTHETIC_REGIMES)[number];

/** What a regime does to the market. Factors are relative to a calm market of the same symbol. */
interface RegimeShape {
  /** Odds of being the next regime. */
  readonly odds: number;
  readonly volatility: number;
  /** Events per second. */
  readonly activity: number;
  /** Worth of a price level. */
  readonly depth: number;
  /** Price levels for each side. */
  readonly levels: number;
  /** Added to the calm spread, as a share of price. */
  readonly extraSpread: number;
}

/** The shape of a crash is that of its worst moment; {@link FairValue.stress} leads there and back. */
const SHAPES: Readonly<Record<SyntheticRegime, RegimeShape>> = {
  trend: { odds: 0.36, volatility: 1, activity: 1.1, depth: 1, levels: 26, extraSpread: 0 },
  range: { odds: 0.3, volatility: 0.7, activity: 0.8, depth: 1.2, levels: 28, extraSpread: 0 },
  volatile: { odds: 0.16, volatility: 3, activity: 1.6, depth: 0.6, levels: 24, extraSpread: 8e-5 },
  crash: { odds: 0.07, volatility: 5, activity: 2.2, depth: 0.25, levels: 10, extraSpread: 2.2e-3 },
  thin: { odds: 0.11, volatility: 0.8, activity: 0.5, depth: 0.15, levels: 8, extraSpread: 1.1e-3 },
};

const SHORTEST_REGIME_US = 20_000_000;
const LONGEST_REGIME_US = 90_000_000;
const STEP_US = 250_000;

/** Calm volatilities per second that a trend gains, least and most. */
const TREND_DRIFT = [0.2, 0.55] as const;
/** The same for the fall of a crash, and the share of its time that is fall. */
const CRASH_DRIFT = [1.8, 3.6] as const;
const FALL_SHARE = 0.6;
/** Drift of the recovery against that of the fall. */
const RECOVERY = 0.6;
/** Speed at which a range pulls back to its middle, and every price to where it started, per second. */
const RANGE_PULL = 0.08;
const HOME_PULL = 3e-4;

/** Order flow: how fast pressure fades, how often it bursts, and how much of it ends up in the price. */
const FLOW_MEMORY_SECONDS = 4;
const BURSTS_PER_SECOND = 0.02;
const BURST_SIZE = 2.5;
const FLOW_TO_DRIFT = 0.3;
const TREND_FLOW = 0.45;

/** Events per second over all regimes against the calm market, weighted by how often each occurs. */
export const MEAN_ACTIVITY = SYNTHETIC_REGIMES.reduce((sum, r) => sum + SHAPES[r].odds * SHAPES[r].activity, 0);

/**
 * Walks the logarithm of a fair price in steps of at most a quarter second. Order-flow pressure is a
 * mean-reverting process of its own that pushes both the price and the side of the orders: that is why
 * order flow leads price a little here, as it does in real books (Cont, Kukanov, Stoikov 2014).
 */
export class FairValue {
  readonly #random: Int32Array;
  readonly #volatility: number;
  readonly #home: number;
  #logPrice: number;
  #flow = 0;
  #regime: SyntheticRegime;
  #nowUs: number;
  #regimeStartUs: number;
  #regimeEndUs: number;
  /** Log price per second that the regime adds. */
  #drift = 0;
  /** Middle of a range, in log price. */
  #anchor: number;

  constructor(
    random: Int32Array,
    startPrice: number,
    volatilityPerSecond: number,
    startUs: number,
    regime: SyntheticRegime,
  ) {
    this.#random = random;
    this.#volatility = volatilityPerSecond;
    this.#logPrice = log(startPrice);
    this.#home = this.#logPrice;
    this.#anchor = this.#logPrice;
    this.#nowUs = startUs;
    this.#regimeStartUs = startUs;
    this.#regimeEndUs = startUs;
    this.#regime = regime;
    this.#enter(regime, startUs);
  }

  get regime(): SyntheticRegime {
    return this.#regime;
  }

  get price(): number {
    return exp(this.#logPrice);
  }

  /** Order-flow pressure: positive when buyers press. Its standard deviation is about one. */
  get flow(): number {
    return this.#flow;
  }

  /** Events per second against a calm market. */
  get activity(): number {
    return this.#between(1, SHAPES[this.#regime].activity);
  }

  get depth(): number {
    return this.#between(1, SHAPES[this.#regime].depth);
  }

  get levels(): number {
    return Math.round(this.#between(26, SHAPES[this.#regime].levels));
  }

  get extraSpread(): number {
    return this.#between(0, SHAPES[this.#regime].extraSpread);
  }

  /** 1 when the regime's shape holds in full. A crash builds up to it while falling and then lets go. */
  get stress(): number {
    if (this.#regime !== 'crash') return 1;
    const share = (this.#nowUs - this.#regimeStartUs) / (this.#regimeEndUs - this.#regimeStartUs);
    if (share < FALL_SHARE) return Math.min(1, 0.25 + share / FALL_SHARE);
    return 1 - (0.8 * (share - FALL_SHARE)) / (1 - FALL_SHARE);
  }

  advanceTo(atUs: number): void {
    while (this.#nowUs < atUs) {
      if (this.#nowUs >= this.#regimeEndUs) this.#enter(this.#nextRegime(), this.#nowUs);
      const untilUs = Math.min(atUs, this.#regimeEndUs, this.#nowUs + STEP_US);
      this.#step((untilUs - this.#nowUs) / 1e6);
      this.#nowUs = untilUs;
    }
  }

  #step(seconds: number): void {
    const volatility = this.#volatility * this.#between(1, SHAPES[this.#regime].volatility);
    const drift = this.#regimeDrift();
    const fade = seconds / FLOW_MEMORY_SECONDS;
    const flowMean = drift > 0 ? TREND_FLOW : drift < 0 ? -TREND_FLOW : 0;
    this.#flow += (flowMean - this.#flow) * fade + Math.sqrt(2 * fade) * nextNormal(this.#random);
    if (nextUnit(this.#random) < BURSTS_PER_SECOND * seconds) {
      this.#flow += nextUnit(this.#random) < 0.5 ? BURST_SIZE : -BURST_SIZE;
    }
    let pull = HOME_PULL * (this.#home - this.#logPrice);
    if (this.#regime === 'range') pull += RANGE_PULL * (this.#anchor - this.#logPrice);
    this.#logPrice += (drift + pull + FLOW_TO_DRIFT * volatility * this.#flow) * seconds;
    this.#logPrice += volatility * Math.sqrt(seconds) * nextNormal(this.#random);
  }

  #regimeDrift(): number {
    if (this.#regime !== 'crash') return this.#drift;
    const share = (this.#nowUs - this.#regimeStartUs) / (this.#regimeEndUs - this.#regimeStartUs);
    return share < FALL_SHARE ? this.#drift : -RECOVERY * this.#drift;
  }

  #enter(regime: SyntheticRegime, atUs: number): void {
    const random = this.#random;
    this.#regime = regime;
    this.#regimeStartUs = atUs;
    this.#regimeEndUs =
      atUs + Math.round(SHORTEST_REGIME_US + nextUnit(random) * (LONGEST_REGIME_US - SHORTEST_REGIME_US));
    this.#anchor = this.#logPrice;
    this.#drift = 0;
    if (regime === 'trend') {
      const speed = TREND_DRIFT[0] + nextUnit(random) * (TREND_DRIFT[1] - TREND_DRIFT[0]);
      this.#drift = speed * this.#volatility * (nextUnit(random) < 0.5 ? 1 : -1);
    } else if (regime === 'crash') {
      this.#drift = -(CRASH_DRIFT[0] + nextUnit(random) * (CRASH_DRIFT[1] - CRASH_DRIFT[0])) * this.#volatility;
    }
  }

  /** Draws another regime than the present one by its odds. */
  #nextRegime(): SyntheticRegime {
    for (;;) {
      let u = nextUnit(this.#random);
      for (const regime of SYNTHETIC_REGIMES) {
        u -= SHAPES[regime].odds;
        if (u < 0 && regime !== this.#regime) return regime;
        if (u < 0) break;
      }
    }
  }

  #between(calm: number, worst: number): number {
    return calm + (worst - calm) * this.stress;
  }
}
