/** What the chart panel shows, in words: for those who have it read to them. */
import { depthUnits } from '../../components/format/chart-depth.ts';
import { measuredTimes, nothingMeasured } from '../../components/format/chart-latency.ts';
import { pricePlot } from '../../components/format/chart-price.ts';
import { CHART_TITLES } from '../../state/charts.ts';
import { isCounted } from '../../state/explain/ensemble.ts';
import { takesPart } from '../../state/explain/votes.ts';
import type { ConsoleState } from '../../state/model.ts';
import { selectedProposal } from '../../state/proposals.ts';
import { selectedSymbol, symbolReason } from '../../state/rows.ts';
import { fixed, grouped, shortTime, signed } from '../../state/text/numbers.ts';
import type { EngineView, SymbolView } from '../../state/view.ts';

/** The chart that has the focus, as a mark of what is told anew for it; empty where another panel has it. */
export function chartMark(state: ConsoleState): string {
  const { focus, chart } = state.ui;
  const isShown = focus === 'chart' && state.view !== undefined;
  return isShown ? `${chart} ${selectedSymbol(state)?.instrument ?? ''}` : '';
}

/** The chart of this moment, one line or more. */
export function chartLines(state: ConsoleState): readonly string[] {
  const { view } = state;
  if (view === undefined) return [];
  const [first = '', ...more] = wordsOf(state, view);
  return [`chart, ${CHART_TITLES[state.ui.chart]}: ${first}`, ...more.map((each) => `  ${each}`)];
}

function wordsOf(state: ConsoleState, view: EngineView): readonly string[] {
  const symbol = selectedSymbol(state);
  if (state.ui.chart === 'equity') return [equityWords(view)];
  if (state.ui.chart === 'latency') return latencyWords(view);
  if (symbol === undefined) return ['no symbol has data yet'];
  const name = `${symbol.symbol} ${symbolReason(state)}`.trim();
  if (state.ui.chart === 'depth') return [`${name}, ${depthWords(symbol)}`];
  if (state.ui.chart === 'contribution') return contributionWords(view, symbol);
  return [`${name}, ${priceWords(state, view, symbol)}`];
}

const LEVEL_NAMES = { '@': 'entry', S: 'stop', T: 'target', P: 'proposal' } as const;

function priceWords(state: ConsoleState, view: EngineView, symbol: SymbolView): string {
  const { values, levels, fills, decimals } = pricePlot(view, symbol, selectedProposal(state), state.log.entries);
  if (values.length < 2) return 'nothing yet: a chart needs two bars that have closed';
  const price = (value: number): string => grouped(fixed(value, decimals));
  return [
    `last ${grouped(symbol.last ?? 'unknown')}`,
    `${values.length} bars from ${price(Math.min(...values))} to ${price(Math.max(...values))}`,
    ...levels.map(({ letter, value }) => `${LEVEL_NAMES[letter]} ${price(value)}`),
    `${fills.length} fills`,
  ].join(', ');
}

function equityWords({ equityCurve, drawdownCurve }: EngineView): string {
  if (equityCurve.length < 2) return 'nothing yet: equity is looked at once a second';
  const money = (value: number): string => grouped(fixed(value, 2));
  return [
    `now ${money(equityCurve.at(-1) ?? 0)}`,
    `from ${money(Math.min(...equityCurve))} to ${money(Math.max(...equityCurve))}`,
    `${fixed(-(drawdownCurve.at(-1) ?? 0), 2)} per cent below its peak, at most ${fixed(-Math.min(...drawdownCurve), 2)}`,
  ].join(', ');
}

function contributionWords(view: EngineView, { instrument, symbol }: SymbolView): readonly string[] {
  const vote = view.votes.find((each) => each.instrument === instrument);
  if (vote === undefined) return [`${symbol}, nothing yet: no vote, windows are filling`];
  const parts = [...vote.producers]
    .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
    .map((each) => `${each.producer} ${takesPart(each) ? signed(each.contribution, 3) : each.status}`);
  const earned = view.outcomes.producers
    .filter(({ samples }) => samples > 1)
    .map(({ producer, meanEdgePpm, meanCostPpm, samples }) => {
      return `${producer} ${signed((meanEdgePpm - meanCostPpm) / 100, 2)} basis points in ${samples} times`;
    });
  const strategies = view.strategies
    .filter(({ samples }) => samples > 1)
    .map(({ name, meanNetPpm, samples }) => `${name} ${signed(meanNetPpm / 100, 2)} basis points in ${samples} times`);
  const models = vote.models.filter(({ role }) => role === 'serve');
  const said = models.map((each) => `${each.model} ${isCounted(each) ? signed(each.contribution, 3) : each.status}`);
  return [
    `${symbol}, score ${signed(vote.score, 3)}: ${parts.join(', ')}`,
    ...(vote.ensemble === undefined ? [] : [`models, score ${signed(vote.ensemble.score, 3)}: ${said.join(', ')}`]),
    ...(earned.length === 0 ? [] : [`earned over ${view.outcomes.horizonBars} bars, less cost: ${earned.join(', ')}`]),
    ...(strategies.length === 0
      ? []
      : [`strategies over ${view.outcomes.horizonBars} bars, less cost: ${strategies.join(', ')}`]),
  ];
}

function depthWords({ book, bid, ask, depth }: SymbolView): string {
  if (depth === undefined)
    return book === 'gap' ? 'an update of the book is missing: none is shown' : 'nothing yet: there is no book';
  const { quantity, distance } = depthUnits(depth);
  const price = (text: string | undefined): string => (text === undefined ? 'unknown' : grouped(text));
  return [
    `best bid ${price(bid)}`,
    `best ask ${price(ask)}`,
    `within ${distance(depth.bidLots.length)} of the middle ${quantity(depth.bidLots.at(-1) ?? 0)} are bid`,
    `${quantity(depth.askLots.at(-1) ?? 0)} asked`,
  ].join(', ');
}

function latencyWords(view: EngineView): readonly string[] {
  const measured = measuredTimes(view);
  if (measured.length === 0) return [nothingMeasured(view)];
  return measured.map(({ name, meaning, times: { count, p50Us, p99Us, mostUs } }) =>
    count === 0
      ? `${name}: none has been measured yet`
      : `${name}, ${meaning}: half within ${shortTime(p50Us)}, 99 per cent within ${shortTime(p99Us)}, longest ${shortTime(mostUs)}`,
  );
}
