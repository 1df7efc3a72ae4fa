/** The price of a symbol, with what stands on it: fills, entry, stop and target, or a proposal. */

import type { LogEntry } from '../../state/log-entry.ts';
import { decimalsOf } from '../../state/text/decimals.ts';
import type { EngineView, PositionView, ProposalView, SymbolView } from '../../state/view.ts';
import type { FillMark, Level, LinePlot } from './chart-line.ts';

/** Of an axis whose prices have none, or are not known yet. */
const USUAL_DECIMALS = 2;

function levelsOf(position: PositionView | undefined, proposal: ProposalView | undefined): readonly Level[] {
  const from = (letter: Level['letter'], text: string | undefined): readonly Level[] => {
    const value = Number(text);
    return text !== undefined && Number.isFinite(value) && value > 0 ? [{ letter, value }] : [];
  };
  if (position !== undefined) {
    return [...from('@', position.entry), ...from('S', position.stop), ...from('T', position.target)];
  }
  if (proposal === undefined) return [];
  return [...from('P', proposal.limit), ...from('S', proposal.stop), ...from('T', proposal.target)];
}

/** Fills of one instrument on the bars that are shown. */
export function fillMarks(
  entries: readonly LogEntry[],
  symbol: SymbolView,
  atUs: number,
  barIntervalUs: number | undefined,
): readonly FillMark[] {
  if (barIntervalUs === undefined || barIntervalUs <= 0) return [];
  const last = symbol.closes.length - 1;
  const lastBarEndUs = Math.floor(atUs / barIntervalUs) * barIntervalUs;
  const marks: FillMark[] = [];
  for (const { event, price } of entries) {
    if (event.kind !== 'fill' || event.instrument !== symbol.instrument || price === undefined) continue;
    const index = Math.min(last, last - Math.floor((lastBarEndUs - event.atUs) / barIntervalUs));
    if (index >= 0) marks.push({ index, value: Number(price), bought: event.side > 0 });
  }
  return marks;
}

/** When the bars that are shown have closed. */
function closedAtUs({ closes }: SymbolView, { atUs, barIntervalUs }: EngineView): readonly number[] | undefined {
  if (barIntervalUs === undefined || barIntervalUs <= 0) return undefined;
  const lastUs = Math.floor(atUs / barIntervalUs) * barIntervalUs;
  return closes.map((_, at) => lastUs - (closes.length - 1 - at) * barIntervalUs);
}

/** What the price chart of a symbol shows. */
export function pricePlot(
  view: EngineView,
  symbol: SymbolView,
  proposal: ProposalView | undefined,
  entries: readonly LogEntry[],
): LinePlot {
  const position = view.positions.find((each) => each.instrument === symbol.instrument);
  return {
    values: symbol.closes,
    timesUs: closedAtUs(symbol, view),
    levels: levelsOf(position, proposal?.instrument === symbol.instrument ? proposal : undefined),
    fills: fillMarks(entries, symbol, view.atUs, view.barIntervalUs),
    decimals: decimalsOf(symbol.last ?? '') || USUAL_DECIMALS,
  };
}

/** What the letters mean, for the title bar. */
export function priceLegend({ levels, fills }: LinePlot): string {
  const names = { '@': '@ entry', S: 'S stop', T: 'T target', P: 'P limit' };
  return [...levels.map((each) => names[each.letter]), ...(fills.length > 0 ? ['▲▼ fills'] : [])].join(' ');
}
