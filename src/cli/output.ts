/** What commands print: one JSON document on stdout, or lines for people; everything else goes to stderr. */
import { redirectNativeStderr } from '../terminal/quiet-console.ts';

export type Row = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Prints one JSON document. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** Prints a title and its values, one a line, aligned. */
export function printSummary(title: string, row: Row): void {
  const entries = Object.entries(row).filter(([, value]) => value !== undefined);
  const width = Math.max(0, ...entries.map(([key]) => words(key).length));
  process.stdout.write(`${title}\n`);
  for (const [key, value] of entries) process.stdout.write(`  ${words(key).padEnd(width)}  ${String(value)}\n`);
}

/** `stateHash` as `state hash`. */
function words(key: string): string {
  return key.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
}

let complaints: NodeJS.WriteStream = process.stderr;

/**
 * Before the console takes the terminal, and before any other thread is there: what native code prints to a
 * stderr on that terminal goes to a file, and what is to be told afterwards goes to stdout, the same terminal.
 */
export function keepStderrOffScreen(file: string): void {
  if (process.stderr.isTTY === true && redirectNativeStderr(file)) complaints = process.stdout;
}

/** A line for the person who waits; never part of the result. */
export function tell(text: string): void {
  complaints.write(`${text}\n`);
}
