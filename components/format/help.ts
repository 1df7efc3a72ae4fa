/** The help overlay, made from the key table. */
import { contains } from '../../state/arrangement.ts';
import type { Binding } from '../../state/keymap/bindings.ts';
import { keyLabels } from '../../state/keymap/key-names.ts';
import { SCOPE_TITLES } from '../../state/keymap/scopes.ts';
import { bindingsByScope } from '../../state/keymap/table.ts';
import type { ConsoleState } from '../../state/model.ts';
import { line, type StyledLine, span, wrapText } from '../text/line.ts';
import { nothingWith } from './arranged.ts';

const KEY_WIDTH = 16;

/** Keys that have this in themselves, in what they do, or in where they are heard. */
export const keysWith = (bindings: readonly Binding[], filter: string): readonly Binding[] =>
  bindings.filter((each) => contains(`${SCOPE_TITLES[each.scope]} ${keyLabels(each)} ${each.text}`, filter));

/** All rows of help; a key that does nothing now says why. */
export function formatHelp(state: ConsoleState, width: number, filter = ''): readonly StyledLine[] {
  const shown = keysWith(state.bindings, filter);
  if (shown.length === 0) return [nothingWith(filter)];
  const lines: StyledLine[] = [];
  for (const { title, bindings } of bindingsByScope(shown)) {
    if (bindings.length === 0) continue;
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
  lines.push(line(span(' R: made after fees, over what the stop at the open would lose with them.', 'quiet')));
  lines.push(line(span(' Keys that act are ignored in a burst, in a paste, and when held down.', 'quiet')));
  return lines;
}
