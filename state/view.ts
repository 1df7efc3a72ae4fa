/**
 * The snapshot that the engine's host publishes, at most ten times a second: all that the console shows but the logs. Plain
 * data (structured clone, JSON), prices and money as decimal text, texts from outside (symbols) cleaned at the edge.
 */
import type {
  BookState,
  ControlMode,
  DecisionTrace,
  Direction,
  FeatureName,
  GateName,
  HaltReason,
  KillStage,
  OrderPurpose,
  OrderState,
  ProducerName,
  ProducerVote,
  Regime,
  Side,
  SuggestionTrace,
  VenueBlocker,
} from '../engine/domain/index.ts';
import type { OutcomeSummary } from '../engine/index.ts';
import type { DepthView } from './depth-view.ts';
import type { LogEntry } from './log-entry.ts';
import type { ModelAnswers, ModelHealthView } from './model-view.ts';
import type { SourceView } from './source-view.ts';
import type { StrategyAnswer, StrategyView } from './strategy-view.ts';

/** live: fresh data · stale: nothing for longer than policy allows · gap: the book misses an update · down: no feed. */
export type FeedState = 'live' | 'stale' | 'gap' | 'down' | 'waiting';

export interface SymbolView {
  readonly instrument: number;
  readonly symbol: string;
  readonly tradable: boolean;
  /** Why it is not tradable, or undefined. */
  readonly untradable: string | undefined;
  /** Decimal texts; undefined until known. */
  readonly last: string | undefined;
  readonly bid: string | undefined;
  readonly ask: string | undefined;
  readonly spreadBps: number | undefined;
  /** Change since the session's first price, in per cent. */
  readonly changePct: number | undefined;
  /** Traded quantity of the session, decimal text. */
  readonly volume: string;
  /** (bid − ask) / (bid + ask) of the quantity near the touch, −1…1. */
  readonly imbalance: number | undefined;
  /** What an entry promises: |score| × consensus × (expected move − cost), in average true ranges; undefined before a vote. */
  readonly chance: number | undefined;
  /** The likeliest regime and its chance, 0–1; undefined while its window fills. */
  readonly regime: { readonly name: Regime; readonly chance: number } | undefined;
  readonly feed: FeedState;
  readonly ageMs: number | undefined;
  readonly book: BookState;
  /** Closes of the last bars (at most 60), as numbers for a spark line. */
  readonly closes: readonly number[];
  /** Best levels of each side, best first, at most ten; empty without a book. */
  readonly bids: ReadonlyArray<readonly [price: string, quantity: string]>;
  readonly asks: ReadonlyArray<readonly [price: string, quantity: string]>;
  /** All of the book, added up; undefined without one. */
  readonly depth: DepthView | undefined;
  /** Those that are shown; undefined while not valid. */
  readonly features: ReadonlyArray<{ readonly name: FeatureName; readonly value: number | undefined }>;
}

/** The newest vote of one instrument. */
export interface VoteView extends ModelAnswers {
  readonly instrument: number;
  readonly symbol: string;
  readonly atUs: number;
  readonly producers: readonly ProducerVote[];
  readonly score: number;
  readonly direction: Direction;
  readonly consensus: number;
  readonly confidence: number;
  readonly disagreement: number;
  /** What each strategy made of it. */
  readonly strategies: readonly StrategyAnswer[];
}

/** What the signals have earned: price moves in their direction over a horizon, less what a trade would have cost. */
export interface OutcomesView {
  readonly horizonBars: number;
  readonly producers: ReadonlyArray<OutcomeSummary & { readonly producer: ProducerName }>;
}

export interface LimitView {
  readonly name: string;
  /** Used and limit in the unit given: `%`, `x`, `/min` or none. */
  readonly used: number;
  readonly limit: number;
  readonly unit: string;
}

export interface PositionView {
  readonly instrument: number;
  readonly symbol: string;
  readonly side: Side;
  readonly quantity: string;
  readonly entry: string;
  readonly mark: string | undefined;
  readonly stop: string | undefined;
  readonly target: string | undefined;
  /** After the fees paid so far. */
  readonly unrealised: string;
  readonly unrealisedPct: number;
  /** `unrealised` over what its stop at the open would have lost, fees included: −1 at that stop, less beyond it. */
  readonly rMultiple: number | undefined;
  readonly openedAtUs: number;
  readonly decisionId: number;
}

export interface OrderView {
  readonly orderId: number;
  readonly symbol: string;
  readonly side: Side;
  readonly purpose: OrderPurpose;
  readonly state: OrderState;
  readonly quantity: string;
  readonly filled: string;
  readonly limit: string | undefined;
  readonly reduceOnly: boolean;
  /** Price that it waits for at the venue; missing where it works at once. */
  readonly trigger?: string | undefined;
  readonly ageMs: number;
}

export interface ProposalView {
  readonly proposalId: number;
  readonly revision: number;
  readonly decisionId: number;
  readonly instrument: number;
  readonly symbol: string;
  readonly side: Side;
  readonly quantity: string;
  /** The same in lots, the fewest lots that the venue takes at its limit, and the quantity of one lot. */
  readonly lots: number;
  readonly leastLots: number;
  readonly lotSize: string;
  readonly notional: string;
  /** Limit price, price when proposed, price now. */
  readonly limit: string;
  readonly priceThen: string;
  readonly priceNow: string | undefined;
  readonly stop: string;
  readonly target: string;
  /**
   * What its target would make after costs over what its stop would lose, costs included, as its gate saw it. Does not move with
   * the market. Undefined where the host no longer has the decision.
   */
  readonly rMultiple: number | undefined;
  /**
   * Expected cost of the round trip, fees and spread: with the spread when it was decided on, which is undefined where the host
   * no longer has the decision, and with the one of now.
   */
  readonly cost: string | undefined;
  readonly costNow: string;
  /** The gate that would refuse it if it were approved now; undefined when an order would be sent. */
  readonly refusedBy: GateName | undefined;
  /** Producers that voted its way, strongest first, e.g. `momentum 7/10`. */
  readonly votes: readonly string[];
  /** Models that voted its way, with the chance that they give to the price going there, e.g. `nhits 58 %`. */
  readonly chances: readonly string[];
  readonly expiresAtUs: number;
  /** From when it was made to its end. */
  readonly lifetimeMs: number;
  readonly remainingMs: number;
  /** What happens when the time is over: nothing (`expires`) or policy clears it (`clears`). */
  readonly atExpiry: 'expires' | 'clears';
}

export interface SuggestionView extends SuggestionTrace {
  readonly state: 'open' | 'accepted' | 'rejected' | 'undone';
  readonly atUs: number;
}

/** Only in a replay. Indexes count inputs: `cursor` inputs have been folded. */
/** What a replay that plays can be told to stop at. kill: a kill or a halt. */
export const BREAK_KINDS = ['bookmark', 'decision', 'veto', 'proposal', 'trade', 'kill'] as const;
export type BreakKind = (typeof BREAK_KINDS)[number];

export interface BookmarkView {
  /** Inputs before it, in the run that is shown. */
  readonly cursor: number;
  readonly atUs: number;
  readonly note: string;
}

/** The recorded run beside a fork of it, at the same input of the recording. */
export interface BesideView {
  readonly equity: string;
  /** What the fork has more, signed. */
  readonly equityMore: string;
  readonly counts: EngineView['counts'];
  readonly positions: readonly PositionView[];
}

/** Of a fork, from there up to the moment that is shown: what became of the recorded answers, and what nobody answered. */
export interface AnswersView {
  /** Given, and taken by the engine; some of them to a proposal of another size or price. */
  readonly given: number;
  readonly differing: number;
  /** Not given: nothing such was asked here. */
  readonly noProposal: number;
  readonly noSuggestion: number;
  /** Taken in the recording, and not here: the fork has answered the question itself; any other reason. */
  readonly overruled: number;
  readonly refused: number;
  /** Proposals that expired and have no recorded answer. */
  readonly unanswered: number;
  /** Proposals that the recording does not have: expired (of those above), and cleared by policy. */
  readonly newExpired: number;
  readonly newCleared: number;
}

export interface ReplayView {
  readonly session: string;
  /** Sequence of the first input: 1, or the one behind the base that the session starts from. */
  readonly firstSeq: number;
  readonly cursor: number;
  readonly total: number;
  readonly firstUs: number;
  readonly lastUs: number;
  readonly playing: boolean;
  /** Session seconds per second. */
  readonly speed: number;
  /** Inputs whose events are known: steps to a decision or trade can go that far. */
  readonly indexed: number;
  /** Moments worth seeing on the timeline. */
  readonly marks: ReadonlyArray<{ readonly cursor: number; readonly kind: 'decision' | 'veto' | 'trade' | 'kill' }>;
  /** By place. */
  readonly bookmarks: readonly BookmarkView[];
  readonly breaks: readonly BreakKind[];
  /** What the input just folded was, in a few words. */
  readonly lastInput: string;
  /** Keys of view values changed by the last step, such as `symbol.0.last`, `position.1.unrealised`, `account.equity`. */
  readonly changed: readonly string[];
  /** True when an operator's key has forked this run from the recorded one. */
  readonly forked: boolean;
  /** Of a fork, once the recording has been read so far. */
  readonly recorded?: BesideView | undefined;
  /** Of a fork, once anything has been answered in it, or has waited in vain. */
  readonly answers?: AnswersView | undefined;
}

/** A distribution of times in microseconds. */
export interface TimesView {
  readonly count: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly mostUs: number;
  /** How many fell into each bucket, from the first to the last with any. */
  readonly buckets: ReadonlyArray<readonly [fromUs: number, count: number]>;
}

/** What a venue's market data is worth. */
export interface FeedView {
  readonly link: 'connecting' | 'live' | 'stale' | 'down';
  readonly connects: number;
  readonly gaps: number;
  readonly resyncs: number;
  readonly duplicates: number;
  readonly unreadable: number;
  /** Venue's event to our receipt. */
  readonly delay: TimesView;
}

/** The trading side of a live run. */
export interface LiveView {
  readonly armed: boolean;
  /** Four digits that the operator types to arm; undefined while armed. */
  readonly code: number | undefined;
  /** Every position has a stop that waits at the venue for all of it, and nothing else is at work. */
  readonly guarded: boolean;
  /** What stands between the venue and an entry. */
  readonly blockers: readonly VenueBlocker[];
  /** Whether our books and the venue's agree, and since when. */
  readonly comparison: 'pending' | 'agreed' | 'differs';
  readonly comparedAgoMs: number | undefined;
  readonly mismatches: ReadonlyArray<{
    readonly line: string;
    readonly blocks: boolean;
    readonly accepted: boolean;
    /** Accepting it changes our position to what the venue has. */
    readonly takesOver: boolean;
  }>;
  /** Names exactly what could be accepted now; 0 when nothing could. */
  readonly digest: number;
  readonly clockOffsetMs: number | undefined;
  readonly clockUncertaintyMs: number | undefined;
  readonly limitUsedPct: number;
  /** Submit to reply, and input to submit. */
  readonly ack: TimesView;
  readonly intent: TimesView;
  /** The same orders on paper: how many were compared, and what the venue's fills have cost beyond them, decimal text. */
  readonly shadow: { readonly orders: number; readonly gap: string };
  /** Orders whose last word from the venue has not come. */
  readonly openAtVenue: number;
}

export interface EngineView {
  readonly mode: 'PAPER' | 'LIVE';
  readonly control: ControlMode;
  readonly venue: string;
  /** Of a venue that is not simulated. */
  readonly feedStatus?: FeedView | undefined;
  /** On paper: the live session whose positions stay at the venue with their stops. */
  readonly leftLive?: string | undefined;
  /** Only of a live run. */
  readonly live?: LiveView | undefined;
  readonly session: string;
  readonly recording: boolean;
  /** Why the journal cannot be written any more, while it cannot: the engine is halted, and nothing is recorded. */
  readonly unrecorded?: string | undefined;
  /** Inputs folded, and the session time of the last. */
  readonly seq: number;
  readonly atUs: number;
  readonly feed: FeedState;
  readonly feedAgeMs: number | undefined;
  readonly halted: HaltReason;
  readonly kill: KillStage;
  readonly killOpenOrders: number;
  readonly account: {
    readonly currency: string;
    readonly equity: string;
    readonly cash: string;
    readonly dayPnl: string;
    readonly dayPnlPct: number;
    readonly fees: string;
    readonly drawdownPct: number;
    readonly exposurePct: number;
  };
  readonly limits: readonly LimitView[];
  readonly symbols: readonly SymbolView[];
  readonly votes: readonly VoteView[];
  /** What the engine knows of its models; empty in a run without any. */
  readonly models?: readonly ModelHealthView[];
  /** What is told beside the market; left out where nothing has been. */
  readonly sources?: readonly SourceView[];
  readonly positions: readonly PositionView[];
  readonly orders: readonly OrderView[];
  readonly proposals: readonly ProposalView[];
  readonly suggestions: readonly SuggestionView[];
  readonly counts: {
    readonly decisions: number;
    readonly proposals: number;
    readonly gateVetoes: number;
    readonly fills: number;
    readonly trades: number;
    readonly wins: number;
  };
  readonly engine: { readonly lagMs: number; readonly inputsPerSecond: number; readonly droppedLogs: number };
  /** Length of a bar: places fills on the chart's time axis, which has no marks without it. */
  readonly barIntervalUs?: number;
  /** Equity along the run, the newest last, in at most some 240 points, for the chart. */
  readonly equityCurve: readonly number[];
  /** Session time of each of them. */
  readonly equityTimesUs: readonly number[];
  /** Per cent below the peak until then, 0 or less, for each of them. */
  readonly drawdownCurve: readonly number[];
  readonly outcomes: OutcomesView;
  /** Every strategy, those that only observe among them. */
  readonly strategies: readonly StrategyView[];
  readonly replay: ReplayView | undefined;
  /** True for a console that is attached to an engine of another process: leaving does not end the run. */
  readonly attached?: boolean;
}

/** One decision in full, for the explain overlay. */
export interface ExplainView {
  readonly seq: number;
  readonly atUs: number;
  readonly symbol: string;
  readonly price: string;
  readonly quantity: string;
  /** Quantity of one lot. */
  readonly lot: string;
  readonly trace: DecisionTrace;
  /** What stood between the venue and an entry, where that was the veto. */
  readonly blockers: readonly VenueBlocker[];
  /** What has followed on it, oldest first, as far as the host knows: proposal, clearance, orders, fills, result. */
  readonly followed: readonly LogEntry[];
  /** The command that stands at its moment; undefined in a replay, which goes there by itself. */
  readonly reopen: string | undefined;
}
