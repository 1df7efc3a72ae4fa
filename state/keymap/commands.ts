/** What a key can ask for: the closed set of the console's commands. */
import type { StepUnit } from '../../engine/index.ts';
import type { PanelId } from '../panels.ts';

export type Command =
  | { readonly id: 'show-panel'; readonly panel: PanelId }
  | { readonly id: 'focus'; readonly step: 1 | -1 }
  | { readonly id: 'move'; readonly step: 1 | -1 }
  | { readonly id: 'select-proposal'; readonly step: 1 | -1 }
  | { readonly id: 'focus-governor' }
  | { readonly id: 'explain' }
  | { readonly id: 'zoom' }
  | { readonly id: 'toggle-equity' }
  | { readonly id: 'filter' }
  | { readonly id: 'help' }
  | { readonly id: 'timing' }
  | { readonly id: 'quit' }
  | { readonly id: 'repaint' }
  | { readonly id: 'hide' }
  | { readonly id: 'approve' }
  | { readonly id: 'veto' }
  | { readonly id: 'accept-suggestion' }
  | { readonly id: 'reject-suggestion' }
  | { readonly id: 'undo-suggestion' }
  | { readonly id: 'tighten' }
  | { readonly id: 'loosen' }
  | { readonly id: 'kill' }
  | { readonly id: 'resume' }
  | { readonly id: 'flatten' }
  | { readonly id: 'venue' }
  | { readonly id: 'arm' }
  | { readonly id: 'disarm' }
  | { readonly id: 'accept-account' }
  | { readonly id: 'switch-mode' }
  | { readonly id: 'play-or-pause' }
  | { readonly id: 'step'; readonly unit: StepUnit; readonly direction: 1 | -1 }
  | { readonly id: 'speed'; readonly step: 1 | -1 }
  | { readonly id: 'go-to-end'; readonly end: 'first' | 'last' }
  | { readonly id: 'go-to' }
  | { readonly id: 'go-to-decision' }
  | { readonly id: 'changed' }
  | { readonly id: 'bookmark' }
  | { readonly id: 'bookmarks' }
  | { readonly id: 'stops' }
  | { readonly id: 'pick' }
  | { readonly id: 'remove' }
  | { readonly id: 'close' }
  | { readonly id: 'scroll'; readonly by: number }
  | { readonly id: 'choose'; readonly step: 1 | -1 }
  | { readonly id: 'quit-choice'; readonly choice: 'flatten' | 'leave' | 'stay' | 'selected' }
  | { readonly id: 'confirm-code' }
  | { readonly id: 'confirm-prompt' }
  | { readonly id: 'erase' };
