/** The one table of keys: it feeds the dispatcher, the footer, the help overlay and the README. */
import type { ConsoleState } from '../model.ts';
import { PANEL_TITLES, PANELS, panelKey } from '../panels.ts';
import { explained, selectedSuggestion } from '../selectors.ts';
import { CONTROL_ORDER } from '../text/names.ts';
import { APPROVALS, notDrawn } from './approval-keys.ts';
import type { Command, CommandName } from './commands.ts';
import { OVERLAY_KEYS } from './overlay-keys.ts';
import { REPLAY_KEYS } from './replay-keys.ts';
import { ROW_KEYS } from './row-keys.ts';
import type { Scope } from './scopes.ts';
import { VENUE_KEYS } from './venue-keys.ts';

export interface Binding {
  readonly scope: Scope;
  /** Without one its keys are fixed. */
  readonly name?: CommandName;
  /** Names of keys as `input.ts` gives them; the first is the one that is shown. */
  readonly keys: readonly string[];
  readonly command: Command;
  /** What it does, for help and README. */
  readonly text: string;
  /** One or two words for the footer; a key without them is not in it. */
  readonly footer?: string;
  /** The same where it depends on what is chosen. */
  readonly footerNow?: (state: ConsoleState) => string;
  /** Changes an order or a mode: ignored in bursts, in a paste, when repeated, on what has just appeared. */
  readonly acting?: true;
  /** Why it does nothing now, or undefined. */
  readonly disabled?: (state: ConsoleState) => string | undefined;
}

const waiting = (state: ConsoleState): string | undefined =>
  state.view === undefined ? 'the engine has not answered yet' : undefined;

const atLimit = (state: ConsoleState, end: 'first' | 'last'): string | undefined => {
  if (state.view === undefined) return waiting(state);
  const mode = end === 'first' ? CONTROL_ORDER[0] : CONTROL_ORDER.at(-1);
  return state.view.control === mode ? `control is ${mode?.toUpperCase()} already` : undefined;
};

const killed = (state: ConsoleState): boolean => state.view !== undefined && state.view.kill !== 'armed';

const nothingHalted = (state: ConsoleState): string | undefined => {
  if (state.view?.unrecorded !== undefined) return 'the journal cannot be written: leave, and start again';
  return waiting(state) ?? (killed(state) || state.view?.halted !== 'none' ? undefined : 'nothing is halted');
};

const notKilled = (state: ConsoleState): string | undefined =>
  waiting(state) ?? (killed(state) ? undefined : 'kill first (Ctrl-K)');

const suggestionNot =
  (wanted: 'open' | 'accepted') =>
  (state: ConsoleState): string | undefined => {
    const suggestion = selectedSuggestion(state);
    if (suggestion === undefined) return 'the governor suggests nothing';
    if (suggestion.state === wanted) return notDrawn(state, 'governor');
    return `suggestion #${suggestion.suggestionId} is ${suggestion.state}`;
  };

const nothingToExplain = (state: ConsoleState): string | undefined => {
  const found = explained(state);
  return 'reason' in found ? found.reason : undefined;
};

/** What of the focused panel it would explain. */
const explainWords = (state: ConsoleState): string => {
  const found = explained(state);
  return 'what' in found ? `explain ${found.what}` : 'explain';
};

const ALWAYS: readonly Binding[] = [
  {
    scope: 'always',
    name: 'kill',
    keys: ['ctrl-k'],
    command: { id: 'kill' },
    text: 'KILL: block entries and cancel them at once; protection stays',
    footer: 'KILL',
  },
  { scope: 'always', keys: ['ctrl-c'], command: { id: 'quit' }, text: 'leave (asks)' },
  {
    scope: 'always',
    name: 'hide',
    keys: ['ctrl-z'],
    command: { id: 'hide' },
    text: 'hide the console; the engine goes on, any key brings it back',
  },
  { scope: 'always', name: 'repaint', keys: ['ctrl-l'], command: { id: 'repaint' }, text: 'repaint the screen' },
];

const GOVERNOR: readonly Binding[] = [
  {
    scope: 'governor',
    name: 'accept-suggestion',
    keys: ['y'],
    command: { id: 'accept-suggestion' },
    text: 'accept the suggestion',
    footer: 'accept',
    acting: true,
    disabled: suggestionNot('open'),
  },
  {
    scope: 'governor',
    name: 'reject-suggestion',
    keys: ['x'],
    command: { id: 'reject-suggestion' },
    text: 'reject the suggestion',
    footer: 'reject',
    acting: true,
    disabled: suggestionNot('open'),
  },
  {
    scope: 'governor',
    name: 'undo-suggestion',
    keys: ['u'],
    command: { id: 'undo-suggestion' },
    text: 'undo an accepted suggestion',
    footer: 'undo',
    acting: true,
    disabled: suggestionNot('accepted'),
  },
];

const MAIN: readonly Binding[] = [
  {
    scope: 'main',
    name: 'explain',
    keys: ['enter'],
    command: { id: 'explain' },
    text: 'explain the chosen proposal, position or decision, layer by layer',
    footer: 'explain',
    footerNow: explainWords,
    disabled: nothingToExplain,
  },
  { scope: 'main', name: 'focus-governor', keys: ['g'], command: { id: 'focus-governor' }, text: 'focus the governor' },
  {
    scope: 'main',
    name: 'focus-next',
    keys: ['tab'],
    command: { id: 'focus', step: 1 },
    text: 'focus the next panel',
    footer: 'focus',
  },
  {
    scope: 'main',
    name: 'focus-previous',
    keys: ['shift-tab'],
    command: { id: 'focus', step: -1 },
    text: 'focus the previous panel',
  },
  {
    scope: 'main',
    name: 'down',
    keys: ['j', 'down'],
    command: { id: 'move', step: 1 },
    text: 'down in the focused panel',
  },
  { scope: 'main', name: 'up', keys: ['k', 'up'], command: { id: 'move', step: -1 }, text: 'up in the focused panel' },
  {
    scope: 'main',
    name: 'zoom',
    keys: ['z'],
    command: { id: 'zoom' },
    text: 'give the whole screen to the focused panel, or take it back',
    footer: 'zoom',
  },
  ...PANELS.map(
    (panel): Binding => ({
      scope: 'main',
      name: `panel-${panel}`,
      keys: [panelKey(panel)],
      command: { id: 'show-panel', panel },
      text: PANEL_TITLES[panel],
    }),
  ),
  {
    scope: 'main',
    name: 'tighten',
    keys: ['m'],
    command: { id: 'tighten' },
    text: 'tighten control one step (AUTO → VETO → MANUAL → OBSERVE)',
    footer: 'tighten',
    acting: true,
    disabled: (state) => atLimit(state, 'first'),
  },
  {
    scope: 'main',
    name: 'loosen',
    keys: ['M'],
    command: { id: 'loosen' },
    text: 'loosen control one step; asks for a typed code',
    disabled: (state) => atLimit(state, 'last'),
  },
  {
    scope: 'main',
    name: 'resume',
    keys: ['R'],
    command: { id: 'resume' },
    text: 'resume after a kill or halt; asks for a typed code',
    disabled: nothingHalted,
  },
  {
    scope: 'main',
    name: 'flatten',
    keys: ['F'],
    command: { id: 'flatten' },
    text: 'after a kill: close all positions; asks for a typed code',
    disabled: notKilled,
  },
  ...VENUE_KEYS,
  {
    scope: 'main',
    name: 'timing',
    keys: ['T'],
    command: { id: 'timing' },
    text: 'what the screen costs: frames, bytes, lag, memory',
  },
  {
    scope: 'main',
    name: 'palette',
    keys: [':'],
    command: { id: 'palette' },
    text: 'commands, panels and symbols by name; in a replay also a time or a sequence number',
    footer: 'find',
  },
  {
    scope: 'main',
    name: 'messages',
    keys: ['N'],
    command: { id: 'messages' },
    text: 'every message that was shown, newest first',
  },
  { scope: 'main', name: 'help', keys: ['?'], command: { id: 'help' }, text: 'help', footer: 'help' },
  { scope: 'main', name: 'leave', keys: ['q'], command: { id: 'quit' }, text: 'leave (asks)', footer: 'leave' },
];

const PANEL_OWN: readonly Binding[] = [
  {
    scope: 'chart',
    name: 'next-chart',
    keys: ['E'],
    command: { id: 'next-chart' },
    text: 'next chart: price, equity and drawdown, contribution of the signals, depth, latency',
    footer: 'next chart',
  },
];

/** All keys, the most urgent first, before them those of a governor that has the focus: the footer shows as many as fit. */
export const BINDINGS: readonly Binding[] = [
  ...GOVERNOR,
  ...APPROVALS,
  ...ALWAYS,
  ...REPLAY_KEYS,
  ...PANEL_OWN,
  ...ROW_KEYS,
  ...MAIN,
  ...OVERLAY_KEYS,
];
