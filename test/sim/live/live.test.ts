/** The live host at the loopback exchange, a few of each; full counts are in the soak. And what must not get past them. */
import { describe, expect, test } from 'vitest';
import { FAULT_CASES, type FaultCase, liveUnderFaults, whileVenuesBoast } from './faults.ts';
import { liveKills } from './kills.ts';
import { START_CASES, startsWithDifferences } from './start.ts';

const FIVE = START_CASES.filter(({ name }) => !/cancelled at the venue|money/.test(name));
const QUICK = FAULT_CASES.filter(({ name }) => /too many|listen key/.test(name));
const CLOCK: FaultCase = { ...FAULT_CASES[1]!, blockedWithinMs: 3_000 };

describe.concurrent('a live host', () => {
  test('that is shot sends nothing twice and nothing without a journal, and finds what it holds', async () => {
    const figures = await liveKills(2, 1, { lives: 2 });
    expect(figures).toMatchObject({ kills: 2, agreements: 1, faults: [] });
    expect(figures.sent).toBeGreaterThan(0);
  }, 120_000);

  test('that finds orders, coins and trades it does not know lets no entry out until they are gone or accepted', async () => {
    const { faults, cases } = await startsWithDifferences(FIVE, 1);
    expect(faults).toEqual([]);
    expect(cases).toBe(5);
  }, 120_000);

  test('lets no entry out while the venue wants none or is not heard, and goes on by itself', async () => {
    const { faults, cases } = await liveUnderFaults(QUICK, 1, 2);
    expect(faults).toEqual([]);
    expect(cases).toBe(2);
  }, 120_000);
});

describe('is noticed:', () => {
  test('a host that sends again, arms on differences, or believes that all is well', async () => {
    const coins = START_CASES.filter(({ name }) => name.startsWith('coins'));
    const [resends, careless, believes] = await Promise.all([
      liveKills(2, 1, { lives: 2, plant: 'resend' }),
      startsWithDifferences(coins, 1, true),
      whileVenuesBoast(() => liveUnderFaults([CLOCK], 1, 1)),
    ]);
    expect(resends.faults).toContainEqual(expect.stringMatching(/was sent 2 times/));
    expect(careless.faults).toEqual([expect.stringMatching(/not within 2000 ms/)]);
    expect(believes.faults).toEqual([expect.stringMatching(/clock is off by -1500 ms: .*not within 3000 ms/)]);
  }, 120_000);
});
