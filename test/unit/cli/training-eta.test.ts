/** What a training says of its progress: a share, and a time only once the speed is known. */
import { expect, test } from 'vitest';
import { TrainingEta } from '../../../src/cli/training-eta.ts';
import type { TrainingProgress } from '../../../src/training/job.ts';

const AT: TrainingProgress = {
  ...{ type: 'progress', phase: 'walk', of: 'nhits', number: 2, count: 3, fold: 1, folds: 4 },
  ...{ done: 0, areaUnderCurve: undefined },
};

test('a time is told once it was measured, for each kind anew', () => {
  let nowMs = 5_000;
  const eta = new TrainingEta(() => nowMs);
  expect(eta.line(AT)).toBe('training nhits (2 of 3): test 1 of 4, 0 %, – left');
  nowMs += 500;
  expect(eta.line({ ...AT, done: 0.3 })).toContain('– left');
  nowMs += 1_500;
  expect(eta.line({ ...AT, done: 0.25, fold: 2, areaUnderCurve: 0.5312 })).toBe(
    'training nhits (2 of 3): test 2 of 4, 25 %, about 6 s left, area under the curve so far 0.531',
  );
  expect(eta.line({ ...AT, phase: 'fit', done: 0.5 })).toBe('training nhits (2 of 3): all bars, 50 %, about 2 s left');
  expect(eta.line({ ...AT, of: 'patchtst', count: 1, done: 0.9 })).toBe('training patchtst: test 1 of 4, 90 %, – left');
  expect(eta.line({ ...AT, phase: 'read', of: 'btc', count: 1, done: 0.5 })).toBe('reading btc: 50 %, – left');
});
