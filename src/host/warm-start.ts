/** Tells of a warm start that takes its time, again and again: many events have to be run through. */
const SLOW_US = 1_000_000;

export class WarmStart {
  readonly #tell: (text: string) => void;
  #startUs = 0;
  #lastToldUs = 0;

  constructor(tell: (text: string) => void) {
    this.#tell = tell;
  }

  /** Call often until it is over; `sessionUs` is how far the history has come. */
  poll(nowUs: number, sessionUs: number): void {
    if (this.#startUs === 0) this.#startUs = nowUs;
    if (nowUs - this.#startUs < SLOW_US || nowUs - this.#lastToldUs < SLOW_US) return;
    this.#lastToldUs = nowUs;
    const leftS = Math.round((nowUs - sessionUs) / 1e6);
    this.#tell(`warm start: ${leftS} s of market history to run through`);
  }
}
