/** Lines of a command on a terminal that is too narrow for them. */
import { afterEach, expect, it, vi } from 'vitest';
import { printWrapped, wrapped } from '../../../src/cli/output.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

it.each([
  ['one that fits', 'a bc', 4, ['a bc']],
  ['between words', 'one  two three', 9, ['one  two', '  three']],
  ['behind commas', 'BTC/USDT,ETH/USDT,SOL/USDT', 18, ['BTC/USDT,ETH/USDT,', '  SOL/USDT']],
  ['a word wider than the terminal', 'a bcdefghijkl m', 6, ['a', '  bcdefghijkl', '  m']],
  ['an indent at the start is kept', '  name value meaning', 14, ['  name value', '  meaning']],
] as const)('are broken: %s', (_, text, columns, rows) => {
  expect(wrapped(text, columns, 2)).toEqual(rows);
});

it.each([
  [undefined, 'one two three\n'],
  [true, 'one two\n  three\n'],
])('on a pipe are what they were (terminal: %s)', (isTTY, expected) => {
  const written: string[] = [];
  const stdout = { isTTY, columns: 9, write: (text: string) => void written.push(text) };
  vi.spyOn(process, 'stdout', 'get').mockReturnValue(stdout as unknown as typeof process.stdout);
  printWrapped('one two three', 2);
  expect(written.join('')).toBe(expected);
});
