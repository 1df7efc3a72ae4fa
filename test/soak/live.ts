/** Long checks of the live host against the loopback exchange: shot while it trades, and under every fault of the venue. */
import type { LivePlant } from '../fixtures/live-plants.ts';
import { deadEngine } from '../sim/live/dead.ts';
import { FAULT_CASES, liveUnderFaults, whileVenuesBoast } from '../sim/live/faults.ts';
import { liveKills } from '../sim/live/kills.ts';
import { lateAccepts } from '../sim/live/late.ts';
import { liveMemory } from '../sim/live/memory.ts';
import { START_CASES, startsWithDifferences } from '../sim/live/start.ts';
import { type UnrecordedPlant, unrecordedExits } from '../sim/live/unrecorded.ts';
import { UNRECORDED_CASES } from '../sim/live/unrecorded-cases.ts';
import { MOST_MB_PER_HOUR } from '../sim/memory-slope.ts';
import { type Figures, repeatWith, type SoakCheck } from './check.ts';
import { addUp, numbers } from './figures.ts';

/** Adds up what each seed gives; of what is named worst, the worst. Throws at the first seed that does not hold. */
async function bySeed(
  name: string,
  count: number,
  from: number,
  run: (seed: number) => Promise<{ readonly figures: Figures; readonly faults: readonly string[] }>,
): Promise<Figures> {
  const sums: Record<string, number> = {};
  for (let seed = from; seed < from + count; seed++) {
    const { figures, faults } = await run(seed);
    if (faults.length > 0) throw new Error(`seed ${seed}: ${faults.join('; ')}; ${repeatWith(name, seed)}`);
    addUp(sums, numbers(figures));
  }
  return sums;
}

/** A check of engines that are shot, of so many lives at once. */
function ofKills(
  check: Pick<SoakCheck, 'name' | 'holds' | 'full'>,
  run: (count: number, from: number) => Promise<{ readonly faults: readonly string[] }>,
): SoakCheck {
  return {
    ...check,
    unit: 'kills',
    async run(count, from) {
      const figures = await run(count, from);
      if (figures.faults.length > 0) throw new Error(`${figures.faults.join('; ')}; ${repeatWith(check.name, from)}`);
      return numbers(figures);
    },
  };
}

const kills = ofKills(
  {
    name: 'live-kills',
    holds:
      'a live host shot around a send: nothing sent twice or without a journal, what is open asked for, both books equal',
    full: 500,
  },
  liveKills,
);

const killsOnUsdm = ofKills(
  {
    name: 'live-kills-usdm',
    holds: 'the same on USD-M, where stops wait at the venue and are asked for under names of their own',
    full: 200,
  },
  (count, from) => liveKills(count, from, { market: 'usdm' }),
);

const late = ofKills(
  {
    name: 'live-late-accepts',
    holds:
      'an order that comes to work at the exchange after a kill, or is told of only then, is cancelled within a second',
    full: 200,
  },
  lateAccepts,
);

const dead: SoakCheck = {
  name: 'live-dead-engine',
  holds: 'frozen or shot: the venue cancels entries within 30 s, stops stay and close, the next life finds that',
  unit: 'engines',
  full: 10,
  run: (count, from) =>
    bySeed('live-dead-engine', count, from, async (seed) => {
      const by = seed % 2 === 0 ? 'SIGSTOP' : 'SIGKILL';
      const { entriesGoneMs, closedMs, stopsAfter } = await deadEngine(seed, { by });
      const figures = {
        stopsThatStayed: stopsAfter,
        worstUntilEntriesGoneMs: entriesGoneMs,
        worstUntilClosedMs: closedMs,
      };
      return { figures, faults: [] };
    }),
};

const starts: SoakCheck = {
  name: 'live-starts',
  holds: 'orders, coins, trades and money that do not fit at a start block entries until they are gone or accepted',
  unit: `times ${START_CASES.length} cases`,
  full: 10,
  run: (count, from) =>
    bySeed('live-starts', count, from, async (seed) => {
      const { faults, ...figures } = await startsWithDifferences(START_CASES, seed);
      return { figures, faults };
    }),
};

/** Of so many lives at least one must have traded on. */
const TRADES_ON_OF = 2;

const unrecorded: SoakCheck = {
  name: 'live-unrecorded-exits',
  holds: 'on spot, what sold a position is in no journal: coins of others stay, no entry until both books agree',
  unit: 'exits',
  full: 200,
  async run(count, from) {
    const figures = await unrecordedExits(count, from);
    const idle = figures.tradedOn * TRADES_ON_OF < count ? [`only ${figures.tradedOn} traded on`] : [];
    const faults = [...figures.faults, ...idle];
    if (faults.length > 0) throw new Error(`${faults.join('; ')}; ${repeatWith('live-unrecorded-exits', from)}`);
    return numbers(figures);
  },
};

const underFaults: SoakCheck = {
  name: 'live-faults',
  holds: 'clock, silence, limits, absence, expired keys: entries blocked, all well again by itself, no fill lost',
  unit: `times ${FAULT_CASES.length} faults`,
  full: 5,
  run: (count, from) =>
    bySeed('live-faults', count, from, async (seed) => {
      const { faults, each } = await liveUnderFaults(FAULT_CASES, seed, 4);
      const all = Object.values(each);
      const figures = {
        faultsHeld: all.length,
        orders: all.reduce((sum, { orders }) => sum + orders, 0),
        trades: all.reduce((sum, { trades }) => sum + trades, 0),
        worstUntilBlockedMs: Math.max(...all.map(({ blockedMs }) => blockedMs)),
        worstUntilFreeMs: Math.max(...all.map(({ freeMs }) => freeMs)),
      };
      return { figures, faults };
    }),
};

/** By the inputs that a simulated hour has; a run of minutes tells little of hours. */
const HOURS_THAT_TELL = 2;
const MOST_MB_OF_A_SHORT_RUN = 40;

const memory: SoakCheck = {
  name: 'live-memory',
  holds: 'on a fast market, cut off every half minute, sealed segments taken away: the live process does not grow',
  unit: 'seconds',
  full: 7_200,
  async run(count, from) {
    const figures = await liveMemory(count, from);
    const { simulatedHours, mbPerSimulatedHour, rssFirstMb, rssLastMb, fills } = figures;
    const grows =
      simulatedHours >= HOURS_THAT_TELL
        ? mbPerSimulatedHour > MOST_MB_PER_HOUR
        : rssLastMb - rssFirstMb > MOST_MB_OF_A_SHORT_RUN;
    if (grows || fills === 0) throw new Error(JSON.stringify(figures));
    return { ...figures };
  },
};

/** What each fault that is put in must be told by. */
const NOTICED: ReadonlyArray<readonly [name: string, run: (seed: number) => Promise<readonly string[]>, told: RegExp]> =
  [
    ['eager', (seed) => plantedKills('eager', seed), /journal has no intent/],
    ['resend', (seed) => plantedKills('resend', seed), /was sent 2 times/],
    ['forgets', (seed) => plantedKills('forgets', seed), /not asked for/],
    ['no cancel', async (seed) => (await lateAccepts(2, seed, true)).faults, /not within|after the kill/],
    [
      'no countdown',
      planted((seed) => deadEngine(seed, { by: 'SIGKILL', countdownS: 5, plant: 'endless' })),
      /still at work/,
    ],
    ['deaf', (seed) => plantedExits('deaf', seed), /was not shown/],
    ['bold', (seed) => plantedExits('bold', seed), /could sell/],
    ['blind', async (seed) => (await startsWithDifferences(START_CASES, seed, true)).faults, /not within/],
    [
      'boasting',
      async (seed) => (await whileVenuesBoast(() => liveUnderFaults(FAULT_CASES.slice(0, 1), seed, 1))).faults,
      /not within/,
    ],
  ];

/** Of each exit of all some, for a venue sells no more than there is. */
async function plantedExits(plant: UnrecordedPlant, seed: number): Promise<readonly string[]> {
  const cases = UNRECORDED_CASES.filter(({ name }) => name.includes('of all'));
  return (await unrecordedExits(12, seed * 12, { cases, plant })).faults;
}

async function plantedKills(plant: LivePlant, seed: number): Promise<readonly string[]> {
  return (await liveKills(8, seed, { lives: 4, plant, settles: false })).faults;
}

function planted(run: (seed: number) => Promise<unknown>): (seed: number) => Promise<readonly string[]> {
  return async (seed) => [await run(seed).then(() => '', String)];
}

const noticed: SoakCheck = {
  name: 'live-noticed',
  holds: 'each fault that is put into the live host on purpose is noticed by the check that it is for',
  unit: `times ${NOTICED.length} faults`,
  full: 1,
  async run(count, from) {
    for (let seed = from; seed < from + count; seed++) {
      for (const [name, run, told] of NOTICED) {
        const faults = await run(seed);
        if (!faults.some((fault) => told.test(fault)))
          throw new Error(
            `seed ${seed}: ${name} is not noticed: ${faults.join('; ')}; ${repeatWith('live-noticed', seed)}`,
          );
      }
    }
    return { noticed: count * NOTICED.length };
  },
};

export const liveChecks: readonly SoakCheck[] = [
  kills,
  killsOnUsdm,
  late,
  dead,
  starts,
  unrecorded,
  underFaults,
  memory,
  noticed,
];
