/** The HALT file of a running engine: a kill channel that is watched, and a kill that outlives restarts. */
import { type DataDir, isHaltFilePresent, removeHaltFile, writeHaltFile } from '../data-dir.ts';

const POLL_MS = 100;

/** No trouble with the file may stop the engine, least of all in the middle of a kill: it is told and gone on from. */
export class HaltFile {
  readonly #dir: DataDir;
  readonly #onTrouble: (text: string) => void;
  #seen = false;
  #lastPollMs = Number.NEGATIVE_INFINITY;

  constructor(dir: DataDir, onTrouble: (text: string) => void) {
    this.#dir = dir;
    this.#onTrouble = onTrouble;
  }

  /** True once for each HALT that somebody else has put there, also one left by an earlier run. Call often. */
  appeared(nowMs: number): boolean {
    if (nowMs - this.#lastPollMs < POLL_MS) return false;
    this.#lastPollMs = nowMs;
    const before = this.#seen;
    this.#seen = isHaltFilePresent(this.#dir);
    return this.#seen && !before;
  }

  /** The engine was killed. */
  write(reason: string): void {
    this.#seen = true;
    try {
      writeHaltFile(this.#dir, reason);
    } catch (cause) {
      this.#onTrouble(`killed, but the next engine here will not know: ${(cause as Error).message}`);
    }
  }

  /** The engine was resumed. A file that stays is a new kill. */
  remove(): void {
    this.#seen = false;
    try {
      removeHaltFile(this.#dir);
    } catch (cause) {
      this.#onTrouble((cause as Error).message);
    }
  }
}
