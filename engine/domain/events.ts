/** What a step puts out: a closed union of facts, derived again in replay and compared with the journal. */

import type { BlockKind, BlockName, Regime } from './blocks.ts';
import type { AnswerCommand } from './command.ts';
import type { CommandSource, ControlMode, HaltReason, KillStage } from './control.ts';
import type { FeatureName } from './feature-schema.ts';
import type { BookState, GateName, ProducerName } from './features.ts';
import type { ModelChange, ModelKind, ModelMute, ModelRole, ModelStatus } from './models.ts';
import type { OrderEvent, OrderState } from './order.ts';
import type { Combination } from './policy.ts';
import type { Clearance, ProposalState } from './proposal.ts';
import type { Direction, Side } from './side.ts';
import type { SuggestionTrace } from './suggestion.ts';
import type { VenueBlocker } from './venue-state.ts';

/** One producer's part in a decision. */
export interface ProducerVote {
  readonly producer: ProducerName;
  readonly direction: Direction;
  /** 1–10, or 0 when neutral. */
  readonly conviction: number;
  readonly weight: number;
  /** Signed share of the score: weight × direction × conviction / 10 over all active weight. */
  readonly contribution: number;
  /**
   * voted · neutral · warming (window not full) · no-data (the feed has no such input) · disabled (by the governor) ·
   * muted (by it, in the regime of this moment).
   */
  readonly status: 'voted' | 'neutral' | 'warming' | 'no-data' | 'disabled' | 'muted';
  /** The two numbers the rationale speaks of; their meaning is the producer's. */
  readonly evidence: readonly [number, number];
}

export interface VoteTrace {
  readonly score: number;
  readonly direction: Direction;
  /** Share of the voting weight that points the way of the score. */
  readonly consensus: number;
  /** |score|, 0–1. */
  readonly confidence: number;
  /** Weighted standard deviation of the votes, 0–1. */
  readonly disagreement: number;
  readonly minScore: number;
  readonly minConsensus: number;
}

/** What the model in one place said at the last bar. */
export interface ModelVote {
  readonly model: ModelKind;
  readonly role: ModelRole;
  /** The first 12 hex digits; undefined where the place is empty. */
  readonly id: string | undefined;
  readonly status: ModelStatus;
  /** Calibrated chance of a rise; undefined where it abstained. */
  readonly chance: number | undefined;
  /** 2 × chance − 1; 0 where it abstained. */
  readonly vote: number;
  readonly weight: number;
  /** Signed share of the ensemble's score; 0 of one that is neutral, abstained or stands in the shadow. */
  readonly contribution: number;
}

/** What the models together said. */
export interface EnsembleTrace {
  /** Weighted mean of the votes of those that spoke, a neutral one as 0. */
  readonly score: number;
  readonly direction: Direction;
  /** Share of the speaking weight whose vote points the way of the score. */
  readonly consensus: number;
  /** Distance of the mean calibrated chance from a half, 0–0.5. */
  readonly confidence: number;
  /** Weighted standard deviation of the votes, 0–1. */
  readonly disagreement: number;
  readonly speaking: number;
  readonly minModels: number;
  readonly minScore: number;
  readonly minConsensus: number;
}

/** A number that a block looked at and what it has to be: at least the limit, unless it says at most. */
export type BlockInput = readonly [name: string, value: number, limit: number, bound?: 'most'];

/** What one building block of a strategy said. */
export interface PartTrace {
  readonly role: 'when' | 'unless';
  readonly block: BlockName;
  readonly kind: BlockKind;
  /** A direction; of a condition 1 where it holds, else 0. */
  readonly answer: Direction;
  /** As they stood, choices as their place in the list. */
  readonly parameters: Readonly<Record<string, number>>;
}

/** A strategy that counts, and its part in a decision. */
export interface StrategyTrace {
  readonly strategy: string;
  readonly direction: Direction;
  /** What it looked at, named; an `unless` only where it kept the strategy from a direction. */
  readonly inputs: readonly BlockInput[];
  readonly parts: readonly PartTrace[];
  /** Its share of the combined direction; 1 for each where they only must not oppose one another. */
  readonly weight: number;
}

/** How the directions of the strategies became one. */
export interface CombinationTrace {
  readonly rule: Combination;
  /** Sum of the weights on one side that is needed. */
  readonly leastWeight: number;
}

export interface SizingTrace {
  readonly equity: string;
  readonly riskBudget: string;
  readonly stopTicks: number;
  readonly targetTicks: number;
  readonly wantedLots: number;
}

export interface GateTrace {
  readonly gate: GateName;
  readonly verdict: 'allow' | 'reduce' | 'veto';
  /** The number that was judged and the limit it was held against, in the gate's own unit. */
  readonly value: number;
  readonly limit: number;
  readonly lotsAfter: number;
}

/** Every layer of one decision, from signals to verdict. */
export interface DecisionTrace {
  readonly decisionId: number;
  readonly instrument: number;
  readonly side: Side;
  readonly priceTicks: number;
  /** The likeliest one when the bar closed; undefined while none is known. */
  readonly regime: Regime | undefined;
  readonly producers: readonly ProducerVote[];
  readonly vote: VoteTrace;
  /** Serving models in their order, then those in the shadow; empty in a run without any. */
  readonly models: readonly ModelVote[];
  readonly ensemble: EnsembleTrace | undefined;
  readonly strategies: readonly StrategyTrace[];
  readonly combination: CombinationTrace;
  readonly sizing: SizingTrace;
  readonly gates: readonly GateTrace[];
  /** proposed · vetoed (by the first gate that said so) · observed (control is observe). */
  readonly verdict: 'proposed' | 'vetoed' | 'observed';
  readonly vetoedBy: GateName | undefined;
  readonly lots: number;
}

export interface ProposalTrace {
  readonly proposalId: number;
  readonly revision: number;
  readonly decisionId: number;
  readonly instrument: number;
  readonly side: Side;
  readonly lots: number;
  readonly limitTicks: number;
  readonly stopTicks: number;
  readonly targetTicks: number;
  readonly expiresAtUs: number;
}

export type EventBody =
  | { readonly kind: 'decision'; readonly trace: DecisionTrace }
  | { readonly kind: 'proposal-opened'; readonly proposal: ProposalTrace }
  /** The operator asked for fewer lots: it waits on as this revision, and answers to the one before no longer count. */
  | {
      readonly kind: 'proposal-resized';
      readonly proposalId: number;
      readonly revision: number;
      readonly decisionId: number;
      readonly instrument: number;
      readonly fromLots: number;
      readonly lots: number;
    }
  | {
      readonly kind: 'proposal-closed';
      readonly proposalId: number;
      readonly decisionId: number;
      readonly instrument: number;
      readonly outcome: Exclude<ProposalState, 'free' | 'pending'>;
      readonly gate: GateName | undefined;
    }
  | {
      readonly kind: 'order';
      readonly orderId: number;
      /** The decision that an entry came from, or whose position an exit closes. */
      readonly decisionId: number;
      readonly instrument: number;
      readonly side: Side;
      readonly lots: number;
      /** 0 is a market order. */
      readonly limitTicks: number;
      readonly reduceOnly: boolean;
      readonly clearance: Clearance;
      readonly purpose: OrderPurpose;
      readonly event: OrderEvent;
      readonly from: OrderState;
      readonly to: OrderState;
      /** Of an order that waits at the venue for this price; missing of any other. */
      readonly triggerTicks?: number;
      /** Of an exit that is sent only if the venue has taken this untouched order away in the same request. */
      readonly replaces?: number;
    }
  | {
      readonly kind: 'fill';
      readonly orderId: number;
      readonly decisionId: number;
      readonly instrument: number;
      readonly side: Side;
      readonly lots: number;
      readonly priceTicks: number;
      /** Decimal text in the account's currency. */
      readonly fee: string;
      /** Lots of the fill that the venue kept as its fee; missing where it kept none. */
      readonly feeLots?: number;
      readonly maker: boolean;
      /** True where the data has no quotes and the price comes from an assumed spread. */
      readonly assumed: boolean;
    }
  | {
      readonly kind: 'position-closed';
      readonly instrument: number;
      readonly side: Side;
      readonly realised: string;
      readonly fees: string;
      readonly openedAtUs: number;
      readonly decisionId: number;
    }
  | {
      readonly kind: 'protective';
      readonly instrument: number;
      readonly decisionId: number;
      readonly trigger: 'stop' | 'target' | 'time' | 'flatten';
      readonly triggerTicks: number;
    }
  /** What the paper venue would have made of an order that an external venue has done with. */
  | {
      readonly kind: 'shadow';
      readonly orderId: number;
      readonly instrument: number;
      readonly side: Side;
      readonly lots: number;
      /** Filled there, and on paper; mean prices in ticks, 0 where nothing was filled. */
      readonly filledLots: number;
      readonly shadowLots: number;
      readonly meanTicks: number;
      readonly shadowTicks: number;
      /** What the difference has cost, decimal text: for the lots that both have filled. Below zero it was a gain. */
      readonly gap: string;
    }
  | { readonly kind: 'control'; readonly from: ControlMode; readonly to: ControlMode; readonly source: CommandSource }
  | {
      readonly kind: 'kill';
      readonly stage: KillStage;
      readonly openOrders: number;
      readonly source: CommandSource | 'engine';
    }
  | { readonly kind: 'halt'; readonly reason: HaltReason; readonly value: number; readonly limit: number }
  | { readonly kind: 'resume'; readonly source: CommandSource }
  /** Another model stands in a place, or none any more. */
  | {
      readonly kind: 'model';
      readonly model: ModelKind;
      readonly role: ModelRole;
      /** 64 hex digits; undefined where the place is empty from now on. */
      readonly id: string | undefined;
      /** As the model is named; undefined without one. */
      readonly name: string | undefined;
      /** Id of what stood there before. */
      readonly before: string | undefined;
      /** The reason of an input, or why the engine has muted what stands there. */
      readonly reason: ModelChange | ModelMute;
    }
  /** A model has drifted, from this bar on; told again only after it had not. */
  | {
      readonly kind: 'drift';
      readonly model: ModelKind;
      readonly role: ModelRole;
      readonly id: string | undefined;
      readonly what: ModelMute;
      /** Share of features that have moved, squared error, or calibration error, and the limit it is beyond. */
      readonly value: number;
      readonly limit: number;
      /** The feature that has moved farthest: stability index, and largest distance of the distribution functions. */
      readonly feature: { readonly name: FeatureName; readonly index: number; readonly distance: number } | undefined;
    }
  /** What stands between an external venue and an entry has changed. */
  | { readonly kind: 'venue'; readonly blockers: readonly VenueBlocker[] }
  /** Money that came or went without us is in the ledger now: decimal text, signed. */
  | { readonly kind: 'ledger'; readonly amount: string }
  /** The account may hold less of a position than we believe: nothing of it is sold until it is found out. */
  | { readonly kind: 'in-doubt'; readonly instrument: number; readonly doubt: boolean }
  /** The operator has typed the code of a live account, or taken it back. */
  | { readonly kind: 'armed' | 'disarmed'; readonly source: CommandSource }
  /** The operator leaves alone what the venue has and we do not know: `digest` names what was shown. */
  | { readonly kind: 'account-accepted'; readonly digest: number; readonly source: CommandSource }
  | { readonly kind: 'suggestion'; readonly suggestion: SuggestionTrace }
  | {
      readonly kind: 'suggestion-closed';
      readonly suggestionId: number;
      readonly outcome: 'accepted' | 'rejected' | 'undone';
      readonly producer: ProducerName;
      /** The one regime that it was about. */
      readonly regime: Regime | undefined;
      readonly weight: number;
    }
  | { readonly kind: 'book'; readonly instrument: number; readonly state: BookState; readonly updateId: number }
  | {
      readonly kind: 'command-refused';
      readonly command: string;
      readonly reason: RefusalReason;
      readonly subject: number;
    }
  | {
      readonly kind: 'report-refused';
      readonly report: string;
      readonly orderId: number;
      readonly reason: ReportRefusal;
    }
  /**
   * Of forked replays only, and of no journal: an answer of the recording is not given, for its question was not asked
   * here (`here` is missing), or it is given to one whose terms are not quite the same.
   */
  | {
      readonly kind: 'recorded-answer';
      readonly answer: AnswerCommand['kind'];
      /** Number of the question in the recording, and of the same one here. */
      readonly recorded: number;
      readonly here: number | undefined;
      readonly differs: readonly Term[];
      /** Of a proposal; else no instrument and no side. */
      readonly instrument: number;
      readonly side: Side | undefined;
      /** Lots of the proposal here; 0 where there is none. */
      readonly lots: number;
    };

/** What an operator was shown of a question and agrees to, beside what makes it this one. */
export const TERMS = ['size', 'limit', 'stop', 'target', 'weight'] as const;
export type Term = (typeof TERMS)[number];

export const ORDER_PURPOSES = ['entry', 'stop', 'target', 'time-exit', 'flatten'] as const;
export type OrderPurpose = (typeof ORDER_PURPOSES)[number];

export type RefusalReason =
  | 'unknown-proposal'
  | 'stale-revision'
  | 'proposal-closed'
  | 'expired'
  | 'not-smaller'
  | 'too-small'
  | 'observing'
  | 'halted'
  | 'not-halted'
  | 'kill-under-way'
  | 'not-killed'
  | 'unknown-suggestion'
  | 'suggestion-closed'
  | 'no-change'
  | 'paper-run'
  | 'not-ready'
  | 'wrong-code'
  | 'unreadable';

/**
 * Why a broker's report was not taken: paper-run and unreadable: it has no place here · unknown-order: nothing to do ·
 * duplicate: known already · stray-fill: of no order of ours · wrong-instrument · overfill: more than was ordered
 * (taken all the same) · illegal: the order's life allows no such thing.
 */
export type ReportRefusal =
  | 'paper-run'
  | 'unreadable'
  | 'unknown-order'
  | 'duplicate'
  | 'stray-fill'
  | 'wrong-instrument'
  | 'overfill'
  | 'illegal';

/** An event with the input that caused it. */
export type EngineEvent = { readonly seq: number; readonly atUs: number } & EventBody;
