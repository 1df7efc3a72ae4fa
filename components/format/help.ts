/** The help overlay, made from the key table. */
import { keyLabels } from '../../state/keymap/key-names.ts';
import { bindingsByScope } from '../../state/keymap/table.ts';
import type { ConsoleState } from '../../state/model.ts';
import { line, type StyledLine, span } from '../text/line.ts';

const KEY_WIDTH = 16;

/** All rows of help; a key that does nothing now says why. */
export function formatHelp(state: ConsoleState): readonly StyledLine[] {
  const lines: StyledLine[] = [];
  for (const { title, bindings } of bindingsByScope(state.bindings)) {
    lines.push(line(span(` ${title}`, 'title')));
    for (const binding of bindings) {
      const reason = binding.disabled?.(state);
      lines.push(
        line(
          '  ',
          span(keyLabels(binding).padEnd(KEY_WIDTH), 'key'),
          span(binding.text, reason === undefined ? 'plain' : 'quiet'),
          span(reason === undefined ? '' : `  (now: ${reason})`, 'quiet'),
        ),
      );
    }
    lines.push([]);
  }
  lines.push(line(span(' ~1.0 is old. An underlined number is what the last replay step changed.', 'quiet')));
  lines.push(line(span(' Keys that act are ignored in a burst, in a paste, and when held down.', 'quiet')));
  return lines;
}
