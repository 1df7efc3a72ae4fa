/** The load that the soak measures really is one: every command is acknowledged. How fast is for a quiet machine. */
import { expect, test } from 'vitest';
import { journalLoad } from './journal-load.ts';

test('a host under load acknowledges every command', { timeout: 30_000 }, async () => {
  const figures = await journalLoad({ seconds: 1, seed: 1 });
  expect(figures).toMatchObject({ unanswered: 0, refused: 0 });
  expect(figures.acknowledged).toBeGreaterThan(10);
  expect(figures.inputsPerSecond).toBeGreaterThan(500);
});
