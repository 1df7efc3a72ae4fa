/** What stands between an external venue and an entry: told by the host as inputs, asked for by a gate. */

/**
 * account: what we hold has not been compared with the venue since the start or the last break · mismatch: the two differ
 * · clock: ours and the venue's are too far apart, or it is not known how far · user-stream: fills may not be heard of ·
 * limits: the venue wants no requests · connection: no reply comes · disarmed: the operator has not typed the code ·
 * late-data: market data comes so long after the event that it would be stale if it had been here.
 */
export const VENUE_BLOCKERS = [
  'account',
  'mismatch',
  'clock',
  'user-stream',
  'limits',
  'connection',
  'disarmed',
  'late-data',
] as const;
export type VenueBlocker = (typeof VENUE_BLOCKERS)[number];

/** A set of blockers as bits, lowest first in the order of {@link VENUE_BLOCKERS}. */
export function blockerBits(blockers: readonly VenueBlocker[]): number {
  return blockers.reduce((bits, blocker) => bits | (1 << VENUE_BLOCKERS.indexOf(blocker)), 0);
}

export function blockersOf(bits: number): VenueBlocker[] {
  return VENUE_BLOCKERS.filter((_, i) => (bits & (1 << i)) !== 0);
}

/** Bits that name blockers and nothing else. */
export const ALL_BLOCKERS = (1 << VENUE_BLOCKERS.length) - 1;
