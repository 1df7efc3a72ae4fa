/** Bars and sparks out of block characters. */
import { type Span, type Style, span } from './line.ts';

const SPARKS = '▁▂▃▄▅▆▇█';

/** A share of `width` cells filled; what is over the limit fills it all. */
export function bar(share: number, width: number, style: Style): readonly Span[] {
  const bounded = Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0;
  const filled = Math.round(bounded * width);
  const solid = style === 'alarm' ? 'alarm-solid' : style;
  return [span('█'.repeat(filled), solid), span('░'.repeat(Math.max(0, width - filled)), 'quiet')];
}

/** A signed share of −1…1 about a middle: `    │██  `. `width` is odd. */
export function balance(share: number, width: number): readonly Span[] {
  const half = Math.floor((width - 1) / 2);
  const bounded = Number.isFinite(share) ? Math.min(1, Math.max(-1, share)) : 0;
  const cells = Math.round(Math.abs(bounded) * half);
  const left = bounded < 0 ? cells : 0;
  const right = bounded > 0 ? cells : 0;
  return [
    span(' '.repeat(half - left)),
    span('█'.repeat(left), 'down'),
    span('│', 'quiet'),
    span('█'.repeat(right), 'up'),
    span(' '.repeat(half - right)),
  ];
}

/** A signed share of −1…1 about a middle, to half a cell: `   ▐██│     `. `width` is odd. */
export function signedBar(share: number, width: number): readonly Span[] {
  const half = Math.floor((width - 1) / 2);
  const bounded = Number.isFinite(share) ? Math.min(1, Math.max(-1, share)) : 0;
  const halves = Math.round(Math.abs(bounded) * half * 2);
  const whole = '█'.repeat(halves >> 1);
  const empty = ' '.repeat(half - Math.ceil(halves / 2));
  const isOdd = halves % 2 === 1;
  const left = bounded < 0 ? [span(empty), span(`${isOdd ? '▐' : ''}${whole}`, 'down')] : [span(' '.repeat(half))];
  const right = bounded > 0 ? [span(`${whole}${isOdd ? '▌' : ''}`, 'up'), span(empty)] : [span(' '.repeat(half))];
  return [...left, span('│', 'quiet'), ...right];
}

/** Shares of 0–1 as columns of eighths, `height` rows high; the least that is more than nothing shows. */
export function columnRows(shares: readonly number[], height: number): readonly string[] {
  const eighths = shares.map((share) => (share > 0 ? Math.max(1, Math.round(Math.min(1, share) * height * 8)) : 0));
  return Array.from({ length: height }, (_, row) => {
    const below = (height - 1 - row) * 8;
    return eighths.map((each) => (each <= below ? ' ' : (SPARKS[Math.min(8, each - below) - 1] ?? ' '))).join('');
  });
}

/** The last `width` values as one row of blocks from their lowest to their highest. */
export function spark(values: readonly number[], width: number): Span {
  const shown = values.filter(Number.isFinite).slice(-width);
  if (shown.length < 2) return span('');
  const low = Math.min(...shown);
  const range = Math.max(...shown) - low;
  const text = shown
    .map((value) => SPARKS[range === 0 ? 3 : Math.round(((value - low) / range) * (SPARKS.length - 1))])
    .join('');
  const first = shown[0] ?? 0;
  const last = shown.at(-1) ?? 0;
  return span(text, last > first ? 'up' : last < first ? 'down' : 'quiet');
}
