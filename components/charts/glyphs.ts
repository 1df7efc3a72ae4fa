/** Characters that charts are drawn with: braille dots, or what fonts without them have. */
import { type StyledLine, span } from '../text/line.ts';

/** block: half blocks for the lines · ascii: nothing beyond ASCII in a chart. */
export const GLYPH_NAMES = ['braille', 'block', 'ascii'] as const;
export type ChartGlyphs = (typeof GLYPH_NAMES)[number];

const BRAILLE = 0x2800;
/** Bits of a braille character in its rows from the top, left and right dot. */
const ROWS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

/** What else a chart is made of, in ASCII. */
const ASCII: Readonly<Record<string, string>> = {
  ...{ '█': '#', '▌': '=', '▐': '=', '░': '.', '│': '|', '─': '-', '▲': '^', '▼': 'v', '↑': '^', '↓': 'v' },
  ...{ '▁': '_', '▂': '_', '▃': '.', '▄': '.', '▅': ':', '▆': ':', '▇': '+' },
  ...{ '–': '-', '…': '.', '·': '.', '→': '>', '±': '~', µ: 'u' },
};

/** Rows with a dot, from the top, and the mean row of each column. */
function shapeOf(dots: number): {
  readonly used: readonly number[];
  readonly leftRow: number;
  readonly rightRow: number;
} {
  const used = [0, 1, 2, 3].filter((row) => (dots & (ROWS[row]![0] | ROWS[row]![1])) !== 0);
  const mean = (side: 0 | 1): number => {
    const rows = used.filter((row) => (dots & ROWS[row]![side]) !== 0);
    return rows.length === 0 ? Number.NaN : rows.reduce((sum, row) => sum + row, 0) / rows.length;
  };
  return { used, leftRow: mean(0), rightRow: mean(1) };
}

function halfBlock(dots: number): string {
  const upper = (dots & 0x1b) !== 0;
  const lower = (dots & 0xe4) !== 0;
  return upper && lower ? '█' : upper ? '▀' : lower ? '▄' : ' ';
}

/** A stroke that runs as the dots do. */
function stroke(dots: number): string {
  const { used, leftRow, rightRow } = shapeOf(dots);
  const [top = 0] = used;
  const bottom = used.at(-1);
  if (bottom === undefined) return ' ';
  if (bottom - top >= 2) return leftRow > rightRow ? '/' : rightRow > leftRow ? '\\' : '|';
  if (top >= 1 && bottom <= 2) return '-';
  return bottom <= 1 ? "'" : top >= 2 ? '_' : '-';
}

function drawn(char: string, glyphs: ChartGlyphs): string {
  const dots = (char.codePointAt(0) ?? 0) - BRAILLE;
  if (dots >= 0 && dots <= 0xff) return glyphs === 'ascii' ? stroke(dots) : halfBlock(dots);
  return glyphs === 'ascii' ? (ASCII[char] ?? char) : char;
}

/** A text of a chart in other characters of the same width. */
export const textInGlyphs = (text: string, glyphs: ChartGlyphs): string =>
  glyphs === 'braille' ? text : [...text].map((char) => drawn(char, glyphs)).join('');

/** The same of its lines. */
export const inGlyphs = (lines: readonly StyledLine[], glyphs: ChartGlyphs): readonly StyledLine[] =>
  glyphs === 'braille'
    ? lines
    : lines.map((each) => each.map(({ text, style, emphasis }) => span(textInGlyphs(text, glyphs), style, emphasis)));
