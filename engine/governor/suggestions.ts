/** Suggestions made from measured outcomes, and the operator's answer to them: accept, reject, undo. */
import {
  type GovernorPolicy,
  type Outbox,
  PRODUCERS,
  type RefusalReason,
  SUGGESTION_ACTIONS,
  type SuggestionTrace,
} from '../domain/index.ts';
import { type GovernorTable, type SignalTable, SUGGESTION, SUGGESTION_CAPACITY } from '../domain/tables/index.ts';
import { summarise } from './outcomes.ts';

const EVIDENCE = 5;

/** Looks at one producer; makes at most one suggestion. `nextId` is the id it would get; true when made. */
export function suggest(
  table: GovernorTable,
  signals: SignalTable,
  policy: GovernorPolicy,
  outbox: Outbox,
  producer: number,
  nextId: number,
  nowUs: number,
): boolean {
  if (signals.enabled[producer] === 0) return false;
  const fresh = table.samples[producer]! - table.samplesAtSuggestion[producer]!;
  if (fresh < policy.minSamples || hasOpen(table, producer)) return false;
  const outcome = summarise(table, producer);
  if (outcome.tStatistic > -policy.tThreshold) return false;
  const slot = slotFor(table);
  if (slot < 0) return false;
  const disable = outcome.meanEdgePpm <= 0;
  const now = signals.weight[producer]!;
  table.state[slot] = SUGGESTION.open;
  table.id[slot] = nextId;
  table.action[slot] = disable ? 0 : 1;
  table.producer[slot] = producer;
  table.weightNow[slot] = now;
  table.weightThen[slot] = disable ? 0 : now * policy.throttledWeightShare;
  table.enabledBefore[slot] = 1;
  table.madeAtUs[slot] = nowUs;
  const at = slot * EVIDENCE;
  table.evidence[at] = outcome.samples;
  table.evidence[at + 1] = outcome.meanEdgePpm;
  table.evidence[at + 2] = outcome.meanCostPpm;
  table.evidence[at + 3] = outcome.tStatistic;
  table.evidence[at + 4] = outcome.hitRate;
  table.samplesAtSuggestion[producer] = outcome.samples;
  outbox.push({ kind: 'suggestion', suggestion: describeSuggestion(table, slot) });
  return true;
}

function hasOpen(table: GovernorTable, producer: number): boolean {
  for (let slot = 0; slot < SUGGESTION_CAPACITY; slot++) {
    if (table.state[slot] === SUGGESTION.open && table.producer[slot] === producer) return true;
  }
  return false;
}

function slotFor(table: GovernorTable): number {
  let oldest = -1;
  for (let slot = 0; slot < SUGGESTION_CAPACITY; slot++) {
    if (table.state[slot] === SUGGESTION.free) return slot;
    if (table.state[slot] === SUGGESTION.open) continue;
    if (oldest < 0 || table.id[slot]! < table.id[oldest]!) oldest = slot;
  }
  return oldest;
}

/** The suggestion in a slot with its evidence. */
export function describeSuggestion(table: GovernorTable, slot: number): SuggestionTrace {
  const at = slot * EVIDENCE;
  return {
    suggestionId: table.id[slot]!,
    action: SUGGESTION_ACTIONS[table.action[slot]!] ?? 'set-weight',
    producer: PRODUCERS[table.producer[slot]!] ?? 'rsi',
    weightNow: table.weightNow[slot]!,
    weightThen: table.weightThen[slot]!,
    samples: table.evidence[at]!,
    meanEdgePpm: table.evidence[at + 1]!,
    meanCostPpm: table.evidence[at + 2]!,
    tStatistic: table.evidence[at + 3]!,
    hitRate: table.evidence[at + 4]!,
  };
}

export type SuggestionAnswer = 'accepted' | 'rejected' | 'undone';

/** Applies the operator's answer; the reason when it means nothing now. */
export function answerSuggestion(
  table: GovernorTable,
  signals: SignalTable,
  outbox: Outbox,
  suggestionId: number,
  answer: SuggestionAnswer,
): RefusalReason | undefined {
  const slot = find(table, suggestionId);
  if (slot < 0) return 'unknown-suggestion';
  const wanted = answer === 'undone' ? SUGGESTION.accepted : SUGGESTION.open;
  if (table.state[slot] !== wanted) return 'suggestion-closed';
  const producer = table.producer[slot]!;
  if (answer === 'accepted') {
    signals.weight[producer] = table.weightThen[slot]!;
    if (table.action[slot] === 0) signals.enabled[producer] = 0;
  } else if (answer === 'undone') {
    signals.weight[producer] = table.weightNow[slot]!;
    signals.enabled[producer] = table.enabledBefore[slot]!;
  }
  table.state[slot] = SUGGESTION[answer];
  outbox.push({
    kind: 'suggestion-closed',
    suggestionId,
    outcome: answer,
    producer: PRODUCERS[producer] ?? 'rsi',
    weight: signals.weight[producer]!,
  });
  return undefined;
}

function find(table: GovernorTable, suggestionId: number): number {
  for (let slot = 0; slot < SUGGESTION_CAPACITY; slot++) {
    if (table.state[slot] !== SUGGESTION.free && table.id[slot] === suggestionId) return slot;
  }
  return -1;
}
