/** Commands of a replay: play, step, seek. */
import type { Command } from '../keymap/commands.ts';
import type { ConsoleState } from '../model.ts';
import type { ReplayAction } from '../protocol.ts';
import { type Effect, openOverlay } from './effects.ts';

/** Session seconds per second. */
export const SPEEDS: readonly number[] = [0.1, 0.25, 0.5, 1, 2, 5, 10, 25, 50, 100, 250, 500, 1000];

/** The next speed up or down from one that may stand between two of the list. */
export function nextSpeed(speed: number, step: 1 | -1): number {
  const next = step > 0 ? SPEEDS.find((each) => each > speed) : SPEEDS.findLast((each) => each < speed);
  return next ?? speed;
}

const replay = (action: ReplayAction): readonly Effect[] => [{ kind: 'send', message: { type: 'replay', action } }];

type ReplayId = 'play-or-pause' | 'step' | 'speed' | 'go-to-end' | 'go-to' | 'changed';

export function runReplay(command: Extract<Command, { id: ReplayId }>, state: ConsoleState): readonly Effect[] {
  const view = state.view?.replay;
  if (view === undefined) return [];
  switch (command.id) {
    case 'play-or-pause':
      return replay({ kind: view.playing ? 'pause' : 'play' });
    case 'step':
      return replay({ kind: 'step', unit: command.unit, direction: command.direction });
    case 'speed':
      return replay({ kind: 'speed', speed: nextSpeed(view.speed, command.step) });
    case 'go-to-end':
      return replay({ kind: 'seek', cursor: command.end === 'first' ? 0 : view.total });
    case 'go-to':
      return [openOverlay({ kind: 'prompt', purpose: 'go-to', text: '', error: '' })];
    case 'changed':
      return [openOverlay({ kind: 'changed', scroll: 0 })];
  }
}
