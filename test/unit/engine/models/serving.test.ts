/** What a model is shown in a run is what it was trained on: chances of the same session, bit for bit. */
import { expect, it } from 'vitest';
import { cursorOver, FEATURE_COUNT, MODEL_KINDS, MODEL_PLACES, modelPlace } from '../../../../engine/domain/index.ts';
import { ANSWER } from '../../../../engine/index.ts';
import { BarCapture } from '../../../../engine/training/capture.ts';
import { buildDataset } from '../../../../engine/training/dataset.ts';
import { idsOf, libraryOf, smallModels } from '../../../fixtures/small-models.ts';
import { syntheticSession } from '../../../fixtures/synthetic-session.ts';
import { DATASET_PLAN } from '../../../fixtures/training-bars.ts';

it('chances served are those of the dataset of the same bars, of all four kinds and in all instruments', () => {
  const models = smallModels();
  const library = libraryOf(...Object.values(models));
  const { config, records } = syntheticSession(40_000, { models: idsOf(models) });
  const capture = new BarCapture(config, library);
  const served = config.instruments.map((): Float64Array[] => []);
  for (const record of records) {
    const before = capture.state.features.bars.slice();
    capture.fold(cursorOver(record));
    for (const [i, each] of served.entries()) {
      if (capture.state.features.bars[i] === before[i]) continue;
      const cells = capture.state.models;
      const spoke = (cell: number): boolean => cells.status[cell]! >= ANSWER.neutral;
      const from = i * MODEL_PLACES;
      each.push(Float64Array.from({ length: MODEL_PLACES }, (_, p) => (spoke(from + p) ? cells.chance[from + p]! : 2)));
    }
  }
  let compared = 0;
  for (const [i, chances] of served.entries()) {
    const data = buildDataset(capture.bars(i), DATASET_PLAN);
    expect(data.barCount).toBe(chances.length);
    for (const kind of MODEL_KINDS) {
      const model = library.find(models[kind].id)!;
      for (const [row, bar] of data.labels.start.entries()) {
        const window = data.windows.subarray(row * data.windowSteps, (row + 1) * data.windowSteps);
        const expected = model.chance(data.features, row * FEATURE_COUNT, window);
        const found = chances[bar]![modelPlace('serve', kind)]!;
        // 2 stands for no answer: trees are asked later than the dataset begins.
        if (found === 2) continue;
        expect(Object.is(found, expected)).toBe(true);
        compared++;
      }
    }
  }
  expect(compared).toBeGreaterThan(900);
});
