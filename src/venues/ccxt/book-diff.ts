/** A book that is told whole each time, as what changed since the last time. */

/** Levels of one side as price and lots. */
export type Side = ReadonlyMap<number, number>;

/** Flat pairs of what must be set to get from one to the other; 0 removes. */
export function changesOf(before: Side, after: Side): number[] {
  const changes: number[] = [];
  for (const price of before.keys()) if (!after.has(price)) changes.push(price, 0);
  for (const [price, lots] of after) if (before.get(price) !== lots) changes.push(price, lots);
  return changes;
}

export function flatOf(side: Side): number[] {
  return [...side].flat();
}
