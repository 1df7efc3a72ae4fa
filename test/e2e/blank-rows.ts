/**
 * Rows that a read of a terminal finds blank though there is always something on them: what is erased before it is
 * written is seen so by whoever looks in between.
 */
import { PINNED_NODE, type TerminalSession } from './terminal.ts';

/** Messages come and go in the last rows. */
const ROWS_OF_MESSAGES = 3;

export const isBlank = (row: string | undefined): boolean => row === undefined || row.trim() === '';

/** The rows that have something on them, by number; those of messages left out. */
export function rowsInUse(screen: readonly string[]): readonly number[] {
  return screen.slice(0, -ROWS_OF_MESSAGES).flatMap((row, n) => (isBlank(row) ? [] : [n]));
}

export const blankRows = (screen: readonly string[], inUse: readonly number[]): number =>
  inUse.filter((n) => isBlank(screen[n])).length;

export interface ReadFigures {
  readonly reads: number;
  readonly rowsInUse: number;
  readonly withBlanks: number;
}

/** Looks at the client's screen after each of `wanted` reads of its terminal. */
export async function readsOf(
  client: TerminalSession,
  wanted: number,
  inUse: readonly number[],
  timeoutMs = 20_000,
): Promise<ReadFigures> {
  let reads = 0;
  let withBlanks = 0;
  await client.waitFor(() => {
    reads++;
    if (blankRows(client.screenLines(), inUse) > 0) withBlanks++;
    return reads >= wanted;
  }, timeoutMs);
  return { reads, rowsInUse: inUse.length, withBlanks };
}

/** A program that erases its rows before it writes them, as none should: what reads must be able to find. */
export function erasing(rows: number): readonly string[] {
  const program = [
    'let n = 0;',
    `const draw = () => process.stdout.write(Array(${rows - 1}).fill("row " + n++).join("\\r\\n"));`,
    'setInterval(() => { process.stdout.write("\\x1b[H\\x1b[2J"); setTimeout(draw, 5); }, 20);',
  ];
  return [PINNED_NODE, '-e', program.join(' ')];
}
