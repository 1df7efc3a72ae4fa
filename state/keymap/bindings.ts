/** The one table of keys: it feeds the dispatcher, the footer, the help overlay and the README. */
import type { ConsoleState, QuitChoice } from '../model.ts';
import { PANEL_TITLES, PANELS, panelKey } from '../panels.ts';
import { chosenDecision, quitChoices, selectedProposal, selectedSuggestion } from '../selectors.ts';
import { CONTROL_ORDER } from '../text/names.ts';
import type { Command } from './commands.ts';
import { REPLAY_KEYS } from './replay-keys.ts';
import type { Scope } from './scopes.ts';
import { VENUE_KEYS } from './venue-keys.ts';

export interface Binding {
  readonly scope: Scope;
  /** Names of keys as `input.ts` gives them; the first is the one that is shown. */
  readonly keys: readonly string[];
  readonly command: Command;
  /** What it does, for help and README. */
  readonly text: string;
  /** One or two words for the footer; a key without them is not in it. */
  readonly footer?: string;
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

const noProposal = (state: ConsoleState): string | undefined =>
  selectedProposal(state) === undefined ? 'no proposal waits' : undefined;

const noOtherProposal = (state: ConsoleState): string | undefined =>
  (state.view?.proposals.length ?? 0) > 1 ? undefined : 'there is no other proposal';

const suggestionNot =
  (wanted: 'open' | 'accepted') =>
  (state: ConsoleState): string | undefined => {
    const suggestion = selectedSuggestion(state);
    if (suggestion === undefined) return 'the governor suggests nothing';
    if (suggestion.state === wanted) return undefined;
    return `suggestion #${suggestion.suggestionId} is ${suggestion.state}`;
  };

const nothingToExplain = (state: ConsoleState): string | undefined =>
  chosenDecision(state) === undefined ? 'there is no decision behind this' : undefined;

const notToStandAt = ({ ui, view }: ConsoleState): string | undefined => {
  if (ui.overlay.kind !== 'explain' || ui.overlay.explain === undefined) return 'no decision is explained yet';
  return view?.replay === undefined ? `this market is running: ${ui.overlay.explain.reopen} stands there` : undefined;
};

const notOffered =
  (choice: QuitChoice) =>
  (state: ConsoleState): string | undefined =>
    state.ui.overlay.kind === 'quit' && !quitChoices(state).includes(choice)
      ? `${choice} is not offered now`
      : undefined;

const ALWAYS: readonly Binding[] = [
  {
    scope: 'always',
    keys: ['ctrl-k'],
    command: { id: 'kill' },
    text: 'KILL: block entries and cancel them at once; protection stays',
    footer: 'KILL',
  },
  { scope: 'always', keys: ['ctrl-c'], command: { id: 'quit' }, text: 'leave (asks)' },
  {
    scope: 'always',
    keys: ['ctrl-z'],
    command: { id: 'hide' },
    text: 'hide the console; the engine goes on, any key brings it back',
  },
  { scope: 'always', keys: ['ctrl-l'], command: { id: 'repaint' }, text: 'repaint the screen' },
];

const APPROVALS: readonly Binding[] = [
  {
    scope: 'approvals',
    keys: ['a'],
    command: { id: 'approve' },
    text: 'approve the chosen proposal',
    footer: 'approve',
    acting: true,
    disabled: noProposal,
  },
  {
    scope: 'approvals',
    keys: ['v'],
    command: { id: 'veto' },
    text: 'veto the chosen proposal',
    footer: 'veto',
    acting: true,
    disabled: noProposal,
  },
  {
    scope: 'approvals',
    keys: ['n'],
    command: { id: 'select-proposal', step: 1 },
    text: 'next proposal',
    footer: 'next',
    disabled: noOtherProposal,
  },
  {
    scope: 'approvals',
    keys: ['p'],
    command: { id: 'select-proposal', step: -1 },
    text: 'previous proposal',
    disabled: noOtherProposal,
  },
];

const GOVERNOR: readonly Binding[] = [
  {
    scope: 'governor',
    keys: ['y'],
    command: { id: 'accept-suggestion' },
    text: 'accept the suggestion',
    footer: 'accept',
    acting: true,
    disabled: suggestionNot('open'),
  },
  {
    scope: 'governor',
    keys: ['x'],
    command: { id: 'reject-suggestion' },
    text: 'reject the suggestion',
    footer: 'reject',
    acting: true,
    disabled: suggestionNot('open'),
  },
  {
    scope: 'governor',
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
    keys: ['enter'],
    command: { id: 'explain' },
    text: 'explain the chosen proposal, position or decision, layer by layer',
    footer: 'explain',
    disabled: nothingToExplain,
  },
  { scope: 'main', keys: ['g'], command: { id: 'focus-governor' }, text: 'focus the governor' },
  { scope: 'main', keys: ['tab'], command: { id: 'focus', step: 1 }, text: 'focus the next panel', footer: 'focus' },
  { scope: 'main', keys: ['shift-tab'], command: { id: 'focus', step: -1 }, text: 'focus the previous panel' },
  {
    scope: 'main',
    keys: ['j', 'down'],
    command: { id: 'move', step: 1 },
    text: 'down in the focused panel',
  },
  { scope: 'main', keys: ['k', 'up'], command: { id: 'move', step: -1 }, text: 'up in the focused panel' },
  {
    scope: 'main',
    keys: ['z'],
    command: { id: 'zoom' },
    text: 'give the whole screen to the focused panel, or take it back',
    footer: 'zoom',
  },
  ...PANELS.map(
    (panel): Binding => ({
      scope: 'main',
      keys: [panelKey(panel)],
      command: { id: 'show-panel', panel },
      text: PANEL_TITLES[panel],
    }),
  ),
  {
    scope: 'main',
    keys: ['m'],
    command: { id: 'tighten' },
    text: 'tighten control one step (AUTO → VETO → MANUAL → OBSERVE)',
    footer: 'tighten',
    acting: true,
    disabled: (state) => atLimit(state, 'first'),
  },
  {
    scope: 'main',
    keys: ['M'],
    command: { id: 'loosen' },
    text: 'loosen control one step; asks for a typed code',
    disabled: (state) => atLimit(state, 'last'),
  },
  {
    scope: 'main',
    keys: ['R'],
    command: { id: 'resume' },
    text: 'resume after a kill or halt; asks for a typed code',
    disabled: nothingHalted,
  },
  {
    scope: 'main',
    keys: ['F'],
    command: { id: 'flatten' },
    text: 'after a kill: close all positions; asks for a typed code',
    disabled: notKilled,
  },
  ...VENUE_KEYS,
  { scope: 'main', keys: ['T'], command: { id: 'timing' }, text: 'what the screen costs: frames, bytes, lag, memory' },
  { scope: 'main', keys: ['?'], command: { id: 'help' }, text: 'help', footer: 'help' },
  { scope: 'main', keys: ['q'], command: { id: 'quit' }, text: 'leave (asks)', footer: 'leave' },
];

const PANEL_OWN: readonly Binding[] = [
  { scope: 'chart', keys: ['e'], command: { id: 'toggle-equity' }, text: 'price or equity', footer: 'equity' },
  { scope: 'log', keys: ['/'], command: { id: 'filter' }, text: 'show only lines with a text', footer: 'filter' },
];

const OVERLAYS: readonly Binding[] = [
  {
    scope: 'explain',
    keys: ['o'],
    command: { id: 'go-to-decision' },
    text: 'in a replay: go to the moment of this decision',
    footer: 'go to this moment',
    disabled: notToStandAt,
  },
  { scope: 'scrolling', keys: ['escape', 'q', 'enter', '?'], command: { id: 'close' }, text: 'close', footer: 'close' },
  { scope: 'scrolling', keys: ['j', 'down'], command: { id: 'scroll', by: 1 }, text: 'down', footer: 'down' },
  { scope: 'scrolling', keys: ['k', 'up'], command: { id: 'scroll', by: -1 }, text: 'up', footer: 'up' },
  {
    scope: 'scrolling',
    keys: ['space', 'page-down'],
    command: { id: 'scroll', by: 15 },
    text: 'a page down',
    footer: 'page',
  },
  { scope: 'scrolling', keys: ['b', 'page-up'], command: { id: 'scroll', by: -15 }, text: 'a page up' },
  { scope: 'scrolling', keys: ['home'], command: { id: 'scroll', by: -1e9 }, text: 'to the top' },
  { scope: 'scrolling', keys: ['end'], command: { id: 'scroll', by: 1e9 }, text: 'to the end' },
  {
    scope: 'quit',
    keys: ['escape', 's'],
    command: { id: 'quit-choice', choice: 'stay' },
    text: 'stay',
    footer: 'stay',
  },
  {
    scope: 'quit',
    keys: ['l'],
    command: { id: 'quit-choice', choice: 'leave' },
    text: 'leave',
    footer: 'leave',
    acting: true,
    disabled: notOffered('leave'),
  },
  {
    scope: 'quit',
    keys: ['f'],
    command: { id: 'quit-choice', choice: 'flatten' },
    text: 'flatten and leave; asks for a typed code',
    acting: true,
    disabled: notOffered('flatten'),
  },
  {
    scope: 'quit',
    keys: ['enter'],
    command: { id: 'quit-choice', choice: 'selected' },
    text: 'do the chosen one',
    footer: 'choose',
    acting: true,
  },
  { scope: 'quit', keys: ['j', 'down', 'right', 'tab'], command: { id: 'choose', step: 1 }, text: 'next choice' },
  {
    scope: 'quit',
    keys: ['k', 'up', 'left', 'shift-tab'],
    command: { id: 'choose', step: -1 },
    text: 'previous choice',
  },
  {
    scope: 'code',
    keys: ['enter'],
    command: { id: 'confirm-code' },
    text: 'confirm the typed code',
    footer: 'confirm',
    acting: true,
  },
  { scope: 'code', keys: ['escape'], command: { id: 'close' }, text: 'do nothing and close', footer: 'cancel' },
  { scope: 'code', keys: ['backspace'], command: { id: 'erase' }, text: 'erase' },
  { scope: 'prompt', keys: ['enter'], command: { id: 'confirm-prompt' }, text: 'confirm', footer: 'confirm' },
  { scope: 'prompt', keys: ['escape'], command: { id: 'close' }, text: 'close', footer: 'cancel' },
  { scope: 'prompt', keys: ['backspace'], command: { id: 'erase' }, text: 'erase' },
];

/** All keys, the most urgent first: the footer shows as many as fit. */
export const BINDINGS: readonly Binding[] = [
  ...APPROVALS,
  ...GOVERNOR,
  ...ALWAYS,
  ...REPLAY_KEYS,
  ...PANEL_OWN,
  ...MAIN,
  ...OVERLAYS,
];
