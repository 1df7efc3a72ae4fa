/** Times as clients write them: in milliseconds, and where Binance documents it (the spot API) in microseconds as well. */

/** Milliseconds of our days have 13 digits, microseconds 16. */
const MICROSECONDS_FROM = 1e14;

/** In microseconds, whichever of the two was meant; `isFine` where both may be. */
export function microsecondsOf(time: number, isFine: boolean): number {
  return isFine && time >= MICROSECONDS_FROM ? time : time * 1_000;
}
