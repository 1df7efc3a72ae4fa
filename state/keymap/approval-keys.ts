/** Keys that answer proposals, and those of the field for a smaller size. */
import type { Answered, ConsoleState } from '../model.ts';
import { selectedProposal, shownProposals, WAKE_BEFORE_MS } from '../proposals.ts';
import { selectedSymbol } from '../rows.ts';
import type { Binding } from './bindings.ts';
import { keyOf } from './key-names.ts';

/** Why what a panel asks cannot be answered now: nobody sees it. */
export function notDrawn({ ui, bindings }: ConsoleState, panel: Exclude<Answered, 'dialog'>): string | undefined {
  if (ui.drawn.has(panel)) return undefined;
  return `it is not on the screen: ${keyOf(bindings, `panel-${panel}`)} shows it where there is room`;
}

const noProposal = (state: ConsoleState): string | undefined => {
  if (selectedProposal(state) !== undefined) return notDrawn(state, 'approvals');
  return shownProposals(state).length > 0
    ? `what waits is snoozed: ${keyOf(state.bindings, 'next-proposal')} chooses it`
    : 'nothing waits';
};

/** The symbol that was chosen by hand is another one: choosing the proposal takes the chart to it. */
const isElsewhere = (state: ConsoleState): boolean => {
  const instrument = selectedProposal(state)?.instrument;
  return instrument !== undefined && instrument !== selectedSymbol(state)?.instrument;
};

const noOtherProposal = (state: ConsoleState): string | undefined => {
  const waiting = shownProposals(state).length;
  const others = waiting - (selectedProposal(state) === undefined ? 0 : 1);
  if (others > 0 || isElsewhere(state)) return undefined;
  return waiting === 0 ? 'nothing waits' : 'there is no other proposal';
};

const notSeveral = (state: ConsoleState): string | undefined =>
  shownProposals(state).length > 1 ? undefined : `no two wait: ${keyOf(state.bindings, 'veto')} vetoes one`;

const tooLateToSnooze = (state: ConsoleState): string | undefined =>
  noProposal(state) ??
  ((selectedProposal(state)?.remainingMs ?? 0) > WAKE_BEFORE_MS ? undefined : 'it ends in less than 5 s');

const nothingSmaller = (state: ConsoleState): string | undefined => {
  const { lots, leastLots } = selectedProposal(state) ?? { lots: 0, leastLots: 0 };
  return noProposal(state) ?? (lots > leastLots ? undefined : 'the venue takes nothing smaller');
};

export const APPROVALS: readonly Binding[] = [
  {
    scope: 'approvals',
    name: 'approve',
    keys: ['a'],
    command: { id: 'approve' },
    text: 'approve the chosen proposal',
    footer: 'approve',
    acting: true,
    disabled: noProposal,
  },
  {
    scope: 'approvals',
    name: 'veto',
    keys: ['v'],
    command: { id: 'veto' },
    text: 'veto the chosen proposal',
    footer: 'veto',
    acting: true,
    disabled: noProposal,
  },
  {
    scope: 'approvals',
    name: 'next-proposal',
    keys: ['n'],
    command: { id: 'select-proposal', step: 1 },
    text: 'next proposal',
    footer: 'next',
    footerNow: (state) => (isElsewhere(state) ? 'its chart' : 'next'),
    disabled: noOtherProposal,
  },
  {
    scope: 'approvals',
    name: 'previous-proposal',
    keys: ['p'],
    command: { id: 'select-proposal', step: -1 },
    text: 'previous proposal',
    disabled: noOtherProposal,
  },
  {
    scope: 'approvals',
    name: 'smaller',
    keys: ['e'],
    command: { id: 'smaller' },
    text: 'smaller size of it, never larger; you answer it after',
    footer: 'smaller',
    acting: true,
    disabled: nothingSmaller,
  },
  {
    scope: 'approvals',
    name: 'snooze',
    keys: ['s'],
    command: { id: 'snooze' },
    text: 'snooze it until 5 s before its end, or until it is chosen',
    footer: 'snooze',
    acting: true,
    disabled: tooLateToSnooze,
  },
  {
    scope: 'approvals',
    name: 'veto-all',
    keys: ['w'],
    command: { id: 'veto-all' },
    text: 'veto all that wait and were seen, snoozed ones too',
    footer: 'veto all',
    acting: true,
    disabled: notSeveral,
  },
];

export const SMALLER_SIZE: readonly Binding[] = [
  {
    scope: 'size',
    keys: ['enter'],
    command: { id: 'confirm-size' },
    text: 'ask for this size',
    footer: 'confirm',
    acting: true,
  },
  { scope: 'size', keys: ['escape'], command: { id: 'close' }, text: 'leave the size as it is', footer: 'cancel' },
  { scope: 'size', keys: ['backspace'], command: { id: 'erase' }, text: 'erase' },
];
