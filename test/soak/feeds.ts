/** Long checks of market data from venues, in virtual time. */
import { absence, corruption, handOver, sequenceFaults, silence } from '../sim/feed/faults.ts';
import { type Figures, repeatWith, type SoakCheck } from './check.ts';
import { addUp } from './figures.ts';

type Check = (count: number, seed: number) => Figures;

/** Runs `perSeed` at a time, so that a failure repeats in a moment. */
function feedCheck(spec: Omit<SoakCheck, 'run'>, perSeed: number, check: Check): SoakCheck {
  return {
    ...spec,
    run(count, from): Figures {
      const sums: Record<string, number> = {};
      for (let seed = from; seed < from + count; seed++) {
        try {
          addUp(sums, check(perSeed, seed));
        } catch (error) {
          const why = error instanceof Error ? error.message : String(error);
          throw new Error(`${why}; ${repeatWith(spec.name, seed)}`);
        }
      }
      return sums;
    },
  };
}

const PER_SEED = 100;

export const feedChecks: readonly SoakCheck[] = [
  feedCheck(
    {
      name: 'feed-sequence',
      holds:
        'book changes lost, doubled or out of order: told within 100 ms, whole within 5 s, no entry on a wrong book',
      unit: `times ${PER_SEED} faults`,
      full: 20,
    },
    PER_SEED,
    sequenceFaults,
  ),
  feedCheck(
    {
      name: 'feed-silence',
      holds: 'pongs without data for 5 s: stale within a second more, no price known, no entry',
      unit: 'silences',
      full: 500,
    },
    1,
    silence,
  ),
  feedCheck(
    {
      name: 'feed-absence',
      holds:
        'a venue that is away for 10 min: pauses that grow and differ, at most 60 connects in 5 min, back within a minute',
      unit: 'absences of two clients',
      full: 60,
    },
    1,
    absence,
  ),
  feedCheck(
    {
      name: 'feed-hand-over',
      holds: 'one connection takes over from another: no trade and no change of a book missed or taken twice',
      unit: 'times 10 connections',
      full: 100,
    },
    10,
    handOver,
  ),
  feedCheck(
    {
      name: 'feed-corruption',
      holds: 'a crossed book, or one whose best is not that of its quote, is told at once and whole within 5 s',
      unit: `times ${PER_SEED} corruptions`,
      full: 20,
    },
    PER_SEED,
    corruption,
  ),
];
