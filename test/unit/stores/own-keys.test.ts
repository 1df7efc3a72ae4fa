/** `key-bindings.json`: what is read from it, and that a file that is not to be used is refused in a line that names it. */
import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { dataDirAt } from '../../../src/data-dir.ts';
import { CommandError, EXIT } from '../../../src/exit-codes.ts';
import { keysInForce } from '../../../src/stores/own-keys.ts';
import { BINDINGS } from '../../../state/keymap/bindings.ts';
import { keyOf } from '../../../state/keymap/key-names.ts';
import { temporaryDirectory } from '../logs/helpers.ts';

function keysOf(text: string | undefined) {
  const dir = dataDirAt(temporaryDirectory());
  if (text !== undefined) writeFileSync(dir.keysFile, text);
  return keysInForce(dir);
}

test('without a file the table is as it is; a key or several take its place', () => {
  expect(keysOf(undefined)).toEqual(BINDINGS);
  const keys = keysOf('{"formatVersion": 1, "keys": {"zoom": "Z", "help": ["h", "?"]}}');
  expect([keyOf(keys, 'zoom'), keyOf(keys, 'help')]).toEqual(['Z', 'h']);
});

test.each([
  ['', /not JSON/],
  ['[]', /no JSON object/],
  ['{"keys": {}}', /names no format version/],
  ['{"formatVersion": 2, "keys": {}}', /newer than this build/],
  ['{"formatVersion": 1, "keys": {"zoom": 5}}', /keys\.zoom/],
  ['{"formatVersion": 1, "keys": {"zoom": []}}', /keys\.zoom/],
  ['{"formatVersion": 1, "keys": {}, "more": 1}', /more/],
  ['{"formatVersion": 1, "keys": {"zoom": "g"}}', /g would be both focus-governor/],
  ['{"formatVersion": 1, "keys": {"a\\u001b[2J": "g"}}', /there is no command/],
])('%j is refused', (text, reason) => {
  const refusal = (() => {
    try {
      return keysOf(text);
    } catch (cause) {
      return cause;
    }
  })();
  if (!(refusal instanceof CommandError)) throw new Error(`not refused: ${text}`);
  expect(refusal.exitCode).toBe(EXIT.badInput);
  expect(refusal.message).toMatch(reason);
  expect(refusal.message).toMatch(/^key-bindings\.json is refused.*key-bindings\.json\)$/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none may reach the terminal.
  expect(refusal.message).not.toMatch(/[\u0000-\u001f]/);
});
