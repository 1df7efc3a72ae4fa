/** Live hosts shot around a send, a few of them; the full count is in the soak. And what must not get past it. */
import { expect, test } from 'vitest';
import type { LivePlant } from '../../fixtures/live-plants.ts';
import { liveKills } from './kills.ts';

test('a live host that is shot sends nothing twice and nothing without a journal, and finds what it holds', async () => {
  const [sound, planted] = await Promise.all([
    liveKills(2, 1, { lives: 2 }),
    liveKills(2, 1, { lives: 2, plant: 'resend' satisfies LivePlant }),
  ]);
  expect(sound).toMatchObject({ kills: 2, agreements: 1, faults: [] });
  expect(sound.sent).toBeGreaterThan(0);
  expect(planted.faults).toContainEqual(expect.stringMatching(/was sent 2 times/));
}, 60_000);
