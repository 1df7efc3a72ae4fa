/** What commands print: one JSON document on stdout, or lines for people; everything else goes to stderr. */

export type Row = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Prints one JSON document. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** Prints a title and its values, one a line, aligned. */
export function printSummary(title: string, row: Row): void {
  const entries = Object.entries(row).filter(([, value]) => value !== undefined);
  const width = Math.max(...entries.map(([key]) => words(key).length));
  process.stdout.write(`${title}\n`);
  for (const [key, value] of entries) process.stdout.write(`  ${words(key).padEnd(width)}  ${String(value)}\n`);
}

/** `stateHash` as `state hash`. */
function words(key: string): string {
  return key.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** A line for the person who waits; never part of the result. */
export function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}
