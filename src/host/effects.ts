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

  /** `durableSeq`: input up to which the record is on the disk already. */
  constructor(durableSeq = 0) {
    this.#durableSeq = durableSeq;
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
    if (as === 'immediate' || effect.seq <= this.#durableSeq) effect.release();
    else if (this.#failure === undefined) this.#waiting.push(as === 'protective' ? protectiveOf(effect) : effect);
    else if (as === 'protective') effect.release();
    else effect.refuse(this.#failure);
  }

  /** The journal is durable up to input `seq`. */
  durable(seq: number): void {
    if (this.#failure !== undefined || seq <= this.#durableSeq) return;
    this.#durableSeq = seq;
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
