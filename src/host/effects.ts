/**
 * What must not leave the engine before its cause is on the disk: answers, what a console shows as done, orders. Each
 * waits here until the journal is durable up to the input it hangs on, and leaves in the order in which it came.
 */
import type { EngineEvent } from '../../engine/domain/index.ts';

export interface Outgoing {
  /** Sequence of the input that caused it. */
  readonly seq: number;
  release(): void;
  /** The journal has failed before it was durable: it never left. */
  refuse(why: string): void;
}

/**
 * held: waits for the disk, and does not leave when the journal has failed · protective: waits for the disk while there
 * is one · immediate: waits for nothing.
 */
export type EffectClass = 'held' | 'protective' | 'immediate';

/** How an order's event leaves for an external venue; undefined for one that sends nothing there. */
export function classOfOrder(event: Extract<EngineEvent, { kind: 'order' }>): EffectClass | undefined {
  switch (event.event) {
    case 'submit':
      // An order without a durable intent could be sent again after a crash; without a journal, a stop matters more.
      return event.reduceOnly ? 'protective' : 'held';
    case 'request-cancel':
      return 'immediate';
    default:
      return undefined;
  }
}

/** One for each run. Calls back from within {@link durable} and {@link fail}, or at once where nothing is to be waited for. */
export class EffectGate {
  #waiting: Outgoing[] = [];
  #durableSeq: number;
  #failure: string | undefined;

  /** Input that must be on the disk before the run counts as begun. */
  #beginSeq: number;

  /**
   * `durableSeq`: input up to which the record is on the disk already. `hasBegun` false: what the run begins with is
   * still to be recorded, see {@link beginsWith}; until it is on the disk nothing leaves unrecorded, not even an exit,
   * for the next life will know nothing of this one.
   */
  constructor(durableSeq = 0, hasBegun = true) {
    this.#durableSeq = durableSeq;
    this.#beginSeq = hasBegun ? 0 : Number.POSITIVE_INFINITY;
  }

  /** The run has begun when this input is on the disk. */
  beginsWith(seq: number): void {
    this.#beginSeq = seq;
  }

  get durableSeq(): number {
    return this.#durableSeq;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Lets `effect` out as its class says. Sequences of those that wait never fall. */
  pass(effect: Outgoing, as: EffectClass = 'held'): void {
    const hasBegun = this.#durableSeq >= this.#beginSeq;
    const protects = as === 'protective' && hasBegun;
    if (as === 'immediate' || (hasBegun && effect.seq <= this.#durableSeq)) effect.release();
    else if (this.#failure === undefined) this.#waiting.push(protects ? protectiveOf(effect) : effect);
    else if (protects) effect.release();
    else effect.refuse(this.#failure);
  }

  /** The journal is durable up to input `seq`. */
  durable(seq: number): void {
    if (this.#failure !== undefined || seq <= this.#durableSeq) return;
    this.#durableSeq = seq;
    // What a restart has led to is on the disk, and that it has begun is not: the next life would know nothing of it.
    if (seq < this.#beginSeq) return;
    let count = 0;
    while (count < this.#waiting.length && this.#waiting[count]!.seq <= seq) count++;
    for (const effect of this.#waiting.splice(0, count)) effect.release();
  }

  /** The journal will not become durable beyond what it is: everything that waits, and comes, is told why. */
  fail(why: string): void {
    if (this.#failure !== undefined) return;
    this.#failure = why;
    for (const effect of this.#waiting.splice(0)) effect.refuse(why);
  }
}

const protectiveOf = (effect: Outgoing): Outgoing => ({
  seq: effect.seq,
  release: () => effect.release(),
  refuse: () => effect.release(),
});
