/** The adapter on a bad line to the model of the exchange: small counts of what the soak runs long, each with its plant. */
import { describe, expect, it } from 'vitest';
import type { Figures } from '../soak/check.ts';
import {
  clockStep,
  denied,
  lostReply,
  PLANTS,
  type Plant,
  rateLimits,
  secretsKept,
  silentStream,
  weightKept,
} from './broker/faults.ts';
import { fills, numbersAnew } from './broker/fills.ts';

async function seeds(
  check: (seed: number, wrap?: Plant) => Promise<Figures>,
  from: number,
  count: number,
  wrap?: Plant,
) {
  for (let seed = from; seed < from + count; seed++) {
    try {
      await check(seed, wrap);
    } catch (cause) {
      throw new Error(`seed ${seed}: ${cause instanceof Error ? cause.message : cause}`, { cause });
    }
  }
}

describe('orders of which nothing clear is heard', () => {
  it('are sent once, told as lost within a second, and known when the venue is asked', () => seeds(lostReply, 1, 8));

  it('are not safe with an adapter that sends again, and this notices', () =>
    expect(seeds(lostReply, 1, 16, PLANTS.lostReply)).rejects.toThrow(/seed \d+/));

  it('are not dropped when the venue denies them for ten seconds or is away for a minute', () => seeds(denied, 1, 4));

  it('are dropped by an adapter that takes a denial for an end, and this notices', () =>
    expect(seeds(denied, 1, 8, PLANTS.denied)).rejects.toThrow(/seed/));
});

describe('a user stream that falls silent', () => {
  it('is found out within 30 s, and no fill is lost', () => seeds(silentStream, 1, 4));

  it('loses fills with an adapter that forgets what it asked for, and this notices', () =>
    expect(seeds(silentStream, 1, 8, PLANTS.silentStream)).rejects.toThrow(/we know of/));
});

describe('limits of the venue', () => {
  it('are kept: nothing but cancels before its time has come, nothing at all while it bans', () =>
    seeds(rateLimits, 1, 4));

  it('hold up cancels with an adapter that makes no difference, and this notices', () =>
    expect(seeds(rateLimits, 1, 8, PLANTS.rateLimits)).rejects.toThrow(/cancel/));

  it('are broken by an adapter that waits too short, and this notices', () =>
    expect(seeds((seed) => rateLimits(seed, undefined, true), 1, 8)).rejects.toThrow(
      /left while the venue wanted none/,
    ));

  it('leave a fifth of the weight to cancels', () => seeds(weightKept, 1, 1));
});

describe('clocks that move apart', () => {
  it('block entries until two measurements agree; then signatures hold', () => seeds(clockStep, 1, 4));

  it('make no signature hold at a venue that lies about its time, and this notices', () =>
    expect(seeds((seed, wrap) => clockStep(seed, wrap, true), 1, 8)).rejects.toThrow(/seed/));
});

describe('fills that come twice, late and out of order', () => {
  it('leave the position that the venue has', () => seeds((seed) => fills(seed), 1, 1));

  it('count twice with an adapter that numbers them anew, and this notices', () =>
    expect(seeds((seed) => fills(seed, numbersAnew), 1, 3)).rejects.toThrow(/seed/));
});

describe('what is told', () => {
  it('shows no key, secret or signature, whatever the venue echoes', () => seeds(secretsKept, 1, 2));
});
