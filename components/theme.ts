/** How styles look: colours as far as the terminal has them, and never as the only carrier of a meaning. */
import { LOOKS, type Look, type ThemeName } from './looks.ts';
import { fitLine, type Span, type StyledLine } from './text/line.ts';

export type ColourLevel = 'none' | '16' | '256' | 'truecolor';

/** What the environment says of the terminal's colours. */
export function detectColourLevel(env: Readonly<Record<string, string | undefined>>): ColourLevel {
  const term = env.TERM ?? '';
  if ((env.NO_COLOR ?? '') !== '' || term === 'dumb') return 'none';
  if (/^(truecolor|24bit)$/i.test(env.COLORTERM ?? '')) return 'truecolor';
  if (/256/.test(term)) return '256';
  return '16';
}

const ESCAPE = '\u001b[';
/** `ESC[m` would be ignored by Ink's tokenizer. */
const RESET = `${ESCAPE}0m`;

export interface Theme {
  readonly level: ColourLevel;
  /** The sequence that switches a style on; empty for plain text. */
  open(part: Span): string;
}

function colour(of: Look, level: ColourLevel): string {
  if (level === 'none' || of.basic === '') return '';
  if (level === 'truecolor' && of.rgb !== undefined) return `38;2;${of.rgb.join(';')}`;
  if (level !== '16' && of.palette !== undefined) return `38;5;${of.palette}`;
  return of.basic;
}

/** The looks of a theme on a terminal. Each parameter gets a sequence of its own: Ink mishandles compound ones. */
export function createTheme(terminal: ColourLevel, name: ThemeName = 'dark'): Theme {
  const level = name === 'mono' ? 'none' : terminal;
  const looks = LOOKS[name];
  const opened = new Map<string, string>();
  return {
    level,
    open(part) {
      const key = `${part.style} ${part.emphasis}`;
      let sequence = opened.get(key);
      if (sequence === undefined) {
        const of = looks[part.style];
        const codes = [...of.attributes, colour(of, level)];
        if (part.emphasis === 'selected') codes.push('7');
        if (part.emphasis === 'changed') codes.push('4', '1');
        sequence = codes
          .filter((code, index) => code !== '' && codes.indexOf(code) === index)
          .map((code) => `${ESCAPE}${code}m`)
          .join('');
        opened.set(key, sequence);
      }
      return sequence;
    },
  };
}

/** Neighbours of one look share their sequences: each costs Ink time at every frame. */
function renderLine(styled: StyledLine, width: number, theme: Theme): string {
  let text = '';
  let open = '';
  for (const part of fitLine(styled, width)) {
    if (part.text === '') continue;
    const next = theme.open(part);
    if (next !== open) text += (open === '' ? '' : RESET) + next;
    text += part.text;
    open = next;
  }
  return open === '' ? text : text + RESET;
}

/** Exactly `height` rows of exactly `width` columns. */
export function renderLines(
  lines: readonly StyledLine[],
  width: number,
  height: number,
  theme: Theme,
): readonly string[] {
  return Array.from({ length: height }, (_, row) => renderLine(lines[row] ?? [], width, theme));
}
