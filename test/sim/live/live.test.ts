/** The live host at the loopback exchange, a few of each; full counts, and engines stopped dead, are in the soak. And what must not get past them. */
import { describe, expect, test } from 'vitest';
import { FAULT_CASES, type FaultCase, liveUnderFaults, whileVenuesBoast } from './faults.ts';
import { liveKills } from './kills.ts';
import { lateAccepts } from './late.ts';
import { START_CASES, startsWithDifferences } from './start.ts';
import { unrecordedExits } from './unrecorded.ts';
import { UNRECORDED_CASES } from './unrecorded-cases.ts';

const FOUR = START_CASES.filter(({ name }) => !/cancelled at the venue|money|trade/.test(name));
const QUICK = FAULT_CASES.filter(({ name }) => /too many/.test(name));
const CLOCK: FaultCase = { ...FAULT_CASES[1]!, blockedWithinMs: 3_000 };

describe.concurrent('a live host', () => {
  test('that is shot sends nothing twice and nothing without a journal, and finds what it holds', async () => {
    const figures = await liveKills(2, 1, { lives: 2 });
    expect(figures).toMatchObject({ kills: 2, agreements: 1, faults: [] });
    expect(figures.sent).toBeGreaterThan(0);
  }, 120_000);

  test('that is killed while an order is on its way has it cancelled within a second of its coming to work', async () => {
    const figures = await lateAccepts(1, 1);
    expect(figures).toMatchObject({ kills: 1, faults: [] });
    expect(figures.worstToCancelMs).toBeLessThan(1_000);
  }, 120_000);

  test('that finds orders, coins and trades it does not know lets no entry out until they are gone or accepted', async () => {
    const { faults, cases } = await startsWithDifferences(FOUR, 1);
    expect(faults).toEqual([]);
    expect(cases).toBe(4);
  }, 120_000);

  test('sells no coins of others, whatever has sold its position in no journal, and goes on', async () => {
    const cases = UNRECORDED_CASES.filter(({ name }) => /of a part/.test(name));
    const { faults, exits } = await unrecordedExits(cases.length, 0, { cases });
    expect(faults).toEqual([]);
    expect(exits).toBe(cases.length);
  }, 120_000);

  test('lets no entry out while the venue wants none or is not heard, and goes on by itself', async () => {
    const { faults, cases } = await liveUnderFaults(QUICK, 1, 2);
    expect(faults).toEqual([]);
    expect(cases).toBe(QUICK.length);
  }, 120_000);
});

test('a host that arms on differences, or believes that all is well, is noticed', async () => {
  const coins = START_CASES.filter(({ name }) => name.startsWith('coins'));
  const [careless, believes] = await Promise.all([
    startsWithDifferences(coins, 1, true),
    whileVenuesBoast(() => liveUnderFaults([CLOCK], 1, 1)),
  ]);
  expect(careless.faults).toEqual([expect.stringMatching(/not within 2000 ms/)]);
  expect(believes.faults).toEqual([expect.stringMatching(/clock is off by -1500 ms: .*not within 3000 ms/)]);
}, 120_000);

test('a host that sells what may not be there is noticed', async () => {
  const cases = UNRECORDED_CASES.filter(({ name }) => name.startsWith('a hand, of all'));
  const { faults } = await unrecordedExits(1, 2, { cases, plant: 'bold' });
  expect(faults.join()).toMatch(/could sell/);
}, 120_000);
