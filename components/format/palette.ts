/** The palette: what was typed, and what fits it, the best first. */
import type { ConsoleState, Overlay } from '../../state/model.ts';
import { type PaletteEntry, paletteEntries } from '../../state/palette/entries.ts';
import { clipLine, fitLine, line, type Style, type StyledLine, span, spread } from '../text/line.ts';
import { windowAround } from '../text/table.ts';

const NAME_WIDTH = 20;
const KEY_WIDTH = 9;
/** Above the list: the field and a hint. */
const HEAD_LINES = 2;
/** As many entries as are seen at a glance. */
const MOST_ROWS = 14;

/** Rows of the palette when everything fits. */
export const PALETTE_ROWS = HEAD_LINES + MOST_ROWS;

/** As high as what fits it, at most {@link MOST_ROWS} entries: it covers no more than it shows. */
export function formatPalette(
  overlay: Extract<Overlay, { kind: 'palette' }>,
  state: ConsoleState,
  width: number,
  height: number,
): readonly StyledLine[] {
  const entries = paletteEntries(state, overlay.text);
  const chosen = entries.findIndex((entry) => entry.id === overlay.selected);
  const room = Math.max(1, Math.min(MOST_ROWS, height - HEAD_LINES));
  const rows = windowAround(entries, Math.max(0, chosen), room).map((entry) =>
    entryLine(entry, entry.id === overlay.selected, width),
  );
  const field = line('> ', span(overlay.text, 'strong'), span('▏', 'key'));
  const found = line(span(entries.length === 0 ? 'nothing fits' : `${entries.length}`, 'quiet'));
  return [spread(field, found, width), clipLine(line(span(hint(state), 'quiet')), width), ...rows];
}

function hint({ view }: ConsoleState): string {
  return view?.replay === undefined
    ? 'Commands, panels, symbols. Proposals and suggestions have keys only.'
    : 'Commands, symbols, or 14:03:22, 2024-03-05 14:03, 12345, 50%, +30s.';
}

function entryLine(entry: PaletteEntry, chosen: boolean, width: number): StyledLine {
  const { disabled, name, text, nameMarks, textMarks, key } = entry;
  const style: Style = disabled === undefined ? 'plain' : 'quiet';
  const title = marked(name, nameMarks, disabled === undefined && chosen ? 'strong' : style);
  const about = disabled === undefined ? marked(text, textMarks, style) : [span(`not now: ${disabled}`, 'quiet')];
  const left = [span(chosen ? '▸ ' : '  ', 'key'), ...column(title), ...about];
  return spread(left, [span(key.padStart(KEY_WIDTH), disabled === undefined ? 'key' : 'quiet')], width);
}

/** At least a space behind a name as long as the column. */
function column(title: StyledLine): StyledLine {
  return [...fitLine(title, NAME_WIDTH), span(' ')];
}

/** The text with the letters that were found in another style. */
function marked(text: string, marks: readonly number[], style: Style): StyledLine {
  const runs: Array<{ text: string; readonly style: Style }> = [];
  [...text].forEach((letter, at) => {
    const own = marks.includes(at) ? 'key' : style;
    const last = runs.at(-1);
    if (last?.style === own) last.text += letter;
    else runs.push({ text: letter, style: own });
  });
  return runs.map((run) => span(run.text, run.style));
}
