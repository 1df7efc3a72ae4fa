/** The HALT file of a running engine: a kill channel that is watched, and a kill that outlives restarts. */
import { type DataDir, haltFileText, isHaltFilePresent, removeHaltFile, writeHaltFile } from '../data-dir.ts';

/** How often a HALT that could not be written, or that somebody removed under a killed engine, is written again. */
const AGAIN_MS = 1_000;

/** No trouble with the file may stop the engine, least of all in the middle of a kill: it is told and gone on from. */
export class HaltFile {
  readonly #dir: DataDir;
  readonly #onTrouble: (text: string) => void;
  #seen = false;
  /** Why the engine is killed, while it is. */
  #reason: string | undefined;
  #lastWriteMs = Number.NEGATIVE_INFINITY;

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
    if (this.#reason !== undefined && !this.#seen && nowMs - this.#lastWriteMs >= AGAIN_MS) this.#writeAgain(nowMs);
    return this.#seen && !before && this.#reason === undefined;
  }

  /** What the file says, in one line. */
  text(): string {
    return haltFileText(this.#dir);
  }

  /** The engine was killed. */
  write(reason: string): void {
    this.#reason = reason;
    try {
      writeHaltFile(this.#dir, reason);
    } catch (cause) {
      this.#onTrouble(`killed, but the next engine here will not know: ${(cause as Error).message}`);
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
    try {
      writeHaltFile(this.#dir, this.#reason ?? '');
    } catch {
      // Told when it failed first.
    }
  }
}
