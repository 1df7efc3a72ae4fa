/** Moments by which something falls due, in microseconds, where 0 is none. */

/** The earlier of two moments. */
export const sooner = (a: number, b: number): number => (b > 0 && (a === 0 || b < a) ? b : a);
