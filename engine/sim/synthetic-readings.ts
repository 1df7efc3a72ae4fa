/** Readings of slow sources for the synthetic market: made up from its seed, apart from its prices, which they do not change. */
import { type InputEncoder, NO_INSTRUMENT, type ReadingSource } from '../domain/index.ts';
import { assert } from '../kernel/assert.ts';
import { exp } from '../kernel/math.ts';
import { nextBelow, nextNormal, nextUnit, seedPrng } from '../kernel/prng.ts';

export interface SyntheticReadingOptions {
  /** Its low 32 bits count. */
  readonly seed: number;
  /** Session time of the start. */
  readonly startUs: number;
  /** Names of the instruments in their order; those with a settlement (`BTC/USDT:USDT`) have funding. */
  readonly symbols: readonly string[];
}

const MINUTE_US = 60_000_000;
/** Tells the readings' generator from that of the market. */
const STREAM = 0x5eed;
/** Readings of social media that a provider tells at once when it is first asked, a minute apart: what is usual is known. */
const TOLD_AT_FIRST = 12;
/** A provider is asked so long after the start, and tells of an instrument so long after the one before. */
const FIRST_ASKED_US = 200_000;
const APART_US = 20_000;

interface Plan {
  readonly source: ReadingSource;
  /** An index into the instruments; of all where there is none. */
  readonly instrument: number;
  readonly everyUs: number;
  readonly random: Int32Array;
  nextAtUs: number;
  /** What the next value is drawn around, and how much longer an unusual stretch lasts. */
  level: number;
  burst: number;
}

const EVERY_US: ReadonlyArray<readonly [ReadingSource, number]> = [
  ['funding', 60 * MINUTE_US],
  ['social', MINUTE_US],
  ['whale', 10 * MINUTE_US],
  ['news', 30 * MINUTE_US],
  ['trending', 60 * MINUTE_US],
];

/** Generates readings one record at a time, as providers would tell them. The same options give the same bytes. */
export class SyntheticReadings {
  readonly #plans: Plan[] = [];
  /** Of what providers tell at first: readings still to come before the first plan is due. */
  readonly #early: { readonly plan: Plan; readonly providerUs: number; readonly atUs: number }[] = [];

  constructor({ seed, startUs, symbols }: SyntheticReadingOptions) {
    assert(Number.isSafeInteger(startUs) && startUs >= 0, `start time ${startUs}`);
    let atUs = startUs + FIRST_ASKED_US;
    const add = (source: ReadingSource, instrument: number, everyUs: number, level: number): Plan => {
      const random = new Int32Array(4);
      seedPrng(random, seed ^ Math.imul(STREAM + this.#plans.length, 0x9e3779b9));
      const plan = { source, instrument, everyUs, random, nextAtUs: atUs, level, burst: 0 };
      this.#plans.push(plan);
      atUs += APART_US;
      return plan;
    };
    add('fear-greed', NO_INSTRUMENT, 1_440 * MINUTE_US, 50);
    for (const [instrument, symbol] of symbols.entries()) {
      for (const [source, everyUs] of EVERY_US) {
        if (source === 'funding' && !symbol.includes(':')) continue;
        const plan = add(source, instrument, everyUs, levelOf(source));
        if (source !== 'social') continue;
        for (let n = TOLD_AT_FIRST; n > 0; n--) {
          this.#early.push({ plan, providerUs: plan.nextAtUs - n * MINUTE_US, atUs: plan.nextAtUs });
        }
      }
    }
  }

  /** Receive time of the record that the next {@link emit} writes. */
  nextAtUs(): number {
    return Math.min(this.#early[0]?.atUs ?? Number.POSITIVE_INFINITY, this.#next().nextAtUs);
  }

  /** Writes exactly one record without a sequence, and returns when it is received. */
  emit(encoder: InputEncoder): number {
    const early = this.#early[0];
    if (early !== undefined && early.atUs <= this.#next().nextAtUs) {
      this.#early.shift();
      write(early.plan, encoder, early.providerUs);
      return early.atUs;
    }
    const plan = this.#next();
    const atUs = plan.nextAtUs;
    plan.nextAtUs += plan.everyUs;
    write(plan, encoder, atUs);
    return atUs;
  }

  /** Passes over every reading received up to `atUs`. */
  skipTo(atUs: number): void {
    while (this.#early.length > 0 && this.#early[0]!.atUs <= atUs) this.#early.shift();
    for (const plan of this.#plans) {
      const missed = Math.floor((atUs - plan.nextAtUs) / plan.everyUs) + 1;
      if (missed > 0) plan.nextAtUs += missed * plan.everyUs;
    }
  }

  #next(): Plan {
    return this.#plans.reduce((first, plan) => (plan.nextAtUs < first.nextAtUs ? plan : first));
  }
}

function levelOf(source: ReadingSource): number {
  return source === 'funding' ? 0.0001 : 0;
}

/** Draws the next values of a plan; an unusual stretch begins now and then, and lasts a few readings. */
function write(plan: Plan, encoder: InputEncoder, providerUs: number): void {
  const { source, instrument, random } = plan;
  if (plan.burst > 0) plan.burst--;
  else if (nextUnit(random) < 0.08) plan.burst = 1 + nextBelow(random, 3);
  const [value, second] = DRAW[source](plan);
  encoder.reading(source, instrument, providerUs, value, second);
}

const within = (value: number, least: number, most: number): number => Math.max(least, Math.min(most, value));

const DRAW: Readonly<Record<ReadingSource, (plan: Plan) => readonly [value: number, second: number]>> = {
  /** Around a hundredth of a per cent, many times that in a stretch. */
  funding(plan) {
    const { random, burst } = plan;
    plan.level = 0.0001 + 0.7 * (plan.level - 0.0001) + nextNormal(random) * 0.000_05;
    if (burst > 0) plan.level += (nextUnit(random) < 0.7 ? 1 : -1) * 0.0006;
    return [within(plan.level, -0.0075, 0.0075), 0];
  },
  'fear-greed'(plan) {
    plan.level = within(plan.level + nextNormal(plan.random) * 15, 3, 97);
    return [Math.round(plan.level), 0];
  },
  /** A sentiment that drifts, mentions around a hundred; both rise in a stretch. */
  social(plan) {
    const { random, burst } = plan;
    plan.level = within(0.9 * plan.level + nextNormal(random) * 0.12, -1, 1);
    const mentions = Math.round(100 * exp(0.15 * nextNormal(random) + (burst > 0 ? 0.6 : 0)));
    return [plan.level, mentions];
  },
  /** Some millions in an hour, of which a stretch goes one way. */
  whale(plan) {
    const { random, burst } = plan;
    if (burst > 0 && plan.level === 0) plan.level = nextUnit(random) < 0.5 ? -1 : 1;
    else if (burst === 0) plan.level = 0;
    const moved = Math.round(4e6 * exp(0.6 * nextNormal(random) + (burst > 0 ? 1.2 : 0)));
    const share = within(0.7 * plan.level + 0.2 * nextNormal(random), -1, 1);
    return [Math.round(moved * share), moved];
  },
  news(plan) {
    plan.level = within(0.8 * plan.level + nextNormal(plan.random) * 0.2, -1, 1);
    return [plan.level, 1 + nextBelow(plan.random, 12)];
  },
  trending: ({ random }) => [1 + nextBelow(random, 40), 0],
};
