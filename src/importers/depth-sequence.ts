/**
 * The venue's rule of continuity for depth: a difference waits for the snapshot that it changes, and a break
 * becomes a gap. The rule is that of Binance's "How to manage a local order book correctly".
 */
import { ImportError } from './import-error.ts';
import type { ReadyDepth } from './ready-event.ts';

/** Numbers that may wait for snapshots at a time: 64 MiB of levels. */
const MOST_HELD_NUMBERS = 8 * 2 ** 20;
/** What an event takes beside its levels, in numbers. */
const HELD_OVERHEAD = 16;

/** Takes depth in the order in which it is to be written. */
export interface DepthOutput {
  /** `atUs` is when it counts as received: later than the event's own time if it was held back. */
  depth(event: ReadyDepth, atUs: number): void;
  gap(event: ReadyDepth, atUs: number): void;
  /** A snapshot that is older than the book it would replace. */
  stale(event: ReadyDepth): void;
}

/** Sequence of the depth of one instrument over all files. */
export class DepthSequence {
  breaks = 0;
  heldBack = 0;
  readonly #output: DepthOutput;
  readonly #fileName: (file: number) => string;
  #snapshotsToCome: number;
  /** Last update of the book, 0 while it has none. */
  #last = 0;
  /** none: no snapshot yet · first: the next difference must span the snapshot · whole: differences chain. */
  #book: 'none' | 'first' | 'whole' = 'none';
  #held: ReadyDepth[] = [];
  #heldNumbers = 0;

  constructor(output: DepthOutput, snapshotsToCome: number, fileName: (file: number) => string) {
    this.#output = output;
    this.#snapshotsToCome = snapshotsToCome;
    this.#fileName = fileName;
  }

  /** `atUs` is the time of the event in the merged order. */
  offer(event: ReadyDepth, atUs: number): void {
    if (event.kind === 'snapshot') this.#snapshot(event, atUs);
    else this.#difference(event, atUs);
  }

  /** Everything has been offered. What waits for a snapshot cannot be left over: the snapshots were counted. */
  finish(): void {
    if (this.#held.length > 0) throw new Error(`${this.#held.length} depth changes still wait for a snapshot`);
  }

  #snapshot(event: ReadyDepth, atUs: number): void {
    this.#snapshotsToCome--;
    if (this.#book !== 'none' && event.lastUpdateId < this.#last) {
      this.#output.stale(event);
      return;
    }
    this.#output.depth(event, atUs);
    this.#last = event.lastUpdateId;
    this.#book = 'first';
    this.#release(atUs);
  }

  #release(atUs: number): void {
    const held = this.#held;
    this.#held = [];
    this.#heldNumbers = 0;
    for (const event of held) this.#difference(event, atUs);
    this.heldBack += held.length - this.#held.length;
  }

  #difference(event: ReadyDepth, atUs: number): void {
    if (this.#book === 'none' && this.#snapshotsToCome > 0) {
      this.#hold(event);
      return;
    }
    if (!this.#continues(event)) {
      this.breaks++;
      this.#output.gap(event, atUs);
      this.#book = 'none';
      this.#last = event.lastUpdateId;
      if (this.#snapshotsToCome > 0) this.#hold(event);
      else this.#output.depth(event, atUs);
      return;
    }
    const older = this.#book === 'first' && isOlder(event, this.#last);
    if (!older) {
      this.#last = event.lastUpdateId;
      if (this.#book === 'first') this.#book = 'whole';
    }
    this.#output.depth(event, atUs);
  }

  #continues(event: ReadyDepth): boolean {
    const last = this.#last;
    if (this.#book === 'first') return isOlder(event, last) || spans(event, last);
    return last === 0 || follows(event, last);
  }

  #hold(event: ReadyDepth): void {
    this.#held.push(event);
    this.#heldNumbers += event.bids.length + event.asks.length + HELD_OVERHEAD;
    if (this.#heldNumbers > MOST_HELD_NUMBERS) {
      throw new ImportError(
        this.#fileName(event.file),
        event.line,
        'too many depth changes wait for a snapshot; split the file',
      );
    }
  }
}

/** The update ids of a difference. */
type DepthIds = Pick<ReadyDepth, 'firstUpdateId' | 'lastUpdateId' | 'previousUpdateId'>;

/** Whether a snapshot has the difference in it already. */
export function isOlder(event: DepthIds, snapshot: number): boolean {
  return event.previousUpdateId >= 0 ? event.lastUpdateId < snapshot : event.lastUpdateId <= snapshot;
}

/** Whether the difference is the next one after that which ended with `last`. */
export function follows(event: DepthIds, last: number): boolean {
  return event.previousUpdateId >= 0 ? event.previousUpdateId === last : event.firstUpdateId === last + 1;
}

/** Whether the difference leads on from the snapshot. */
export function spans(event: DepthIds, snapshot: number): boolean {
  if (event.previousUpdateId < 0) return event.firstUpdateId <= snapshot + 1;
  return event.firstUpdateId <= snapshot || event.previousUpdateId === snapshot;
}
