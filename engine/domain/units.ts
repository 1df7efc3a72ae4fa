/** Grids of ticks and lots, and the decimal text at the boundary. */

export const SECOND_US = 1_000_000;
export const DAY_US = 86_400 * SECOND_US;

/** A grid of `step × 10^-decimals`, such as a tick size of 0.05 (step 5, decimals 2). */
export interface Grid {
  readonly step: number;
  readonly decimals: number;
}

/** Reads a positive decimal text such as `0.00100000` as a grid; undefined when it is none. */
export function parseGrid(text: string): Grid | undefined {
  const match = /^(\d{1,15})(?:\.(\d{1,16}))?$/.exec(text.trim());
  if (!match) return undefined;
  const fraction = (match[2] ?? '').replace(/0+$/, '');
  const step = Number(`${match[1] ?? ''}${fraction}`);
  return Number.isSafeInteger(step) && step > 0 ? { step, decimals: fraction.length } : undefined;
}

/**
 * Reads a non-negative decimal text as a whole number of grid steps. Undefined when the text is no plain
 * decimal, off the grid, or too large to be exact.
 */
export function parseOnGrid(text: string, grid: Grid): number | undefined {
  const length = text.length;
  if (length === 0 || length > 32) return undefined;
  let value = 0;
  let decimals = -1;
  for (let i = 0; i < length; i++) {
    const c = text.charCodeAt(i);
    if (c === 46) {
      if (decimals >= 0 || i === 0 || i === length - 1) return undefined;
      decimals = 0;
      continue;
    }
    if (c < 48 || c > 57) return undefined;
    if (decimals >= grid.decimals) {
      if (c !== 48) return undefined;
      continue;
    }
    value = value * 10 + (c - 48);
    if (decimals >= 0) decimals++;
  }
  for (let i = Math.max(decimals, 0); i < grid.decimals; i++) value *= 10;
  if (value > Number.MAX_SAFE_INTEGER) return undefined;
  const steps = value / grid.step;
  return Number.isInteger(steps) ? steps : undefined;
}

/** The decimal text of a whole number of grid steps, with all the grid's decimals. */
export function formatOnGrid(steps: number, grid: Grid): string {
  const units = BigInt(steps) * BigInt(grid.step);
  const sign = units < 0n ? '-' : '';
  const digits = (units < 0n ? -units : units).toString().padStart(grid.decimals + 1, '0');
  if (grid.decimals === 0) return sign + digits;
  return `${sign}${digits.slice(0, -grid.decimals)}.${digits.slice(-grid.decimals)}`;
}

/** The grid step as a double: for indicators only, never for money. */
export function gridToNumber(grid: Grid): number {
  return Number(formatOnGrid(1, grid));
}
