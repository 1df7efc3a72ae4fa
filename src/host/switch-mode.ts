/** Whether a run may end for one in the other mode on the same venue: what must be so before anything is given up. */
import { type EngineState, guardsAtVenue, isLiveSlot, ORDER_CAPACITY } from '../../engine/index.ts';
import { readCredentials } from '../brokers/credentials.ts';
import type { DataDir } from '../data-dir.ts';
import { CommandError } from '../exit-codes.ts';
import { PolicyStore } from '../stores/policy-store.ts';
import type { LiveJob } from './job.ts';

/** Why not, in words; undefined when nothing stands against it. */
export function refusalToSwitch(
  to: 'live' | 'paper',
  job: LiveJob,
  dir: DataDir,
  state: EngineState,
): string | undefined {
  if (job.venue === undefined) return 'the simulated venue has no account';
  const isLive = state.config.venue === 'external';
  if (isLive === (to === 'live')) return `this run is ${to} already`;
  return isLive ? whatIsOpen(state) : whatLiveLacks(dir, job.venue.keys);
}

function whatLiveLacks(dir: DataDir, keys: string | undefined): string | undefined {
  try {
    if (!new PolicyStore(dir, { notice: () => {} }).inForce().policy.live.enabled)
      return 'policy allows no real orders: chimera policy set live.enabled=true';
    readCredentials(process.env, keys);
    return undefined;
  } catch (cause) {
    if (cause instanceof CommandError) return cause.message;
    throw cause;
  }
}

/** A position may stay at the venue with a stop that works there; an entry, or an order of unknown state, may not. */
export function whatIsOpen(state: EngineState): string | undefined {
  const { instruments, orders, positions } = state;
  const guarded = new Float64Array(instruments.length);
  for (let slot = 0; slot < ORDER_CAPACITY; slot++) {
    if (!isLiveSlot(orders, slot)) continue;
    const i = orders.instrument[slot]!;
    if (orders.triggerTicks[slot] === 0) return `an order in ${instruments[i]!.symbol} is at work`;
    if (guardsAtVenue(state, slot)) guarded[i] = guarded[i]! + orders.lots[slot]! - orders.filledLots[slot]!;
  }
  const bare = instruments.find(({ index }) => Math.abs(positions.lots[index]!) > guarded[index]!);
  return bare === undefined ? undefined : `the position in ${bare.symbol} has no stop at the venue: flatten it`;
}
