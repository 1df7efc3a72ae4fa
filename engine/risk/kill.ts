/** The kill switch as one table of stages: what each event does in each stage. */
import { KILL_STAGES, type KillStage, killStageAt } from '../domain/index.ts';

/**
 * kill: asked for by any channel · working: orders that can increase exposure are open · none: none is open
 * · late: cancels are not confirmed in time · flatten: asked for in a second step · flat: no position and no order is left · exposed: a fill that came late has
 * undone that · resume: typed by the operator.
 */
export const KILL_EVENTS = ['kill', 'working', 'none', 'late', 'flatten', 'flat', 'exposed', 'resume'] as const;
export type KillEvent = (typeof KILL_EVENTS)[number];

export const KILL_TRANSITIONS: Readonly<Record<KillStage, Partial<Readonly<Record<KillEvent, KillStage>>>>> = {
  armed: { kill: 'blocking' },
  blocking: { working: 'cancelling', none: 'none-open' },
  cancelling: { none: 'none-open', late: 'unconfirmed' },
  // Who wants out does not have to wait for a venue that may never speak of an entry again.
  unconfirmed: { none: 'none-open', flatten: 'flattening' },
  'none-open': { flatten: 'flattening', resume: 'armed' },
  flattening: { flat: 'flat' },
  flat: { exposed: 'flattening', resume: 'armed' },
};

/** The next stage, or undefined when the event means nothing in this stage. */
export function nextKillStage(stage: KillStage, event: KillEvent): KillStage | undefined {
  return KILL_TRANSITIONS[stage][event];
}

export const killIndex = (stage: KillStage): number => KILL_STAGES.indexOf(stage);
export { killStageAt };
