/** Keys of a run on a venue: its state, paper and live, and what arms real orders. */
import type { ConsoleState } from '../model.ts';
import type { Binding } from './bindings.ts';
import { keyOf } from './key-names.ts';

const noVenue = ({ view }: ConsoleState): string | undefined =>
  view?.feedStatus === undefined ? 'this run has no venue' : undefined;

const noOtherMode = ({ view }: ConsoleState): string | undefined => {
  if (view?.feedStatus === undefined) return 'this run has no venue';
  return view.attached === true ? 'only the console that started the engine can do that' : undefined;
};

const notToArm = ({ view, bindings }: ConsoleState): string | undefined => {
  if (view?.live === undefined) return 'this run is on paper';
  if (view.live.armed) return 'it is armed';
  return view.live.blockers.length > 1
    ? `something stands between us and the venue: ${keyOf(bindings, 'venue')}`
    : undefined;
};

const notArmed = ({ view }: ConsoleState): string | undefined =>
  view?.live?.armed === true ? undefined : 'nothing is armed';

const nothingToAccept = ({ view }: ConsoleState): string | undefined =>
  (view?.live?.digest ?? 0) === 0 ? 'nothing differs that could be left alone' : undefined;

export const VENUE_KEYS: readonly Binding[] = [
  {
    scope: 'main',
    name: 'venue',
    keys: ['V'],
    command: { id: 'venue' },
    text: 'the venue: feed, account, clock, limits, and what differs',
    disabled: noVenue,
  },
  {
    scope: 'main',
    name: 'switch-mode',
    keys: ['L'],
    command: { id: 'switch-mode' },
    text: 'paper ↔ live on the same venue; asks for a typed code',
    disabled: noOtherMode,
  },
  {
    scope: 'main',
    name: 'arm',
    keys: ['A'],
    command: { id: 'arm' },
    text: 'live: let real entries out; asks for a typed code',
    disabled: notToArm,
  },
  {
    scope: 'main',
    name: 'disarm',
    keys: ['D'],
    command: { id: 'disarm' },
    text: 'live: no real entry leaves any more; protection stays',
    acting: true,
    disabled: notArmed,
  },
  {
    scope: 'main',
    name: 'leave-alone',
    keys: ['X'],
    command: { id: 'accept-account' },
    text: 'live: leave alone what the venue has and is not ours; asks for a typed code',
    disabled: nothingToAccept,
  },
];
