/** The account's equity once a second of session time, as far back as the chart shows. */
import { formatMoney } from '../../engine/domain/index.ts';
import { computeEquity, type EngineState } from '../../engine/index.ts';

const POINTS = 120;
const INTERVAL_US = 1_000_000;

export class EquityCurve {
  readonly #points: number[] = [];
  #lastUs = 0;

  /** Call often. */
  sample(state: EngineState, atUs: number): void {
    if (atUs - this.#lastUs < INTERVAL_US) return;
    this.#lastUs = atUs;
    this.#points.push(Number(formatMoney(computeEquity(state), 2)));
    if (this.#points.length > POINTS) this.#points.shift();
  }

  points(): readonly number[] {
    return [...this.#points];
  }
}
