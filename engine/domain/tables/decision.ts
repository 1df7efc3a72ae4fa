/** Columns of the decision layers: signals, votes, proposals and the governor's measurements. */
import type { Arena } from '../../kernel/arena.ts';
import { REGIMES } from '../blocks.ts';
import { PRODUCER_COUNT } from '../features.ts';
import { PROPOSAL_STATES } from '../proposal.ts';
import { OutcomeTable } from './outcomes.ts';

/** Producer status as stored; the order of `ProducerVote['status']`. */
export const SIGNAL = { voted: 0, neutral: 1, warming: 2, noData: 3, disabled: 4, muted: 5 } as const;
export const SIGNAL_STATUS = ['voted', 'neutral', 'warming', 'no-data', 'disabled', 'muted'] as const;

/** Newest signals and votes; producer `p` of instrument `i` is at `i * PRODUCER_COUNT + p`. */
export class SignalTable {
  readonly direction: Int32Array;
  readonly conviction: Int32Array;
  readonly status: Uint8Array;
  readonly evidence: Float64Array;
  readonly contribution: Float64Array;
  /** Weight of each producer, as policy and governor have set it. */
  readonly weight: Float64Array;
  readonly enabled: Uint8Array;
  /** Regimes in which a producer does not vote, as bits by their place in `REGIMES`. */
  readonly mutedIn: Uint8Array;
  readonly score: Float64Array;
  readonly consensus: Float64Array;
  readonly disagreement: Float64Array;
  readonly votedAtUs: Float64Array;
  /** Common direction of the strategies at the last bar, and bars since it was last decided on. */
  readonly standing: Int32Array;
  readonly barsSinceDecision: Int32Array;

  constructor(arena: Arena, instruments: number) {
    const cells = instruments * PRODUCER_COUNT;
    this.direction = arena.i32('signal.direction', cells);
    this.conviction = arena.i32('signal.conviction', cells);
    this.status = arena.u8('signal.status', cells);
    this.evidence = arena.f64('signal.evidence', cells * 2);
    this.contribution = arena.f64('signal.contribution', cells);
    this.weight = arena.f64('signal.weight', PRODUCER_COUNT);
    this.enabled = arena.u8('signal.enabled', PRODUCER_COUNT);
    this.mutedIn = arena.u8('signal.mutedIn', PRODUCER_COUNT);
    this.score = arena.f64('vote.score', instruments);
    this.consensus = arena.f64('vote.consensus', instruments);
    this.disagreement = arena.f64('vote.disagreement', instruments);
    this.votedAtUs = arena.f64('vote.votedAtUs', instruments);
    this.standing = arena.i32('vote.standing', instruments);
    this.barsSinceDecision = arena.i32('vote.barsSinceDecision', instruments);
  }
}

export const PROPOSAL_CAPACITY = 32;

/** Proposals by slot; a slot is free when its state is 0. */
export class ProposalTable {
  readonly state: Uint8Array;
  readonly id: Float64Array;
  readonly revision: Int32Array;
  readonly decisionId: Float64Array;
  readonly instrument: Int32Array;
  readonly side: Int32Array;
  readonly lots: Float64Array;
  readonly limitTicks: Float64Array;
  readonly priceTicks: Float64Array;
  readonly stopTicks: Float64Array;
  readonly targetTicks: Float64Array;
  readonly openedAtUs: Float64Array;
  readonly deadlineUs: Float64Array;
  /** How many have come to each of `PROPOSAL_STATES`. */
  readonly outcomes: Float64Array;

  constructor(arena: Arena) {
    const n = PROPOSAL_CAPACITY;
    this.state = arena.u8('proposal.state', n);
    this.id = arena.f64('proposal.id', n);
    this.revision = arena.i32('proposal.revision', n);
    this.decisionId = arena.f64('proposal.decisionId', n);
    this.instrument = arena.i32('proposal.instrument', n);
    this.side = arena.i32('proposal.side', n);
    this.lots = arena.f64('proposal.lots', n);
    this.limitTicks = arena.f64('proposal.limitTicks', n);
    this.priceTicks = arena.f64('proposal.priceTicks', n);
    this.stopTicks = arena.f64('proposal.stopTicks', n);
    this.targetTicks = arena.f64('proposal.targetTicks', n);
    this.openedAtUs = arena.f64('proposal.openedAtUs', n);
    this.deadlineUs = arena.f64('proposal.deadlineUs', n);
    this.outcomes = arena.f64('proposal.outcomes', PROPOSAL_STATES.length);
  }
}

export const SUGGESTION_CAPACITY = 32;
/** Suggestion states as stored. */
export const SUGGESTION = { free: 0, open: 1, accepted: 2, rejected: 3, undone: 4 } as const;

/** Open measurements and outcome sums of each producer, and the suggestions made from them. */
export class GovernorTable extends OutcomeTable {
  /** Samples at which the producer's last suggestion was made: the next needs as many new ones. */
  readonly samplesAtSuggestion: Int32Array;
  /** By producer and regime, at `regimeCell`: those of the regime when it was muted in it last, or that was suggested. */
  readonly regimeSamplesAtSuggestion: Int32Array;
  readonly state: Uint8Array;
  readonly id: Int32Array;
  readonly action: Int32Array;
  readonly producer: Int32Array;
  /** The one regime that it is about, 1 + its place in `REGIMES`; 0 for all. */
  readonly regime: Uint8Array;
  readonly weightNow: Float64Array;
  readonly weightThen: Float64Array;
  readonly enabledBefore: Int32Array;
  readonly evidence: Float64Array;
  readonly madeAtUs: Float64Array;

  constructor(arena: Arena, instruments: number) {
    super(arena, 'governor', instruments, PRODUCER_COUNT);
    this.samplesAtSuggestion = arena.i32('governor.samplesAtSuggestion', PRODUCER_COUNT);
    const cells = PRODUCER_COUNT * REGIMES.length;
    this.regimeSamplesAtSuggestion = arena.i32('governor.regimeSamplesAtSuggestion', cells);
    const n = SUGGESTION_CAPACITY;
    this.state = arena.u8('suggestion.state', n);
    this.id = arena.i32('suggestion.id', n);
    this.action = arena.i32('suggestion.action', n);
    this.producer = arena.i32('suggestion.producer', n);
    this.regime = arena.u8('suggestion.regime', n);
    this.weightNow = arena.f64('suggestion.weightNow', n);
    this.weightThen = arena.f64('suggestion.weightThen', n);
    this.enabledBefore = arena.i32('suggestion.enabledBefore', n);
    /** Samples, mean edge, mean cost, t, hit rate. */
    this.evidence = arena.f64('suggestion.evidence', n * 5);
    this.madeAtUs = arena.f64('suggestion.madeAtUs', n);
  }
}
