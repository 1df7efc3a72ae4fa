/** The HALT file of a running engine: a kill channel that is watched, and a kill that outlives restarts. */
import {
  type DataDir,
  haltFileText,
  isHaltFilePresent,
  removeHaltFile,
  writeHaltFile,
  writeHaltFilePooled,
} from '../data-dir.ts';

/** How often a HALT that could not be written, or that somebody removed under a killed engine, is written again. */
const AGAIN_MS = 1_000;

/**
 * No trouble with the file may stop the engine, least of all in the middle of a kill: it is told and gone on from. The pool
 * writes it, for on a disk that hangs stops and cancels go on; whoever is told of a kill waits for it.
 */
export class HaltFile {
  readonly #dir: DataDir;
  readonly #onTrouble: (text: string) => void;
  #seen = false;
  /** Why the engine is killed, while it is. */
  #reason: string | undefined;
  #lastWriteMs = Number.NEGATIVE_INFINITY;
  /** The writing that is under way; it never rejects. */
  #writing: Promise<void> | undefined;

  constructor(dir: DataDir, onTrouble: (text: string) => void) {
    this.#dir = dir;
    this.#onTrouble = onTrouble;
  }

  /**
   * True once for each HALT that somebody else has put there, also one left by an earlier run. Call often: a look
   * costs about a microsecond, and how often it is taken is how late a HALT is heard.
   */
  appeared(nowMs: number): boolean {
    const before = this.#seen;
    this.#seen = isHaltFilePresent(this.#dir);
    const isMissing = this.#reason !== undefined && !this.#seen && this.#writing === undefined;
    if (isMissing && nowMs - this.#lastWriteMs >= AGAIN_MS) this.#writeAgain(nowMs);
    return this.#seen && !before && this.#reason === undefined;
  }

  /** What the file says, in one line. */
  text(): string {
    return haltFileText(this.#dir);
  }

  /** The engine was killed. */
  write(reason: string): void {
    this.#reason = reason;
    this.#put((cause) => this.#onTrouble(`killed, but the next engine here will not know: ${cause.message}`));
  }

  /** Calls back when no writing is under way any more, at once where none is. */
  whenWritten(act: () => void): void {
    if (this.#writing === undefined) act();
    else void this.#writing.then(act);
  }

  /** The engine ends at once, with nobody left to wait: what is being written is on the disk when this returns. */
  insist(): void {
    if (this.#writing === undefined) return;
    try {
      writeHaltFile(this.#dir, this.#reason ?? '');
    } catch (cause) {
      this.#onTrouble((cause as Error).message);
    }
  }

  /** The engine was resumed. A file that stays is a new kill. */
  remove(): void {
    this.#reason = undefined;
    this.#seen = false;
    try {
      removeHaltFile(this.#dir);
    } catch (cause) {
      this.#onTrouble((cause as Error).message);
    }
  }

  /** Only a resume takes a halt back: neither a full disk nor a hand that removes the file does. */
  #writeAgain(nowMs: number): void {
    this.#lastWriteMs = nowMs;
    // Told when it failed first.
    this.#put(() => {});
  }

  /** One writing at a time: any of them is for the kill that is in force. */
  #put(failed: (cause: Error) => void): void {
    this.#writing ??= writeHaltFilePooled(this.#dir, this.#reason ?? '')
      .catch(failed)
      .finally(() => {
        this.#writing = undefined;
      });
  }
}
