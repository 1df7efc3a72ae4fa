/** Operator commands, each carried out or refused with a reason; both are events. */

import { closeProposal, findAnswered, resizeProposal } from '../approval/proposals.ts';
import {
  AT,
  COMMAND_WIDTH,
  type CommandSource,
  type ControlMode,
  controlIndex,
  decodeCommand,
  type OperatorCommand,
  type RefusalReason,
} from '../domain/index.ts';
import { answerSuggestion } from '../governor/suggestions.ts';
import { unreachable } from '../kernel/assert.ts';
import { leastLots } from '../risk/sizing.ts';
import type { PaperVenue } from '../sim/paper-broker.ts';
import { controlMode, instrumentAt, isHalted } from './context.ts';
import { clearProposal } from './decide.ts';
import { engageKill, pressFlatten } from './execution.ts';
import { advanceKill, checkAccount, halt, killStage, moveKill, withdrawProposals } from './halt.ts';
import type { EngineState } from './state.ts';
import { acceptAccount, arm, disarm } from './venue-ready.ts';

const row = new Float64Array(COMMAND_WIDTH);

/** Reads the command at `offset` and carries it out. */
export function applyCommand(state: EngineState, venue: PaperVenue, view: DataView, offset: number): void {
  for (let i = 0; i < COMMAND_WIDTH; i++) row[i] = view.getFloat64(offset + AT.command + i * 8, true);
  const decoded = decodeCommand(row);
  if (decoded === undefined) {
    state.outbox.push({ kind: 'command-refused', command: 'unreadable', reason: 'unreadable', subject: 0 });
    return;
  }
  const { command, source } = decoded;
  const refused = carryOut(state, venue, command, source);
  if (refused === undefined) return;
  state.outbox.push({ kind: 'command-refused', command: command.kind, reason: refused, subject: subjectOf(command) });
}

function subjectOf(command: OperatorCommand): number {
  if ('proposalId' in command) return command.proposalId;
  return 'suggestionId' in command ? command.suggestionId : 0;
}

function carryOut(
  state: EngineState,
  venue: PaperVenue,
  command: OperatorCommand,
  source: CommandSource,
): RefusalReason | undefined {
  switch (command.kind) {
    case 'approve':
      return approve(state, venue, command.proposalId, command.revision);
    case 'veto':
      return veto(state, command.proposalId, command.revision);
    case 'resize':
      return resize(state, command.proposalId, command.revision, command.lots);
    case 'set-control':
      return setControl(state, command.mode, source);
    case 'kill':
      return kill(state, venue, source);
    case 'flatten':
      return flatten(state, venue, source);
    case 'resume':
      return resume(state, venue, source);
    case 'accept-suggestion':
      return answerSuggestion(state.governor, state.signals, state.outbox, command.suggestionId, 'accepted');
    case 'reject-suggestion':
      return answerSuggestion(state.governor, state.signals, state.outbox, command.suggestionId, 'rejected');
    case 'undo-suggestion':
      return answerSuggestion(state.governor, state.signals, state.outbox, command.suggestionId, 'undone');
    case 'arm':
      return arm(state, command.code, source);
    case 'disarm':
      return disarm(state, venue, source);
    case 'accept-account':
      return acceptAccount(state, command.digest, source);
    default:
      return unreachable(command);
  }
}

function approve(state: EngineState, venue: PaperVenue, id: number, revision: number): RefusalReason | undefined {
  const found = findAnswered(state.proposals, id, revision);
  if ('refused' in found) return found.refused;
  if (isHalted(state)) return 'halted';
  if (controlMode(state) === 'observe') return 'observing';
  clearProposal(state, venue, found.slot, 'operator');
  return undefined;
}

function veto(state: EngineState, id: number, revision: number): RefusalReason | undefined {
  const found = findAnswered(state.proposals, id, revision);
  if ('refused' in found) return found.refused;
  closeProposal(state.proposals, state.outbox, found.slot, 'vetoed-by-operator', undefined);
  return undefined;
}

/** Smaller only, and never so small that the yes to it would be refused for its size. */
function resize(state: EngineState, id: number, revision: number, lots: number): RefusalReason | undefined {
  const { proposals } = state;
  const found = findAnswered(proposals, id, revision);
  if ('refused' in found) return found.refused;
  const { slot } = found;
  if (!Number.isSafeInteger(lots) || lots >= proposals.lots[slot]!) return 'not-smaller';
  const instrument = instrumentAt(state, proposals.instrument[slot]!);
  if (lots < leastLots(instrument, proposals.limitTicks[slot]!)) return 'too-small';
  resizeProposal(proposals, state.outbox, slot, lots);
  return undefined;
}

function setControl(state: EngineState, mode: ControlMode, source: CommandSource): RefusalReason | undefined {
  const from = controlMode(state);
  if (from === mode) return 'no-change';
  state.control.control[0] = controlIndex(mode);
  state.outbox.push({ kind: 'control', from, to: mode, source });
  // What waited in manual was promised to end without an order unless the operator says yes to it.
  if (mode === 'observe' || from === 'manual') withdrawProposals(state);
  return undefined;
}

function kill(state: EngineState, venue: PaperVenue, source: CommandSource): RefusalReason | undefined {
  halt(state, source === 'file' ? 'halt-file' : source === 'journal' ? 'journal' : 'operator', 0, 0);
  return engageKill(state, venue, source) ? undefined : 'kill-under-way';
}

function flatten(state: EngineState, venue: PaperVenue, source: CommandSource): RefusalReason | undefined {
  if (!moveKill(state, 'flatten', source)) return 'not-killed';
  pressFlatten(state, venue);
  advanceKill(state);
  return undefined;
}

function resume(state: EngineState, venue: PaperVenue, source: CommandSource): RefusalReason | undefined {
  if (!isHalted(state)) return 'not-halted';
  if (killStage(state) !== 'armed' && !moveKill(state, 'resume', source)) return 'kill-under-way';
  state.control.halt[0] = 0;
  state.outbox.push({ kind: 'resume', source });
  // A limit that is still broken kills again at once.
  if (checkAccount(state)) engageKill(state, venue, 'engine');
  return undefined;
}
