/** Direction of a trade or signal, as a sign so that it multiplies. */

/** +1 buy or long, −1 sell or short. */
export type Side = 1 | -1;
/** A side, or 0 for neutral. */
export type Direction = Side | 0;

export const BUY: Side = 1;
export const SELL: Side = -1;

export function sideName(side: number): 'BUY' | 'SELL' | 'FLAT' {
  return side > 0 ? 'BUY' : side < 0 ? 'SELL' : 'FLAT';
}

export function asDirection(value: number): Direction {
  return value > 0 ? 1 : value < 0 ? -1 : 0;
}
