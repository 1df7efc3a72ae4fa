/** A training of recorded sessions: what it makes of them, what it refuses, and how it judges against the model that serves. */
import { expect, test } from 'vitest';
import { MODEL_KINDS } from '../../../engine/domain/index.ts';
import { readPackage } from '../../../engine/index.ts';
import { CommandError } from '../../../src/exit-codes.ts';
import { checkManifest } from '../../../src/models/manifest.ts';
import { sha256 } from '../../../src/models/model-files.ts';
import type { Champion, FromTraining, TrainedModel, TrainingJob } from '../../../src/training/job.ts';
import { runTraining } from '../../../src/training/run-training.ts';
import { START_US } from '../../fixtures/engine-session.ts';
import { temporaryFolder } from '../../fixtures/temporary.ts';
import { BAR_US } from '../../fixtures/training-bars.ts';
import { barsOnDisk, trainingJob } from '../../fixtures/training-session.ts';

const DAY_US = 86_400_000_000;

function run(job: TrainingJob, mostBars?: number): { models: TrainedModel[]; said: FromTraining[] } {
  const said: FromTraining[] = [];
  runTraining(job, (message) => said.push(message), mostBars);
  return { models: said.filter((each) => each.type === 'trained'), said };
}

/** The one line that a training is refused with. */
function refusal(job: TrainingJob): string {
  try {
    run(job);
  } catch (cause) {
    if (cause instanceof CommandError) return `${cause.exitCode}: ${cause.message}`;
    throw cause;
  }
  return 'trained';
}

test('all four kinds come of one session, twice the same bytes, with a manifest that says of what', () => {
  const session = barsOnDisk(temporaryFolder('train'), { name: 'two', bars: [900, 700] });
  const job = trainingJob([session], { kinds: MODEL_KINDS });
  const { models, said } = run(job);
  expect(models.map(({ manifest }) => manifest.metrics!.kind)).toEqual(MODEL_KINDS);
  for (const { bytes, manifest } of models) {
    const { metrics, hashes, data, ...rest } = checkManifest(JSON.parse(JSON.stringify(manifest)), 'it');
    expect(hashes.package).toBe(sha256(bytes));
    expect(rest).toMatchObject({ source: 'trained-here', simulated: false, seed: 1, trainedAt: job.startedAt });
    expect(data).toMatchObject([
      { session: 'two', instrument: 'BTC/USDT:USDT', bars: 900, fromUs: START_US + BAR_US },
      { session: 'two', instrument: 'ETH/USDT:USDT', bars: 700, toUs: START_US + 700 * BAR_US + 1 },
    ]);
    expect(data[0]!.journalHash).toMatch(/^[0-9a-f]{64}$/);
    const { header } = readPackage(bytes);
    expect(header).toMatchObject({ kind: metrics!.kind, name: `small-${metrics!.kind}`, barIntervalUs: BAR_US });
    expect(header.reference).toHaveLength(64);
    expect(header.skill?.rows).toBe(metrics!.rows - metrics!.abstained);
  }
  expect(run(job).models).toEqual(models);
  expect(run({ ...job, seed: 2 }).models[0]!.bytes).not.toEqual(models[0]!.bytes);
  const progress = said.filter((each) => each.type === 'progress');
  expect(new Set(progress.map(({ phase }) => phase))).toContain('read');
  expect(progress.every(({ done }) => done >= 0 && done <= 1)).toBe(true);
});

test('sessions are learnt from together, and one instrument where it is named', () => {
  const folder = temporaryFolder('train');
  const sessions = [
    barsOnDisk(folder, { name: 'one', bars: [600, 600] }),
    barsOnDisk(folder, { name: 'two', bars: [600], startUs: START_US + DAY_US, seed: 9 }),
  ];
  const { models } = run(trainingJob(sessions, { instruments: ['BTC/USDT:USDT'] }));
  expect(models[0]!.manifest.data.map((each) => [each.session, each.instrument])).toEqual([
    ['one', 'BTC/USDT:USDT'],
    ['two', 'BTC/USDT:USDT'],
  ]);
});

test('of more bars than fit the newest are learnt from, over all sessions and instruments, and that is told', () => {
  const folder = temporaryFolder('train');
  const sessions = [
    barsOnDisk(folder, { name: 'old', bars: [300] }),
    barsOnDisk(folder, { name: 'two', bars: [900, 900], startUs: START_US + DAY_US, seed: 9 }),
  ];
  const { models, said } = run(trainingJob(sessions), 1_701);
  const fromUs = START_US + DAY_US + 51 * BAR_US;
  expect(models[0]!.manifest.data).toMatchObject([
    { session: 'two', instrument: 'BTC/USDT:USDT', bars: 850, fromUs },
    { session: 'two', instrument: 'ETH/USDT:USDT', bars: 851 },
  ]);
  const since = new Date((fromUs - BAR_US) / 1000).toISOString().slice(0, 16).replace('T', ' ');
  expect(said).toContainEqual({
    type: 'note',
    text: `2100 closed bars are more than fit: the newest 1701 are learnt from, since ${since} UTC`,
  });
  expect(run(trainingJob(sessions), 2_100).said.some(({ type }) => type === 'note')).toBe(false);
});

test('what does not do is refused in one line', () => {
  const folder = temporaryFolder('train');
  const small = barsOnDisk(folder, { name: 'small', bars: [400, 100] });
  expect(refusal(trainingJob([small]))).toBe(
    '3: small has 500 closed bars in 2 series, 170 to learn from, and 600 are needed: one series of 830 would do, ' +
      'for 230 of each go to warming up and to knowing what became of the last ones',
  );
  expect(refusal(trainingJob([small], { instruments: ['XRP/USDT:USDT'] }))).toBe(
    '3: XRP/USDT:USDT is in none of the sessions: they have BTC/USDT:USDT, ETH/USDT:USDT',
  );
  const simulated = barsOnDisk(folder, { name: 'simulated', bars: [40], venue: 'sim' });
  expect(refusal(trainingJob([small, simulated]))).toBe(
    '2: small and simulated cannot be learnt from together: one is simulated, one is not',
  );
});

test('a series that is too short is told, and left out', () => {
  const session = barsOnDisk(temporaryFolder('train'), { name: 'uneven', bars: [900, 200] });
  const { models, said } = run(trainingJob([session]));
  expect(models[0]!.manifest.data).toHaveLength(1);
  expect(said).toContainEqual({
    type: 'note',
    text: 'uneven, ETH/USDT:USDT: 200 closed bars give nothing to learn, 231 are the least',
  });
});

test('the model that serves is judged on the same bars, but for those that it has learnt from', () => {
  const session = barsOnDisk(temporaryFolder('train'), { name: 'bars', bars: [900] });
  const [before] = run(trainingJob([session], { seed: 5 })).models;
  const champion = (learntUs: Champion['learntUs']): Champion => {
    return { id: sha256(before!.bytes), name: 'before', bytes: before!.bytes, learntUs };
  };
  const against = (learntUs: Champion['learntUs']): TrainedModel =>
    run(trainingJob([session], { champions: { 'leaf-trees': champion(learntUs) } })).models[0]!;
  const fresh = against([]);
  const { rows } = fresh.manifest.metrics!;
  expect(fresh.against).toEqual({ name: 'before', asked: true, knownToBeNew: true, rows, leftOut: 0 });
  expect(fresh.manifest.comparison).toMatchObject({ champion: sha256(before!.bytes), judgement: { rows } });
  expect(fresh.manifest.comparison!.judgement.comparison?.base).toBe('champion');
  // It has learnt from all but the last hundred bars.
  const partly = against([[START_US, START_US + 800 * BAR_US]]);
  expect(partly.against).toEqual({ name: 'before', asked: true, knownToBeNew: true, rows: 70, leftOut: rows - 70 });
  const wholly = against([[START_US, START_US + 900 * BAR_US]]);
  expect(wholly.against).toMatchObject({ rows: 0, leftOut: rows });
  expect(against(undefined).against).toEqual({ name: 'before', asked: true, knownToBeNew: false, rows, leftOut: 0 });
  expect(wholly.manifest.comparison!.judgement).toMatchObject({ promoted: false, refusals: ['too-few-rows'] });
});
