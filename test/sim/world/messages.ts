/** Simulations of a trading session whose messages suffer: as a function of seeds, for the tests and for the soak. */
import { type Figures, repeatWith, type SoakCheck } from '../../soak/check.ts';
import { asIs, PlainHost, type Wrap } from './hosts.ts';
import type { VenueFaults } from './model-venue.ts';
import { type Market, TradingWorld } from './trading-world.ts';
import { Chance } from './virtual-time.ts';

const TRADING_US = 40_000_000;

export function faultsOf(chance: Chance): VenueFaults {
  const share = (most: number): number => (chance.between(0, 100) / 100) * most;
  return {
    requestLost: share(0.1),
    replyLost: share(0.3),
    replyUnknown: share(0.2),
    updateLost: share(0.5),
    updateTwice: share(0.5),
    reject: share(0.1),
    slow: share(0.1),
    slowSubmit: share(0.2),
    deniesForUs: chance.is(0.3) ? chance.between(0, 15_000_000) : 0,
  };
}

/** One seed: trade under faults, with absences and refusals, kill at some moment, then flatten when all is well again. */
export async function runMessages(seed: number, wrap: Wrap = asIs, market: Market = 'linear'): Promise<TradingWorld> {
  const chance = new Chance(seed ^ 0x5eed);
  const world = new TradingWorld(seed, faultsOf(chance), market);
  world.host = new PlainHost(world, seed, wrap);
  const { time, venue } = world;
  for (let i = chance.between(0, 3); i > 0; i--) {
    const fromUs = time.nowUs + chance.between(0, TRADING_US);
    const key = chance.is(0.5) ? 'isAway' : 'isBusy';
    time.at(fromUs, () => {
      venue[key] = true;
    });
    time.at(fromUs + chance.between(100_000, 20_000_000), () => {
      venue[key] = false;
    });
  }
  if (chance.is(0.7)) {
    time.at(time.nowUs + chance.between(0, TRADING_US), () => world.command({ kind: 'kill' }));
  }
  await world.run(time.nowUs + TRADING_US);
  await world.settle();
  return world;
}

/** @throws Error with the command that repeats it, at the first seed where something does not hold. */
export async function checkMessages(seeds: readonly number[], wrap?: Wrap, market?: Market): Promise<Figures> {
  let [orders, replaced, fills, unknown, unconfirmed, duplicates] = [0, 0, 0, 0, 0, 0];
  for (const seed of seeds) {
    const { breaches, events, venue } = await runMessages(seed, wrap, market);
    if (breaches.length > 0) {
      throw new Error(
        `seed ${seed}: ${breaches.join('; ')}\n${repeatWith((market === 'spot' ? messagesOnSpot : messages).name, seed)}`,
      );
    }
    orders += venue.submits.length;
    replaced += venue.replaced;
    for (const event of events) {
      if (event.kind === 'fill') fills++;
      else if (event.kind === 'order' && event.event === 'lose') unknown++;
      else if (event.kind === 'kill' && event.stage === 'unconfirmed') unconfirmed++;
      else if (event.kind === 'report-refused' && event.reason === 'duplicate') duplicates++;
    }
  }
  const figures = { seeds: seeds.length, orders, fills, unknown, unconfirmed, duplicates };
  return market === 'spot' ? { ...figures, replaced } : figures;
}

export const messages: SoakCheck = {
  name: 'messages',
  holds:
    'one submit per order, positions equal to the venue’s, kill and flatten confirmed, under lost and late messages',
  unit: 'seeds',
  full: 2_000,
  run: (count, from) => checkMessages(Array.from({ length: count }, (_, i) => from + i)),
};

export const messagesOnSpot: SoakCheck = {
  name: 'messages-spot',
  holds: 'the same where exits take the place of stops in one request: nothing is sold that is not ours',
  unit: 'seeds',
  full: 2_000,
  run: (count, from) =>
    checkMessages(
      Array.from({ length: count }, (_, i) => from + i),
      undefined,
      'spot',
    ),
};
