/** Progress of an import: bytes and lines read, rate and remaining time, told ten times a second at most. */
import type { ImportProgress } from './types.ts';

const INTERVAL_MS = 100;

export class ProgressMeter {
  readonly #bytesTotal: number;
  readonly #report: ((progress: ImportProgress) => void) | undefined;
  readonly #nowMs: () => number;
  readonly #startMs: number;
  #toldMs: number;
  #bytesRead = 0;
  #lines = 0;

  /** `bytes` is the size of all files; each byte is read twice. */
  constructor(bytes: number, report: ((progress: ImportProgress) => void) | undefined, nowMs: () => number) {
    this.#bytesTotal = bytes * 2;
    this.#report = report;
    this.#nowMs = nowMs;
    this.#startMs = nowMs();
    this.#toldMs = this.#startMs;
  }

  add(file: string, bytes: number, lines: number): void {
    this.#bytesRead += bytes;
    this.#lines += lines;
    const now = this.#nowMs();
    if (this.#report === undefined || now - this.#toldMs < INTERVAL_MS) return;
    this.#toldMs = now;
    this.#tell(file, now);
  }

  /** The last word: everything is read. */
  finish(file: string): void {
    this.#tell(file, this.#nowMs());
  }

  #tell(file: string, now: number): void {
    const elapsedMs = Math.max(1, now - this.#startMs);
    const left = Math.max(0, this.#bytesTotal - this.#bytesRead);
    this.#report?.({
      file,
      bytesRead: this.#bytesRead,
      bytesTotal: this.#bytesTotal,
      lines: this.#lines,
      rate: Math.round((this.#lines * 1000) / elapsedMs),
      etaMs: this.#bytesRead === 0 ? 0 : Math.round((elapsedMs * left) / this.#bytesRead),
    });
  }
}
