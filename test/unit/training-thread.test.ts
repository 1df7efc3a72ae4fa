/** A training in a thread of its own: it gives its models, tells its fault, and is cancelled wherever it is. */
import { expect, test } from 'vitest';
import type { TrainingProgress } from '../../src/training/job.ts';
import { startTraining } from '../../src/training-thread.ts';
import { temporaryFolder } from '../fixtures/temporary.ts';
import { barsOnDisk, trainingJob } from '../fixtures/training-session.ts';

test('a training tells how far it is and gives its models', async () => {
  const session = barsOnDisk(temporaryFolder('thread'), { name: 'bars', bars: [1500] });
  const phases = new Set<string>();
  const { finished } = startTraining(trainingJob([session], { effort: 'full', kinds: ['patchtst'] }), (message) => {
    if (message.type === 'progress') phases.add(message.phase);
  });
  await expect(finished).rejects.toMatchObject({ exitCode: 3 });
  const again = startTraining(trainingJob([session]), (message) => {
    if (message.type === 'progress') phases.add(message.phase);
  });
  expect(await again.finished).toMatchObject([{ manifest: { metrics: { kind: 'leaf-trees' } } }]);
  expect(phases).toContain('read');
  expect(phases).toContain('walk');
});

test('a training that is cancelled ends at once and gives nothing', async () => {
  const session = barsOnDisk(temporaryFolder('thread'), { name: 'bars', bars: [4000] });
  const job = trainingJob([session], { effort: 'full', kinds: ['patchtst'] });
  const begun = Promise.withResolvers<TrainingProgress>();
  const training = startTraining(job, (message) => {
    if (message.type === 'progress' && message.phase === 'walk') begun.resolve(message);
  });
  await begun.promise;
  const startMs = performance.now();
  training.cancel();
  expect(await training.finished).toBeUndefined();
  expect(performance.now() - startMs).toBeLessThan(10_000);
});

test('a fault of a session is told as that of a command', async () => {
  const job = trainingJob([{ name: 'gone', directory: `${temporaryFolder('thread')}/gone` }]);
  await expect(startTraining(job, () => {}).finished).rejects.toMatchObject({ name: 'CommandError', exitCode: 3 });
});
