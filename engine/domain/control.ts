/** Modes of a run: who may clear a trade, and how far a kill has come. */

export const CONTROL_MODES = ['observe', 'manual', 'veto', 'auto'] as const;
/**
 * observe: no proposal is made · manual: only the operator clears · veto: policy clears when the window
 * lapses · auto: policy clears at once. Ordered from tight to loose.
 */
export type ControlMode = (typeof CONTROL_MODES)[number];

export const controlIndex = (mode: ControlMode): number => CONTROL_MODES.indexOf(mode);
export const controlAt = (index: number): ControlMode => CONTROL_MODES[index] ?? 'observe';

export const KILL_STAGES = [
  'armed',
  'blocking',
  'cancelling',
  'none-open',
  'flattening',
  'flat',
  'unconfirmed',
] as const;
/**
 * armed: no kill · blocking: entries refused · cancelling: cancels sent, not all confirmed · none-open:
 * nothing that can increase exposure is open · flattening and flat: asked for separately · unconfirmed: the
 * venue has not answered the cancels in time, so nobody knows what is open.
 */
export type KillStage = (typeof KILL_STAGES)[number];
export const killStageAt = (index: number): KillStage => KILL_STAGES[index] ?? 'armed';

export const HALT_REASONS = [
  'none',
  'operator',
  'halt-file',
  'drawdown-limit',
  'daily-loss-limit',
  'restart',
  'venue-mismatch',
  'journal',
  'order-storm',
] as const;
/** Why no entry may be made. */
export type HaltReason = (typeof HALT_REASONS)[number];
export const haltReasonAt = (index: number): HaltReason => HALT_REASONS[index] ?? 'none';

export const COMMAND_SOURCES = ['console', 'socket', 'file', 'replay', 'journal'] as const;
/** The channel through which an operator command came; `journal` is the host's own kill when it cannot record any more. */
export type CommandSource = (typeof COMMAND_SOURCES)[number];
