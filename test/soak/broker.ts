/** The broker adapter's long checks: lost replies, denials, silent streams, limits, clocks, fills, secrets. */
import {
  clockStep,
  denied,
  lostReply,
  rateLimits,
  secretsKept,
  silentStream,
  weightKept,
} from '../sim/broker/faults.ts';
import { fills } from '../sim/broker/fills.ts';
import { type Figures, repeatWith, type SoakCheck } from './check.ts';
import { addUp } from './figures.ts';

/** Runs one seed after the other; figures add up, but for those that tell of the longest or the most. */
function bySeeds(
  name: string,
  holds: string,
  full: number,
  run: (seed: number) => Promise<Figures>,
  unit = 'seeds',
): SoakCheck {
  return {
    name,
    holds,
    unit,
    full,
    async run(count, from): Promise<Figures> {
      const sums: Record<string, number> = {};
      for (let seed = from; seed < from + count; seed++) {
        let figures: Figures;
        try {
          figures = await run(seed);
        } catch (cause) {
          const why = cause instanceof Error ? cause.message : String(cause);
          throw new Error(`seed ${seed}: ${why}\n${repeatWith(name, seed)}`, { cause });
        }
        addUp(sums, figures);
      }
      return sums;
    },
  };
}

export const brokerChecks: readonly SoakCheck[] = [
  bySeeds(
    'lost-replies',
    'an order without an answer is sent once, lost within 1 s, known within 30 s',
    1_000,
    lostReply,
  ),
  bySeeds(
    'denied-orders',
    'an order that the venue denies for 10 s, or cannot be asked of for 60 s, is not dropped',
    500,
    denied,
  ),
  bySeeds(
    'silent-streams',
    'a user stream that falls silent is found out within 30 s, and no fill is lost',
    500,
    silentStream,
  ),
  bySeeds(
    'rate-limits',
    'after 429 and 418 nothing but cancels leaves before the venue’s time, of 418 not even these',
    500,
    rateLimits,
  ),
  bySeeds('weight-kept', 'a fifth of the weight is left for cancels, whatever else is asked for', 50, weightKept),
  bySeeds(
    'clock-steps',
    'a clock that steps blocks entries until it is measured; signatures hold again',
    400,
    clockStep,
  ),
  bySeeds('broker-fills', 'fills that come twice, late and out of order leave the venue’s position', 140, fills),
  bySeeds('broker-secrets', 'no text shows key, secret or signature, whatever a venue echoes', 100, secretsKept),
];
