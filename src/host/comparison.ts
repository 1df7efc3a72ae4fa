/** Holds a recorded run against what its replay derives: every event, every checkpoint, the final state. */
import { canonical, type EngineEvent } from '../../engine/domain/index.ts';
import type { RecordedNote, SessionManifest, SessionTail } from '../../logs/index.ts';
import { firstDifference } from './difference.ts';

/** Events that one side may be ahead of the other: beyond it nothing will turn up any more. */
const MOST_AHEAD = 4096;

/**
 * Two streams, each in order: what the fold derives and what was recorded. They must be the same; whichever runs
 * ahead waits for the other.
 */
export class Comparison {
  #derived: EngineEvent[] = [];
  #recorded: RecordedNote[] = [];
  #derivedAt = 0;
  #recordedAt = 0;
  #mismatch: string | undefined;

  /** The first difference so far, in one line. */
  get mismatch(): string | undefined {
    return this.#mismatch;
  }

  /** The fold has derived an event. */
  derive(event: EngineEvent): void {
    if (this.#mismatch !== undefined) return;
    this.#derived.push(event);
    this.#meet();
  }

  /** An output was recorded. */
  record(note: RecordedNote): void {
    if (this.#mismatch !== undefined) return;
    this.#recorded.push(note);
    this.#meet();
  }

  /** A state hash was recorded; `derived` is what the fold has, undefined where it is past it. */
  checkpoint(note: RecordedNote, derived: string | undefined): void {
    if (derived !== note.text)
      this.#note(`state after input ${note.seq}: recorded ${note.text}, replayed ${derived ?? 'another input since'}`);
  }

  /** All inputs are folded and all notes read: whatever waits has nothing to meet. */
  finishEvents(complete: boolean, tail: Pick<SessionTail, 'lastSeq'>): void {
    if (this.#mismatch !== undefined) return;
    const recorded = this.#recorded[this.#recordedAt];
    if (recorded !== undefined) this.#differ(recorded.seq, recorded.text, undefined);
    const derived = this.#derived[this.#derivedAt];
    // Of a run that was not closed, what its last input caused may have been lost.
    if (derived !== undefined && (complete || derived.seq !== tail.lastSeq))
      this.#differ(derived.seq, undefined, canonical(derived));
  }

  finish(manifest: SessionManifest, tail: SessionTail, stateHash: string): string | undefined {
    this.finishEvents(manifest.complete, tail);
    if (manifest.stateHash !== undefined && manifest.stateHash !== stateHash)
      this.#note(`final state: recorded ${manifest.stateHash}, replayed ${stateHash}`);
    return this.#mismatch;
  }

  #meet(): void {
    while (this.#derivedAt < this.#derived.length && this.#recordedAt < this.#recorded.length) {
      const event = this.#derived[this.#derivedAt++]!;
      const note = this.#recorded[this.#recordedAt++]!;
      if (event.seq < note.seq) this.#differ(event.seq, undefined, canonical(event));
      else if (event.seq > note.seq) this.#differ(note.seq, note.text, undefined);
      else {
        const text = canonical(event);
        if (text !== note.text) this.#differ(event.seq, note.text, text);
      }
      if (this.#mismatch !== undefined) return;
    }
    this.#forgetMet();
    const derived = this.#derived[this.#derivedAt];
    if (derived !== undefined && this.#derived.length - this.#derivedAt > MOST_AHEAD)
      this.#differ(derived.seq, undefined, canonical(derived));
    const recorded = this.#recorded[this.#recordedAt];
    if (recorded !== undefined && this.#recorded.length - this.#recordedAt > MOST_AHEAD)
      this.#differ(recorded.seq, recorded.text, undefined);
  }

  #forgetMet(): void {
    if (this.#derivedAt === this.#derived.length) {
      this.#derived = [];
      this.#derivedAt = 0;
    }
    if (this.#recordedAt === this.#recorded.length) {
      this.#recorded = [];
      this.#recordedAt = 0;
    }
  }

  #differ(seq: number, recorded: string | undefined, derived: string | undefined): void {
    this.#note(`input ${seq}: ${firstDifference(recorded, derived)}`);
  }

  #note(text: string): void {
    this.#mismatch ??= text;
  }
}
