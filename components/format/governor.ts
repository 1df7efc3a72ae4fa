/** The governor panel: what it would change, its evidence, and the effect to be expected. */
import { basisPoints, count, fixed, percentOf, signed } from '../../state/text/numbers.ts';
import type { SuggestionView } from '../../state/view.ts';
import { line, type Style, type StyledLine, span, wrapText } from '../text/line.ts';

export interface GovernorSlice {
  readonly suggestions: readonly SuggestionView[];
  readonly selected: number | undefined;
  readonly focused: boolean;
}

const STATE_STYLE: Readonly<Record<SuggestionView['state'], Style>> = {
  open: 'warn',
  accepted: 'good',
  rejected: 'quiet',
  undone: 'quiet',
};

function changeText(each: SuggestionView): string {
  return each.action === 'disable'
    ? `disable ${each.producer} (weight ${fixed(each.weightNow, 2)} → 0)`
    : `weight of ${each.producer} ${fixed(each.weightNow, 2)} → ${fixed(each.weightThen, 2)}`;
}

function evidenceText(each: SuggestionView): string {
  return (
    `edge ${basisPoints(each.meanEdgePpm)} against cost ${basisPoints(each.meanCostPpm)} a round trip, ` +
    `${count(each.samples)} outcomes, t ${signed(each.tStatistic, 2)}, right ${percentOf(each.hitRate, 0)}`
  );
}

function effectText(each: SuggestionView): string {
  const net = each.meanEdgePpm - each.meanCostPpm;
  const loses = `each trade of it has ${net < 0 ? 'lost' : 'made'} ${basisPoints(Math.abs(net))} after cost`;
  return `${loses}; ${each.action === 'disable' ? 'it would no longer vote' : 'its vote would count less'}`;
}

/** The panel's rows: the chosen suggestion in full, the others in a line each. */
export function formatGovernor(slice: GovernorSlice, width: number, height: number): readonly StyledLine[] {
  const { suggestions } = slice;
  if (suggestions.length === 0) {
    const text = 'no suggestion: too few measured outcomes yet, or edges that pay their cost';
    return wrapText(text, width - 1).map((row) => line(' ', span(row, 'quiet')));
  }
  const chosen = suggestions.find((each) => each.suggestionId === slice.selected) ?? suggestions[0];
  const lines: StyledLine[] = [];
  for (const each of suggestions) {
    if (lines.length >= height) break;
    const isChosen = each === chosen;
    lines.push(
      line(
        slice.focused && isChosen ? '▸ ' : '  ',
        span(`#${each.suggestionId} `, 'quiet'),
        span(changeText(each), isChosen ? 'strong' : 'plain'),
        '  ',
        span(each.state.toUpperCase(), STATE_STYLE[each.state]),
      ),
    );
    if (isChosen) {
      for (const text of [evidenceText(each), effectText(each)]) {
        lines.push(...wrapText(text, width - 4).map((row) => line('    ', span(row, 'quiet'))));
      }
    }
  }
  return lines;
}
