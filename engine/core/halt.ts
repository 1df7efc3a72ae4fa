/** Halting, the kill stages, and the account's own limits. */

import { closeProposal, isPending } from '../approval/proposals.ts';
import { type CommandSource, HALT_REASONS, type HaltReason, type KillStage } from '../domain/index.ts';
import { PROPOSAL_CAPACITY } from '../domain/tables/index.ts';
import { liveEntries } from '../oms/orders.ts';
import { accountBreach } from '../risk/account.ts';
import { type KillEvent, killIndex, killStageAt, nextKillStage } from '../risk/kill.ts';
import { isDust, isHalted, nowUs } from './context.ts';
import type { EngineState } from './state.ts';

export function killStage(state: EngineState): KillStage {
  return killStageAt(state.control.kill[0]!);
}

/** Moves the kill switch; false when the event means nothing in this stage. */
export function moveKill(state: EngineState, event: KillEvent, source: CommandSource | 'engine'): boolean {
  const next = nextKillStage(killStage(state), event);
  if (next === undefined) return false;
  state.control.kill[0] = killIndex(next);
  const { cancelConfirmUs } = state.config.policy.execution;
  state.control.killDueUs[0] = next === 'cancelling' ? nowUs(state) + cancelConfirmUs : 0;
  state.outbox.push({ kind: 'kill', stage: next, openOrders: liveEntries(state.orders, -1), source });
  return true;
}

/** Looks whether what the kill waits for has come: no entry open, or everything flat. */
export function advanceKill(state: EngineState): void {
  const stage = killStage(state);
  if (stage === 'armed') return;
  const working = liveEntries(state.orders, -1);
  if (stage === 'blocking') moveKill(state, working > 0 ? 'working' : 'none', 'engine');
  else if ((stage === 'cancelling' || stage === 'unconfirmed') && working === 0) moveKill(state, 'none', 'engine');
  else if (stage === 'flattening' && isFlat(state)) moveKill(state, 'flat', 'engine');
  else if (stage === 'flat' && !isFlat(state)) moveKill(state, 'exposed', 'engine');
}

/** A kill whose cancels nobody has confirmed in time. */
export function watchKill(state: EngineState): void {
  const due = state.control.killDueUs[0]!;
  if (due > 0 && due <= nowUs(state)) moveKill(state, 'late', 'engine');
}

function isFlat(state: EngineState): boolean {
  for (let i = 0; i < state.instruments.length; i++) {
    if (state.orders.liveCount[i] !== 0 || (state.positions.lots[i] !== 0 && !isDust(state, i))) return false;
  }
  return true;
}

/** Stops entries: proposals that wait are withdrawn; a second reason does not replace the first. */
export function halt(state: EngineState, reason: HaltReason, value: number, limit: number): void {
  if (isHalted(state)) return;
  state.control.halt[0] = HALT_REASONS.indexOf(reason);
  state.outbox.push({ kind: 'halt', reason, value, limit });
  withdrawProposals(state);
}

/** Takes back every proposal that waits. */
export function withdrawProposals(state: EngineState): void {
  for (let slot = 0; slot < PROPOSAL_CAPACITY; slot++) {
    if (isPending(state.proposals, slot)) closeProposal(state.proposals, state.outbox, slot, 'withdrawn', undefined);
  }
}

/** Halts when the account has lost more than policy allows. @returns true when it did so now. */
export function checkAccount(state: EngineState): boolean {
  if (isHalted(state)) return false;
  const breach = accountBreach(state.account, state.config.policy.risk);
  if (breach === undefined) return false;
  halt(state, breach.reason, breach.value, breach.limit);
  return true;
}
