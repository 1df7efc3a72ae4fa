/** When something is to be done again, on a clock that faults may set: one that was set back holds nothing up. */

export interface Recurring {
  readonly dueMs: number;
  readonly everyMs: number;
}

export function isDue({ dueMs, everyMs }: Recurring, nowMs: number): boolean {
  return nowMs >= dueMs || dueMs - nowMs > everyMs;
}
