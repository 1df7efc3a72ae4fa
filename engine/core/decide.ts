/** One decision cycle of an instrument when its bar closes: signals → vote → strategies → size → gates → proposal. */

import { clearByOperator, clearByPolicy } from '../approval/clearance.ts';
import { closeProposal, openProposal, proposalSide } from '../approval/proposals.ts';
import {
  type DecisionTrace,
  type Direction,
  F,
  FEATURE_COUNT,
  type GateName,
  PRODUCER_COUNT,
  PRODUCERS,
  type ProducerVote,
  REGIMES,
  type Side,
  type SizingTrace,
  type VoteTrace,
} from '../domain/index.ts';
import { BOOK, COUNT, NEXT_ID, type ProposalTable, SIGNAL_STATUS } from '../domain/tables/index.ts';
import { measureOutcomes } from '../governor/outcomes.ts';
import { suggest } from '../governor/suggestions.ts';
import { meanVelocity } from '../market/features/volumes.ts';
import { updateReadingFeatures } from '../market/readings.ts';
import { askModels, castEnsemble, hasModels, traceEnsemble, traceModels } from '../models/ensemble.ts';
import type { ModelSeats } from '../models/library.ts';
import { castVote } from '../models/vote.ts';
import { watchModels } from '../models/watch/breaker.ts';
import { keepBar } from '../models/watch/outcomes.ts';
import { noteDecision } from '../risk/account.ts';
import { type GateOutcome, passGates } from '../risk/gates.ts';
import { sizeEntry } from '../risk/sizing.ts';
import { Heard } from '../signals/heard.ts';
import { surveySignals } from '../signals/survey.ts';
import type { PaperVenue } from '../sim/paper-broker.ts';
import {
  computeEquity,
  controlMode,
  type EntryPlan,
  entryLimit,
  gateContext,
  instrumentAt,
  isHalted,
  nowUs,
  referenceTicks,
  takeId,
} from './context.ts';
import { engageKill, execute } from './execution.ts';
import { halt } from './halt.ts';
import type { EngineState } from './state.ts';
import { combinationTrace, roundTripCostPpm, runStrategies, traceStrategies } from './strategy-cycle.ts';

/** Everything that follows from a closed bar. */
export function afterBar(state: EngineState, venue: PaperVenue, seats: ModelSeats, instrument: number): void {
  const { signals, models, features, readings, books, market, config } = state;
  const policy = config.policy.decision;
  const velocity = meanVelocity(state.indicators, instrument);
  const book = books.state[instrument] !== BOOK.none;
  const feed = {
    trades: market.hasTrades[instrument] === 1 || market.hasBars[instrument] === 1,
    quotes: market.hasQuotes[instrument] === 1 || book,
    book,
  };
  updateReadingFeatures(readings, features, instrument, nowUs(state));
  const heard = new Heard(readings, instrument, nowUs(state));
  surveySignals(signals, features, instrument, velocity, feed, policy.signal, heard);
  castVote(signals, instrument, nowUs(state));
  askModels(models, seats, features, policy, config.barIntervalUs, instrument);
  castEnsemble(models, policy, instrument);
  keepWatch(state, seats, instrument);
  const direction = runStrategies(state, instrument);
  learn(state, instrument);
  const standing = signals.standing[instrument]!;
  const waited = signals.barsSinceDecision[instrument]! + 1;
  signals.standing[instrument] = direction;
  signals.barsSinceDecision[instrument] = waited;
  if (direction === 0 || (direction === standing && waited < policy.repeatBars)) return;
  signals.barsSinceDecision[instrument] = 0;
  decide(state, venue, instrument, direction);
}

/** What became of models' chances, and whether they have drifted: one that is muted now abstains from the next bar on. */
function keepWatch(state: EngineState, seats: ModelSeats, instrument: number): void {
  const { models, watch, features, bars, outbox, config } = state;
  if (!hasModels(models)) return;
  keepBar(watch, features, bars, instrument);
  const { supervision: policy, decision } = config.policy;
  const all = { models, watch, outbox, policy, deadZone: decision.modelDeadZone };
  watchModels(all, seats, instrument, features.bars[instrument]! - 1);
}

/** Lets the governor measure, and suggest when a producer got new samples. */
function learn(state: EngineState, instrument: number): void {
  const { governor, signals, config, features } = state;
  const bar = {
    instrument,
    priceTicks: features.values[instrument * FEATURE_COUNT + F.close]!,
    costPpm: roundTripCostPpm(state, instrument),
    regime: features.likeliestRegime(instrument),
  };
  if (!measureOutcomes(governor, signals.direction, config.policy.governor, bar)) return;
  for (let p = 0; p < PRODUCER_COUNT; p++) {
    const id = state.control.nextId[NEXT_ID.suggestion]!;
    if (suggest(governor, signals, config.policy.governor, state.outbox, p, id, nowUs(state))) {
      takeId(state, NEXT_ID.suggestion);
    }
  }
}

/**
 * A strategy decides once a bar for each instrument at most. One that goes on without end is killed: what has left of it is
 * bounded by the gates, but nothing that it says can be believed.
 */
function watchStorm(state: EngineState, venue: PaperVenue): void {
  const made = noteDecision(state.account, nowUs(state));
  const most = state.config.policy.risk.maxDecisionsPerSecond * state.instruments.length;
  if (made <= most || isHalted(state)) return;
  halt(state, 'order-storm', made, most);
  engageKill(state, venue, 'engine');
}

function decide(state: EngineState, venue: PaperVenue, index: number, side: Side): void {
  watchStorm(state, venue);
  const { account, features, models } = state;
  const policy = state.config.policy.decision;
  const instrument = instrumentAt(state, index);
  const price = referenceTicks(state, index);
  const limit = entryLimit(state, index, side);
  const atr = features.values[index * FEATURE_COUNT + F.atr]!;
  const sizing = sizeEntry(instrument, state.config.policy.execution, computeEquity(state), price, atr);
  const entry = { side, priceTicks: price, limitTicks: limit, ...exitsOf(price, side, sizing) };
  const gates = passGates(gateContext(state, instrument, entry, -1), sizing.wantedLots);
  const decisionId = takeId(state, NEXT_ID.decision);
  const observing = controlMode(state) === 'observe';
  const verdict = gates.vetoedBy !== undefined ? 'vetoed' : observing ? 'observed' : 'proposed';
  account.counts[COUNT.decisions] = account.counts[COUNT.decisions]! + 1;
  if (verdict === 'vetoed') account.counts[COUNT.gateVetoes] = account.counts[COUNT.gateVetoes]! + 1;
  const trace: DecisionTrace = {
    decisionId,
    instrument: index,
    side,
    priceTicks: price,
    regime: REGIMES[features.likeliestRegime(index) ?? -1],
    producers: traceProducers(state, index),
    vote: traceVote(state, index),
    models: traceModels(models, policy, index),
    ensemble: traceEnsemble(models, policy, index),
    strategies: traceStrategies(state, index),
    combination: combinationTrace(state),
    sizing,
    gates: gates.trace,
    verdict,
    vetoedBy: gates.vetoedBy,
    lots: gates.lots,
  };
  state.outbox.push({ kind: 'decision', trace });
  if (verdict === 'proposed') propose(state, venue, trace, limit);
}

/** Where an entry at this price is given up, and where its gain is taken. */
function exitsOf(priceTicks: number, side: Side, sizing: SizingTrace): { stopTicks: number; targetTicks: number } {
  return {
    stopTicks: Math.max(priceTicks - side * sizing.stopTicks, 1),
    targetTicks: Math.max(priceTicks + side * sizing.targetTicks, 1),
  };
}

function propose(state: EngineState, venue: PaperVenue, trace: DecisionTrace, limitTicks: number): void {
  const { execution } = state.config.policy;
  const now = nowUs(state);
  const mode = controlMode(state);
  const slot = openProposal(
    state.proposals,
    state.outbox,
    takeId(state, NEXT_ID.proposal),
    {
      decisionId: trace.decisionId,
      instrument: trace.instrument,
      side: trace.side,
      lots: trace.lots,
      limitTicks,
      priceTicks: trace.priceTicks,
      ...exitsOf(trace.priceTicks, trace.side, trace.sizing),
    },
    now,
    now + (mode === 'veto' ? execution.vetoWindowUs : execution.proposalTtlUs),
  );
  if (slot < 0) return;
  state.account.counts[COUNT.proposals] = state.account.counts[COUNT.proposals]! + 1;
  if (mode === 'auto') clearProposal(state, venue, slot, 'policy');
}

/** What risk says to a proposal with the prices of now. */
function checkClearing(state: EngineState, slot: number): GateOutcome {
  const { proposals } = state;
  const entry = entryOf(proposals, slot);
  return passGates(
    gateContext(state, instrumentAt(state, proposals.instrument[slot]!), entry, slot),
    proposals.lots[slot]!,
  );
}

/** The gate that would refuse a proposal if it were cleared now; undefined when an order would be sent. */
export function refusalNow(state: EngineState, slot: number): GateName | undefined {
  return checkClearing(state, slot).vetoedBy;
}

function entryOf(proposals: ProposalTable, slot: number): EntryPlan {
  return {
    side: proposalSide(proposals, slot),
    priceTicks: proposals.priceTicks[slot]!,
    limitTicks: proposals.limitTicks[slot]!,
    stopTicks: proposals.stopTicks[slot]!,
    targetTicks: proposals.targetTicks[slot]!,
  };
}

/**
 * Clears a proposal after checking risk again with the prices of now; the size may shrink, never grow.
 * @returns the gate that refused, or undefined when an order was sent.
 */
export function clearProposal(
  state: EngineState,
  venue: PaperVenue,
  slot: number,
  by: 'operator' | 'policy',
): GateName | undefined {
  const { proposals, outbox } = state;
  const gates = checkClearing(state, slot);
  if (gates.vetoedBy !== undefined) {
    closeProposal(proposals, outbox, slot, 'refused-at-clearing', gates.vetoedBy);
    return gates.vetoedBy;
  }
  const { priceTicks: _, ...orderAt } = entryOf(proposals, slot);
  const intent = {
    instrument: proposals.instrument[slot]!,
    ...orderAt,
    lots: gates.lots,
    reduceOnly: false,
    purpose: 'entry',
    decisionId: proposals.decisionId[slot]!,
    triggerTicks: 0,
  } as const;
  closeProposal(proposals, outbox, slot, by === 'operator' ? 'cleared-by-operator' : 'cleared-by-policy', undefined);
  execute(state, venue, by === 'operator' ? clearByOperator(intent) : clearByPolicy(intent));
  return undefined;
}

/** Votes of the producers as they stand, for traces and the console. */
export function traceProducers(state: EngineState, instrument: number): ProducerVote[] {
  const { signals } = state;
  return PRODUCERS.map((producer, p) => {
    const cell = instrument * PRODUCER_COUNT + p;
    return {
      producer,
      direction: signals.direction[cell]! as Direction,
      conviction: signals.conviction[cell]!,
      weight: signals.weight[p]!,
      contribution: signals.contribution[cell]!,
      status: SIGNAL_STATUS[signals.status[cell]!] ?? 'warming',
      evidence: [signals.evidence[cell * 2]!, signals.evidence[cell * 2 + 1]!],
    };
  });
}

function traceVote(state: EngineState, instrument: number): VoteTrace {
  const { signals } = state;
  const score = signals.score[instrument]!;
  return {
    score,
    direction: score > 0 ? 1 : score < 0 ? -1 : 0,
    consensus: signals.consensus[instrument]!,
    confidence: Math.abs(score),
    disagreement: signals.disagreement[instrument]!,
    minScore: state.config.policy.decision.minScore,
    minConsensus: state.config.policy.decision.minConsensus,
  };
}
