/** Progress of long commands: one line rewritten on a terminal, lines now and then elsewhere, nothing beside JSON. */
import { expect, test } from 'vitest';
import { progressLine } from '../../../src/cli/progress.ts';

function run(isTTY: boolean, json: boolean, stepMs: number, steps: number): string {
  const written: string[] = [];
  let now = 0;
  const stream = { isTTY, write: (text: string) => written.push(text) };
  const progress = progressLine({ json, stream, nowMs: () => now });
  for (let step = 1; step <= steps; step++) {
    now += stepMs;
    progress.at(`step ${step}`);
  }
  progress.done();
  progress.done();
  return written.join('');
}

test('on a terminal the line is rewritten, at most five times a second, and taken away at the end', () => {
  expect(run(true, false, 100, 6)).toBe('\r\x1b[Kstep 2\r\x1b[Kstep 4\r\x1b[Kstep 6\r\x1b[K');
});

test('elsewhere there is a line every three seconds, and no control character', () => {
  expect(run(false, false, 1_000, 7)).toBe('step 3\nstep 6\n');
});

test('what is quickly done says nothing, and neither does what prints JSON', () => {
  expect(run(true, false, 30, 5)).toBe('');
  expect(run(false, false, 500, 5)).toBe('');
  expect(run(true, true, 10_000, 5)).toBe('');
});
