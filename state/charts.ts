/** The kinds of chart that the chart panel goes through, in the order of its key. */

export const CHART_KINDS = ['price', 'equity', 'contribution', 'depth', 'latency'] as const;
export type ChartKind = (typeof CHART_KINDS)[number];

export const CHART_TITLES: Readonly<Record<ChartKind, string>> = {
  price: 'price',
  equity: 'equity & drawdown',
  contribution: 'contribution',
  depth: 'depth',
  latency: 'latency',
};

/** What each of them shows, for the palette. */
export const CHART_TEXTS: Readonly<Record<ChartKind, string>> = {
  price: 'price of the chosen symbol with fills, entry, stop, target and proposal',
  equity: 'equity, and under it how far it is below its peak',
  contribution: 'what each signal adds to the score, and what it has earned',
  depth: 'bids and asks added up by their distance from the middle',
  latency: 'how long data, orders and answers take, as histograms',
};

/** The kind after this one, round the end. */
export function nextChart(kind: ChartKind): ChartKind {
  return CHART_KINDS[(CHART_KINDS.indexOf(kind) + 1) % CHART_KINDS.length] ?? kind;
}

/** What stands beside the chart on a screen with room for two: never the same twice. */
export const besideChart = (kind: ChartKind): ChartKind => (kind === 'depth' ? 'contribution' : 'depth');
