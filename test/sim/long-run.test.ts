/** Simulated time with reconnects, in small; the soak does 72 hours and looks at how memory grows. */
import { expect, test } from 'vitest';
import { longRun } from './long-run.ts';

test('twelve minutes of market data with a reconnect leaves a run that still decides, and a bounded heap', {
  timeout: 60_000,
}, async () => {
  const figures = await longRun(0.2, 1);
  expect(figures.inputs).toBeGreaterThan(200_000);
  expect(figures.reconnects).toBe(1);
  expect(figures.segmentsRemoved).toBeGreaterThan(0);
  expect(figures.decisions).toBeGreaterThan(30);
  expect(figures.heapMostMb).toBeLessThan(60);
});

test('one that keeps its records is noticed', { timeout: 60_000 }, async () => {
  const figures = await longRun(0.1, 1, true);
  expect(figures.heapMostMb).toBeGreaterThan(60);
});
