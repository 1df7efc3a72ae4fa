/** The watch over models: outcomes as the labels of training, drift that mutes, markets that stay what they were and do not. */
import { beforeAll, describe, expect, it } from 'vitest';
import {
  cursorOver,
  type EngineEvent,
  F,
  FEATURE_COUNT,
  InputEncoder,
  modelPlace,
  type SupervisionPolicy,
} from '../../../../engine/domain/index.ts';
import { createEngine, createState, Fold, modelHealth, step, TimeTravel } from '../../../../engine/index.ts';
import type { OpenModel } from '../../../../engine/models/open-model.ts';
import type { PackageHeader } from '../../../../engine/models/package.ts';
import { BarCapture } from '../../../../engine/training/capture.ts';
import { buildDataset, type Dataset, type DatasetPlan } from '../../../../engine/training/dataset.ts';
import { referenceBins } from '../../../../engine/training/reference.ts';
import { driftText, modelChangeText } from '../../../../state/model-words.ts';
import { eventsOf, policyWith, RecordList, START_US, testConfig } from '../../../fixtures/engine-session.ts';
import { saying } from '../../../fixtures/small-models.ts';
import { BAR_US, DATASET_PLAN, type MadeBar, walkedBars } from '../../../fixtures/training-bars.ts';

const ID = 'ab'.repeat(32);
const PLAN: DatasetPlan = { ...DATASET_PLAN, windowSteps: 1 };
const LABEL = { width: 'atr', profitWidths: 1.5, stopWidths: 1.5, limitBars: 12 } as const;
const SKILL = { rows: 500, areaUnderCurve: 0.5, logLoss: 0.69, brier: 0.25, calibrationError: 0.02, baseRate: 0.5 };
const WATCHED: Partial<SupervisionPolicy> = { windowBars: 500, leastOutcomes: 500, fadingOutcomes: 500 };
/** Errors mute nobody. */
const CALM = { ...WATCHED, brierMargin: 1, calibrationMargin: 1 };
const PLACE = modelPlace('serve', 'depth-trees');

const config = (supervision = WATCHED) =>
  testConfig({
    ...{ barIntervalUs: BAR_US, control: 'observe', models: { 'depth-trees': ID } },
    policy: policyWith({ supervision, decision: { modelDeadZone: 0.05 } }),
  });

function recordsOf(bars: readonly MadeBar[]): Uint8Array[] {
  const encoder = new InputEncoder();
  return bars.map(([open, high, low, close, volume], k) => {
    const closedAtUs = START_US + (k + 1) * BAR_US;
    encoder.bar(0, closedAtUs - BAR_US, open, high, low, close, volume, BAR_US, 10);
    encoder.stamp(k + 1, closedAtUs);
    return encoder.bytes().slice();
  });
}

type Answer = OpenModel['chance'];
/** Somewhat more than a half after a fall, less after a rise: no skill on a walk, and no claim of much. */
const timid: Answer = (features) => ((features[F.rangePosition] ?? 0.5) > 0.5 ? 0.47 : 0.53);

function library(reference: PackageHeader['reference'], chance: Answer = timid) {
  const { find } = saying('depth-trees', ID, chance, 0, BAR_US);
  return {
    find: (id: string): OpenModel | undefined => {
      const found = find(id);
      return (
        found && { ...found, header: { ...found.header, label: LABEL, skill: SKILL, ...(reference && { reference }) } }
      );
    },
  };
}

function watched(bars: readonly MadeBar[], models: ReturnType<typeof library>, supervision = WATCHED) {
  const events: EngineEvent[] = [];
  const source = new RecordList(recordsOf(bars));
  const fold = new Fold(source, config(supervision), (event) => events.push(event), undefined, models);
  fold.run(source.count);
  const { state } = fold;
  return { events, state, health: modelHealth(state)[0]! };
}

let learnt: Dataset;
let reference: NonNullable<PackageHeader['reference']>;
beforeAll(() => {
  const capture = new BarCapture(config(), library(undefined));
  for (const record of recordsOf(walkedBars(6_000, 1))) capture.fold(cursorOver(record));
  learnt = buildDataset(capture.bars(0), PLAN);
  reference = referenceBins(learnt);
});

describe('outcomes', () => {
  /** Every so often a bar opens far above and comes far below: where it opened tells what came first. */
  const jumping = (): MadeBar[] =>
    walkedBars(3_000, 1).map((bar, k) => {
      const [open, high, low, close, volume] = bar;
      const far = 6 * (high - low);
      return k % 13 === 0 ? [open + far, high + far, low - far, close, volume] : bar;
    });

  it.each([
    ['a walk', () => walkedBars(6_000, 1)],
    ['one that jumps', jumping],
  ])('are those of the labels that models are trained on: of %s', (_, made) => {
    const records = recordsOf(made());
    const models = library(undefined, () => 0.9);
    const engine = createEngine(createState(config(CALM)), models);
    const capture = new BarCapture(config(CALM), models);
    for (const record of records) {
      step(engine, cursorOver(record));
      capture.fold(cursorOver(record));
    }
    const { outcomes, long } = modelHealth(engine.state)[0]!;
    const { start, rise } = buildDataset(capture.bars(0), PLAN).labels;
    // The first bars on which trees are asked, and no row of the dataset is left out after them.
    const rises = rise.subarray(start.length - outcomes);
    expect(outcomes).toBeGreaterThan(records.length - 400);
    const right = rises.reduce((sum, each) => sum + each, 0);
    expect(long).toEqual({ taken: outcomes, right: right / outcomes });
  });

  it('give error, calibration, sides and regimes', () => {
    const { health } = watched(walkedBars(2_000, 2), library(undefined));
    expect(health.brier).toBeGreaterThan(0.24);
    expect(health.brier).toBeLessThan(0.26);
    expect(health.calibrationError).toBeLessThan(0.1);
    const { long, short, regimes } = health;
    expect(long.taken + short.taken).toBe(health.outcomes);
    const byRegime = Object.values(regimes).reduce((sum, { taken }) => sum + taken, 0);
    // Trees are asked two bars before the first regime is known.
    expect(byRegime).toBe(health.outcomes - 2);
    expect(health.muted).toBeUndefined();
  });

  it('of bars before any regime is known are of none', () => {
    const net = saying('nhits', ID, () => 0.9, 4, BAR_US).find(ID)!;
    const models = { find: () => ({ ...net, header: { ...net.header, label: LABEL, skill: SKILL } }) };
    const engine = createEngine(createState({ ...config(CALM), models: { nhits: ID } }), models);
    for (const record of recordsOf(walkedBars(100, 1))) step(engine, cursorOver(record));
    const { outcomes, long, regimes } = modelHealth(engine.state)[0]!;
    expect(outcomes).toBeGreaterThan(50);
    expect(long.taken).toBe(outcomes);
    expect(Object.values(regimes).map(({ taken }) => taken)).toEqual([0, 0, 0, 0]);
  });
});

describe('drift', () => {
  /** The same walk, and from half of it on one that goes up with every bar and hardly ever back. */
  const drifting = (): MadeBar[] => {
    const bars = walkedBars(4_000, 3);
    const [, , , last] = bars[1_999]!;
    return bars.map((bar, k) => {
      if (k < 2_000) return bar;
      const open = last + (k - 2_000) * 30;
      return [open, open + 35 + (k % 5), open - 5, open + 30, 20];
    });
  };

  it('of the features mutes a serving model after as many windows as policy says, and both are told', () => {
    const { events, health, state } = watched(drifting(), library(reference), CALM);
    const [drift] = eventsOf(events, 'drift');
    expect(drift).toMatchObject({ model: 'depth-trees', role: 'serve', id: ID, what: 'drift-features', limit: 0.5 });
    expect(drift!.value).toBeGreaterThan(0.5);
    expect(drift!.feature!.index).toBeGreaterThan(0.25);
    expect(driftText(drift!)).toMatch(/of its features have moved \(limit 50 %\), the farthest \w+: index \d/);
    const [muted] = eventsOf(events, 'model');
    expect(muted).toMatchObject({ reason: 'drift-features', id: ID, before: ID });
    expect(modelChangeText(muted!)).toMatch(/^depth-trees: depth-trees-said \(abababab\) muted, its features/);
    expect(muted!.atUs - drift!.atUs).toBeLessThanOrEqual(500 * BAR_US);
    expect(muted!.atUs).toBeGreaterThan(START_US + 2_000 * BAR_US);
    expect(health.muted).toBe('drift-features');
    expect([state.models.status[PLACE], state.models.chance[PLACE]]).toEqual([5, 0]);
  });

  it('of the errors, and of chances that do not fit, mutes as well', () => {
    const wrong = watched(
      walkedBars(1_500, 4),
      library(undefined, () => 0.95),
    );
    expect(eventsOf(wrong.events, 'drift')[0]).toMatchObject({ what: 'drift-error', feature: undefined });
    expect(wrong.health.muted).toBe('drift-error');
    const calm = { ...WATCHED, brierMargin: 1 };
    const off = watched(
      walkedBars(1_500, 4),
      library(undefined, () => 0.8),
      calm,
    );
    expect(off.health.muted).toBe('drift-calibration');
  });

  it('of features and of errors at one bar mutes once, for what was found first', () => {
    const rising = walkedBars(800, 3).map((_, k): MadeBar => {
      const open = 60_000 + k * 30;
      return [open, open + 35 + (k % 5), open - 5, open + 30, 20];
    });
    // Outcomes are judged 12 bars after the chance: the first window ends as the errors are first judged.
    const first = { windowBars: 300, windowsInARow: 1, leastOutcomes: 300 - LABEL.limitBars };
    const models = library(reference, () => 0.05);
    const { events } = watched(rising, models, { ...WATCHED, ...first });
    expect(eventsOf(events, 'model').map(({ reason }) => reason)).toEqual(['drift-features']);
    const later = watched(rising, models, { ...WATCHED, ...first, windowsInARow: 2 });
    expect(eventsOf(later.events, 'model').map(({ reason, seq }) => [reason, seq])).toEqual([
      ['drift-error', eventsOf(events, 'model')[0]!.seq],
    ]);
  });

  it('mutes at the same bar in every replay, and going back takes it back', () => {
    const models = library(reference);
    const source = new RecordList(recordsOf(drifting()));
    const travel = new TimeTravel(source, config(CALM), { snapshotEvery: 300, snapshotBytes: 4e6, models });
    while (travel.index(1_000));
    const muted = eventsOf(watched(drifting(), models, CALM).events, 'model')[0]!.seq;
    for (const [to, isMuted] of [
      [muted, true],
      [muted - 1, false],
      [muted + 700, true],
      [muted - 400, false],
    ] as const) {
      travel.seek(to);
      expect([to, travel.state.models.muted[PLACE] !== 0]).toEqual([to, isMuted]);
      const fold = new Fold(source, config(CALM), () => {}, undefined, models);
      fold.run(to);
      expect(travel.state.arena.hash()).toBe(fold.state.arena.hash());
    }
  });

  it('is forgotten with the model: the same one put in anew speaks again', () => {
    const engine = createEngine(
      createState(config()),
      library(undefined, () => 0.95),
    );
    const records = recordsOf(walkedBars(1_500, 4));
    for (const record of records) step(engine, cursorOver(record));
    expect(engine.state.models.muted[PLACE]).not.toBe(0);
    const encoder = new InputEncoder();
    encoder.model('depth-trees', 'serve', ID, 'deploy');
    encoder.stamp(records.length + 1, START_US + 1_501 * BAR_US);
    step(engine, cursorOver(encoder.bytes()));
    expect(engine.state.models.muted[PLACE]).toBe(0);
    expect(modelHealth(engine.state)[0]).toMatchObject({ muted: undefined, outcomes: 0 });
  });

  it('of one in the shadow is told, and there is nothing to mute', () => {
    const shadow = createEngine(
      createState({ ...config(), models: undefined }),
      library(undefined, () => 0.95),
    );
    const encoder = new InputEncoder();
    encoder.model('depth-trees', 'shadow', ID, 'deploy');
    encoder.stamp(1, START_US);
    const events: EngineEvent[] = [...step(shadow, cursorOver(encoder.bytes().slice()))];
    for (const record of recordsOf(walkedBars(1_500, 4))) {
      const copy = record.slice();
      const view = new DataView(copy.buffer);
      view.setFloat64(16, view.getFloat64(16, true) + 1, true);
      events.push(...step(shadow, cursorOver(copy)));
    }
    expect(eventsOf(events, 'drift').length).toBeGreaterThan(0);
    expect(eventsOf(events, 'model')).toHaveLength(1);
  });
});

it.each([100, 200, 300, 400])(
  'a market that stays what it was mutes nobody: six walks of 3,000 bars from seed %i',
  (from) => {
    const muted = Array.from({ length: 6 }, (_, seed) => watched(walkedBars(3_000, from + seed), library(reference)));
    expect(muted.filter(({ health }) => health.muted !== undefined)).toHaveLength(0);
    // One window of 500 bars may be odd by itself; none was followed by another.
    expect(muted.filter(({ events }) => eventsOf(events, 'drift').length > 0).length).toBeLessThanOrEqual(1);
  },
);

it('every leaf that the watch keeps is in the hash, and none is a number that is none', () => {
  const { state } = watched(walkedBars(1_200, 5), library(reference));
  expect(state.arena.hash()).toBe(watched(walkedBars(1_200, 5), library(reference)).state.arena.hash());
  expect(state.watch.counts.some((count) => count > 0)).toBe(true);
  expect(state.watch.shift.length).toBe(8 * FEATURE_COUNT);
});
