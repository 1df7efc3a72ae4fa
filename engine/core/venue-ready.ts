/** Whether an external venue is ready for entries: what the host tells of it, and the operator's typed code. */
import {
  ALL_BLOCKERS,
  AT,
  blockerBits,
  blockersOf,
  type CommandSource,
  type RefusalReason,
  type VenueBlocker,
} from '../domain/index.ts';
import { assert } from '../kernel/assert.ts';
import { hashText } from '../kernel/hash.ts';
import { liveEntries } from '../oms/orders.ts';
import type { PaperVenue } from '../sim/paper-broker.ts';
import { nowUs } from './context.ts';
import { cancelEntries } from './execution.ts';
import { withdrawProposals } from './halt.ts';
import { type EngineState, NOT_READY } from './state.ts';

const DISARMED = blockerBits(['disarmed']);
const ACCOUNT = blockerBits(['account']);
/** A venue that says nothing for so long holds up no exit. */
const COMPARE_WITHIN_US = 10_000_000;
/** The restart itself has the time of the last input before it, which may be days ago. */
const UNHEARD = Number.MAX_SAFE_INTEGER;

/** The host has told what stands between the venue and an entry. Arming is none of its business. */
export function applyVenueState(state: EngineState, view: DataView, offset: number): void {
  assert(state.config.venue === 'external', 'a paper run has no external venue');
  const bits = view.getFloat64(offset + AT.blockers, true);
  assert(Number.isInteger(bits) && bits >= 0 && bits <= ALL_BLOCKERS, `venue blockers ${bits}`);
  const { uncomparedUntilUs, comparedAtUs } = state.control;
  if ((bits & ACCOUNT) === 0) {
    uncomparedUntilUs[0] = 0;
    comparedAtUs[0] = nowUs(state);
  } else if (uncomparedUntilUs[0] === UNHEARD) uncomparedUntilUs[0] = nowUs(state) + COMPARE_WITHIN_US;
  setBlockers(state, (bits & ~DISARMED) | (state.control.blockers[0]! & DISARMED));
}

function setBlockers(state: EngineState, bits: number): void {
  if (state.control.blockers[0] === bits) return;
  state.control.blockers[0] = bits;
  state.outbox.push({ kind: 'venue', blockers: blockersOf(bits) });
}

export function venueBlockers(state: EngineState): VenueBlocker[] {
  return blockersOf(state.control.blockers[0]!);
}

export const isArmed = (state: EngineState): boolean =>
  state.config.venue === 'external' && (state.control.blockers[0]! & DISARMED) === 0;

/** Four digits that the operator types to let real orders out: others after every disarming. */
export function armCode(state: EngineState): number {
  const digest = hashText(`arm ${state.config.runId} ${state.control.disarms[0]}`);
  return 1000 + (Number.parseInt(digest.slice(0, 8), 16) % 9000);
}

export function arm(state: EngineState, code: number, source: CommandSource): RefusalReason | undefined {
  if (state.config.venue !== 'external') return 'paper-run';
  if (isArmed(state)) return 'no-change';
  if (state.control.blockers[0] !== DISARMED) return 'not-ready';
  if (code !== armCode(state)) return 'wrong-code';
  state.outbox.push({ kind: 'armed', source });
  setBlockers(state, 0);
  return undefined;
}

/** No entry any more; what waits for an answer is withdrawn, what works is cancelled, what protects goes on. */
export function disarm(state: EngineState, venue: PaperVenue, source: CommandSource): RefusalReason | undefined {
  if (state.config.venue !== 'external') return 'paper-run';
  if (!isArmed(state) && liveEntries(state.orders, -1) === 0) return 'no-change';
  if (isArmed(state)) {
    takeArms(state);
    state.outbox.push({ kind: 'disarmed', source });
    withdrawProposals(state);
  }
  cancelEntries(state, venue, -1);
  return undefined;
}

/** Told back to the host, which knows what was shown under the digest. */
export function acceptAccount(state: EngineState, digest: number, source: CommandSource): RefusalReason | undefined {
  if (state.config.venue !== 'external') return 'paper-run';
  state.outbox.push({ kind: 'account-accepted', digest, source });
  return undefined;
}

function takeArms(state: EngineState): void {
  state.control.disarms[0] = state.control.disarms[0]! + 1;
  setBlockers(state, state.control.blockers[0]! | DISARMED);
}

/** A new life is not armed by what was typed in the one before. */
export function disarmAtRestart(state: EngineState): void {
  if (state.config.venue !== 'external') return;
  state.control.disarms[0] = state.control.disarms[0]! + 1;
  state.control.uncomparedUntilUs[0] = UNHEARD;
  setBlockers(state, NOT_READY);
}
