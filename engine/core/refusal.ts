/** Why a command has not done what it says, from what the engine made of it. */
import type { EngineEvent, GateName, OperatorCommand, RefusalReason } from '../domain/index.ts';

/** The engine's reason, or that of risk: an approval is checked again, and where that refuses nothing has been approved. */
export type Refusal =
  | { readonly reason: RefusalReason }
  | { readonly reason: 'refused-at-clearing'; readonly gate: GateName | undefined };

/** Of the events of a command, with the number that its proposal has there; undefined where it has done what it says. */
export function refusalIn(
  events: Iterable<EngineEvent>,
  { kind, proposalId }: { readonly kind: OperatorCommand['kind']; readonly proposalId?: number | undefined },
): Refusal | undefined {
  for (const event of events) {
    if (event.kind === 'command-refused') return { reason: event.reason };
    if (kind !== 'approve' || event.kind !== 'proposal-closed' || event.proposalId !== proposalId) continue;
    if (event.outcome === 'refused-at-clearing') return { reason: event.outcome, gate: event.gate };
  }
  return undefined;
}
