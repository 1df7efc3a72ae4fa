/** The registry of models: what may follow what, what is on the disk, and what of damage is told. */
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dataDirAt } from '../../../src/data-dir.ts';
import { EXIT } from '../../../src/exit-codes.ts';
import { ModelRegistry, type RegistryOptions } from '../../../src/models/registry.ts';
import { tellWithheld } from '../../../src/models/run-models.ts';
import { madeManifest, madeModel, madePackage, madeReport, madeShipped } from '../../fixtures/model-packages.ts';
import { temporaryFolder } from '../../fixtures/temporary.ts';

const AUTHOR = { who: 'test', at: '2026-11-22T06:00:00Z' };

function opened(options: RegistryOptions = {}) {
  const dir = dataDirAt(temporaryFolder('models'));
  const open = () => new ModelRegistry(dir, { shipped: [], author: () => AUTHOR, ...options });
  return { dir, open, registry: open() };
}

const ONE = madeModel('depth-trees', 1);
const TWO = madeModel('depth-trees', 2);
const THREE = madeModel('depth-trees', 3);

test('a model comes in as a challenger, is in the shadow, serves, and all of it is an event', () => {
  const { registry, open, dir } = opened();
  expect(registry.entries()).toEqual([]);
  expect(registry.serving()).toEqual({});
  const { id, name, state, manifest } = registry.add(ONE.bytes, ONE.manifest);
  expect({ name, state }).toEqual({ name: 'small-depth-trees', state: 'challenger' });
  expect(manifest).toEqual(ONE.manifest);
  expect(open().shadow(id).state).toBe('shadow');
  expect(open().shadows()).toEqual({ 'depth-trees': id });
  expect(open().promote(id, 'better by 6 %').state).toBe('serving');
  expect(open().serving()).toEqual({ 'depth-trees': id });
  expect(open().shadows()).toEqual({});
  expect(
    open()
      .events()
      .map(({ number, what, why, at, who }) => [number, what, why, at, who]),
  ).toEqual([
    [1, 'added', 'trained-here', AUTHOR.at, 'test'],
    [2, 'shadowed', 'to be asked along', AUTHOR.at, 'test'],
    [3, 'promoted', 'better by 6 %', AUTHOR.at, 'test'],
  ]);
  expect(Buffer.compare(open().bytes(id), ONE.bytes)).toBe(0);
  for (const file of readdirSync(join(dir.models, 'objects')))
    expect(statSync(join(dir.models, 'objects', file)).mode & 0o777).toBe(0o600);
  expect(statSync(join(dir.models, 'registry.json')).mode & 0o777).toBe(0o600);
});

test('a promotion displaces; rollbacks go back one by one, and not beyond the first', async () => {
  const { registry } = opened();
  const [one, two, three] = [ONE, TWO, THREE].map(({ bytes, manifest }) => registry.add(bytes, manifest));
  expect([one, two, three].map((each) => each!.name)).toEqual([
    'small-depth-trees',
    'small-depth-trees-2',
    'small-depth-trees-3',
  ]);
  for (const each of [one, two, three]) registry.promote(each!.id, 'test');
  const states = () => registry.entries().map(({ state }) => state);
  expect(states()).toEqual(['stable-before', 'stable-before', 'serving']);
  const first = registry.rollback('depth-trees');
  expect([first.left.id, first.left.state, first.serves.id]).toEqual([three!.id, 'challenger', two!.id]);
  expect((await registry.mute('depth-trees', 'features drifted')).serves.id).toBe(one!.id);
  expect(states()).toEqual(['serving', 'muted', 'challenger']);
  expect(() => registry.rollback('depth-trees')).toThrow('no model of depth-trees has served before this one');
  expect(states()).toEqual(['serving', 'muted', 'challenger']);
  await expect(registry.mute('depth-trees', 'drifted as well')).rejects.toThrow('has served before this one');
  expect(states()).toEqual(['serving', 'muted', 'challenger']);
  registry.retire(one!.id);
  expect(() => registry.rollback('depth-trees')).toThrow('no model of depth-trees serves');
});

test('what does not fit is refused, and nothing is changed', () => {
  const { registry } = opened();
  const { id } = registry.add(ONE.bytes, ONE.manifest);
  registry.promote(id, 'test');
  expect(() => registry.promote(id, 'again')).toThrow('cannot be promoted: it is serving');
  expect(() => registry.shadow(id)).toThrow('cannot be shadowed: it is serving');
  expect(registry.retire(id).state).toBe('retired');
  expect(() => registry.retire(id)).toThrow('cannot be retired: it is retired');
  expect(registry.serving()).toEqual({});
  expect(() => registry.promote('0'.repeat(64), 'no such')).toThrow('there is no such model');
  expect(registry.events().map(({ what }) => what)).toEqual(['added', 'promoted', 'retired']);
});

test('a manifest of another file, of other features or another kind is refused', () => {
  const { registry, dir } = opened();
  const other = madePackage('leaf-trees');
  const wrong = [
    TWO.manifest,
    { ...ONE.manifest, hashes: { ...ONE.manifest.hashes, schema: 'x' } },
    { ...ONE.manifest, metrics: madeReport('nhits') },
    { ...ONE.manifest, metrics: madeReport('depth-trees', { promoted: false }) },
    { ...ONE.manifest, metrics: undefined },
    { ...ONE.manifest, unknown: 1 } as never,
  ];
  for (const manifest of wrong) expect(() => registry.add(ONE.bytes, manifest as never)).toThrow(/^[^\n]+$/);
  expect(() => registry.add(Buffer.from('no model'), madeManifest(other, 'leaf-trees'))).toThrow(
    'no model can be read',
  );
  expect(() => registry.add(ONE.bytes, ONE.manifest, 'No Name')).toThrow('a name has small letters');
  expect(readdirSync(dir.root)).toEqual([]);
});

test('the same model with another manifest is evaluated again, and with the same one nothing happens', () => {
  const { registry } = opened();
  const { id } = registry.add(ONE.bytes, ONE.manifest);
  registry.promote(id, 'test');
  registry.add(ONE.bytes, ONE.manifest);
  const { kind: _kind, schemaHash: _schema, folds: _folds, ...judgement } = madeReport('depth-trees');
  const again = { ...ONE.manifest, comparison: { champion: '1'.repeat(64), judgement } };
  expect(registry.add(ONE.bytes, again).manifest.comparison?.champion).toBe('1'.repeat(64));
  expect(registry.events().map(({ what }) => what)).toEqual(['added', 'promoted', 'evaluated']);
  expect(registry.serving()).toEqual({ 'depth-trees': id });
});

test('an entry is found by id, the beginning of one, and name', () => {
  const { registry } = opened();
  const { id, name } = registry.add(ONE.bytes, ONE.manifest, 'mine');
  for (const word of [id, id.slice(0, 6), name]) expect(registry.entry(word).id).toBe(id);
  for (const word of ['', id.slice(0, 5), 'small-depth-trees', '__proto__', `${id}0`])
    expect(() => registry.entry(word)).toThrow('there is no model');
  expect(() => registry.entry('depth-trees')).toThrow('of this kind there are mine (challenger)');
  expect(() => registry.entry('nhits')).toThrow('see chimera models list');
});

test('models that ship serve until somebody says otherwise, and are what a first rollback goes back to', async () => {
  const shipped = [madeShipped('depth-trees'), madeShipped('leaf-trees')];
  const [depth, leaf] = shipped;
  const { registry, dir } = opened({ shipped });
  expect(registry.serving()).toEqual({ 'depth-trees': depth!.id, 'leaf-trees': leaf!.id });
  expect(registry.entries().map(({ source, state }) => [source, state])).toEqual([
    ['shipped', 'serving'],
    ['shipped', 'serving'],
  ]);
  expect(readdirSync(dir.root)).toEqual([]);
  const { id } = registry.add(ONE.bytes, ONE.manifest);
  registry.shadow(id);
  expect(registry.serving()['depth-trees']).toBe(depth!.id);
  registry.promote(id, 'test');
  expect(registry.serving()).toEqual({ 'depth-trees': id, 'leaf-trees': leaf!.id });
  expect(registry.rollback('depth-trees').serves.id).toBe(depth!.id);
  await expect(registry.mute('leaf-trees', 'drifted')).rejects.toThrow('has served before this one');
  registry.retire(leaf!.id);
  expect(registry.serving()).toEqual({ 'depth-trees': depth!.id });
});

test('on a real market nothing serves that has learnt from the simulated one alone', () => {
  const depth = madeShipped('depth-trees');
  const simulated = { ...depth, manifest: { ...depth.manifest, simulated: true } };
  const { registry, dir } = opened({ shipped: [simulated] });
  const real = new ModelRegistry(dir, { shipped: [simulated], market: 'real' });
  expect([registry.serving(), registry.withheld()]).toEqual([{ 'depth-trees': depth.id }, {}]);
  expect([real.serving(), real.withheld()]).toEqual([{}, { 'depth-trees': depth.id }]);
  const told: string[] = [];
  tellWithheld(registry, (text) => told.push(text));
  tellWithheld(real, (text) => told.push(text));
  expect(told).toEqual([
    expect.stringMatching(/^depth-trees: no model serves on a real market that has learnt from the simulated/),
  ]);
  const { id } = registry.add(ONE.bytes, { ...ONE.manifest, simulated: false });
  registry.promote(id, 'test');
  expect([real.serving(), real.withheld()]).toEqual([{ 'depth-trees': id }, {}]);
});

test('a newer build that ships others does not put them in the place of what somebody chose', () => {
  const [before, after] = [madeShipped('depth-trees', 8), madeShipped('depth-trees', 9)];
  const { registry, open } = opened({ shipped: [before] });
  registry.add(before.bytes, before.manifest);
  const newer = new ModelRegistry(dataDirAt(join(registry.path, '../..')), { shipped: [after] });
  expect(newer.serving()).toEqual({ 'depth-trees': before.id });
  expect(newer.entries().map(({ id, state }) => [id, state])).toEqual([
    [after.id, 'challenger'],
    [before.id, 'serving'],
  ]);
  newer.promote(after.id, 'test');
  expect(newer.serving()).toEqual({ 'depth-trees': after.id });
  expect(() => newer.shadow(after.id)).toThrow('it is serving');
  expect(open().rollback('depth-trees').serves.id).toBe(before.id);
});

test('damaged files are told in one line and left as they are', () => {
  const { registry, dir } = opened();
  const { id } = registry.add(ONE.bytes, ONE.manifest);
  const object = join(dir.models, 'objects', `${id}.model`);
  const manifest = readdirSync(join(dir.models, 'objects')).find((name) => name.endsWith('.json'))!;
  writeFileSync(object, Buffer.from(ONE.bytes).fill(0, 20, 30));
  expect(() => registry.bytes(id)).toThrow('is damaged');
  // To take it in again mends it.
  registry.add(ONE.bytes, ONE.manifest);
  expect(registry.bytes(id).length).toBe(ONE.bytes.length);
  rmSync(object);
  expect(() => registry.bytes(id)).toThrow('is missing');
  writeFileSync(join(dir.models, 'objects', manifest), '{}');
  expect(registry.entries()[0]?.state).toBe('challenger');
  expect(() => registry.entries()[0]?.manifest).toThrow('is damaged');
});

test.each([
  ['an event that cannot have been', (file: Registry) => file.events.push({ ...file.events[1]!, number: 3 })],
  ['events out of number', (file: Registry) => file.events.reverse()],
  ['a model twice', (file: Registry) => file.models.push(file.models[0]!)],
  ['an event of a model that is not there', (file: Registry) => file.models.pop()],
  ['a model that was never added', (file: Registry) => file.events.splice(0)],
  ['a key of nobody', (file: Registry) => Object.assign(file.models[0]!, { more: 1 })],
])('a document with %s is refused and left as it is', (_what, damage) => {
  const { registry, open } = opened();
  const { id } = registry.add(ONE.bytes, ONE.manifest);
  registry.promote(id, 'test');
  const file = JSON.parse(readFileSync(registry.path, 'utf8')) as Registry;
  damage(file);
  const text = JSON.stringify(file);
  writeFileSync(registry.path, text);
  const act = [() => open().serving(), () => open().add(TWO.bytes, TWO.manifest), () => open().rollback('depth-trees')];
  for (const each of act) expect(each).toThrow(expect.objectContaining({ exitCode: EXIT.badInput }));
  expect(readFileSync(registry.path, 'utf8')).toBe(text);
});

interface Registry {
  readonly models: Array<Record<string, unknown>>;
  readonly events: Array<Record<string, unknown>>;
}
