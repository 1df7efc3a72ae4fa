/** The journal's long checks: killed writers, cut power, failing disks, damage, and a steady load. */
import { cutEveryByte, flipBits } from '../sim/journal-damage.ts';
import { journalFaults } from '../sim/journal-faults.ts';
import { journalKills } from '../sim/journal-kill.ts';
import { journalLoad } from '../sim/journal-load.ts';
import { powerCuts } from '../sim/journal-power.ts';
import { longRun } from '../sim/long-run.ts';
import { MOST_MB_PER_HOUR } from '../sim/memory-slope.ts';
import type { SoakCheck } from './check.ts';
import { numbers } from './figures.ts';

const kills: SoakCheck = {
  name: 'journal-kill',
  holds: 'a writer killed by signal 9 has lost nothing acknowledged, and nothing is misread',
  unit: 'kills',
  full: 500,
  run: async (count, from) => numbers(await journalKills(count, from)),
};

const power: SoakCheck = {
  name: 'journal-power',
  holds: 'a power cut at any file operation, rotation and room included, loses nothing acknowledged',
  unit: 'cuts',
  full: 20_000,
  run: async (count, from) => numbers(await powerCuts(count, from)),
};

const faults: SoakCheck = {
  name: 'journal-faults',
  holds: 'after EIO or ENOSPC nothing is acknowledged or tried again, HALT within 100 ms, a kill still works',
  unit: 'hosts',
  full: 300,
  run: async (count, from) => numbers(await journalFaults(count, from)),
};

const cuts: SoakCheck = {
  name: 'journal-cut',
  holds: 'a journal cut off at any byte of its end reads up to its last whole record',
  unit: 'bytes',
  full: 65_536,
  run: async (count) => numbers(await cutEveryByte(count)),
};

const flips: SoakCheck = {
  name: 'journal-flip',
  holds: 'a flipped bit anywhere is refused with file, place and reason',
  unit: 'flips',
  full: 10_000,
  run: async (count, from) => numbers(await flipBits(count, from)),
};

/** Most that an operator waits for an acknowledgement, and that the loop is late, once in a hundred. */
const P99_MS = 20;

const load: SoakCheck = {
  name: 'journal-load',
  holds: `at 1,000 events/s the acknowledgement and the loop's lag have a p99 of at most ${P99_MS} ms`,
  unit: 'seconds',
  full: 3600,
  async run(count, from) {
    const figures = await journalLoad({ seconds: count, seed: from });
    const { acknowledgedP99Ms, lagP99Ms, unanswered, refused, inputsPerSecond } = figures;
    if (!(acknowledgedP99Ms <= P99_MS && lagP99Ms <= P99_MS && unanswered === 0 && refused === 0))
      throw new Error(JSON.stringify(figures));
    if (inputsPerSecond < 1_000) throw new Error(`too few inputs a second: ${JSON.stringify(figures)}`);
    return numbers(figures);
  },
};

const long: SoakCheck = {
  name: 'long-run',
  holds: 'memory does not grow with the length of a run: a reconnect every 10 min, sealed segments taken away',
  unit: 'simulated hours',
  full: 72,
  async run(count, from) {
    const figures = await longRun(count, from);
    if (figures.mbPerHour > MOST_MB_PER_HOUR)
      throw new Error(`memory grows by ${figures.mbPerHour} MB an hour: ${JSON.stringify(figures)}`);
    return { ...figures };
  },
};

export const journalChecks: readonly SoakCheck[] = [kills, power, faults, cuts, flips, load, long];
