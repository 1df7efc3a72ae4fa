/** Decimal texts of ticks, lots and their products, fast enough to be written into every frame. */
import { type Grid, parseGrid } from '../../../engine/domain/index.ts';

/** The decimal text of `units × 10^-decimals`, shown with at least `shown` decimals. */
function decimalText(units: number, decimals: number, shown: number): string {
  if (units < 0) return `-${decimalText(-units, decimals, shown)}`;
  let digits = Number.isSafeInteger(units) ? String(units) : BigInt(Math.round(units)).toString();
  if (digits.length <= decimals) digits = digits.padStart(decimals + 1, '0');
  const whole = digits.length - decimals;
  const fraction = digits.slice(whole).padEnd(shown, '0');
  return fraction === '' ? digits : `${digits.slice(0, whole)}.${fraction}`;
}

/** Writes whole steps of one grid. */
export class GridFormat {
  readonly grid: Grid;
  readonly #shown: number;

  /** `shown` decimals at least; the grid's own are always there. */
  constructor(size: string, shown = 0) {
    const grid = parseGrid(size);
    if (grid === undefined) throw new RangeError(`${size} is no step of a grid`);
    this.grid = grid;
    this.#shown = shown;
  }

  text(steps: number): string {
    return decimalText(steps * this.grid.step, this.grid.decimals, this.#shown);
  }

  /** As a double, for averages that are published and never traded on. */
  number(steps: number): number {
    return (steps * this.grid.step) / 10 ** this.grid.decimals;
  }

  /** Whole steps next to a double. */
  nearest(value: number): number {
    return Math.round((value * 10 ** this.grid.decimals) / this.grid.step);
  }
}

/** Writes worths: sums of ticks × lots. Sums are doubles, exact up to 2^53 tick-lots. */
export class WorthFormat {
  readonly #step: number;
  readonly #decimals: number;
  readonly #shown: number;

  constructor(price: Grid, quantity: Grid, shown = 0) {
    this.#step = price.step * quantity.step;
    this.#decimals = price.decimals + quantity.decimals;
    this.#shown = shown;
  }

  text(tickLots: number): string {
    return decimalText(tickLots * this.#step, this.#decimals, this.#shown);
  }
}
