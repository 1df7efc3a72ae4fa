/** What commands print: one JSON document on stdout, or lines for people; everything else goes to stderr. */
import { textWidth } from '../../components/text/width.ts';
import { cleanText } from '../../logs/clean-text.ts';
import { redirectNativeStderr } from '../terminal/quiet-console.ts';

export type Row = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** What JSON would let through as it is, and a terminal might obey. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

const escaped = (character: string): string =>
  character.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Prints one JSON document. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value).replace(HIDDEN, escaped)}\n`);
}

/** Prints one line: whatever names and texts from outside are in it, a terminal obeys none of them. */
export function printLine(text: string): void {
  process.stdout.write(`${cleanText(text)}\n`);
}

/**
 * Prints one line; on a terminal that is too narrow for it, as several, broken between words and behind commas, those that
 * follow under column `indent`. A word that is wider than the terminal is left to it. On a pipe the line is always one.
 */
export function printWrapped(text: string, indent: number): void {
  const whole = cleanText(text);
  const rows = wrapped(whole, outputColumns(), indent);
  for (const row of rows) process.stdout.write(`${row}\n`);
}

/** Columns that a line may have: on a pipe as many as it wants. */
export function outputColumns(stream: NodeJS.WriteStream = process.stdout): number {
  const { isTTY, columns } = stream;
  return isTTY === true && columns > 0 ? columns : Number.POSITIVE_INFINITY;
}

/** The rows of {@link printWrapped} for so many columns. */
export function wrapped(text: string, columns: number, indent: number): readonly string[] {
  if (textWidth(text) <= columns) return [text];
  const rows: string[] = [];
  let row = '';
  for (const part of text.match(/ *[^ ,]*,*/g) ?? []) {
    if (row.trim() === '' || textWidth(row + part) <= columns) row += part;
    else {
      rows.push(row);
      row = ' '.repeat(indent) + part.trimStart();
    }
  }
  return [...rows, row];
}

/** Prints a title and its values, one a line, aligned. */
export function printSummary(title: string, row: Row): void {
  const entries = Object.entries(row).filter(([, value]) => value !== undefined);
  const width = Math.max(0, ...entries.map(([key]) => words(key).length));
  printLine(title);
  for (const [key, value] of entries) printLine(`  ${words(key).padEnd(width)}  ${String(value)}`);
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

/** A line for the person who waits, broken between words where their terminal is too narrow; never part of the result. */
export function tell(text: string): void {
  const columns = outputColumns(complaints);
  const rows = text.split('\n').flatMap((line) => wrapped(cleanText(line), columns, 2));
  complaints.write(`${rows.join('\n')}\n`);
}
