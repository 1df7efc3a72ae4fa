/** Lines of styled text: what every formatter makes and the theme turns into escape sequences. */
import { clean } from '../../state/text/clean.ts';
import { clipText, textWidth } from './width.ts';

/** What a piece of text means; the theme decides how that looks. */
export type Style =
  | 'plain'
  | 'quiet'
  | 'strong'
  | 'title'
  | 'focused'
  | 'up'
  | 'down'
  | 'warn'
  | 'alarm'
  | 'good'
  | 'key'
  | 'paper'
  | 'live'
  /** The colours of `alarm` and `live` for blocks, which would be holes where front and back change places. */
  | 'alarm-solid'
  | 'live-solid'
  | 'stale'
  | 'entry'
  | 'stop'
  | 'target';

/** Laid over a style: the selected row, or a value that the last step changed. */
export type Emphasis = 'none' | 'selected' | 'changed';

export interface Span {
  readonly text: string;
  readonly style: Style;
  readonly emphasis: Emphasis;
}

export type StyledLine = readonly Span[];

/** A piece of text, cleaned: no formatter can let a control character through. */
export function span(text: string, style: Style = 'plain', emphasis: Emphasis = 'none'): Span {
  return { text: clean(text), style, emphasis };
}

export function line(...parts: ReadonlyArray<Span | string>): StyledLine {
  return parts.map((part) => (typeof part === 'string' ? span(part) : part));
}

export function lineWidth(styled: StyledLine): number {
  return styled.reduce((sum, part) => sum + textWidth(part.text), 0);
}

/** The line cut to `width` columns, with `…` where something is missing. */
export function clipLine(styled: StyledLine, width: number): StyledLine {
  if (lineWidth(styled) <= width) return styled;
  const clipped: Span[] = [];
  let room = width;
  for (const part of styled) {
    const needed = textWidth(part.text);
    if (needed > room || (needed === room && part !== styled.at(-1))) {
      clipped.push({ ...part, text: clipText(`${part.text}…`, room) });
      break;
    }
    clipped.push(part);
    room -= needed;
  }
  return clipped;
}

/** The line cut or filled with spaces to exactly `width` columns. */
export function fitLine(styled: StyledLine, width: number): StyledLine {
  const clipped = clipLine(styled, width);
  const missing = width - lineWidth(clipped);
  return missing > 0 ? [...clipped, span(' '.repeat(missing))] : clipped;
}

/** Two lines on one row: the right one at the right edge, the left one cut where they would meet. */
export function spread(left: StyledLine, right: StyledLine, width: number): StyledLine {
  const rightPart = clipLine(right, width);
  const room = Math.max(0, width - lineWidth(rightPart) - 1);
  return [...fitLine(left, room), ...(room < width - lineWidth(rightPart) ? [span(' ')] : []), ...rightPart];
}

/** The lines with one emphasis over all of their text. */
export function emphasised(styled: StyledLine, emphasis: Emphasis): StyledLine {
  return styled.map((part) => ({ ...part, emphasis }));
}

/** Words on as many lines as they need, none wider than `width`; a longer word is cut. */
export function wrapText(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of clean(text).split(' ')) {
    const joined = current === '' ? word : `${current} ${word}`;
    if (textWidth(joined) <= width) {
      current = joined;
      continue;
    }
    if (current !== '') lines.push(current);
    current = clipText(word, width);
  }
  lines.push(current);
  return lines;
}

/** The text of a line without styles: for tests and golden files. */
export function plainText(styled: StyledLine): string {
  return styled.map((part) => part.text).join('');
}
