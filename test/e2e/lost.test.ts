/** A console that fails while positions are open: the engine does not pause, and the terminal is as it was. */
import { expect, it } from 'vitest';
import { loseConsole } from './lost.ts';
import { MOST_GAP_MS } from './stall.ts';

it('a throw in the console costs the engine nothing', async () => {
  const { faults, longestGapMs, open } = await loseConsole('throw');
  expect(faults).toEqual([]);
  expect(open).toBeGreaterThan(0);
  expect(longestGapMs).toBeLessThan(MOST_GAP_MS);
}, 90_000);
