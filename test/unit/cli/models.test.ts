/** `chimera models`: what the list and the report say, what a promotion asks for, and which files are taken in. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { FEATURE_SCHEMA_HASH } from '../../../engine/domain/feature-schema.ts';
import { FEATURE_COUNT, FEATURES, type ModelKind } from '../../../engine/domain/index.ts';
import { readPackage } from '../../../engine/models/package.ts';
import { SessionWriter } from '../../../logs/index.ts';
import {
  runModelsAdd,
  runModelsList,
  runModelsPromote,
  runModelsRetire,
  runModelsRollback,
  runModelsShadow,
  runModelsShow,
} from '../../../src/cli/models.ts';
import { type DataDir, openDataDir } from '../../../src/data-dir.ts';
import { EXIT } from '../../../src/exit-codes.ts';
import type { ModelManifest } from '../../../src/models/manifest.ts';
import { openRegistry } from '../../../src/models/registry.ts';
import { madeManifest, madeModel, madePackage, madeReport } from '../../fixtures/model-packages.ts';
import { temporaryFolder } from '../../fixtures/temporary.ts';
import { CONSOLE_DRAFT, thrown } from '../logs/helpers.ts';

let dir: DataDir;
let printed: string[];
beforeEach(() => {
  dir = openDataDir(temporaryFolder('models-cli'));
  printed = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});

/** As if nothing shipped. */
const args = (json = true) => ({ dataDir: dir.root, json, shipped: [] });
const text = (): string => printed.splice(0).join('');
const document = () => JSON.parse(text()) as Record<string, unknown>;
const registry = () => openRegistry(dir, { shipped: [] });
const taken = (kind: ModelKind, seed = 1, change: Partial<ModelManifest> = {}) => {
  const { bytes, manifest } = madeModel(kind, seed, change);
  return registry().add(bytes, manifest);
};
const promote = (model: string, insistsBecause?: string) => runModelsPromote({ ...args(), model, insistsBecause });

test('the list has a line for each model, and says of each what it was worth', () => {
  const noSkill = madeReport('leaf-trees', { refusals: ['no-skill'], promoted: false });
  taken('depth-trees');
  taken('leaf-trees', 1, { metrics: noSkill, simulated: false });
  expect(runModelsList(args(false))).toBe(EXIT.done);
  const lines = text().split('\n');
  expect(lines[0]).toMatch(/^KIND +NAME +STATE +TRAINED +ON +AUC +LOG LOSS/);
  expect(lines[1]).toMatch(/^depth-trees +small-depth-trees +challenger +2026-11-22 +simulated +0\.580 .* better$/);
  expect(lines[2]).toMatch(/^leaf-trees .* recorded .* no skill$/);
  expect(lines[3]).toContain('those of the simulated market say nothing of real prices');
  runModelsList(args());
  expect(document().models).toMatchObject([{ name: 'small-depth-trees', metrics: { promoted: true } }, {}]);
});

test('the list says that retraining is due, and how', async () => {
  await promote(taken('depth-trees').id, 'test');
  SessionWriter.open(dir.sessions, 'later', { ...CONSOLE_DRAFT, venue: 'sim' }).abort();
  text();
  runModelsList(args(false));
  const lines = text();
  expect(lines).toMatch(/retraining is due: small-depth-trees learnt until 1970-01-01 11:40 UTC, \d+ h ago:\s+chimera/);
  expect(lines.replaceAll(/\s+/g, ' ')).toContain('chimera train later --kind depth-trees --data-dir');
  runModelsList(args());
  expect(document().retraining).toEqual([expect.stringContaining('retraining is due')]);
  await runModelsRetire({ ...args(), model: 'small-depth-trees' });
  text();
  runModelsList(args());
  expect(document().retraining).toEqual([]);
});

test('the list tells why it can say nothing of retraining, and all the rest', () => {
  taken('depth-trees');
  writeFileSync(dir.trainingFile, 'no', { mode: 0o600 });
  runModelsList(args());
  expect(document()).toMatchObject({ models: [{ name: 'small-depth-trees' }], retraining: [] });
  expect(process.stderr.write).toHaveBeenCalledWith(expect.stringMatching(/nothing is told of retraining: .*training/));
});

test('where there is nothing, that is said, and nothing is made', () => {
  runModelsList({ ...args(false), dataDir: join(dir.root, 'none') });
  expect(text()).toMatch(/^no models in .*: chimera train makes them, chimera models add takes them in\n$/);
  expect(existsSync(join(dir.root, 'none'))).toBe(false);
});

test('the report says in plain words when there is no skill, and where the bars came from', () => {
  const {
    kind: _kind,
    schemaHash: _hash,
    folds: _folds,
    ...none
  } = madeReport('depth-trees', {
    ...{ refusals: ['no-skill', 'no-gain'], promoted: false, abstained: 7 },
  });
  const data = [{ session: 'recorded-1', instrument: 'BTC/USDT', fromUs: 0, toUs: 1e12, bars: 900 }];
  taken('depth-trees', 1, { elsewhere: [{ data, simulated: false, metrics: none }] });
  expect(runModelsShow({ ...args(false), model: 'small-depth-trees' })).toBe(EXIT.done);
  const told = text();
  for (const words of [
    'small-depth-trees: depth-trees, challenger; better than buying nothing\n  id ',
    'of the simulated market: what it learnt there says nothing of real prices\n',
    'walked forward, on bars of the simulated market that it had not seen\n  verdict         better than buying nothing\n',
    'on other bars, of the recorded market\n  data            recorded-1, BTC/USDT: 900 bars',
    '  verdict         no skill: its chances are no better than the share of rises; not enough better after costs\n',
    '1200, and it abstained from 7 of them\n',
    '210 taken, +0.040 % each after costs (t 2.2), 54 % of them earned\n',
    'bars 600 to 1200: learnt from 580 rows, judged by 600, AUC 0.580\n',
    'plan: dataset   width atr, profitWidths 1.5',
    'it may not be promoted: it has been in the shadow of running engines for 0.0 h of at least 24.0 h, and 0 of at least 200 votes there have an outcome\n',
    '     1  ',
  ])
    expect(told).toContain(words);
  runModelsShow({ ...args(), model: 'small-depth-trees' });
  expect(document()).toMatchObject({
    state: 'challenger',
    package: { calibrator: 'platt' },
    promotion: { shadowMs: 0, shadowVotes: 0 },
  });
});

test('a promotion needs figures against the model that serves, and a day in the shadow', async () => {
  const worse = taken('depth-trees', 1, {
    metrics: madeReport('depth-trees', { refusals: ['luck'], promoted: false }),
  });
  const refused = (await thrownBy(promote(worse.id))) as { exitCode: number; message: string };
  expect(refused.exitCode).toBe(EXIT.refused);
  expect(refused.message).toBe('small-depth-trees is not promoted: better after costs, but it may be luck');
  expect(registry().serving()).toEqual({});
  expect(await promote(worse.id, 'I want to see it')).toBe(EXIT.done);
  expect(registry().events().at(-1)).toMatchObject({
    what: 'promoted',
    why: 'I want to see it',
    withoutEvidence: true,
  });
  const other = taken('depth-trees', 2);
  expect(((await thrownBy(promote(other.id))) as Error).message).toContain(
    'it was not compared with small-depth-trees, which serves: evaluate it again',
  );
  const { kind: _kind, schemaHash: _hash, folds: _folds, ...judgement } = madeReport('depth-trees');
  taken('depth-trees', 2, { comparison: { champion: worse.id, judgement } });
  expect(((await thrownBy(promote(other.id))) as Error).message).toContain(
    'in the shadow of running engines for 0.0 h',
  );
  text();
  runModelsShow({ ...args(false), model: worse.id.slice(0, 8) });
  expect(text()).toMatch(/promoted WITHOUT EVIDENCE by .*: I want to see it\n/);
});

test('shadow, rollback and retire say what is so now', async () => {
  const one = taken('depth-trees', 1);
  const two = taken('depth-trees', 2);
  await promote(one.id, 'test');
  text();
  await runModelsShadow({ ...args(false), model: two.name });
  expect(text()).toBe('small-depth-trees-2 is in the shadow: its votes are recorded and do not count\n');
  await promote(two.id, 'test');
  text();
  await runModelsRollback({ ...args(false), kind: 'depth-trees' });
  expect(text()).toBe('small-depth-trees serves again in the place of small-depth-trees-2\n');
  await runModelsRetire({ ...args(), model: one.id });
  expect(document()).toEqual({ id: one.id, name: one.name, kind: 'depth-trees', state: 'retired', engine: 'none' });
});

const fileOf = (bytes: Uint8Array): string => {
  const path = join(dir.root, 'model.bin');
  writeFileSync(path, bytes);
  return path;
};
const add = (bytes: Uint8Array, kind: ModelKind, name?: string) =>
  runModelsAdd({ ...args(), file: fileOf(bytes), kind, name, barIntervalUs: 60_000_000 });

test('a file of XGBoost and one of LightGBM are wrapped and serve from the start', async () => {
  for (const kind of ['depth-trees', 'leaf-trees'] as const) {
    expect(add(readPackage(madePackage(kind)).model, kind, `${kind}-py`)).toBe(EXIT.done);
    expect(document()).toMatchObject({ name: `${kind}-py`, state: 'challenger' });
    const { header } = readPackage(registry().bytes(registry().entry(`${kind}-py`).id));
    expect(header).toEqual({
      ...{ kind, name: `${kind}-py`, schemaHash: FEATURE_SCHEMA_HASH, windowSteps: 0, barIntervalUs: 60_000_000 },
    });
    expect(await promote(`${kind}-py`)).toBe(EXIT.done);
    text();
    runModelsShow({ ...args(false), model: `${kind}-py` });
    expect(text()).toContain('never judged on bars: nothing is known of its skill');
  }
});

test('a package of another Chimera is taken in as it is', () => {
  const bytes = madePackage('nhits', 4);
  add(bytes, 'nhits', 'theirs');
  expect(registry().entry('theirs').manifest).toMatchObject({ source: 'imported', data: [] });
  expect(Buffer.compare(registry().bytes(registry().entry('theirs').id), bytes)).toBe(0);
  expect(madeManifest(bytes, 'nhits').hashes.package).toBe(registry().entry('theirs').id);
});

const lightgbm = (): string => Buffer.from(readPackage(madePackage('leaf-trees')).model).toString('utf8');
const renamed = (at: number, name: string): Buffer =>
  Buffer.from(lightgbm().replace(/feature_names=.*/, (line) => line.replace(` ${FEATURES[at]} `, ` ${name} `)));

test.each([
  ['another family', () => Buffer.from(lightgbm()), 'depth-trees', 'a model of lightgbm as depth-trees'],
  ['another kind', () => Buffer.from(madePackage('nhits')), 'patchtst', 'it is nhits, not patchtst'],
  ['a name that is not ours', () => renamed(3, 'their_rsi'), 'leaf-trees', 'feature 4 is named their_rsi'],
  [
    'no log-odds',
    () => Buffer.from(lightgbm().replace(/objective=\S+.*/, 'objective=regression')),
    'leaf-trees',
    'no log-odds',
  ],
  ['no model', () => Buffer.from('{"a":1}'), 'depth-trees', 'the model is not taken in'],
  ['nothing', () => Buffer.alloc(0), 'depth-trees', 'the model is not taken in'],
  [
    'a net that is no package',
    () => Buffer.from(readPackage(madePackage('nhits')).model),
    'nhits',
    'has to be a package',
  ],
  [
    'a package of other features',
    () => Buffer.from(madePackage('depth-trees', 1, { schemaHash: 'x' })),
    'depth-trees',
    'other features',
  ],
] as const)('a file with %s is refused in one line, and nothing is kept', (_what, bytes, kind, words) => {
  const cause = thrown(() => add(bytes(), kind)) as { exitCode: number; message: string };
  expect(cause.exitCode).toBe(EXIT.badInput);
  expect(cause.message).toContain(words);
  expect(cause.message).not.toContain('\n');
  expect(existsSync(dir.models)).toBe(false);
});

test('a file over fewer features is refused', () => {
  const few = lightgbm()
    .replace(/feature_names=.*/, `feature_names=${FEATURES.slice(0, 60).join(' ')}`)
    .replace(/max_feature_idx=\d+/, 'max_feature_idx=59')
    .replace(
      /feature_infos=.*/,
      `feature_infos=${FEATURES.slice(0, 60)
        .map(() => '[-inf:inf]')
        .join(' ')}`,
    );
  expect(FEATURE_COUNT).toBe(64);
  expect(() => add(Buffer.from(few), 'leaf-trees')).toThrow(/60 features instead of 64|the model is not taken in/);
});

async function thrownBy(act: Promise<unknown>): Promise<unknown> {
  return act.then(
    () => undefined,
    (cause: unknown) => cause,
  );
}
