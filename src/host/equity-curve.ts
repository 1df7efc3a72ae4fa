/** The account's equity once a second of session time, as far back as the chart shows. */
import { formatMoney, readMoney } from '../../engine/domain/index.ts';
import { ACCOUNT, computeEquity, type EngineState } from '../../engine/index.ts';

const POINTS = 120;
const INTERVAL_US = 1_000_000;

export interface EquityPoints {
  /** In whole units of the account's currency, for drawing. */
  readonly points: readonly number[];
  /** The highest before the first of them. */
  readonly peakBefore: number;
}

export class EquityCurve {
  readonly #points: number[] = [];
  #peakBefore = 0;
  #lastUs = 0;

  /** Call often. */
  sample(state: EngineState, atUs: number): void {
    if (atUs - this.#lastUs < INTERVAL_US) return;
    this.#lastUs = atUs;
    // The peak of a session that this one goes on from, and of the warm start, is in the state only.
    if (this.#points.length === 0)
      this.#peakBefore = Number(formatMoney(readMoney(state.account.money, ACCOUNT.peakEquity), 2));
    this.#points.push(Number(formatMoney(computeEquity(state), 2)));
    if (this.#points.length > POINTS) this.#peakBefore = Math.max(this.#peakBefore, this.#points.shift()!);
  }

  points(): EquityPoints {
    return { points: [...this.#points], peakBefore: this.#peakBefore };
  }
}
