/** Holds a recorded run against what its replay derives: every event, every checkpoint, the final state. */
import { canonical, type EngineEvent } from '../../engine/domain/index.ts';
import type { LoadedSession } from '../../logs/index.ts';
import { firstDifference } from './difference.ts';

export class Comparison {
  readonly #session: LoadedSession;
  readonly #recorded: boolean;
  #nextCheckpoint = 0;
  #derived: EngineEvent[] = [];
  #derivedSeq = 0;
  #compared = 0;
  #mismatch: string | undefined;

  /** `recorded` is false for a run that has nothing recorded: then nothing is compared. */
  constructor(session: LoadedSession, recorded: boolean) {
    this.#session = session;
    this.#recorded = recorded;
  }

  /** The first difference so far, in one line. */
  get mismatch(): string | undefined {
    return this.#mismatch;
  }

  /** Gathers the events of one input; they are compared when the next input speaks. */
  take(event: EngineEvent): void {
    if (!this.#recorded || this.#mismatch !== undefined) return;
    if (event.seq !== this.#derivedSeq) {
      this.#compare();
      this.#derivedSeq = event.seq;
    }
    this.#derived.push(event);
  }

  /** Inputs that may be folded before {@link checkpoint} is to be called. */
  untilCheckpoint(cursor: number): number {
    if (!this.#recorded) return Number.MAX_SAFE_INTEGER;
    const next = this.#session.checkpoints[this.#nextCheckpoint];
    return next === undefined ? Number.MAX_SAFE_INTEGER : Math.max(next.seq - cursor, 1);
  }

  checkpoint(cursor: number, hash: () => string): void {
    if (!this.#recorded) return;
    const next = this.#session.checkpoints[this.#nextCheckpoint];
    if (next === undefined || next.seq !== cursor) return;
    this.#nextCheckpoint++;
    const derived = hash();
    if (derived !== next.stateHash)
      this.#note(`state after input ${cursor}: recorded ${next.stateHash}, replayed ${derived}`);
  }

  /** All inputs are folded: what is left is compared, and how many events there were. */
  finishEvents(): void {
    this.#compare();
    if (this.#recorded && this.#mismatch === undefined && this.#compared !== this.#session.outputs.count)
      this.#note(`${this.#session.outputs.count} events recorded, ${this.#compared} replayed`);
  }

  finish(stateHash: string): string | undefined {
    this.finishEvents();
    const recorded = this.#session.manifest.stateHash;
    if (this.#recorded && recorded !== undefined && recorded !== stateHash)
      this.#note(`final state: recorded ${recorded}, replayed ${stateHash}`);
    return this.#mismatch;
  }

  #compare(): void {
    if (this.#derived.length === 0) return;
    const recorded = this.#session.outputs.textsAt(this.#derivedSeq);
    // Of a run that was not closed, what its last input caused may have been lost.
    const torn = !this.#session.manifest.complete && this.#derivedSeq === this.#session.tail.lastSeq;
    const kept = torn ? this.#derived.slice(0, recorded.length) : this.#derived;
    const derived = kept.map((event) => canonical(event));
    this.#compared += derived.length;
    this.#derived = [];
    const at = derived.findIndex((text, i) => text !== recorded[i]);
    if (at < 0 && recorded.length === derived.length) return;
    const first = at < 0 ? derived.length : at;
    this.#note(`input ${this.#derivedSeq}: ${firstDifference(recorded[first], derived[first])}`);
  }

  #note(text: string): void {
    this.#mismatch ??= text;
  }
}
