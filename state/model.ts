/** What the console knows: the newest view, the log, messages, and the state of the screen that panels share. */
import type { ControlMode } from '../engine/domain/index.ts';
import type { FilteredPanel, Sort, SortedPanel } from './arrangement.ts';
import type { ChartKind } from './charts.ts';
import { BINDINGS, type Binding } from './keymap/bindings.ts';
import type { LogEntry } from './log-entry.ts';
import type { Aside, PanelId } from './panels.ts';
import type { Snoozed } from './proposals.ts';
import type { EngineView, ExplainView } from './view.ts';

export interface Notice {
  readonly level: 'info' | 'warn' | 'error';
  readonly text: string;
  readonly atMs: number;
}

/** A notice as the message log keeps it. */
export interface Message extends Notice {
  /** When it was told, by the wall clock. */
  readonly utcMs: number;
  /** How often in a row it was told; {@link utcMs} is of the last time. */
  readonly times: number;
}
export const MESSAGE_CAPACITY = 500;

/** A command that was sent and not answered yet. */
export interface PendingCommand {
  readonly id: number;
  readonly text: string;
  readonly sentAtMs: number;
  /** True once the operator was told that no answer has come. */
  readonly late: boolean;
  /** Sent with others by one key, which is told of once: its words, and the id of the first. */
  readonly batch?: { readonly first: number; readonly text: string } | undefined;
  /** Of a batch: this one has been answered, and perhaps refused. */
  readonly answer?: { readonly refused: string | undefined };
}

/** True while its answer may still come in time. */
export const isAwaited = ({ late, answer }: PendingCommand): boolean => !late && answer === undefined;

export interface LogState {
  /** Oldest first, at most {@link LOG_CAPACITY}. */
  readonly entries: readonly LogEntry[];
  /** Number of the newest entry that the engine has. */
  readonly lastKnownId: number;
  /** A request is under way from this number. */
  readonly askedFrom: number | undefined;
}
export const LOG_CAPACITY = 2_000;
/** Entries asked for at a time. */
export const LOG_REQUEST = 500;

export type CodePurpose =
  | { readonly kind: 'loosen'; readonly from: ControlMode; readonly to: ControlMode }
  | { readonly kind: 'resume' }
  | { readonly kind: 'flatten' }
  | { readonly kind: 'flatten-and-leave'; readonly to: LeavingTo }
  | { readonly kind: 'arm' }
  | { readonly kind: 'accept-account'; readonly digest: number }
  | { readonly kind: 'go-live' };

/** Where to when this run is over: out of the program, or to paper on the same venue. */
export type LeavingTo = 'exit' | 'paper';

export type QuitChoice = 'flatten' | 'leave' | 'stay';

/** A page that is a list, and what it is kept to. */
export interface ListPage {
  readonly kind: 'help' | 'messages';
  readonly scroll: number;
  readonly filter?: string;
}

export type Overlay =
  | { readonly kind: 'none' }
  | ListPage
  | { readonly kind: 'changed'; readonly scroll: number }
  | { readonly kind: 'venue'; readonly scroll: number }
  | { readonly kind: 'timing'; readonly scroll: number }
  | {
      readonly kind: 'explain';
      readonly decisionId: number;
      /** undefined while it is asked for. */
      readonly explain: ExplainView | undefined;
      /** The engine no longer has this decision. */
      readonly missing: boolean;
      readonly scroll: number;
    }
  | { readonly kind: 'quit'; readonly selected: QuitChoice; readonly to: LeavingTo }
  | {
      readonly kind: 'code';
      readonly purpose: CodePurpose;
      readonly code: string;
      readonly typed: string;
      /** The last answer was wrong; the code is a new one. */
      readonly wrong: boolean;
    }
  /** A smaller size is typed for this proposal. */
  | {
      readonly kind: 'size';
      readonly proposalId: number;
      readonly revision: number;
      readonly text: string;
      readonly error: string;
    }
  | { readonly kind: 'stops' | 'bookmarks'; readonly selected: number }
  | {
      readonly kind: 'palette';
      readonly text: string;
      /** The entry that Enter would do, by its id. */
      readonly selected: string | undefined;
    }
  /** The first steps of a new operator, a page at a time. */
  | { readonly kind: 'tour'; readonly page: number }
  | { readonly kind: 'prompt'; readonly purpose: 'bookmark'; readonly text: string }
  /** What the rows of the focused panel are kept to, or those of a page, which it goes back to. */
  | { readonly kind: 'prompt'; readonly purpose: 'filter'; readonly text: string; readonly page?: ListPage };

export const TOUR_PAGES = 4;

/** Flattening before leaving: kill, then flatten, then leave when nothing is held. */
export type Leaving = 'none' | 'killing' | 'flattening';

/** Since when a thing that an acting key would act on has been on screen. */
export interface Shown {
  readonly id: number;
  readonly revision: number;
  readonly sinceMs: number;
}

/** What is answered by keys: the rows of these panels, and the dialog that is open. */
export type Answered = Extract<PanelId, 'approvals' | 'governor'> | 'dialog';

export interface UiState {
  readonly columns: number;
  readonly rows: number;
  readonly focus: PanelId;
  /** The one of the two that share a place which had the focus last. */
  readonly aside: Aside;
  readonly zoomed: boolean;
  readonly overlay: Overlay;
  readonly chart: ChartKind;
  /** What the rows of a panel are kept to; one that is not named shows all of them. */
  readonly filters: Readonly<Partial<Record<FilteredPanel, string>>>;
  /** A panel that is not named has its rows as they are given. */
  readonly sorts: Readonly<Partial<Record<SortedPanel, Sort>>>;
  readonly selectedSymbol: number;
  /** The symbol was chosen by hand since a proposal was: what waits does not take its place. */
  readonly symbolPinned: boolean;
  /** Key of a position or an order; see `Holding`. */
  readonly selectedHolding: string | undefined;
  /** Name of a limit. */
  readonly selectedLimit: string | undefined;
  /** Key of a model; see `modelKey`. */
  readonly selectedModel: string | undefined;
  readonly selectedProposal: number | undefined;
  readonly selectedSuggestion: number | undefined;
  /** Number of the log row, or undefined to follow the newest. */
  readonly selectedLog: number | undefined;
  readonly shownProposal: Shown | undefined;
  /** The same of every proposal, for what acts on all of them. */
  readonly seenProposals: ReadonlyMap<number, Shown>;
  /** Out of the way in this console; the engine knows nothing of it. */
  readonly snoozed: Snoozed;
  readonly shownSuggestion: Shown | undefined;
  readonly leaving: Leaving;
  readonly leavingTo: LeavingTo;
  /** Nothing of the console is on screen: no key may act on what nobody sees. */
  readonly hidden: boolean;
  /** What is drawn whole enough to be answered; told by whoever draws it. */
  readonly drawn: ReadonlySet<Answered>;
}

export type Connection =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'stopped'; readonly reason: string; readonly fault: boolean };

export interface ConsoleState {
  /** The key table with the operator's own keys in it. */
  readonly bindings: readonly Binding[];
  /** Names the data directory behind a command that is typed in a shell; empty where it is the default one. */
  readonly dataDirWords: string;
  readonly connection: Connection;
  readonly view: EngineView | undefined;
  /** The view before the last replay step: what has changed is told against it. */
  readonly previousView: EngineView | undefined;
  /** Views taken so far; each is answered by one credit. */
  readonly viewCount: number;
  readonly viewAtMs: number;
  readonly log: LogState;
  /** The newest notice. */
  readonly notice: Notice | undefined;
  /** Every notice, oldest first, at most {@link MESSAGE_CAPACITY}. */
  readonly messages: readonly Message[];
  readonly pending: readonly PendingCommand[];
  readonly ui: UiState;
  /** The console's clock when this state was published. */
  readonly nowMs: number;
  /** The wall clock at that moment. */
  readonly utcMs: number;
}

export function initialState(
  columns: number,
  rows: number,
  bindings: readonly Binding[] = BINDINGS,
  dataDirWords = '',
): ConsoleState {
  return {
    bindings,
    dataDirWords,
    connection: { kind: 'waiting' },
    view: undefined,
    previousView: undefined,
    viewCount: 0,
    viewAtMs: 0,
    log: { entries: [], lastKnownId: 0, askedFrom: undefined },
    notice: undefined,
    messages: [],
    pending: [],
    ui: {
      columns,
      rows,
      focus: 'ticks',
      aside: 'governor',
      zoomed: false,
      overlay: { kind: 'none' },
      chart: 'price',
      filters: {},
      sorts: {},
      selectedSymbol: 0,
      symbolPinned: false,
      selectedHolding: undefined,
      selectedLimit: undefined,
      selectedModel: undefined,
      selectedProposal: undefined,
      selectedSuggestion: undefined,
      selectedLog: undefined,
      shownProposal: undefined,
      seenProposals: new Map(),
      snoozed: new Map(),
      shownSuggestion: undefined,
      leaving: 'none',
      leavingTo: 'exit',
      hidden: false,
      drawn: new Set(),
    },
    nowMs: 0,
    utcMs: 0,
  };
}
