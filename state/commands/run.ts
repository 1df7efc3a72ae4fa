/** From a command to its effects. */
import type { Command } from '../keymap/commands.ts';
import type { ConsoleState } from '../model.ts';
import { runActing } from './acting.ts';
import type { CommandContext, Effect } from './effects.ts';
import { runLooking } from './looking.ts';
import { runOverlay } from './overlays.ts';
import { runChosen } from './palette.ts';
import { runReplay } from './replaying.ts';

/** What the command leads to in this state. Pure but for the random letters of a code. */
export function runCommand(command: Command, state: ConsoleState, context: CommandContext): readonly Effect[] {
  switch (command.id) {
    case 'show-panel':
    case 'focus':
    case 'move':
    case 'select-proposal':
    case 'focus-governor':
    case 'explain':
    case 'newest-line':
    case 'zoom':
    case 'next-chart':
    case 'show-chart':
    case 'filter':
    case 'sort':
    case 'help':
    case 'timing':
    case 'venue':
    case 'messages':
    case 'repaint':
    case 'hide':
      return runLooking(command, state, context);
    case 'approve':
    case 'veto':
    case 'veto-all':
    case 'snooze':
    case 'smaller':
    case 'confirm-size':
    case 'accept-suggestion':
    case 'reject-suggestion':
    case 'undo-suggestion':
    case 'tighten':
    case 'loosen':
    case 'kill':
    case 'resume':
    case 'flatten':
    case 'arm':
    case 'disarm':
    case 'accept-account':
    case 'switch-mode':
    case 'roll-back':
      return runActing(command, state, context);
    case 'play-or-pause':
    case 'step':
    case 'speed':
    case 'go-to-end':
    case 'go-to-decision':
    case 'changed':
    case 'bookmark':
    case 'bookmarks':
    case 'stops':
    case 'pick':
    case 'remove':
      return runReplay(command, state);
    case 'run-chosen':
      return runChosen(state, context, (chosen, from) => runCommand(chosen, from, context));
    case 'palette':
    case 'quit':
    case 'close':
    case 'next-page':
    case 'scroll':
    case 'choose':
    case 'quit-choice':
    case 'confirm-code':
    case 'confirm-prompt':
    case 'erase':
      return runOverlay(command, state, context);
  }
}
