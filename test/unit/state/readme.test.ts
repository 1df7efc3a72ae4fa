/** The README's table of keys is the one that the console dispatches by. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { renderKeyTable } from '../../../state/keymap/table.ts';

test('the keys in the README are the keys of the console', () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  const between = /<!-- keys -->\n([\s\S]*?)<!-- \/keys -->/.exec(readme)?.[1];
  expect(between?.trim()).toBe(renderKeyTable().trim());
});
