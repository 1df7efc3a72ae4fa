/** When models that were trained here are due to be trained anew, what counts as new, and what is told of it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { InputEncoder } from '../../../engine/domain/index.ts';
import { COUNT } from '../../../engine/domain/tables/index.ts';
import { createState } from '../../../engine/index.ts';
import { encodeSnapshot, makeDirectories, SessionWriter, SNAPSHOT_FOLDER, snapshotPath } from '../../../logs/index.ts';
import { type DataDir, openDataDir } from '../../../src/data-dir.ts';
import type { LiveStart } from '../../../src/host/live-start.ts';
import { RetrainWatch } from '../../../src/host/retrain-watch.ts';
import { snapshotOf } from '../../../src/host/take-up.ts';
import { openRegistry } from '../../../src/models/registry.ts';
import { dueText, taughtModels } from '../../../src/models/retraining.ts';
import { retrainRules } from '../../../src/stores/training-store.ts';
import { CONFIG, CONSOLE_DRAFT } from '../../fixtures/journal-sample.ts';
import { madeModel } from '../../fixtures/model-packages.ts';
import { temporaryFolder } from '../../fixtures/temporary.ts';

const HOUR_MS = 3_600_000;
/** What the models learnt from ends here. */
const UNTIL_MS = Date.parse('2026-11-20T00:00:00Z');
const ALL = CONFIG.instruments.map(({ symbol }) => symbol);
const RULES = { retrainAfterHours: 24, retrainAfterTrades: 0 };

let dir: DataDir;
beforeEach(() => {
  dir = openDataDir(temporaryFolder('retraining'));
});
const registry = () => openRegistry(dir, { shipped: [] });

/** A model that serves, trained here on `learnt`, which ends at the moment above. */
function serving(kind: 'nhits' | 'depth-trees', learnt = ALL): string {
  const series = { session: 'learnt', fromUs: 0, toUs: UNTIL_MS * 1000, bars: 900 };
  const data = learnt.map((instrument) => ({ ...series, instrument }));
  const { bytes, manifest } = madeModel(kind, 1, { data, simulated: false });
  const { id } = registry().add(bytes, manifest);
  registry().promote(id, 'test', { withoutEvidence: true, over: undefined });
  return id;
}

type Told = readonly [atMs: number, trades: number];

/** A recorded run with snapshots that tell how many trades were closed by when; never closed, unless it is told its trades. */
function run(
  name: string,
  fromMs: number,
  snapshots: readonly Told[],
  venue = 'binance',
  trades?: number,
  barIntervalUs = CONFIG.barIntervalUs,
): void {
  const config = { ...CONFIG, barIntervalUs };
  const draft = { ...CONSOLE_DRAFT, createdAt: new Date(fromMs).toISOString(), venue, barIntervalUs, config };
  const writer = SessionWriter.open(dir.sessions, name, draft);
  if (trades === undefined) writer.abort();
  else {
    const encoder = new InputEncoder();
    encoder.timer();
    encoder.stamp(1, (fromMs + HOUR_MS) * 1000);
    writer.append(encoder.bytes());
    const result = { equity: '1.00', equityChange: '0.00', trades, wins: 0 };
    writer.finish({ stateHash: '0'.repeat(32), result });
  }
  makeDirectories(join(writer.directory, SNAPSHOT_FOLDER));
  for (const [k, [atMs, closed]] of snapshots.entries()) {
    const state = createState(CONFIG);
    state.control.seq[0] = k + 1;
    state.control.nowUs[0] = atMs * 1000;
    state.account.counts[COUNT.roundTrips] = closed;
    const snapshot = snapshotOf(state, state.arena.hash());
    writeFileSync(snapshotPath(writer.directory, k + 1), encodeSnapshot(snapshot));
  }
}

const at = (hours: number): number => UNTIL_MS + hours * HOUR_MS;
const due = (hours: number, rules = RULES) =>
  taughtModels(dir, registry(), rules).map((taught) => dueText(taught, rules, at(hours)));

describe('retraining', () => {
  it('is due when what was learnt from is a day old and something new was recorded, with the command to run', () => {
    serving('nhits');
    serving('depth-trees');
    expect(due(100)).toEqual([undefined]);
    run('learnt', at(-30), []);
    run('later', at(3), []);
    run('simulated', at(4), [], 'sim');
    expect(due(23.9)).toEqual([undefined]);
    expect(due(25)).toEqual([
      `retraining is due: small-nhits, small-depth-trees learnt until 2026-11-20 00:00 UTC, 25 h ago: chimera train learnt later --kind nhits,depth-trees --data-dir ${dir.root}`,
    ]);
    expect(due(25, { retrainAfterHours: 0, retrainAfterTrades: 0 })).toEqual([undefined]);
  });

  it('is not due where nothing came but the end of what was learnt from, less than a bar', () => {
    serving('nhits');
    // The run lasts an hour, and ends half a bar after its last one.
    run('learnt', at(-1) + 500, [], 'binance', 0);
    expect(due(100)).toEqual([undefined]);
    run('longer', at(-1) + 1_000, [], 'binance', 0);
    expect(due(100)).toEqual([expect.stringContaining('chimera train learnt longer')]);
  });

  it('is asked for with the bars and instruments that were learnt from, where the session has others', () => {
    serving('nhits', [ALL[1]!]);
    run('learnt', at(-30), [], 'binance', undefined, 250_000);
    run('later', at(3), []);
    const [text] = due(25);
    expect(text).toContain(
      `chimera train learnt later --kind nhits --interval 1000ms --instrument ${ALL[1]} --data-dir`,
    );
  });

  it('leaves a session out of the command that cannot be read', () => {
    serving('nhits');
    run('learnt', at(-30), []);
    run('later', at(3), []);
    writeFileSync(join(dir.sessions, 'learnt', 'manifest.json'), '{}');
    expect(due(25)).toEqual([expect.stringContaining('chimera train later --kind')]);
  });

  it('is due after so many trades, counted from where the learning ended', () => {
    serving('nhits');
    run('across', at(-5), [
      [at(-4), 3],
      [at(-1), 10],
      [at(2), 14],
      [at(6), 31],
    ]);
    const rules = { retrainAfterHours: 0, retrainAfterTrades: 22 };
    const [taught] = taughtModels(dir, registry(), rules);
    expect(taught!.trades).toBe(21);
    run('whole', at(7), [], 'binance', 9);
    expect(taughtModels(dir, registry(), rules)[0]!.trades).toBe(30);
    run('unclosed', at(8), [
      [at(9), 2],
      [at(10), 5],
    ]);
    expect(taughtModels(dir, registry(), rules)[0]!.trades).toBe(35);
    expect(taughtModels(dir, registry(), RULES)[0]!.trades).toBe(0);
    expect(dueText(taught!, rules, at(1))).toBeUndefined();
    expect(dueText(taught!, rules, at(1), 1)).toContain('22 trades ago: chimera train across --kind nhits');
  });

  it('is asked for of those alone that serve and were trained here', () => {
    const { bytes, manifest } = madeModel('nhits');
    registry().add(bytes, manifest);
    expect(taughtModels(dir, registry(), RULES)).toEqual([]);
  });

  it('follows training.json, and refuses one that is none', () => {
    expect(retrainRules(dir)).toMatchObject(RULES);
    writeFileSync(dir.trainingFile, '{"formatVersion":1,"retrainAfterTrades":50}', { mode: 0o600 });
    expect(retrainRules(dir)).toMatchObject({ retrainAfterHours: 24, retrainAfterTrades: 50 });
    writeFileSync(dir.trainingFile, '{"formatVersion":1,"retrainAfterHours":-1}', { mode: 0o600 });
    expect(() => retrainRules(dir)).toThrow('retrainAfterHours');
  });
});

describe('a running engine', () => {
  const start = (): LiveStart =>
    ({ name: 'now', config: CONFIG, draft: { ...CONSOLE_DRAFT, venue: 'binance' }, registry: registry() }) as LiveStart;

  it('tells once that it is due, its own recording named, and nothing of a model that serves no more', () => {
    const id = serving('nhits');
    const told: string[] = [];
    const watch = () => new RetrainWatch(dir, start(), (level, text) => told.push(`${level}: ${text}`));
    const state = createState({ ...CONFIG, models: { nhits: id } });
    const first = watch();
    first.poll(state, at(23));
    expect(told).toEqual([]);
    first.poll(state, at(24.5));
    first.poll(state, at(26));
    expect(told).toEqual([expect.stringContaining('24 h ago: chimera train now --kind nhits')]);
    watch().poll(createState(CONFIG), at(30));
    expect(told).toHaveLength(1);
    // Its folder is made before it is asked.
    run('now', at(24), []);
    watch().poll(state, at(30));
    expect(told[1]).toContain('chimera train now --kind nhits');
  });

  it('says that the rules cannot be read, and goes on', () => {
    serving('nhits');
    writeFileSync(dir.trainingFile, 'no', { mode: 0o600 });
    const told: string[] = [];
    const watch = new RetrainWatch(dir, start(), (level, text) => told.push(`${level}: ${text}`));
    for (let k = 0; k < 3; k++) watch.poll(createState(CONFIG), at(50 + k));
    expect(told).toEqual([expect.stringMatching(/^warn: nothing is told of retraining: .*training\.json/)]);
  });
});
