/** Everything that can change what the console knows. */
import type { FilteredPanel, Sort, SortedPanel } from './arrangement.ts';
import type { KeptLayout } from './kept-layout.ts';
import type { LogEntry } from './log-entry.ts';
import type { Answered, Leaving, LeavingTo, Notice, Overlay, PendingCommand, UiState } from './model.ts';
import type { PanelId } from './panels.ts';
import type { EngineView, ExplainView } from './view.ts';

export type Selection = Partial<
  Pick<
    UiState,
    'selectedSymbol' | 'selectedHolding' | 'selectedLimit' | 'selectedModel' | 'selectedSuggestion' | 'selectedLog'
  >
>;

export type Action =
  | { readonly type: 'engine-ready' }
  | { readonly type: 'engine-stopped'; readonly reason: string; readonly fault: boolean }
  | { readonly type: 'view'; readonly view: EngineView; readonly lastLogId: number; readonly atMs: number }
  | { readonly type: 'log-asked'; readonly from: number }
  | { readonly type: 'log'; readonly entries: readonly LogEntry[] }
  | { readonly type: 'explained'; readonly decisionId: number; readonly explain: ExplainView | undefined }
  | { readonly type: 'notice'; readonly notice: Notice }
  | {
      readonly type: 'command-sent';
      readonly id: number;
      readonly text: string;
      readonly batch?: PendingCommand['batch'];
      readonly atMs: number;
    }
  | {
      readonly type: 'command-done';
      readonly id: number;
      readonly refused: string | undefined;
      readonly unrecorded?: string;
      readonly atMs: number;
    }
  | { readonly type: 'commands-late'; readonly ids: readonly number[]; readonly atMs: number }
  | { readonly type: 'size'; readonly columns: number; readonly rows: number }
  | { readonly type: 'focus'; readonly panel: PanelId }
  | { readonly type: 'zoom'; readonly zoomed: boolean }
  | { readonly type: 'select'; readonly selection: Selection }
  | { readonly type: 'choose-proposal'; readonly proposalId: number }
  | { readonly type: 'snooze'; readonly proposalId: number; readonly revision: number }
  | { readonly type: 'chart'; readonly chart: UiState['chart'] }
  | { readonly type: 'filter'; readonly panel: FilteredPanel; readonly filter: string }
  /** Without a sort the rows stand as they are given. */
  | { readonly type: 'sort'; readonly panel: SortedPanel; readonly sort: Sort | undefined }
  /** What was arranged when the console was last left. */
  | { readonly type: 'arrange'; readonly layout: KeptLayout }
  | { readonly type: 'overlay'; readonly overlay: Overlay }
  | { readonly type: 'scroll'; readonly by: number }
  /** The terminal shows something else, or the console again. */
  | { readonly type: 'hidden'; readonly hidden: boolean }
  | { readonly type: 'drawn'; readonly what: Answered; readonly drawn: boolean }
  | { readonly type: 'leaving'; readonly leaving: Leaving; readonly to?: LeavingTo }
  /** Published: what is on screen from now on, by the console's clock and the one on the wall. */
  | { readonly type: 'published'; readonly nowMs: number; readonly utcMs: number };
