/** Bids and asks of a book, added up by their distance from the middle: how much stands how near. */

import type { DepthView } from '../../state/depth-view.ts';
import { decimalsOf } from '../../state/text/decimals.ts';
import { count, fixed, grouped } from '../../state/text/numbers.ts';
import type { SymbolView } from '../../state/view.ts';
import type { Cell, Plotter } from '../charts/contrib-line.ts';
import { bar } from '../text/bars.ts';
import { clipLine, fitLine, line, type Span, type Style, type StyledLine, span } from '../text/line.ts';
import { type ChartFrame, merged, SMALLEST_HEIGHT, SMALLEST_WIDTH, withHeadroom } from './chart-line.ts';
import { field, figure, flow, UNKNOWN } from './fields.ts';

/** The plotter is given shares of this: its own labels, which nobody sees, must stay one digit wide. */
const PLOTTED = 5;
const LABEL_GAP = 2;
/** Lower panels say less in words. */
const TALL = 12;

/** Texts of a depth: quantities in lots, distances in steps, all of as many places: what moves must not jump about. */
export function depthUnits({ lotSize, step }: DepthView): {
  quantity(lots: number): string;
  distance(steps: number): string;
} {
  return {
    quantity: (lots) => grouped(fixed(lots * Number(lotSize), decimalsOf(lotSize))),
    distance: (steps) => grouped(fixed(steps * Number(step), decimalsOf(step))),
  };
}

/** Why there is no depth to show. */
function missing(symbol: SymbolView): StyledLine {
  if (symbol.book === 'gap')
    return line(span(' GAP', 'alarm'), span(' an update of the book is missing: none is shown'));
  const why = symbol.book === 'none' ? 'no book of this symbol has come' : 'the book of this symbol is empty';
  return line(span(` nothing yet: ${why}`, 'quiet'));
}

function summary(symbol: SymbolView, depth: DepthView, { stale, changed }: ChartFrame): readonly StyledLine[] {
  const { quantity, distance } = depthUnits(depth);
  const has = (key: string): boolean => changed.has(`symbol.${symbol.instrument}.${key}`);
  const best = (side: 'bid' | 'ask', style: Style) =>
    figure(symbol[side] === undefined ? undefined : grouped(symbol[side]), style, { stale, changed: has(side) });
  const reach = depth.bidLots.length;
  const beyond = depth.beyond === 0 ? '' : `, ${count(depth.beyond)} farther`;
  return [
    line(...field('bid', best('bid', 'up')), '  ', ...field('ask', best('ask', 'down'))),
    field('spread', spreadSpan(symbol, stale, has('spreadBps'))),
    line(
      ...field(`within ${distance(reach)}`, figure(quantity(depth.bidLots.at(-1) ?? 0), 'up', { stale })),
      span(' bid, ', 'quiet'),
      figure(quantity(depth.askLots.at(-1) ?? 0), 'down', { stale }),
      span(' asked', 'quiet'),
    ),
    line(span(`${count(depth.levels)} levels${beyond}`, 'quiet')),
  ];
}

function spreadSpan({ bid, ask, spreadBps }: SymbolView, stale: boolean, changed: boolean): Span {
  if (bid === undefined || ask === undefined || spreadBps === undefined) return span(UNKNOWN, 'quiet');
  const spread = fixed(Number(ask) - Number(bid), Math.max(decimalsOf(bid), decimalsOf(ask)));
  return figure(`${grouped(spread)} (${fixed(spreadBps, 2)} bp)`, 'plain', { stale, changed });
}

/** The rows. */
export function formatDepth(symbol: SymbolView | undefined, frame: ChartFrame): readonly StyledLine[] {
  const { width, height, plotter } = frame;
  if (symbol === undefined) return [line(span(' no symbol has data yet', 'quiet'))];
  const { depth } = symbol;
  if (depth === undefined) return [missing(symbol)];
  const words = flow(summary(symbol, depth, frame), width, ' ').slice(0, height < TALL ? 2 : height);
  const room = height - words.length - 1;
  const drawn =
    plotter === undefined || width < SMALLEST_WIDTH || room < SMALLEST_HEIGHT
      ? sideBars(depth, width)
      : curves(symbol, depth, width, room, plotter);
  return [...words, ...drawn];
}

/** Both sides as one bar each. */
function sideBars({ bidLots, askLots }: DepthView, width: number): readonly StyledLine[] {
  const [bids, asks] = [bidLots.at(-1) ?? 0, askLots.at(-1) ?? 0];
  const share = (lots: number): number => lots / Math.max(bids, asks, 1);
  const room = Math.max(4, width - 7);
  return [
    line(span(' bids ', 'quiet'), ...bar(share(bids), room, 'up')),
    line(span(' asks ', 'quiet'), ...bar(share(asks), room, 'down')),
  ];
}

function curves(
  symbol: SymbolView,
  depth: DepthView,
  width: number,
  height: number,
  plotter: Plotter,
): readonly StyledLine[] {
  const { quantity } = depthUnits(depth);
  const most = Math.max(...depth.bidLots, ...depth.askLots, 1);
  const high = withHeadroom(0, PLOTTED, height);
  const top = quantity(most);
  const half = quantity(Math.round(most / 2));
  const labelColumns = Math.max(top.length, half.length) + LABEL_GAP;
  const sideWidth = Math.floor((width - labelColumns) / 2);
  const area = { width: sideWidth, height, labelColumns: 1, low: 0, high };
  const shares = (lots: readonly number[]): number[] =>
    stretched([0, ...lots], sideWidth * 2).map((each) => (each / most) * PLOTTED);
  const bids = plotter.draw([{ values: shares(depth.bidLots).reverse(), colour: 'green' }], area);
  const asks = plotter.draw([{ values: shares(depth.askLots), colour: 'red' }], area);
  const labels = new Map([
    [0, top],
    [Math.round((height - 2) / 2), half],
    [height - 2, '0'],
  ]);
  const rows = bids.map(
    (row, y): StyledLine => [
      span(`${(labels.get(y) ?? '').padStart(labelColumns - 1)} `, 'quiet'),
      ...sideSpans(row, 'up'),
      ...sideSpans(asks[y] ?? [], 'down'),
    ],
  );
  return [...rows, distanceAxis(symbol, depth, labelColumns, sideWidth)];
}

/** The values at `points` equal distances from the first to the last, on straight lines between them. */
export function stretched(values: readonly number[], points: number): readonly number[] {
  return Array.from({ length: points }, (_, i) => {
    const at = (i / Math.max(1, points - 1)) * (values.length - 1);
    const [before = 0, after = before] = values.slice(Math.floor(at), Math.floor(at) + 2);
    return before + (after - before) * (at - Math.floor(at));
  });
}

const sideSpans = (cells: readonly Cell[], style: Style): StyledLine =>
  merged(cells.map(({ char, colour }) => span(char, colour === undefined || colour === 'white' ? 'quiet' : style)));

/** How far the ends are from the middle, and the middle. */
function distanceAxis(symbol: SymbolView, depth: DepthView, indent: number, sideWidth: number): StyledLine {
  const reach = depthUnits(depth).distance(depth.bidLots.length);
  const middle = middleText(symbol);
  const left = fitLine(line(span(`-${reach}`, 'quiet')), sideWidth);
  const right = `+${reach}`;
  const gap = Math.max(1, sideWidth - middle.length - right.length);
  return clipLine(
    line(' '.repeat(indent), ...left, span(middle), span(`${' '.repeat(gap)}${right}`, 'quiet')),
    indent + sideWidth * 2,
  );
}

/** The middle with one place more than the prices have. */
function middleText({ bid, ask }: SymbolView): string {
  if (bid === undefined || ask === undefined) return grouped(bid ?? ask ?? '');
  const middle = (Number(bid) + Number(ask)) / 2;
  return grouped(fixed(middle, Math.max(decimalsOf(bid), decimalsOf(ask)) + 1));
}
