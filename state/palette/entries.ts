/** What the palette lists: commands of the key table, charts, symbols, and in a replay the place that was typed. */
import { CHART_KINDS, CHART_TEXTS, CHART_TITLES } from '../charts.ts';
import { parseGoTo } from '../commands/go-to.ts';
import type { Binding } from '../keymap/bindings.ts';
import type { Command } from '../keymap/commands.ts';
import { keyLabel } from '../keymap/key-names.ts';
import type { Scope } from '../keymap/scopes.ts';
import type { ConsoleState } from '../model.ts';
import type { PanelId } from '../panels.ts';
import type { ReplayAction } from '../protocol.ts';
import { clean } from '../text/clean.ts';
import { compareMatches, type FuzzyMatch, fuzzyMatch } from './fuzzy.ts';

export interface PaletteEntry {
  /** The same for the same thing, whatever else is listed. */
  readonly id: string;
  readonly name: string;
  readonly text: string;
  /** The key that does the same, as it is shown; empty without one. */
  readonly key: string;
  /** Why it does nothing now, or undefined. */
  readonly disabled: string | undefined;
  readonly does: Deed | undefined;
  /** Places of the letters that were found, in the name or else in the text. */
  readonly nameMarks: readonly number[];
  readonly textMarks: readonly number[];
}

export type Deed =
  /** `panel` gets the focus first: what the command does is seen there. */
  | { readonly kind: 'command'; readonly command: Command; readonly panel: PanelId | undefined }
  | { readonly kind: 'symbol'; readonly instrument: number }
  | { readonly kind: 'go-to'; readonly action: ReplayAction };

type Candidate = Omit<PaletteEntry, 'nameMarks' | 'textMarks'>;

/** Scopes whose commands are listed; those of overlays mean nothing outside of them. */
const LISTED: ReadonlySet<Scope> = new Set(['always', 'main', 'approvals', 'governor', 'chart', 'replay']);

/**
 * A command with a name, but for two kinds. What answers a proposal or a suggestion has a key only, which acts on what
 * has been on screen for a while: the palette covers it. And steps of a selection are no commands to look for.
 */
function isListed({ name, scope, acting, command }: Binding, state: ConsoleState): boolean {
  if (name === undefined || !LISTED.has(scope)) return false;
  if (acting === true && (scope === 'approvals' || scope === 'governor')) return false;
  if (scope === 'replay' && state.view?.replay === undefined) return false;
  return command.id !== 'move' && command.id !== 'palette';
}

function commandEntry(binding: Binding, state: ConsoleState): Candidate {
  const { name = '', scope, command, text } = binding;
  return {
    id: `command ${name}`,
    name,
    text,
    key: keyLabel(binding.keys[0] ?? ''),
    disabled: binding.disabled?.(state),
    does: { kind: 'command', command, panel: scope === 'chart' ? scope : undefined },
  };
}

/** Each chart by name; the key only goes on to the next one. */
const CHARTS: readonly Candidate[] = CHART_KINDS.map((chart) => ({
  id: `chart ${chart}`,
  name: `chart: ${CHART_TITLES[chart]}`,
  text: CHART_TEXTS[chart],
  key: '',
  disabled: undefined,
  does: { kind: 'command', command: { id: 'show-chart', chart }, panel: 'chart' },
}));

/** Each kind of which a model serves; a replay asks the models that were recorded. */
function rollbacks({ view }: ConsoleState): readonly Candidate[] {
  if (view === undefined || view.replay !== undefined) return [];
  const serving = view.votes.flatMap(({ models }) =>
    models.filter(({ role, id }) => role === 'serve' && id !== undefined),
  );
  return [...new Set(serving.map(({ model }) => model))].map((model) => ({
    id: `roll-back ${model}`,
    name: `roll back ${model}`,
    text: 'let the last stable model of this kind serve again',
    key: '',
    disabled: undefined,
    does: { kind: 'command', command: { id: 'roll-back', model }, panel: undefined },
  }));
}

function candidates(state: ConsoleState): readonly Candidate[] {
  const commands = state.bindings.filter((binding) => isListed(binding, state));
  const symbols = (state.view?.symbols ?? []).map(
    ({ symbol, instrument }): Candidate => ({
      id: `symbol ${instrument}`,
      name: clean(symbol),
      text: 'symbol: choose it in ticks, chart and votes',
      key: '',
      disabled: undefined,
      does: { kind: 'symbol', instrument },
    }),
  );
  return [...commands.map((binding) => commandEntry(binding, state)), ...CHARTS, ...rollbacks(state), ...symbols];
}

/** Text that reads as a place in the recording. */
function goToEntry({ view }: ConsoleState, typed: string): readonly PaletteEntry[] {
  const goTo = view?.replay === undefined ? undefined : parseGoTo(typed, view.replay, view.atUs);
  if (goTo === undefined) return [];
  const found = 'action' in goTo;
  return [
    {
      id: 'go-to',
      name: `go to ${typed.trim()}`,
      text: '',
      key: '',
      disabled: found ? undefined : goTo.error,
      does: found ? { kind: 'go-to', action: goTo.action } : undefined,
      nameMarks: [],
      textMarks: [],
    },
  ];
}

interface Ranked {
  readonly entry: PaletteEntry;
  /** How the name fits; undefined where only the explanation has what was typed. */
  readonly match: FuzzyMatch | undefined;
}

/** Fewer letters are in every explanation. */
const LEAST_FOR_TEXT = 3;

/** Names are searched by letters, explanations for what was typed as it stands: letters alone are in any sentence. */
function rank(candidate: Candidate, typed: string): readonly Ranked[] {
  const match = fuzzyMatch(typed, candidate.name);
  if (match !== undefined) return [{ entry: { ...candidate, nameMarks: match.places, textMarks: [] }, match }];
  const textMarks = placesOf(typed.trim().toLowerCase(), candidate.text.toLowerCase());
  return textMarks.length === 0 ? [] : [{ entry: { ...candidate, nameMarks: [], textMarks }, match }];
}

function placesOf(wanted: string, text: string): readonly number[] {
  const at = wanted.length < LEAST_FOR_TEXT ? -1 : text.indexOf(wanted);
  if (at < 0) return [];
  const from = [...text.slice(0, at)].length;
  return [...wanted].map((_, index) => from + index);
}

/** A name that fits comes before an explanation that has it; those stay in the order of the table. */
function compareRanked({ match: a }: Ranked, { match: b }: Ranked): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return compareMatches(a, b);
}

const isDisabled = ({ entry }: Ranked): boolean => entry.disabled !== undefined;

/**
 * What fits the text, the best first; things that fit as well stay in the order of the table. Before anything is typed
 * what can be done comes first.
 */
export function paletteEntries(state: ConsoleState, typed: string): readonly PaletteEntry[] {
  const ranked = candidates(state)
    .flatMap((candidate) => rank(candidate, typed))
    .sort(compareRanked);
  if (typed.trim() === '') ranked.sort((a, b) => Number(isDisabled(a)) - Number(isDisabled(b)));
  return [...goToEntry(state, typed), ...ranked.map(({ entry }) => entry)];
}

/** The entry that Enter would do, or undefined. */
export function chosenEntry(state: ConsoleState): PaletteEntry | undefined {
  const { overlay } = state.ui;
  if (overlay.kind !== 'palette' || overlay.selected === undefined) return undefined;
  return paletteEntries(state, overlay.text).find((entry) => entry.id === overlay.selected);
}
