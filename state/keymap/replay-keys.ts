/** Keys of a replay: playing, stepping, and the places that are worth coming back to. */
import type { ConsoleState } from '../model.ts';
import type { Binding } from './bindings.ts';
import { keyOf } from './key-names.ts';

const noStepYet = (state: ConsoleState): string | undefined =>
  (state.view?.replay?.changed.length ?? 0) === 0 ? 'the last step changed nothing on screen' : undefined;

const noBookmark = (state: ConsoleState): string | undefined =>
  (state.view?.replay?.bookmarks.length ?? 0) === 0
    ? `there is no bookmark yet: ${keyOf(state.bindings, 'bookmark')} makes one`
    : undefined;

const notInBookmarks = (state: ConsoleState): string | undefined =>
  state.ui.overlay.kind === 'bookmarks' ? undefined : 'no bookmark is chosen';

export const REPLAY_KEYS: readonly Binding[] = [
  {
    scope: 'replay',
    name: 'play-or-pause',
    keys: ['space'],
    command: { id: 'play-or-pause' },
    text: 'play or pause',
    footer: 'play',
  },
  {
    scope: 'replay',
    name: 'step-forward',
    keys: ['right'],
    command: { id: 'step', unit: 'input', direction: 1 },
    text: 'one input forward',
    footer: 'step',
  },
  {
    scope: 'replay',
    name: 'step-back',
    keys: ['left'],
    command: { id: 'step', unit: 'input', direction: -1 },
    text: 'one input back',
    footer: 'back',
  },
  {
    scope: 'replay',
    name: 'next-decision',
    keys: [']'],
    command: { id: 'step', unit: 'decision', direction: 1 },
    text: 'next decision',
    footer: 'decision',
  },
  {
    scope: 'replay',
    name: 'previous-decision',
    keys: ['['],
    command: { id: 'step', unit: 'decision', direction: -1 },
    text: 'previous decision',
  },
  {
    scope: 'replay',
    name: 'next-trade',
    keys: ['}'],
    command: { id: 'step', unit: 'trade', direction: 1 },
    text: 'next trade',
    footer: 'trade',
  },
  {
    scope: 'replay',
    name: 'previous-trade',
    keys: ['{'],
    command: { id: 'step', unit: 'trade', direction: -1 },
    text: 'previous trade',
  },
  {
    scope: 'replay',
    name: 'next-log-line',
    keys: ['.'],
    command: { id: 'step', unit: 'event', direction: 1 },
    text: 'next line of the log',
  },
  {
    scope: 'replay',
    name: 'previous-log-line',
    keys: [','],
    command: { id: 'step', unit: 'event', direction: -1 },
    text: 'previous line of the log',
  },
  {
    scope: 'replay',
    name: 'end-of-bar',
    keys: [')'],
    command: { id: 'step', unit: 'bar', direction: 1 },
    text: 'to the end of this bar',
  },
  {
    scope: 'replay',
    name: 'start-of-bar',
    keys: ['('],
    command: { id: 'step', unit: 'bar', direction: -1 },
    text: 'to where this bar began',
  },
  {
    scope: 'replay',
    name: 'play-faster',
    keys: ['+', '='],
    command: { id: 'speed', step: 1 },
    text: 'play faster',
    footer: 'faster',
  },
  { scope: 'replay', name: 'play-slower', keys: ['-'], command: { id: 'speed', step: -1 }, text: 'play slower' },
  {
    scope: 'replay',
    name: 'go-to-start',
    keys: ['home'],
    command: { id: 'go-to-end', end: 'first' },
    text: 'to the start',
  },
  { scope: 'replay', name: 'go-to-end', keys: ['end'], command: { id: 'go-to-end', end: 'last' }, text: 'to the end' },
  {
    scope: 'replay',
    name: 'what-changed',
    keys: ['d'],
    command: { id: 'changed' },
    text: 'list what the last step changed',
    footer: 'changed',
    disabled: noStepYet,
  },
  {
    scope: 'replay',
    name: 'stops',
    keys: ['b'],
    command: { id: 'stops' },
    text: 'what playing stops at: decisions, vetoes, proposals, trades, kills, bookmarks',
    footer: 'stops',
  },
  {
    scope: 'replay',
    name: 'bookmark',
    keys: ['B'],
    command: { id: 'bookmark' },
    text: 'bookmark this place, with a note',
  },
  {
    scope: 'replay',
    name: 'bookmarks',
    keys: ["'"],
    command: { id: 'bookmarks' },
    text: 'bookmarks: go to one, or remove it',
    footer: 'bookmarks',
    disabled: noBookmark,
  },
  {
    scope: 'list',
    keys: ['escape', 'q', 'b', "'"],
    command: { id: 'close' },
    text: 'close',
    footer: 'close',
  },
  { scope: 'list', keys: ['j', 'down'], command: { id: 'choose', step: 1 }, text: 'down', footer: 'down' },
  { scope: 'list', keys: ['k', 'up'], command: { id: 'choose', step: -1 }, text: 'up', footer: 'up' },
  {
    scope: 'list',
    keys: ['enter', 'space'],
    command: { id: 'pick' },
    text: 'go to the bookmark; stop or do not stop there',
    footer: 'choose',
  },
  {
    scope: 'list',
    keys: ['x'],
    command: { id: 'remove' },
    text: 'remove the bookmark',
    footer: 'remove',
    disabled: notInBookmarks,
  },
];
