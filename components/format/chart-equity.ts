/** Equity, and under it how far it is below its peak, over the same moments. */
import { fixed } from '../../state/text/numbers.ts';
import type { EngineView } from '../../state/view.ts';
import { line, type StyledLine, span } from '../text/line.ts';
import { axisColumns, type ChartFrame, formatLine, type LinePlot, SMALLEST_HEIGHT } from './chart-line.ts';
import { field, flow } from './fields.ts';

/** Of the rows for both. */
const DRAWDOWN_SHARE = 0.4;

/** The two curves of a view. */
function plotsOf(view: EngineView, stale: boolean): { readonly equity: LinePlot; readonly drawdown: LinePlot } {
  const plot = { timesUs: view.equityTimesUs, levels: [], fills: [], decimals: 2, stale };
  return {
    equity: { ...plot, values: view.equityCurve },
    drawdown: { ...plot, values: view.drawdownCurve, unit: ' %', reaches: 0, colour: 'red' },
  };
}

/** The rows; where two plots do not fit, the drawdown is told in words. */
export function formatEquity(view: EngineView, frame: ChartFrame): readonly StyledLine[] {
  const { width, height, plotter, stale } = frame;
  if (view.equityCurve.length < 2) return [line(span(' nothing yet: equity is looked at once a second', 'quiet'))];
  const { equity, drawdown } = plotsOf(view, stale);
  if (plotter === undefined || height < SMALLEST_HEIGHT * 2) {
    const words = flow(drawdownWords(drawdown), width, ' ').slice(0, 1);
    return [...formatLine(equity, { ...frame, height: height - words.length }), ...words];
  }
  const below = Math.max(SMALLEST_HEIGHT, Math.floor(height * DRAWDOWN_SHARE));
  const columns = Math.max(axisColumns(equity, height - below), axisColumns(drawdown, below));
  return [
    ...formatLine({ ...equity, axisColumns: columns }, { ...frame, height: height - below }),
    ...formatLine({ ...drawdown, axisColumns: columns }, { ...frame, height: below }),
  ];
}

function drawdownWords({ values, stale }: LinePlot): readonly StyledLine[] {
  const now = `${stale === true ? '~' : ''}${fixed(values.at(-1) ?? 0, 2)} %`;
  return [field('below its peak', span(now)), field('most', span(`${fixed(Math.min(...values), 2)} %`))];
}
