/**
 * Nothing of the past hangs on the future: sessions that are the same up to an input and another market from there on have had
 * the same features, votes and decisions until then. A feature and a model that look ahead are planted, and must be found.
 */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  AT,
  cursorOver,
  type EngineConfig,
  F,
  FEATURE_COUNT,
  MODEL_KINDS,
  MODEL_PLACES,
  PRODUCER_COUNT,
  RECORD,
} from '../../engine/domain/index.ts';
import {
  createEngine,
  createState,
  type EngineState,
  type ModelLibrary,
  step,
  TimeTravel,
} from '../../engine/index.ts';
import { BarCapture } from '../../engine/training/capture.ts';
import { buildDataset } from '../../engine/training/dataset.ts';
import { RecordList } from '../fixtures/engine-session.ts';
import { idsOf, libraryOf, saying, smallModel } from '../fixtures/small-models.ts';
import { syntheticSession } from '../fixtures/synthetic-session.ts';
import { DATASET_PLAN } from '../fixtures/training-bars.ts';

const INPUTS = 9_000;
/** So short that the longest window is full in a session of seconds. */
const BAR_US = 250_000;
const RUNS = { numRuns: 8, seed: 3 };

const MODELS = Object.fromEntries(
  MODEL_KINDS.map((kind) => [kind, smallModel(kind, 1, { barIntervalUs: BAR_US })]),
) as Parameters<typeof idsOf>[0];
const LIBRARY = libraryOf(...Object.values(MODELS));

interface Market {
  readonly config: EngineConfig;
  readonly records: readonly Uint8Array[];
}

const market = (seed: number): Market =>
  syntheticSession(INPUTS, { models: idsOf(MODELS), barIntervalUs: BAR_US }, seed);

/** The one market up to `cut`, the other from there on, at the times of the first. */
function spliced(one: Market, other: Market, cut: number): Uint8Array[] {
  return one.records.map((record, k) => {
    if (k < cut) return record;
    const copy = other.records[k]!.slice();
    copy.set(record.subarray(AT.seq, AT.payload), AT.seq);
    return copy;
  });
}

/** How a session is folded: an honest one looks at nothing but the inputs so far. */
interface Fold {
  readonly library: (records: readonly Uint8Array[], at: () => number) => ModelLibrary;
  readonly afterStep: (state: EngineState, records: readonly Uint8Array[], at: number) => void;
}
const HONEST: Fold = { library: () => LIBRARY, afterStep: () => {} };

/** What the engine knew of an instrument when its bar had closed, and what it has told. */
function known(state: EngineState, i: number): string {
  const { features, signals, models, strategyTable } = state;
  const of = (column: ArrayLike<number>, width: number): number[] =>
    Array.from({ length: width }, (_, k) => column[i * width + k]!);
  return JSON.stringify([
    ...[of(features.values, FEATURE_COUNT), of(features.valid, FEATURE_COUNT)],
    ...[of(signals.direction, PRODUCER_COUNT), of(signals.conviction, PRODUCER_COUNT), signals.score[i]],
    ...[of(models.status, MODEL_PLACES), of(models.chance, MODEL_PLACES), models.score[i]],
    ...[of(strategyTable.direction, strategyTable.count), signals.standing[i]],
  ]);
}

/** One line for each closed bar and each event, up to input `cut`, of a fold over all records. */
function past(config: EngineConfig, records: readonly Uint8Array[], cut: number, fold: Fold): string[] {
  let at = 0;
  const engine = createEngine(
    createState(config),
    fold.library(records, () => at),
  );
  const lines: string[] = [];
  for (; at < cut; at++) {
    const before = engine.state.features.bars.slice();
    for (const event of step(engine, cursorOver(records[at]!))) lines.push(`${at} ${JSON.stringify(event)}`);
    fold.afterStep(engine.state, records, at);
    for (const [i, bars] of before.entries()) {
      if (engine.state.features.bars[i] !== bars) lines.push(`${at} ${i} ${known(engine.state, i)}`);
    }
  }
  return lines;
}

let one: Market;
let others: readonly [Market, Market];
/** Right behind the inputs that closed a bar: what looks ahead by one input is seen there already. */
let cuts: readonly number[];
beforeAll(() => {
  one = market(5);
  others = [market(6), market(7)];
  const closings = past(one.config, one.records, INPUTS, HONEST).map((text) => Number.parseInt(text, 10) + 1);
  cuts = closings.filter((at) => at > INPUTS / 2);
});

const scenes = () => fc.tuple(fc.constantFrom(...cuts), fc.constantFrom<0 | 1>(0, 1));

/** Fails where a line of the past is another one with another future. */
function hangsOnThePast(fold: Fold): void {
  fc.assert(
    fc.property(scenes(), ([cut, other]) => {
      const changed = past(one.config, spliced(one, others[other], cut), cut, fold);
      expect(changed).toEqual(past(one.config, one.records, cut, fold));
    }),
    RUNS,
  );
}

describe('features, votes, strategies and decisions', () => {
  it('of the past are the same whatever comes, and there are all of them', () => {
    const lines = past(one.config, one.records, INPUTS, HONEST);
    expect(lines.filter((text) => text.includes('"decision"')).length).toBeGreaterThan(10);
    expect(lines.filter((text) => text.includes('"status":"voted","chance"')).length).toBeGreaterThan(10);
    hangsOnThePast(HONEST);
  });

  it('of the past are the same after all of the session has been folded and gone back over', () => {
    fc.assert(
      fc.property(scenes(), ([cut, other]) => {
        const hashes = [one.records, spliced(one, others[other], cut)].map((records) => {
          const options = { snapshotEvery: 900, snapshotBytes: 3e6, models: LIBRARY };
          const travel = new TimeTravel(new RecordList(records), one.config, options);
          while (travel.index(5_000));
          travel.seek(travel.total);
          travel.seek(cut);
          return travel.state.arena.hash();
        });
        expect(hashes[1]).toBe(hashes[0]);
      }),
      { ...RUNS, numRuns: 3 },
    );
  });
});

/** Middle price of the next quote, which nobody can know. */
function nextPrice(records: readonly Uint8Array[], at: number): number {
  for (const record of records.slice(at + 1, at + 40)) {
    const view = new DataView(record.buffer, record.byteOffset);
    if (view.getUint8(AT.type) === RECORD.quote) return view.getFloat64(AT.bidPrice, true);
  }
  return 0;
}

describe('a planted leak is found', () => {
  it('in a feature', () => {
    const leaking: Fold = {
      ...HONEST,
      afterStep: (state, records, at) => {
        state.features.values[F.momentum] = nextPrice(records, at);
      },
    };
    expect(() => hangsOnThePast(leaking)).toThrow('Property failed');
  });

  it('in a model', () => {
    const leaking: Fold = {
      ...HONEST,
      library: (records, at) => {
        const peeking = saying('nhits', MODELS.nhits.id, () => 0.5 + (nextPrice(records, at()) % 7) / 20, 0, BAR_US);
        return { find: (id) => peeking.find(id) ?? LIBRARY.find(id) };
      },
    };
    expect(() => hangsOnThePast(leaking)).toThrow('Property failed');
  });
});

describe('what models learn from', () => {
  const dataset = (records: readonly Uint8Array[]) => {
    const capture = new BarCapture(one.config, LIBRARY);
    for (const record of records) capture.fold(cursorOver(record));
    return { data: buildDataset(capture.bars(0), DATASET_PLAN), knownAtUs: capture.bars(0).knownAtUs };
  };

  it('has the same features and windows of the past, and the same labels of what had ended by then', () => {
    const truth = dataset(one.records);
    fc.assert(
      fc.property(scenes(), ([cut, other]) => {
        const { data } = dataset(spliced(one, others[other], cut));
        const cutUs = new DataView(one.records[cut]!.buffer, one.records[cut]!.byteOffset).getFloat64(
          AT.receivedAtUs,
          true,
        );
        const bars = truth.knownAtUs.findIndex((knownAtUs) => knownAtUs >= cutUs);
        const rows = truth.data.labels.start.findIndex((start) => start >= bars);
        expect(rows).toBeGreaterThan(10);
        const { featureCount, windowSteps } = data;
        expect(data.features.subarray(0, rows * featureCount)).toEqual(
          truth.data.features.subarray(0, rows * featureCount),
        );
        expect(data.windows.subarray(0, rows * windowSteps)).toEqual(
          truth.data.windows.subarray(0, rows * windowSteps),
        );
        for (let row = 0; row < rows; row++) {
          if (truth.data.labels.end[row]! >= bars) continue;
          expect(data.labels.rise[row]).toBe(truth.data.labels.rise[row]);
          expect(data.labels.end[row]).toBe(truth.data.labels.end[row]);
        }
      }),
      { ...RUNS, numRuns: 3 },
    );
  });
});
