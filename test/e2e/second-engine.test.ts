/** A second engine on the same data directory; the long run of this is in the soak. */
import { expect, test } from 'vitest';
import { secondEngines } from './second-engine.ts';

/** Other tests run at the same time; the soak asks for one second. */
const BUSY_MS = 3_000;

test('a second engine leaves at once and writes nothing; verify and replay work beside the first', {
  timeout: 60_000,
}, async () => {
  expect(await secondEngines(1, 1, BUSY_MS)).toMatchObject({ attempts: 1, bytesWritten: 0 });
});

test('one that stays for longer than it may is caught', { timeout: 60_000 }, async () => {
  await expect(secondEngines(1, 1, 0)).rejects.toThrow(/^it stayed for \d+ ms; repeat it: /);
});
