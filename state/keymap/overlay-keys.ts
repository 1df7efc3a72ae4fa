/** Keys of overlays. Those of dialogs and of fields that take text are fixed: nothing that people type there may act. */

import type { ConsoleState, QuitChoice } from '../model.ts';
import { quitChoices } from '../selectors.ts';
import { SMALLER_SIZE } from './approval-keys.ts';
import type { Binding } from './bindings.ts';

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

const noList = ({ ui }: ConsoleState): string | undefined =>
  ui.overlay.kind === 'help' || ui.overlay.kind === 'messages' ? undefined : 'this page is no list';

export const OVERLAY_KEYS: readonly Binding[] = [
  {
    scope: 'explain',
    name: 'go-to-decision',
    keys: ['o'],
    command: { id: 'go-to-decision' },
    text: 'in a replay: go to the moment of this decision',
    footer: 'go to this moment',
    disabled: notToStandAt,
  },
  {
    scope: 'scrolling',
    name: 'close',
    keys: ['escape', 'q', 'enter', '?'],
    command: { id: 'close' },
    text: 'close',
    footer: 'close',
  },
  {
    scope: 'scrolling',
    name: 'scroll-down',
    keys: ['j', 'down'],
    command: { id: 'scroll', by: 1 },
    text: 'down',
    footer: 'down',
  },
  {
    scope: 'scrolling',
    name: 'scroll-up',
    keys: ['k', 'up'],
    command: { id: 'scroll', by: -1 },
    text: 'up',
    footer: 'up',
  },
  {
    scope: 'scrolling',
    name: 'page-down',
    keys: ['space', 'page-down'],
    command: { id: 'scroll', by: 15 },
    text: 'a page down',
    footer: 'page',
  },
  {
    scope: 'scrolling',
    name: 'page-up',
    keys: ['b', 'page-up'],
    command: { id: 'scroll', by: -15 },
    text: 'a page up',
  },
  { scope: 'scrolling', name: 'to-top', keys: ['home'], command: { id: 'scroll', by: -1e9 }, text: 'to the top' },
  { scope: 'scrolling', name: 'to-end', keys: ['end'], command: { id: 'scroll', by: 1e9 }, text: 'to the end' },
  {
    scope: 'scrolling',
    name: 'filter-page',
    keys: ['/'],
    command: { id: 'filter' },
    text: 'keys and messages: show only those with a text',
    footer: 'filter',
    disabled: noList,
  },
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
  ...SMALLER_SIZE,
  {
    scope: 'palette',
    keys: ['enter'],
    command: { id: 'run-chosen' },
    text: 'do what is chosen',
    footer: 'do it',
    acting: true,
  },
  { scope: 'palette', keys: ['down', 'ctrl-n'], command: { id: 'choose', step: 1 }, text: 'next', footer: 'next' },
  { scope: 'palette', keys: ['up', 'ctrl-p'], command: { id: 'choose', step: -1 }, text: 'previous' },
  { scope: 'palette', keys: ['escape'], command: { id: 'close' }, text: 'close', footer: 'cancel' },
  { scope: 'palette', keys: ['backspace'], command: { id: 'erase' }, text: 'erase' },
  { scope: 'prompt', keys: ['enter'], command: { id: 'confirm-prompt' }, text: 'confirm', footer: 'confirm' },
  { scope: 'prompt', keys: ['escape'], command: { id: 'close' }, text: 'close', footer: 'cancel' },
  { scope: 'prompt', keys: ['backspace'], command: { id: 'erase' }, text: 'erase' },
  {
    scope: 'tour',
    keys: ['enter', 'space'],
    command: { id: 'next-page' },
    text: 'next page, behind the last one the console',
    footer: 'go on',
  },
  { scope: 'tour', keys: ['escape'], command: { id: 'close' }, text: 'end them for good', footer: 'end' },
  { scope: 'tour', keys: [':'], command: { id: 'palette' }, text: 'end them and find by name', footer: 'find' },
  { scope: 'tour', keys: ['?'], command: { id: 'help' }, text: 'end them and show all keys', footer: 'help' },
  { scope: 'tour', keys: ['q'], command: { id: 'quit' }, text: 'leave (asks)', footer: 'leave' },
];
