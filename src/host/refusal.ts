/** Why a command has not done what was asked, from what the engine made of it; undefined when it has. */
import type { EngineEvent, OperatorCommand } from '../../engine/domain/index.ts';

/** An approval is checked again by risk: where that refuses, nothing has been approved. */
export function refusalOf(command: OperatorCommand, events: Iterable<EngineEvent>): string | undefined {
  for (const event of events) {
    if (event.kind === 'command-refused') return event.reason;
    if (command.kind !== 'approve' || event.kind !== 'proposal-closed') continue;
    if (event.proposalId === command.proposalId && event.outcome === 'refused-at-clearing')
      return `risk, asked again, refuses it: ${event.gate ?? 'no longer allowed'}`;
  }
  return undefined;
}
