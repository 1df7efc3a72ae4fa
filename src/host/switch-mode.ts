/** Whether a run may end for one in the other mode on the same venue: what must be so before anything is given up. */
import type { EngineState } from '../../engine/index.ts';
import { readCredentials } from '../brokers/credentials.ts';
import type { DataDir } from '../data-dir.ts';
import { CommandError } from '../exit-codes.ts';
import { rulesInForce } from './config.ts';
import type { LiveJob } from './job.ts';
import { whatIsOpen } from './what-is-open.ts';

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
    if (!rulesInForce(dir, () => {}).policy.live.enabled)
      return 'policy allows no real orders: chimera policy set live.enabled=true';
    readCredentials(process.env, keys);
    return undefined;
  } catch (cause) {
    if (cause instanceof CommandError) return cause.message;
    throw cause;
  }
}
