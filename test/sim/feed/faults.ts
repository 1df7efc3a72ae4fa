/** What a feed must stand, each as a function of a count and a seed: for the tests and for the soak. */
import { RECORD } from '../../../engine/domain/index.ts';
import type { Figures } from '../../soak/check.ts';
import { Chance } from '../world/virtual-time.ts';
import { FeedWorld, type Wraps } from './feed-world.ts';
import type { Fate } from './model-network.ts';

const SECOND_US = 1_000_000;
/** From when a change should have come to when its absence must be told, and to when the book must be whole again. */
const GAP_US = 100_000;
const RESYNC_US = 5 * SECOND_US;
const LATENCY_US = 5_000;

const marketOf = (seed: number): 'spot' | 'linear' => (seed % 2 === 0 ? 'spot' : 'linear');

function settled(world: FeedWorld): void {
  if (!world.run(5 * SECOND_US, () => world.isWhole(0) && world.isWhole(1))) world.breach('no book in the first 5 s');
}

function sound(world: FeedWorld, seed: number): void {
  if (world.breaches.length > 0) throw new Error(`seed ${seed}: ${world.breaches.slice(0, 3).join('; ')}`);
}

const gapsOf = (world: FeedWorld, instrument: number, fromUs: number): number =>
  world.taken.filter((taken) => taken.type === RECORD.gap && taken.instrument === instrument && taken.atUs >= fromUs)
    .length;

/** Changes of books that are lost, told twice or out of order: told as a gap at once, whole again soon, no entry between. */
export function sequenceFaults(count: number, seed: number, wraps: Wraps = {}): Figures {
  const world = new FeedWorld({ seed, market: marketOf(seed), wraps });
  const chance = new Chance(seed ^ 0xfa);
  const sums = { dropped: 0, twice: 0, late: 0, worstGapMs: 0, worstResyncMs: 0, entries: 0 };
  settled(world);
  for (let n = 0; n < count && world.breaches.length === 0; n++) {
    world.run(chance.between(100_000, 1_200_000));
    const kind = (['dropped', 'twice', 'late'] as const)[chance.between(0, 2)]!;
    const instrument = chance.between(0, 1);
    world.run(RESYNC_US, () => world.isWhole(instrument));
    let struckAtUs = 0;
    world.network.fateOf = (frame): Fate => {
      if (struckAtUs > 0 || frame.stream !== 'depth' || frame.instrument !== instrument) return 'arrives';
      struckAtUs = world.time.nowUs;
      return kind;
    };
    world.run(SECOND_US, () => struckAtUs > 0);
    const dueUs = struckAtUs + LATENCY_US;
    world.run(GAP_US + LATENCY_US, () => gapsOf(world, instrument, struckAtUs) > 0);
    const gaps = gapsOf(world, instrument, struckAtUs);
    sums[kind]++;
    if (kind === 'twice') {
      if (gaps > 0) world.breach('a change that was told twice is taken for a gap');
      continue;
    }
    if (gaps === 0) world.breach(`${kind}: no gap within ${GAP_US / 1000} ms`);
    const gapAtUs = world.time.nowUs;
    if (!world.run(RESYNC_US, () => world.isWhole(instrument))) world.breach(`${kind}: no whole book within 5 s`);
    sums.worstGapMs = Math.max(sums.worstGapMs, (gapAtUs - dueUs) / 1000);
    sums.worstResyncMs = Math.max(sums.worstResyncMs, (world.time.nowUs - gapAtUs) / 1000);
  }
  sound(world, seed);
  return { ...sums, entries: world.entries };
}

/** Pongs and no data: stale within a second more, nothing known, no entry; and well again when the venue is. */
export function silence(count: number, seed: number, wraps: Wraps = {}): Figures {
  const sums = { silences: 0, worstStaleMs: 0, entriesMeanwhile: 0, entries: 0, connects: 0 };
  for (let n = 0; n < count; n++) {
    const world = new FeedWorld({ seed: seed + n, market: marketOf(seed + n), wraps });
    settled(world);
    world.run(world.chance.between(SECOND_US, 4 * SECOND_US));
    sums.entries += world.entries;
    world.network.isSilent = true;
    // What was under way arrives, and the bar that has it in it closes.
    world.run(300_000);
    const lastUs = world.time.nowUs - 300_000 + LATENCY_US;
    const before = world.entries;
    const isStale = (): boolean => world.feed.status().link === 'stale';
    if (!world.run(lastUs + 6 * SECOND_US - world.time.nowUs, isStale)) world.breach('not stale a second after 5 s');
    sums.worstStaleMs = Math.max(sums.worstStaleMs, (world.time.nowUs - lastUs) / 1000);
    for (const i of [0, 1]) {
      if (world.isWhole(i) || world.knowsTouch(i)) world.breach('stale, and the engine still knows prices');
    }
    world.run(world.chance.between(SECOND_US, 40 * SECOND_US));
    if (world.entries > before) world.breach('an entry on silence');
    sums.entriesMeanwhile += world.entries - before;
    world.network.isSilent = false;
    if (!world.run(15 * SECOND_US, () => world.isWhole(0) && world.isWhole(1))) world.breach('not well within 15 s');
    sums.silences++;
    sums.connects += world.network.connectsAtUs.length;
    sound(world, seed + n);
  }
  return sums;
}

/** The most connects in any five minutes. */
export function mostConnects(atUs: readonly number[]): number {
  let most = 0;
  for (let first = 0, last = 0; last < atUs.length; last++) {
    while (atUs[last]! - atUs[first]! >= 300 * SECOND_US) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

/** A venue that is away for ten minutes, or takes connections and ends them: tried with pauses that grow and differ. */
export function absence(count: number, seed: number, wraps: Wraps = {}): Figures {
  const sums = { absences: 0, mostIn5Minutes: 0, worstBackMs: 0, entriesMeanwhile: 0 };
  for (let n = 0; n < count; n++) {
    const flaps = (seed + n) % 3 === 0;
    const [one, other] = [1, 2].map(
      (i) => new FeedWorld({ seed: (seed + n) * 2 + i, market: marketOf(seed + n), instruments: 2, wraps }),
    ) as [FeedWorld, FeedWorld];
    for (const world of [one, other]) {
      settled(world);
      world.network.isDown = !flaps;
      world.network.cut();
      const before = world.entries;
      const untilUs = world.time.nowUs + 320 * SECOND_US;
      if (flaps)
        while (world.time.nowUs < untilUs) world.run(SECOND_US, () => world.network.standing > 0 && cut(world));
      else world.run(600 * SECOND_US);
      if (!flaps && world.entries > before) world.breach('an entry while the venue was away');
      if (!flaps && world.feed.status().link !== 'down') world.breach(`away, and called ${world.feed.status().link}`);
      sums.entriesMeanwhile += world.entries - before;
      world.network.isDown = false;
      const backUs = world.time.nowUs;
      if (!world.run(60 * SECOND_US, () => world.isWhole(0))) world.breach('not back within a minute');
      sums.worstBackMs = Math.max(sums.worstBackMs, (world.time.nowUs - backUs) / 1000);
      const most = mostConnects(world.network.connectsAtUs);
      if (most > 60) world.breach(`${most} connects in five minutes`);
      sums.mostIn5Minutes = Math.max(sums.mostIn5Minutes, most);
      sound(world, seed + n);
    }
    const together = one.network.connectsAtUs.filter((atUs) => other.network.connectsAtUs.includes(atUs)).length;
    if (together > one.network.connectsAtUs.length / 4)
      throw new Error(`seed ${seed + n}: two clients come at the same times`);
    sums.absences++;
  }
  return sums;
}

/** Ends what stands. */
function cut(world: FeedWorld): boolean {
  world.network.cut();
  return true;
}

/** A second connection takes over from the first: no trade and no change of a book missed, none taken twice. */
export function handOver(count: number, seed: number, wraps: Wraps = {}): Figures {
  const world = new FeedWorld({ seed, market: marketOf(seed), wraps });
  const chance = new Chance(seed ^ 0x24);
  settled(world);
  world.run(2 * SECOND_US);
  const fromUs = world.time.nowUs;
  for (let n = 0; n < count; n++) {
    // The new connection may be faster than the old one, or slower.
    world.network.latencyUs = chance.between(1_000, 1_500_000);
    world.network.announce('{"e":"serverShutdown","E":1700049600000}');
    world.run(chance.between(6, 9) * SECOND_US);
  }
  const { duplicates } = world.feed.status();
  const trades = [0, 1].map((i) =>
    world.taken.filter(({ type, instrument }) => type === RECORD.trade && instrument === i),
  );
  for (const told of trades) {
    for (const [i, { id }] of told.entries()) {
      if (i > 0 && id !== told[i - 1]!.id + 1) world.breach(`trade ${id} follows ${told[i - 1]!.id}`);
    }
  }
  const gaps = world.taken.filter(({ type, atUs }) => type === RECORD.gap && atUs >= fromUs).length;
  if (gaps > 0) world.breach(`${gaps} gaps`);
  const changes = world.taken.filter(({ type }) => type === RECORD.depth);
  const told = new Set(changes.map(({ id, instrument }) => `${instrument} ${id}`));
  if (told.size !== changes.length) world.breach('a change was taken twice');
  if (world.feed.status().connects < count) world.breach(`${world.feed.status().connects} connects`);
  sound(world, seed);
  return { handOvers: count, trades: trades.flat().length, changes: changes.length, duplicates };
}

/** Levels that are not the venue's, where that can be seen: the book crosses, or its best is not that of the quote. */
export function corruption(count: number, seed: number, wraps: Wraps = {}): Figures {
  const world = new FeedWorld({ seed, market: marketOf(seed), wraps });
  const chance = new Chance(seed ^ 0xc0);
  const sums = { crossed: 0, wrong: 0, worstResyncMs: 0 };
  const quoteIds = [0, 0];
  settled(world);
  for (let n = 0; n < count && world.breaches.length === 0; n++) {
    world.run(chance.between(100_000, 1_500_000));
    const crosses = chance.is(0.5);
    const instrument = chance.between(0, 1);
    world.run(RESYNC_US, () => world.isWhole(instrument));
    let struckAtUs = 0;
    world.network.fateOf = (frame): Fate => {
      const { u } = JSON.parse(frame.text);
      if (frame.stream === 'quote') quoteIds[frame.instrument] = u;
      if (struckAtUs > 0 || frame.stream !== 'depth' || frame.instrument !== instrument) return 'arrives';
      if (!crosses && quoteIds[instrument] !== u) return 'arrives';
      struckAtUs = world.time.nowUs;
      return { instead: corrupted(frame.text, world.network.books[instrument]!.best(crosses ? 1 : 0)) };
    };
    world.run(60 * SECOND_US, () => struckAtUs > 0);
    sums[crosses ? 'crossed' : 'wrong']++;
    if (!world.run(LATENCY_US + 1, () => gapsOf(world, instrument, struckAtUs) > 0)) {
      world.breach(`${crosses ? 'a crossed book' : 'a wrong best level'} is not noticed`);
    }
    const gapAtUs = world.time.nowUs;
    if (!world.run(RESYNC_US, () => world.isWhole(instrument))) world.breach('no whole book within 5 s');
    sums.worstResyncMs = Math.max(sums.worstResyncMs, (world.time.nowUs - gapAtUs) / 1000);
  }
  sound(world, seed);
  return { ...sums, entries: world.entries };
}

/** Somebody bids a lot that no venue has there. */
function corrupted(text: string, ticks: number): string {
  const level = `["${(ticks / 10).toFixed(1)}","7777.777"]`;
  return text.replace(/"b":\[(.*?)\],"a":/, (_, bids: string) => `"b":[${bids === '' ? '' : `${bids},`}${level}],"a":`);
}
