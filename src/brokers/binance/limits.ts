/**
 * Keeps our requests within the venue's limits, by its own count where it tells it. What matters most gets the most:
 * cancels the whole weight, queries, submits and checks each a smaller share, so that a fifth is always left for cancels.
 */

import { type Fields, fieldsOf, listOf, textOf, wholeOf } from './json.ts';
import type { Answer, Purpose } from './replies.ts';
import type { HttpOutcome } from './wire.ts';

/** Shares of the weight of a minute up to which each purpose is served. */
const SHARE: Readonly<Record<Purpose, number>> = { cancel: 1, query: 0.8, submit: 0.7, check: 0.6 };
/** Entries leave this share of the orders that the venue takes for exits. */
const ENTRY_SHARE = 0.8;
const SECOND_US = 1_000_000;
const MINUTE_US = 60 * SECOND_US;
const UNITS: Readonly<Record<string, number>> = {
  SECOND: SECOND_US,
  MINUTE: MINUTE_US,
  HOUR: 60 * MINUTE_US,
  DAY: 1_440 * MINUTE_US,
};

/** One count of the venue: so many in each whole interval of its time. */
interface Counter {
  /** As the venue's headers name it: `1m`, `10s`, `1d`. */
  readonly name: string;
  readonly intervalUs: number;
  readonly most: number;
  /** Number of the interval that `used` is of. */
  interval: number;
  used: number;
}

export type Admission =
  | { readonly admitted: true }
  | { readonly admitted: false; readonly retryAfterUs: number; readonly why: string };

const ADMITTED: Admission = { admitted: true };

const counterOf = (name: string, intervalUs: number, most: number): Counter => ({
  name,
  intervalUs,
  most,
  interval: -1,
  used: 0,
});

/** What the venue documents, until its `exchangeInfo` has told. */
const DOCUMENTED = {
  binance: { weight: counterOf('1m', MINUTE_US, 6_000), orders: [counterOf('10s', 10 * SECOND_US, 100)] },
  binanceusdm: {
    weight: counterOf('1m', MINUTE_US, 2_400),
    orders: [counterOf('10s', 10 * SECOND_US, 300), counterOf('1m', MINUTE_US, 1_200)],
  },
} as const;

export class Limits {
  readonly #venueUs: () => number;
  #weight: Counter;
  #orders: Counter[];
  /** Weight of requests whose reply has not come: the venue's next count may or may not hold it. */
  #underWay = 0;
  #pausedUntilUs = 0;
  #bannedUntilUs = 0;
  #ordersFromUs = 0;

  /** `venueUs` is the venue's time, by whose intervals it counts. */
  constructor(venue: keyof typeof DOCUMENTED, venueUs: () => number) {
    this.#venueUs = venueUs;
    this.#weight = { ...DOCUMENTED[venue].weight };
    this.#orders = DOCUMENTED[venue].orders.map((each) => ({ ...each }));
  }

  /** Takes the limits from `rateLimits` of `exchangeInfo`. */
  configure(rateLimits: unknown): void {
    const counters = listOf(rateLimits).flatMap((each) => {
      const counter = counterFrom(each);
      return counter === undefined ? [] : [{ type: textOf(each.rateLimitType), counter }];
    });
    const weight = counters.find(({ type, counter }) => type === 'REQUEST_WEIGHT' && counter.name === '1m')?.counter;
    if (weight !== undefined) this.#weight = { ...weight, interval: this.#weight.interval, used: this.#weight.used };
    const orders = counters.filter(({ type }) => type === 'ORDERS').map(({ counter }) => counter);
    if (orders.length > 0) {
      this.#orders = orders.map((each) => {
        const known = this.#orders.find(({ name }) => name === each.name);
        return { ...each, interval: known?.interval ?? -1, used: known?.used ?? 0 };
      });
    }
  }

  /** Until when nothing but cancels may be sent, in the venue's time. */
  get pausedUntilUs(): number {
    return Math.max(this.#pausedUntilUs, this.#bannedUntilUs);
  }

  get isBanned(): boolean {
    return this.#venueUs() < this.#bannedUntilUs;
  }

  /** Share of the tightest limit in use, 0–1. */
  get used(): number {
    const counters = [this.#weight, ...this.#orders];
    const shares = counters.map((each) => usedOf(each, this.#venueUs()) / each.most);
    return Math.min(1, Math.max(...shares));
  }

  /** Asks to send a request of this weight; when it is admitted it counts. */
  admit(purpose: Purpose, weight: number): Admission {
    const nowUs = this.#venueUs();
    if (nowUs < this.#bannedUntilUs)
      return refused(
        this.#bannedUntilUs - nowUs,
        'the venue has banned this address: nothing passes, not even a cancel',
      );
    if (purpose !== 'cancel' && nowUs < this.#pausedUntilUs)
      return refused(this.#pausedUntilUs - nowUs, 'the venue wants to hear nothing but cancels');
    const used = usedOf(this.#weight, nowUs) + this.#underWay;
    if (purpose !== 'cancel' && used + weight > this.#weight.most * SHARE[purpose])
      return refused(leftOf(this.#weight, nowUs), `the weight for a ${purpose} is used up for this minute`);
    this.#underWay += weight;
    return ADMITTED;
  }

  /** Asks to send one more order. @returns what stands against it. */
  admitOrder(reduceOnly: boolean): string | undefined {
    const nowUs = this.#venueUs();
    if (nowUs < this.#ordersFromUs) return 'the venue takes no new orders for a while';
    for (const counter of this.#orders) {
      const most = reduceOnly ? counter.most : counter.most * ENTRY_SHARE;
      if (usedOf(counter, nowUs) + 1 > most) return `the venue's limit of orders in ${counter.name} is used up`;
    }
    for (const counter of this.#orders) add(counter, 1, nowUs);
    return undefined;
  }

  /** What came of a request of this weight, which was never sent when there is no outcome, and what it means. */
  settle(weight: number, answer: Answer, outcome?: HttpOutcome): void {
    const nowUs = this.#venueUs();
    const headers = outcome?.kind === 'reply' ? outcome.headers : {};
    this.#underWay = Math.max(0, this.#underWay - weight);
    const told = wholeOf(headers[`x-mbx-used-weight-${this.#weight.name}`] ?? headers['x-mbx-used-weight']);
    if (told === undefined) add(this.#weight, weight, nowUs);
    else set(this.#weight, told, nowUs);
    for (const counter of this.#orders) {
      const count = wholeOf(headers[`x-mbx-order-count-${counter.name}`]);
      if (count !== undefined) set(counter, count, nowUs);
    }
    // By what never left the machine the venue has asked for nothing.
    if (answer.kind !== 'busy' || outcome?.kind !== 'reply') return;
    const untilUs = nowUs + answer.retryAfterUs;
    if (answer.banned) this.#bannedUntilUs = Math.max(this.#bannedUntilUs, untilUs);
    else this.#pausedUntilUs = Math.max(this.#pausedUntilUs, untilUs);
  }

  /** The venue has refused an order for there were too many. */
  holdOrders(forUs: number): void {
    this.#ordersFromUs = Math.max(this.#ordersFromUs, this.#venueUs() + forUs);
  }
}

const refused = (retryAfterUs: number, why: string): Admission => ({ admitted: false, retryAfterUs, why });

function counterFrom(each: Fields): Counter | undefined {
  const { interval, intervalNum, limit } = fieldsOf(each);
  const unitUs = UNITS[textOf(interval) ?? ''];
  const [count, most] = [wholeOf(intervalNum), wholeOf(limit)];
  if (unitUs === undefined || count === undefined || most === undefined || count < 1 || most < 1) return undefined;
  return counterOf(`${count}${textOf(interval)!.charAt(0).toLowerCase()}`, unitUs * count, most);
}

const intervalOf = ({ intervalUs }: Counter, nowUs: number): number => Math.floor(nowUs / intervalUs);

const leftOf = (counter: Counter, nowUs: number): number =>
  (intervalOf(counter, nowUs) + 1) * counter.intervalUs - nowUs;

const usedOf = (counter: Counter, nowUs: number): number =>
  counter.interval === intervalOf(counter, nowUs) ? counter.used : 0;

function set(counter: Counter, used: number, nowUs: number): void {
  const interval = intervalOf(counter, nowUs);
  // Replies come in any order: within an interval the venue's count only grows.
  counter.used = counter.interval === interval ? Math.max(counter.used, used) : used;
  counter.interval = interval;
}

function add(counter: Counter, count: number, nowUs: number): void {
  set(counter, usedOf(counter, nowUs) + count, nowUs);
}
