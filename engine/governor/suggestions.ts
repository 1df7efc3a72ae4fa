/** Suggestions made from measured outcomes, and the operator's answer to them: accept, reject, undo. */
import {
  type GovernorPolicy,
  type Outbox,
  PRODUCERS,
  REGIMES,
  type RefusalReason,
  SUGGESTION_ACTIONS,
  type SuggestionAction,
  type SuggestionTrace,
} from '../domain/index.ts';
import { type GovernorTable, type SignalTable, SUGGESTION, SUGGESTION_CAPACITY } from '../domain/tables/index.ts';
import { type Finding, judgeProducer, noteJudged } from './judgement.ts';

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
  if (signals.enabled[producer] === 0 || hasOpen(table, producer)) return false;
  const mutedIn = signals.mutedIn[producer]!;
  const finding = judgeProducer(table, policy, producer, mutedIn);
  if (finding === undefined) return false;
  const slot = slotFor(table);
  if (slot < 0) return false;
  table.state[slot] = SUGGESTION.open;
  table.id[slot] = nextId;
  table.producer[slot] = producer;
  table.enabledBefore[slot] = 1;
  table.madeAtUs[slot] = nowUs;
  writeChange(table, slot, finding, signals.weight[producer]!, policy);
  noteJudged(table, producer, finding, mutedIn);
  outbox.push({ kind: 'suggestion', suggestion: describeSuggestion(table, slot) });
  return true;
}

/** One that loses before cost is switched off, one that only earns too little counts less; in one regime it is muted. */
function actionFor({ regime, outcome }: Finding): SuggestionAction {
  if (regime !== undefined) return 'mute-in-regime';
  return outcome.meanEdgePpm <= 0 ? 'disable' : 'set-weight';
}

/** What would be changed, and the outcomes that say so. */
function writeChange(
  table: GovernorTable,
  slot: number,
  finding: Finding,
  weightNow: number,
  { throttledWeightShare }: GovernorPolicy,
): void {
  const { regime, outcome } = finding;
  const action = actionFor(finding);
  const weightThen = { disable: 0, 'set-weight': weightNow * throttledWeightShare, 'mute-in-regime': weightNow };
  table.action[slot] = SUGGESTION_ACTIONS.indexOf(action);
  table.regime[slot] = regime === undefined ? 0 : 1 + regime;
  table.weightNow[slot] = weightNow;
  table.weightThen[slot] = weightThen[action];
  const at = slot * EVIDENCE;
  table.evidence[at] = outcome.samples;
  table.evidence[at + 1] = outcome.meanEdgePpm;
  table.evidence[at + 2] = outcome.meanCostPpm;
  table.evidence[at + 3] = outcome.tStatistic;
  table.evidence[at + 4] = outcome.hitRate;
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
    regime: REGIMES[table.regime[slot]! - 1],
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
  if (answer !== 'rejected') change(table, signals, slot, answer === 'accepted');
  table.state[slot] = SUGGESTION[answer];
  outbox.push({
    kind: 'suggestion-closed',
    suggestionId,
    outcome: answer,
    producer: PRODUCERS[producer] ?? 'rsi',
    regime: REGIMES[table.regime[slot]! - 1],
    weight: signals.weight[producer]!,
  });
  return undefined;
}

/** Does what the suggestion says, or takes it back. */
function change(table: GovernorTable, signals: SignalTable, slot: number, isDone: boolean): void {
  const producer = table.producer[slot]!;
  const regime = table.regime[slot]!;
  if (regime > 0) {
    const bit = 1 << (regime - 1);
    signals.mutedIn[producer] = isDone ? signals.mutedIn[producer]! | bit : signals.mutedIn[producer]! & ~bit;
    return;
  }
  signals.weight[producer] = isDone ? table.weightThen[slot]! : table.weightNow[slot]!;
  const isOff = isDone && SUGGESTION_ACTIONS[table.action[slot]!] === 'disable';
  signals.enabled[producer] = isOff ? 0 : table.enabledBefore[slot]!;
}

function find(table: GovernorTable, suggestionId: number): number {
  for (let slot = 0; slot < SUGGESTION_CAPACITY; slot++) {
    if (table.state[slot] !== SUGGESTION.free && table.id[slot] === suggestionId) return slot;
  }
  return -1;
}
