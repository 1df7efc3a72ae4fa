/** What a key can ask for: the closed set of the console's commands. */
import type { ModelKind } from '../../engine/domain/index.ts';
import type { StepUnit } from '../../engine/index.ts';
import type { ChartKind } from '../charts.ts';
import type { PanelId } from '../panels.ts';

/** What people call a command, in `key-bindings.json` and in the palette. */
export type CommandName =
  | `panel-${PanelId}`
  | 'kill'
  | 'hide'
  | 'repaint'
  | 'approve'
  | 'veto'
  | 'smaller'
  | 'snooze'
  | 'veto-all'
  | 'next-proposal'
  | 'previous-proposal'
  | 'accept-suggestion'
  | 'reject-suggestion'
  | 'undo-suggestion'
  | 'play-or-pause'
  | 'step-forward'
  | 'step-back'
  | 'next-decision'
  | 'previous-decision'
  | 'next-trade'
  | 'previous-trade'
  | 'play-faster'
  | 'play-slower'
  | 'go-to-start'
  | 'go-to-end'
  | 'what-changed'
  | 'timing'
  | 'next-log-line'
  | 'previous-log-line'
  | 'end-of-bar'
  | 'start-of-bar'
  | 'stops'
  | 'bookmark'
  | 'bookmarks'
  | 'explain'
  | 'focus-governor'
  | 'focus-next'
  | 'focus-previous'
  | 'down'
  | 'up'
  | 'newest-line'
  | 'zoom'
  | 'tighten'
  | 'loosen'
  | 'resume'
  | 'flatten'
  | 'help'
  | 'leave'
  | 'next-chart'
  | 'filter'
  | 'filter-page'
  | 'sort'
  | 'turn-sort'
  | 'close'
  | 'scroll-down'
  | 'scroll-up'
  | 'page-down'
  | 'page-up'
  | 'to-top'
  | 'to-end'
  | 'go-to-decision'
  | 'venue'
  | 'switch-mode'
  | 'arm'
  | 'disarm'
  | 'leave-alone'
  | 'palette'
  | 'messages';

export type Command =
  | { readonly id: 'show-panel'; readonly panel: PanelId }
  | { readonly id: 'focus'; readonly step: 1 | -1 }
  | { readonly id: 'move'; readonly step: 1 | -1 }
  | { readonly id: 'select-proposal'; readonly step: 1 | -1 }
  | { readonly id: 'focus-governor' }
  | { readonly id: 'explain' }
  | { readonly id: 'newest-line' }
  | { readonly id: 'zoom' }
  | { readonly id: 'next-chart' }
  | { readonly id: 'show-chart'; readonly chart: ChartKind }
  | { readonly id: 'filter' }
  | { readonly id: 'sort'; readonly how: 'next' | 'turn' }
  | { readonly id: 'help' }
  | { readonly id: 'timing' }
  | { readonly id: 'quit' }
  | { readonly id: 'repaint' }
  | { readonly id: 'hide' }
  | { readonly id: 'approve' }
  | { readonly id: 'veto' }
  | { readonly id: 'veto-all' }
  | { readonly id: 'snooze' }
  | { readonly id: 'smaller' }
  | { readonly id: 'confirm-size' }
  | { readonly id: 'accept-suggestion' }
  | { readonly id: 'reject-suggestion' }
  | { readonly id: 'undo-suggestion' }
  | { readonly id: 'tighten' }
  | { readonly id: 'loosen' }
  | { readonly id: 'kill' }
  | { readonly id: 'resume' }
  | { readonly id: 'flatten' }
  | { readonly id: 'venue' }
  | { readonly id: 'messages' }
  | { readonly id: 'arm' }
  | { readonly id: 'disarm' }
  | { readonly id: 'accept-account' }
  | { readonly id: 'switch-mode' }
  | { readonly id: 'roll-back'; readonly model: ModelKind }
  | { readonly id: 'play-or-pause' }
  | { readonly id: 'step'; readonly unit: StepUnit; readonly direction: 1 | -1 }
  | { readonly id: 'speed'; readonly step: 1 | -1 }
  | { readonly id: 'go-to-end'; readonly end: 'first' | 'last' }
  | { readonly id: 'palette' }
  | { readonly id: 'run-chosen' }
  | { readonly id: 'go-to-decision' }
  | { readonly id: 'changed' }
  | { readonly id: 'bookmark' }
  | { readonly id: 'bookmarks' }
  | { readonly id: 'stops' }
  | { readonly id: 'pick' }
  | { readonly id: 'remove' }
  | { readonly id: 'close' }
  | { readonly id: 'next-page' }
  | { readonly id: 'scroll'; readonly by: number }
  | { readonly id: 'choose'; readonly step: 1 | -1 }
  | { readonly id: 'quit-choice'; readonly choice: 'flatten' | 'leave' | 'stay' | 'selected' }
  | { readonly id: 'confirm-code' }
  | { readonly id: 'confirm-prompt' }
  | { readonly id: 'erase' };
