/** What a running engine does of the registry's: one change after the other, and what it does when it has muted a model itself. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { cursorOver, type EngineEvent, InputEncoder, MODEL_CHANGES } from '../../../engine/domain/index.ts';
import { createEngine, createState, step } from '../../../engine/index.ts';
import { type DataDir, dataDirAt } from '../../../src/data-dir.ts';
import { ModelDesk } from '../../../src/host/model-desk.ts';
import { ModelRegistry } from '../../../src/models/registry.ts';
import { sessionModels } from '../../../src/models/session-models.ts';
import { START_US, testConfig } from '../../fixtures/engine-session.ts';
import { madeModel } from '../../fixtures/model-packages.ts';
import { temporaryFolder } from '../../fixtures/temporary.ts';

let dir: DataDir;
let registry: ModelRegistry;
let told: string[];
const tell = (level: string, text: string) => told.push(`${level}: ${text}`) > 0;
beforeEach(() => {
  dir = dataDirAt(temporaryFolder('desk'));
  registry = new ModelRegistry(dir, { shipped: [] });
  told = [];
});

/** The same registry where only models serve that have learnt from a real market. */
const onRealMarket = (): ModelRegistry => new ModelRegistry(dir, { shipped: [], market: 'real' });

/** A desk over an engine without a journal; `swaps` are the events that its inputs have led to. */
function opened(failure?: { readonly reason: string }) {
  const directory = temporaryFolder('desk-session');
  const models = sessionModels(directory);
  const engine = createEngine(createState(testConfig()), models);
  const encoder = new InputEncoder();
  const swaps: Array<Extract<EngineEvent, { kind: 'model' }>> = [];
  let seq = 0;
  const accept = (atUs: number): readonly EngineEvent[] => {
    encoder.stamp(++seq, atUs);
    const events = step(engine, cursorOver(encoder.bytes().slice()));
    for (const event of events) if (event.kind === 'model') swaps.push(event);
    return events;
  };
  const recorder = { directory, failure: failure as never };
  const desk = new ModelDesk(registry, models, { state: engine.state, encoder, accept }, recorder, () => START_US);
  return { desk, swaps, directory };
}

const taken = (seed: number, simulated = true): string => {
  const { bytes, manifest } = madeModel('depth-trees', seed, { simulated });
  return registry.add(bytes, manifest).id;
};

/** What the engine tells when it has muted the model that serves. */
const mutedEvent = (id: string, role: 'serve' | 'shadow' = 'serve') =>
  ({
    kind: 'model',
    model: 'depth-trees',
    role,
    id,
    before: id,
    name: 'x',
    reason: 'drift-features',
  }) as unknown as EngineEvent;

test('places follow the registry, once, and files are there before inputs name them', async () => {
  const { desk, swaps, directory } = opened();
  const [one, two] = [taken(1), taken(2)];
  registry.promote(one, 'test');
  registry.shadow(two);
  expect(await Promise.all([desk.follow(), desk.follow()])).toEqual([undefined, undefined]);
  expect(swaps.map(({ role, id, reason }) => [role, id, reason])).toEqual([
    ['serve', one, 'promote'],
    ['shadow', two, 'deploy'],
  ]);
  for (const id of [one, two]) expect(existsSync(join(directory, 'models', `${id}.model`))).toBe(true);
});

test('a model that the engine has muted makes room for the last stable one, in registry and engine, and it is told', async () => {
  const { desk, swaps } = opened();
  const [one, two] = [taken(1), taken(2)];
  for (const id of [one, two]) registry.promote(id, 'test');
  await desk.follow();
  desk.onEvent(mutedEvent(two, 'shadow'), tell);
  for (const reason of MODEL_CHANGES) desk.onEvent({ ...mutedEvent(two), reason } as EngineEvent, tell);
  // Told twice, it is done once: by then another one serves.
  desk.onEvent(mutedEvent(two), tell);
  desk.onEvent(mutedEvent(two), tell);
  await expect.poll(() => told.length).toBe(1);
  await desk.follow();
  expect(told).toEqual(['warn: small-depth-trees-2 is muted (drift-features): small-depth-trees serves in its place']);
  expect(swaps.map(({ id, reason }) => [id, reason])).toEqual([
    [two, 'promote'],
    [one, 'rollback'],
  ]);
  expect(registry.entry(two).state).toBe('muted');
  expect(registry.events().at(-2)?.why).toBe('muted by the engine: drift-features');
});

test('on a real market nobody is told that a model serves which knows the simulated one alone', async () => {
  const [simulated, first, second] = [taken(1), taken(2, false), taken(3, false)];
  for (const id of [simulated, first, second]) registry.promote(id, 'test');
  registry = onRealMarket();
  const { desk, swaps } = opened();
  await desk.follow();
  await desk.rollBack('depth-trees', tell);
  desk.onEvent(mutedEvent(first), tell);
  await expect.poll(() => told.length).toBe(2);
  const whole = 'small-depth-trees-2 serves again in the place of small-depth-trees-3';
  expect(told[0]).toBe(`info: ${whole}`);
  expect(told[1]).toMatch(
    /small-depth-trees serves in its place, but not here: it has learnt from the simulated market/,
  );
  expect(swaps.at(-1)).toMatchObject({ id: undefined, reason: 'remove' });
});

test('without a stable one the registry stays as it is, and that is told', async () => {
  const { desk, swaps } = opened();
  const one = taken(1);
  registry.promote(one, 'test');
  await desk.follow();
  desk.onEvent(mutedEvent(one), tell);
  await expect.poll(() => told.length).toBe(1);
  expect(told[0]).toMatch(
    /^warn: depth-trees is muted \(drift-features\), and nothing serves in its place: no model of/,
  );
  expect(registry.serving()).toEqual({ 'depth-trees': one });
  expect(swaps).toHaveLength(1);
});

test('a run that records nothing any more takes no model', async () => {
  const { desk, swaps } = opened({ reason: 'no space' });
  registry.promote(taken(1), 'test');
  expect(await desk.follow()).toBe('the journal cannot be written: no space');
  await desk.deploy((text) => told.push(text));
  expect(told).toEqual(['models are not as the registry has them: the journal cannot be written: no space']);
  expect(swaps).toEqual([]);
});
