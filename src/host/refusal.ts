/** Why a command has not done what was asked, in words; undefined when it has. */
import type { EngineEvent, OperatorCommand } from '../../engine/domain/index.ts';
import { refusalIn } from '../../engine/index.ts';
import { GATE_REFUSES } from '../../state/gate-words.ts';

export function refusalOf(command: OperatorCommand, events: Iterable<EngineEvent>): string | undefined {
  const refusal = refusalIn(events, command);
  if (refusal?.reason !== 'refused-at-clearing') return refusal?.reason;
  return refusal.gate === undefined ? 'risk no longer allows it' : GATE_REFUSES[refusal.gate];
}
