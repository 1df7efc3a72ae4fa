/** The governor panel: what it would change, its evidence, and the effect to be expected. */
import { suggestionChange } from '../../state/event-text.ts';
import type { Binding } from '../../state/keymap/bindings.ts';
import type { CommandName } from '../../state/keymap/commands.ts';
import { keyOf } from '../../state/keymap/key-names.ts';
import type { StrategyView } from '../../state/strategy-view.ts';
import { basisPoints, count, fixed, percentOf, signed } from '../../state/text/numbers.ts';
import type { SuggestionView } from '../../state/view.ts';
import { line, type Style, type StyledLine, span, wrapText } from '../text/line.ts';
import { figure } from './fields.ts';
import { formatScorecards } from './scorecards.ts';

export interface GovernorSlice {
  readonly suggestions: readonly SuggestionView[];
  readonly strategies: readonly StrategyView[];
  readonly selected: number | undefined;
  readonly focused: boolean;
  /** True when the engine itself is silent: more may have been measured since. */
  readonly silent: boolean;
  readonly bindings: readonly Binding[];
}

const STATE_STYLE: Readonly<Record<SuggestionView['state'], Style>> = {
  open: 'warn',
  accepted: 'good',
  rejected: 'quiet',
  undone: 'quiet',
};

function changeText(each: SuggestionView): string {
  const from = each.action === 'disable' ? ` (weight ${fixed(each.weightNow, 2)} → 0)` : '';
  return suggestionChange(each) + from;
}

function evidenceText(each: SuggestionView): string {
  return (
    `${each.regime === undefined ? '' : `in regime ${each.regime}: `}edge ${basisPoints(each.meanEdgePpm)} against cost ${basisPoints(each.meanCostPpm)} a round trip, ` +
    `${count(each.samples)} outcomes, t ${signed(each.tStatistic, 2)}, right ${percentOf(each.hitRate, 0)}`
  );
}

const EFFECT: Readonly<Record<SuggestionView['action'], string>> = {
  disable: 'it would no longer vote',
  'set-weight': 'its vote would count less',
  'mute-in-regime': 'it would no longer vote there, and as before elsewhere',
};

function effectText(each: SuggestionView): string {
  const net = each.meanEdgePpm - each.meanCostPpm;
  const loses = `each trade of it has ${net < 0 ? 'lost' : 'made'} ${basisPoints(Math.abs(net))} after cost`;
  return `${loses}; ${EFFECT[each.action]}`;
}

const ANSWERS = [
  ['accept-suggestion', 'accept'],
  ['reject-suggestion', 'reject'],
] as const satisfies ReadonlyArray<readonly [CommandName, string]>;

/** How many are open and what answers them, for the title. */
export function governorNote({ suggestions, bindings }: GovernorSlice): string {
  const open = suggestions.filter((each) => each.state === 'open').length;
  if (open === 0) return '';
  return `${open} open: ${keyOf(bindings, 'focus-governor')}, ${ANSWERS.map(([name, word]) => `${keyOf(bindings, name)} ${word}`).join(', ')}`;
}

/** A suggestion in a line, the chosen one with what speaks for it. */
function suggestionLines(each: SuggestionView, isChosen: boolean, slice: GovernorSlice, width: number): StyledLine[] {
  const { focused, silent: stale } = slice;
  const head = line(
    focused && isChosen ? '▸ ' : '  ',
    span(`#${each.suggestionId} `, 'quiet'),
    span(changeText(each), isChosen ? 'strong' : 'plain'),
    '  ',
    figure(each.state.toUpperCase(), STATE_STYLE[each.state], { stale }),
  );
  if (!isChosen) return [head];
  const words = [evidenceText(each), effectText(each)].map((text) => (stale ? `~${text}` : text));
  const rows = words.flatMap((text) => wrapText(text, width - 4));
  return [head, ...rows.map((row) => line('    ', span(row, stale ? 'stale' : 'quiet')))];
}

/** The panel's rows: suggestions, and under them, where there is room, what each strategy has earned. */
export function formatGovernor(slice: GovernorSlice, width: number, height: number): readonly StyledLine[] {
  const lines = suggestionRows(slice, width, height);
  return [...lines, ...formatScorecards(slice.strategies, width, height - lines.length, slice.silent)];
}

/** The chosen suggestion in full, the others in a line each; where there are many, those about it. */
function suggestionRows(slice: GovernorSlice, width: number, height: number): readonly StyledLine[] {
  const { suggestions } = slice;
  if (suggestions.length === 0) {
    const text = 'no suggestion: too few measured outcomes yet, or edges that pay their cost';
    return wrapText(text, width - 1).map((row) => line(' ', span(row, 'quiet')));
  }
  const at = Math.max(
    0,
    suggestions.findIndex((each) => each.suggestionId === slice.selected),
  );
  const lines = suggestions.flatMap((each, place) => suggestionLines(each, place === at, slice, width));
  const end = at + (lines.length - suggestions.length) + 1;
  const from = Math.max(0, Math.min(at, end - height));
  return lines.slice(from, from + height);
}
