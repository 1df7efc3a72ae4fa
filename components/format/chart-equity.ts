/** Equity, and under it how far it is below its peak, over the same moments. */
import { fixed } from '../../state/text/numbers.ts';
import type { EngineView } from '../../state/view.ts';
import { line, type StyledLine, span } from '../text/line.ts';
import { axisColumns, type ChartFrame, formatLine, type LinePlot, SMALLEST_HEIGHT } from './chart-line.ts';
import { field, flow } from './fields.ts';

/** Of the rows for both. */
const DRAWDOWN_SHARE = 0.4;

/** Moments for each point of a curve: where its points are uneven in time, few of them fall between two moments. */
const MOMENTS_FOR_EACH = 4;

/** Moments evenly apart, from the first to the last of these times: what is as wide took as long. */
export function evenTimes(timesUs: readonly number[]): readonly number[] {
  const [fromUs = 0, toUs = 0] = [timesUs[0], timesUs.at(-1)];
  const steps = (timesUs.length - 1) * MOMENTS_FOR_EACH;
  return Array.from({ length: steps + 1 }, (_, i) => Math.round(fromUs + ((toUs - fromUs) * i) / steps));
}

/** What a curve was at these moments, on straight lines between its points, as it is drawn. */
export function valuesAt(
  atUs: readonly number[],
  values: readonly number[],
  timesUs: readonly number[],
): readonly number[] {
  let point = 0;
  return atUs.map((at) => {
    while (point + 2 < timesUs.length && timesUs[point + 1]! <= at) point++;
    const [fromUs, toUs, from, to] = [timesUs[point]!, timesUs[point + 1]!, values[point]!, values[point + 1]!];
    const share = toUs > fromUs ? Math.min(1, Math.max(0, (at - fromUs) / (toUs - fromUs))) : 1;
    return from + (to - from) * share;
  });
}

/** The two curves of a view. */
function plotsOf(view: EngineView, stale: boolean): { readonly equity: LinePlot; readonly drawdown: LinePlot } {
  const timesUs = evenTimes(view.equityTimesUs);
  const valuesOf = (curve: readonly number[]): readonly number[] => valuesAt(timesUs, curve, view.equityTimesUs);
  const plot = { timesUs, levels: [], fills: [], decimals: 2, stale };
  return {
    equity: { ...plot, values: valuesOf(view.equityCurve) },
    drawdown: { ...plot, values: valuesOf(view.drawdownCurve), unit: ' %', reaches: 0, colour: 'red' },
  };
}

/** The rows; where two plots do not fit, the drawdown is told in words. */
export function formatEquity(view: EngineView, frame: ChartFrame): readonly StyledLine[] {
  const { width, height, plotter, stale } = frame;
  if (view.equityCurve.length < 2) return [line(span(' nothing yet: equity is looked at once a second', 'quiet'))];
  const { equity, drawdown } = plotsOf(view, stale);
  if (plotter === undefined || height < SMALLEST_HEIGHT * 2) {
    const words = flow(drawdownWords(view.drawdownCurve, stale), width, ' ').slice(0, 1);
    return [...formatLine(equity, { ...frame, height: height - words.length }), ...words];
  }
  const below = Math.max(SMALLEST_HEIGHT, Math.floor(height * DRAWDOWN_SHARE));
  const columns = Math.max(axisColumns(equity, height - below), axisColumns(drawdown, below));
  return [
    ...formatLine({ ...equity, axisColumns: columns }, { ...frame, height: height - below }),
    ...formatLine({ ...drawdown, axisColumns: columns }, { ...frame, height: below }),
  ];
}

function drawdownWords(values: readonly number[], stale: boolean): readonly StyledLine[] {
  const now = `${stale ? '~' : ''}${fixed(values.at(-1) ?? 0, 2)} %`;
  return [field('below its peak', span(now)), field('most', span(`${fixed(Math.min(...values), 2)} %`))];
}
