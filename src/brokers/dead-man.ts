/**
 * Keeps the venue's countdown running while an order that can increase exposure works: when nothing is heard of us for so
 * long, the venue cancels what is open in the instrument by itself.
 *
 * On Binance USD-M it is `countdownCancelAll`, which its documents describe as cancelling all open orders of the symbol.
 * Orders that wait for their price have lain with its Algo Service since 2025-12-09, with lists and cancels of their own, and
 * no document says whether the countdown reaches them. So nothing here relies on it: the countdown runs only while entries
 * work, when no stop is laid yet, and is called off when the last of them is over, before stops are all that is open. An
 * engine that dies between the two loses the countdown's last seconds to that question. Spot has no countdown.
 */

export interface DeadManOptions {
  /** The venue's: cancels all of an instrument after `afterUs` unless told again; 0 calls it off. */
  readonly countDown: (instrument: number, afterUs: number) => void;
  readonly instruments: number;
  readonly afterUs: number;
}

const NEVER = Number.NEGATIVE_INFINITY;

export class DeadMan {
  readonly #options: DeadManOptions;
  readonly #everyUs: number;
  /** When the countdown was last started or renewed, by instrument. */
  readonly #startedAtUs: number[];
  readonly #toldAtUs: number[];
  readonly #runs: boolean[];

  constructor(options: DeadManOptions) {
    this.#options = options;
    this.#everyUs = Math.floor(options.afterUs / 3);
    const each = <T>(value: T): T[] => Array.from({ length: options.instruments }, () => value);
    this.#startedAtUs = each(NEVER);
    this.#toldAtUs = each(NEVER);
    this.#runs = each(false);
  }

  /** Call often, and after every order that leaves. `entries` tells how many that can increase exposure are live. */
  tick(nowUs: number, entries: (instrument: number) => number): void {
    for (let i = 0; i < this.#options.instruments; i++) {
      const wanted = entries(i) > 0;
      const isDue = nowUs - this.#toldAtUs[i]! >= this.#everyUs;
      if (wanted && (isDue || !this.#runs[i])) this.#start(i, nowUs);
      // Nobody tells us whether it was called off: it is said again for as long as it could still run.
      else if (!wanted && (this.#runs[i] || (isDue && this.#mayRun(i, nowUs)))) this.#callOff(i, nowUs);
    }
  }

  #mayRun(instrument: number, nowUs: number): boolean {
    return nowUs - this.#startedAtUs[instrument]! < this.#options.afterUs;
  }

  #start(instrument: number, nowUs: number): void {
    this.#runs[instrument] = true;
    this.#startedAtUs[instrument] = nowUs;
    this.#toldAtUs[instrument] = nowUs;
    this.#options.countDown(instrument, this.#options.afterUs);
  }

  #callOff(instrument: number, nowUs: number): void {
    this.#runs[instrument] = false;
    this.#toldAtUs[instrument] = nowUs;
    this.#options.countDown(instrument, 0);
  }
}
