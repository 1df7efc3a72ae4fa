/** Columns that text takes on a terminal, with a cache: the same measure that Ink uses. */
import stringWidth from 'string-width';

const widths = new Map<string, number>();
const LARGEST_CACHE = 4_096;
const PLAIN = /^[\x20-\x7e]*$/;

/** Columns of one character: 0, 1 or 2. */
export function charWidth(char: string): number {
  if (char.length === 1 && char >= ' ' && char <= '~') return 1;
  let width = widths.get(char);
  if (width === undefined) {
    width = stringWidth(char);
    if (widths.size >= LARGEST_CACHE) widths.clear();
    widths.set(char, width);
  }
  return width;
}

/** Columns of a text without control characters. */
export function textWidth(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const char of text) width += charWidth(char);
  return width;
}

/** As much of the text as fits into `width` columns; what is cut off shows as `…`. */
export function clipText(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  if (width <= 0) return '';
  let clipped = '';
  let used = 0;
  for (const char of text) {
    const next = charWidth(char);
    if (used + next > width - 1) break;
    clipped += char;
    used += next;
  }
  return `${clipped}…`;
}
