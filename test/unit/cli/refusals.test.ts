/** Options that stand without their value, and what it costs to look for them. */
import { expect, it } from 'vitest';
import { wholeLine } from '../../../src/cli/commands.ts';
import { withoutItsValue } from '../../../src/cli/refusals.ts';

const unasked = (): never => {
  throw new Error('the whole line was made');
};

it.each([
  [[]],
  [['--control', 'auto', '--seed=5']],
  [['replay', 'x', '--at', '14:03:22']],
  [['--headless', 'attach']],
  [['--continue']],
])('asks nothing of the whole line where every option of %j may have a value', (words) => {
  expect(withoutItsValue(words, unasked)).toBeUndefined();
});

it.each([
  [['--control'], 'control'],
  [['--headless', '--control', '--json'], 'control'],
  [['replay', 'x', '--at', '--headless'], 'at'],
  [['--headless'], undefined],
  [['--headless', '--json'], undefined],
  [['--no-such-option'], undefined],
])('finds in %j that %j has no value', (words, found) => {
  expect(withoutItsValue(words, wholeLine)).toBe(found);
});
