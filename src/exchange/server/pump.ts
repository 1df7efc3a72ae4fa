/** Lets the crowd act when its time has come: the market at real pace. */
import type { MarketAct, MarketSource } from '../market/source.ts';

/** Acts in one go, so that requests get their turn. */
const MOST_AT_ONCE = 2_000;
/** A process that was stopped goes on from now; what the crowd would have done meanwhile is passed over. */
const MOST_BEHIND_US = 5_000_000;
const LONGEST_WAIT_MS = 1_000;

export class Pump {
  readonly #source: MarketSource;
  readonly #nowUs: () => number;
  readonly #act: (act: MarketAct) => void;
  #timer: NodeJS.Timeout | undefined;
  #isRunning = false;

  constructor(source: MarketSource, nowUs: () => number, act: (act: MarketAct) => void) {
    this.#source = source;
    this.#nowUs = nowUs;
    this.#act = act;
  }

  start(): void {
    this.#isRunning = true;
    this.#run();
  }

  stop(): void {
    this.#isRunning = false;
    clearTimeout(this.#timer);
  }

  #run(): void {
    const nowUs = this.#nowUs();
    if (nowUs - this.#source.nextAtUs() > MOST_BEHIND_US) this.#source.skipTo(nowUs);
    for (let i = 0; i < MOST_AT_ONCE && this.#source.nextAtUs() <= nowUs; i++) {
      const act = this.#source.next();
      if (act !== undefined) this.#act(act);
    }
    if (!this.#isRunning) return;
    const waitMs = Math.min(LONGEST_WAIT_MS, (this.#source.nextAtUs() - this.#nowUs()) / 1_000);
    if (waitMs <= 0) setImmediate(() => this.#isRunning && this.#run());
    else this.#timer = setTimeout(() => this.#run(), waitMs);
  }
}
