/** Why a command has not done what was asked, in words; undefined when it has. */
import type { EngineEvent, OperatorCommand } from '../../engine/domain/index.ts';
import { refusalIn } from '../../engine/index.ts';

export function refusalOf(command: OperatorCommand, events: Iterable<EngineEvent>): string | undefined {
  const refusal = refusalIn(events, command);
  return refusal?.reason === 'refused-at-clearing'
    ? `risk, asked again, refuses it: ${refusal.gate ?? 'no longer allowed'}`
    : refusal?.reason;
}
