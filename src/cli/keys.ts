/** `chimera keys`: the key table as the console would use it, with the operator's own keys in it. */

import { wrapText } from '../../components/text/line.ts';
import { textWidth } from '../../components/text/width.ts';
import type { Binding } from '../../state/keymap/bindings.ts';
import { keyLabels } from '../../state/keymap/key-names.ts';
import { bindingsByScope } from '../../state/keymap/table.ts';
import { dataDirAt } from '../data-dir.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { keysInForce } from '../stores/own-keys.ts';
import { printJson, printLine } from './output.ts';

export interface KeysArguments {
  readonly dataDir: string;
  readonly json: boolean;
}

const KEY_WIDTH = 16;
const NAME_WIDTH = 19;
/** Where the output is no terminal. */
const COLUMNS = 80;
/** A narrower terminal wraps the lines itself. */
const LEAST_TEXT = 20;

/** Throws a `CommandError` where `key-bindings.json` is not to be used. */
export function runKeys(args: KeysArguments): ExitCode {
  const dir = dataDirAt(args.dataDir);
  const table = keysInForce(dir);
  if (args.json) {
    const keys = table.map(({ scope, name, keys: each, text, acting }) => ({
      scope,
      name: name ?? null,
      keys: each,
      text,
      acting: acting === true,
    }));
    printJson({ file: dir.keysFile, keys });
    return EXIT.done;
  }
  const width = process.stdout.columns ?? COLUMNS;
  for (const { title, bindings } of bindingsByScope(table)) {
    printLine(title);
    for (const binding of bindings) for (const row of rowsOf(binding, width)) printLine(row);
    printLine('');
  }
  printLine(`Keys of your own: ${dir.keysFile}, see chimera keys --help`);
  return EXIT.done;
}

function rowsOf(binding: Binding, width: number): readonly string[] {
  const left = `  ${padded(keyLabels(binding), KEY_WIDTH)}${padded(binding.name ?? '', NAME_WIDTH)}`;
  const indent = ' '.repeat(textWidth(left));
  const room = Math.max(LEAST_TEXT, width - indent.length);
  return wrapText(binding.text, room).map((text, at) => `${at === 0 ? left : indent}${text}`);
}

/** At least a space behind what is as long as its column. */
const padded = (text: string, width: number): string => text + ' '.repeat(Math.max(1, width - textWidth(text)));
