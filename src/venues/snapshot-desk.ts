/**
 * Asks a venue for whole books: one request for an instrument at a time, not more in a minute than the venue bears, again
 * after growing pauses until a book comes that the changes since then continue.
 */

import { follows, isOlder, spans } from '../importers/depth-sequence.ts';
import { Backoff } from './backoff.ts';
import type { HttpGet, HttpReply } from './network.ts';
import type { Schedule } from './schedule.ts';
import { SlidingLimit } from './sliding-limit.ts';

const SECOND_US = 1_000_000;
const LEAST_PAUSE_US = 250_000;
const MOST_PAUSE_US = 2 * SECOND_US;
const ANSWER_US = 2 * SECOND_US;
/** A book that breaks sooner than this after it came was no good. */
const HOLDS_AFTER_US = 2 * SECOND_US;
/** Half of what the venues we know allow of the heaviest such request. */
const MOST_PER_MINUTE = 60;
/** Changes that wait for a book: some minutes of the busiest one. */
const MOST_HELD_BYTES = 16 * 2 ** 20;
/** The venue has asked for a pause, and has not said how long. */
const REFUSED_PAUSE_US = 10 * SECOND_US;

export interface DepthIds {
  readonly firstUpdateId: number;
  readonly lastUpdateId: number;
  readonly previousUpdateId: number;
}

/** How a book that came is put to use. */
export interface SnapshotTaker {
  readonly get: HttpGet;
  readonly schedule: Schedule;
  urlOf(instrument: number): string;
  /** Reads a book, without using it yet. @returns its last update, or undefined when it does not read. */
  read(instrument: number, body: string): number | undefined;
  /** Uses the book that was just read, then the frames that were held back for it. */
  use(instrument: number, held: readonly Uint8Array[]): void;
}

/** A change that waits for the book it belongs to. */
interface Held extends DepthIds {
  readonly frame: Uint8Array;
}

interface Wanted {
  readonly held: Held[];
  heldBytes: number;
  /** Calls off what is planned or under way. */
  cancel: () => void;
}

export class SnapshotDesk {
  readonly #taker: SnapshotTaker;
  readonly #limit = new SlidingLimit(MOST_PER_MINUTE, 60 * SECOND_US);
  readonly #backoffs: readonly Backoff[];
  readonly #wanted: Array<Wanted | undefined>;
  /** When a book was last put to use. */
  readonly #usedAtUs: Float64Array;
  #notBeforeUs = 0;

  constructor(taker: SnapshotTaker, instruments: number) {
    this.#taker = taker;
    this.#backoffs = Array.from({ length: instruments }, () => new Backoff(LEAST_PAUSE_US, MOST_PAUSE_US));
    this.#wanted = Array.from({ length: instruments }, () => undefined);
    this.#usedAtUs = new Float64Array(instruments).fill(Number.NEGATIVE_INFINITY);
  }

  /** True while changes of the book must be held back, by {@link hold}. */
  isWanted(instrument: number): boolean {
    return this.#wanted[instrument] !== undefined;
  }

  /** A book is wanted; what was asked for before does not count any more. One that did not hold is asked for later. */
  want(instrument: number): void {
    this.drop(instrument);
    this.#wanted[instrument] = { held: [], heldBytes: 0, cancel: () => {} };
    const backoff = this.#backoffs[instrument]!;
    const held = this.#taker.schedule.nowUs() - this.#usedAtUs[instrument]! >= HOLDS_AFTER_US;
    if (held) backoff.reset();
    this.#plan(instrument, held ? 0 : backoff.next());
  }

  /** The book is not wanted any more. */
  drop(instrument: number): void {
    this.#wanted[instrument]?.cancel();
    this.#wanted[instrument] = undefined;
  }

  dropAll(): void {
    for (let i = 0; i < this.#wanted.length; i++) this.drop(i);
  }

  /** Keeps a change until the book is there. A break in the changes makes those before it worthless. */
  hold(instrument: number, frame: Uint8Array, { firstUpdateId, lastUpdateId, previousUpdateId }: DepthIds): void {
    const wanted = this.#wanted[instrument];
    if (wanted === undefined) return;
    const held: Held = { frame, firstUpdateId, lastUpdateId, previousUpdateId };
    const before = wanted.held.at(-1);
    if (before !== undefined && lastUpdateId <= before.lastUpdateId) return;
    if (before !== undefined && (!follows(held, before.lastUpdateId) || wanted.heldBytes > MOST_HELD_BYTES)) {
      wanted.held.length = 0;
      wanted.heldBytes = 0;
    }
    wanted.held.push(held);
    wanted.heldBytes += frame.byteLength;
  }

  #plan(instrument: number, pauseUs: number): void {
    const wanted = this.#wanted[instrument];
    if (wanted === undefined) return;
    const { schedule } = this.#taker;
    const nowUs = schedule.nowUs();
    const waitUs = Math.max(pauseUs, this.#limit.waitUs(nowUs), this.#notBeforeUs - nowUs);
    if (waitUs > 0) wanted.cancel = schedule.after(waitUs, () => this.#plan(instrument, 0));
    else this.#ask(instrument, wanted);
  }

  #ask(instrument: number, wanted: Wanted): void {
    const taker = this.#taker;
    this.#limit.take(taker.schedule.nowUs());
    let over = false;
    let stopWaiting = (): void => {};
    const end = (reply: HttpReply | undefined): void => {
      if (over) return;
      over = true;
      stopWaiting();
      this.#answered(instrument, wanted, reply);
    };
    const stopAsking = taker.get(taker.urlOf(instrument), end);
    if (over) return;
    stopWaiting = taker.schedule.after(ANSWER_US, () => {
      stopAsking();
      end(undefined);
    });
    wanted.cancel = () => {
      over = true;
      stopAsking();
      stopWaiting();
    };
  }

  #answered(instrument: number, wanted: Wanted, reply: HttpReply | undefined): void {
    if (this.#wanted[instrument] !== wanted) return;
    if (reply?.status === 429 || reply?.status === 418 || reply?.status === 403) {
      const { schedule } = this.#taker;
      const pauseUs = reply.retryAfterUs || REFUSED_PAUSE_US;
      this.#notBeforeUs = Math.max(this.#notBeforeUs, schedule.nowUs() + pauseUs);
    }
    const last = reply?.status === 200 ? this.#taker.read(instrument, reply.body) : undefined;
    if (last === undefined || !continues(wanted.held, last)) {
      this.#plan(instrument, this.#backoffs[instrument]!.next());
      return;
    }
    this.#wanted[instrument] = undefined;
    this.#usedAtUs[instrument] = this.#taker.schedule.nowUs();
    this.#taker.use(
      instrument,
      wanted.held.map(({ frame }) => frame),
    );
  }
}

/** Whether the first of the changes that a book does not have leads on from it. A book may be older than all of them. */
function continues(held: readonly DepthIds[], last: number): boolean {
  const first = held.find((ids) => !isOlder(ids, last));
  return first === undefined || spans(first, last);
}
