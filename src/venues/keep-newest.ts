/** Bounds what is remembered of a stream that never ends. */

/** Forgets what was remembered first until `most` are left; something is kept by the order in which it first came. */
export function keepNewest<K>(kept: Set<K> | Map<K, unknown>, most: number): void {
  for (const oldest of kept.keys()) {
    if (kept.size <= most) return;
    kept.delete(oldest);
  }
}
