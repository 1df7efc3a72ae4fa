/** The help overlay, made from the key table. */
import { keyLabels } from '../../state/keymap/key-names.ts';
import { bindingsByScope } from '../../state/keymap/table.ts';
import type { ConsoleState } from '../../state/model.ts';
import { line, type StyledLine, span, wrapText } from '../text/line.ts';

const KEY_WIDTH = 16;

/** All rows of help; a key that does nothing now says why. */
export function formatHelp(state: ConsoleState, width: number): readonly StyledLine[] {
  const lines: StyledLine[] = [];
  for (const { title, bindings } of bindingsByScope(state.bindings)) {
    lines.push(line(span(` ${title}`, 'title')));
    for (const binding of bindings) {
      const reason = binding.disabled?.(state);
      const text = reason === undefined ? binding.text : `${binding.text} (now: ${reason})`;
      const keys = keyLabels(binding).padEnd(KEY_WIDTH - 1);
      wrapText(text, Math.max(1, width - keys.length - 3)).forEach((row, at) => {
        const left = at === 0 ? span(keys, 'key') : ' '.repeat(keys.length);
        lines.push(line('  ', left, ' ', span(row, reason === undefined ? 'plain' : 'quiet')));
      });
    }
    lines.push([]);
  }
  lines.push(line(span(' ~1.0 is old. An underlined number is what the last replay step changed.', 'quiet')));
  lines.push(line(span(' Keys that act are ignored in a burst, in a paste, and when held down.', 'quiet')));
  return lines;
}
