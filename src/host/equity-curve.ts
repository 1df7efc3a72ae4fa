/** The account's equity over the whole run, in few points, and how far each of them is below the peak. */
import { formatMoney, readMoney } from '../../engine/domain/index.ts';
import { ACCOUNT, computeEquity, type EngineState } from '../../engine/index.ts';

/** When there are more, every second one goes and the distance doubles. */
const MOST_POINTS = 240;
const INTERVAL_US = 1_000_000;

export interface EquityPoints {
  /** In whole units of the account's currency, for drawing. */
  readonly points: readonly number[];
  /** Session time of each of them. */
  readonly timesUs: readonly number[];
  /** Per cent below the highest equity until then, 0 or less, for each of them. */
  readonly drawdownPct: readonly number[];
}

const below = (peak: number, equity: number): number =>
  peak > 0 && equity < peak ? ((equity - peak) / peak) * 100 : 0;

/** The drawdown at each point of a curve that begins with the account. */
export function drawdownsOf(equity: readonly number[]): readonly number[] {
  let peak = 0;
  return equity.map((value) => {
    peak = Math.max(peak, value);
    return below(peak, value);
  });
}

interface Point {
  readonly atUs: number;
  readonly equity: number;
  readonly drawdownPct: number;
}

/** Of a run that goes on: looked at once a second of session time. */
export class EquityCurve {
  #kept: Point[] = [];
  #latest: Point | undefined;
  #sampledUs = 0;
  #keptUs = 0;
  #distanceUs = INTERVAL_US;

  /** Call often. */
  sample(state: EngineState, atUs: number): void {
    if (atUs - this.#sampledUs < INTERVAL_US) return;
    this.#sampledUs = atUs;
    const equity = Number(formatMoney(computeEquity(state), 2));
    // The peak of the account, which may be of a session that this one goes on from.
    const peak = Math.max(equity, Number(formatMoney(readMoney(state.account.money, ACCOUNT.peakEquity), 2)));
    this.#latest = { atUs, equity, drawdownPct: below(peak, equity) };
    if (this.#kept.length > 0 && atUs - this.#keptUs < this.#distanceUs) return;
    this.#keptUs = atUs;
    this.#kept.push(this.#latest);
    if (this.#kept.length <= MOST_POINTS) return;
    this.#kept = this.#kept.filter((_, i) => i % 2 === 0);
    this.#distanceUs *= 2;
  }

  /** The last point is the newest, whatever the distance is by now. */
  points(): EquityPoints {
    const last = this.#kept.at(-1);
    const shown = last === this.#latest || this.#latest === undefined ? this.#kept : [...this.#kept, this.#latest];
    return {
      points: shown.map(({ equity }) => equity),
      timesUs: shown.map(({ atUs }) => atUs),
      drawdownPct: shown.map(({ drawdownPct }) => drawdownPct),
    };
  }
}
