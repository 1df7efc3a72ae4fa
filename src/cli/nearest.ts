/** What a mistyped word may have been meant for. */

/** Letters put in, left out, changed, or changed places with the next one: optimal string alignment. */
export function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? rows[i - 2]![j - 2]! + 1 : changed;
      row.push(Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, changed, swapped));
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}

const LONGEST_WORD = 40;

/** The nearest of the names, where it is near enough to have been meant: a beginning of it, or a slip or two away. */
export function nearest(word: string, names: readonly string[]): string | undefined {
  if (word.length < 2 || word.length > LONGEST_WORD) return undefined;
  const begun = names.filter((name) => name.startsWith(word));
  if (begun.length === 1) return begun[0];
  const most = word.length < 4 ? 1 : 2;
  const found = names
    .map((name) => ({ name, distance: editDistance(word.toLowerCase(), name) }))
    .sort((a, b) => a.distance - b.distance)[0];
  return found !== undefined && found.distance <= most ? found.name : undefined;
}
