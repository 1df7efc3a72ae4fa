/** Models of a live run: on the session's disk before they are asked, swapped as inputs, and carried along with the session. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type EngineEvent, MODEL_KINDS } from '../../../engine/domain/index.ts';
import { readManifest } from '../../../logs/index.ts';
import { runModelsPromote, runModelsRetire, runModelsRollback, runModelsShadow } from '../../../src/cli/models.ts';
import { runReplay } from '../../../src/cli/replay.ts';
import { runVerify } from '../../../src/cli/verify.ts';
import { askEngine } from '../../../src/control/client.ts';
import { type DataDir, openDataDir } from '../../../src/data-dir.ts';
import { EXIT } from '../../../src/exit-codes.ts';
import type { LiveJob } from '../../../src/host/job.ts';
import { foldJournal } from '../../../src/host/journal-fold.ts';
import { LiveHost } from '../../../src/host/live-host.ts';
import { baseOf } from '../../../src/host/session-base.ts';
import { type ModelRegistry, openRegistry } from '../../../src/models/registry.ts';
import type { FromEngine, ToEngine } from '../../../state/protocol.ts';
import { madeModel } from '../../fixtures/model-packages.ts';
import { recordMarket } from '../../fixtures/recorded-market.ts';
import { temporaryFolder } from '../../fixtures/temporary.ts';
import { thrown } from '../logs/helpers.ts';

const LIVE: Omit<LiveJob, 'dataDir'> = {
  ...{ kind: 'live', symbols: ['BTC/USDT:USDT'], seed: 1, control: 'manual', barIntervalUs: 1_000_000 },
  ...{ startingCash: '10000', ratePerSecond: 50, warmupMs: 1_000, forMs: 0, session: 's', continues: undefined },
};

let dir: DataDir;
let registry: ModelRegistry;
let printed: string[];
beforeEach(() => {
  dir = openDataDir(temporaryFolder('run-models'));
  registry = openRegistry(dir);
  printed = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => vi.restoreAllMocks());

const taken = (seed: number) => {
  const { bytes, manifest } = madeModel('depth-trees', seed, { simulated: false });
  return registry.add(bytes, manifest);
};
const modelsIn = (session: string): string[] => readdirSync(join(dir.sessions, session, 'models')).sort();

interface Running {
  readonly messages: FromEngine[];
  say(message: ToEngine): void;
  stop(): Promise<void>;
}

/** A run that is warm. */
async function started(change: Partial<LiveJob> = {}): Promise<Running> {
  const messages: FromEngine[] = [];
  const host = new LiveHost({ ...LIVE, dataDir: dir.root, ...change }, (message) => messages.push(message));
  host.start();
  const has = (type: FromEngine['type']) => messages.some((each) => each.type === type);
  const isOpen = () => existsSync(dir.socket) && (statSync(dir.socket).mode & 0o777) === 0o600 && has('ready');
  await expect.poll(isOpen, { timeout: 10_000, interval: 5 }).toBe(true);
  return {
    messages,
    say: (message) => host.handle(message),
    async stop() {
      void host.stop('the test is over');
      await expect.poll(() => has('stopped'), { timeout: 10_000, interval: 5 }).toBe(true);
    },
  };
}

type ModelEventOf = Extract<EngineEvent, { kind: 'model' }>;

/** The changes of models that a fold of a session comes to. */
function swapsOf(session: string): ModelEventOf[] {
  const directory = join(dir.sessions, session);
  const { config, startsFrom } = readManifest(directory);
  const swaps: ModelEventOf[] = [];
  const onEvent = (event: EngineEvent): void => {
    if (event.kind === 'model') swaps.push(event);
  };
  const start = baseOf(directory, readManifest(directory));
  foldJournal(directory, { config: config!, recorded: true, start, onEvent });
  expect(start === undefined).toBe(startsFrom === undefined);
  return swaps;
}

function folded(session: string, root = dir.sessions) {
  const directory = join(root, session);
  const { config } = readManifest(directory);
  return foldJournal(directory, { config: config!, recorded: true });
}

test('what serves is in the folder, the configuration and the hash of a run; another one comes as an input', async () => {
  const [one, two] = [taken(1), taken(2)];
  registry.promote(one.id, 'test');
  const run = await started();
  expect(readManifest(join(dir.sessions, 's')).config?.models).toMatchObject({ 'depth-trees': one.id });
  expect(modelsIn('s')).toContain(`${one.id}.model`);
  await runModelsShadow({ dataDir: dir.root, json: true, model: two.id });
  expect(JSON.parse(printed.splice(0).join(''))).toMatchObject({ state: 'shadow', engine: 'follows' });
  await runModelsPromote({ dataDir: dir.root, json: false, model: two.id, insistsBecause: 'test' });
  expect(printed.splice(0).join('')).toMatch(/ serves in the place of .*, also in the engine that runs\n$/);
  await runModelsRollback({ dataDir: dir.root, json: true, kind: 'depth-trees' });
  await runModelsRetire({ dataDir: dir.root, json: true, model: one.id });
  await run.stop();
  expect(swapsOf('s').map(({ role, id, reason }) => [role, id, reason])).toEqual([
    ['shadow', two.id, 'deploy'],
    ['serve', two.id, 'promote'],
    ['shadow', undefined, 'remove'],
    ['serve', one.id, 'rollback'],
    ['serve', undefined, 'remove'],
  ]);
  expect(folded('s').mismatch).toBeUndefined();
});

test('a session with models replays the same in another data directory, without any registry', async () => {
  registry.promote(taken(1).id, 'test');
  const run = await started();
  await runModelsPromote({ dataDir: dir.root, json: true, model: taken(2).id, insistsBecause: 'test' });
  await run.stop();
  const { stateHash } = folded('s');
  const elsewhere = openDataDir(temporaryFolder('elsewhere'));
  cpSync(join(dir.sessions, 's'), join(elsewhere.sessions, 's'), { recursive: true });
  rmSync(dir.models, { recursive: true });
  const there = folded('s', elsewhere.sessions);
  expect([there.stateHash, there.mismatch]).toEqual([stateHash, undefined]);
  printed.splice(0);
  expect(runVerify({ dataDir: elsewhere.root, json: true, session: 's', anchor: false, against: undefined })).toBe(0);
});

test('a run that goes on has the models of the one before, and those that the registry has put in their place since', async () => {
  const [one, two] = [taken(1), taken(2)];
  registry.promote(one.id, 'test');
  await (await started()).stop();
  registry.promote(two.id, 'test');
  registry.shadow(taken(3).id);
  const next = await started({ session: 'next', continues: 's' });
  await expect.poll(() => modelsIn('next').length, { timeout: 5_000 }).toBeGreaterThanOrEqual(3);
  expect((await askEngine(dir, 'models'))?.refused).toBeNull();
  await next.stop();
  expect(readManifest(join(dir.sessions, 'next')).config?.models).toMatchObject({ 'depth-trees': one.id });
  expect(swapsOf('next').map(({ role, id, reason }) => [role, id, reason])).toEqual([
    ['serve', two.id, 'deploy'],
    ['shadow', registry.entry('small-depth-trees-3').id, 'deploy'],
  ]);
  expect(folded('s').mismatch).toBeUndefined();
});

test('a console rolls a kind back, and is told what serves, or why nothing has changed', async () => {
  const [one, two] = [taken(1), taken(2)];
  for (const { id } of [one, two]) registry.promote(id, 'test');
  const run = await started();
  const notices = () => run.messages.flatMap((each) => (each.type === 'notice' ? [each.text] : []));
  run.say({ type: 'roll-back', model: 'depth-trees' });
  run.say({ type: 'roll-back', model: 'depth-trees' });
  const told = `${one.name} serves again in the place of ${two.name}`;
  await expect.poll(notices, { timeout: 5_000 }).toContain(told);
  await expect.poll(() => notices().at(-1), { timeout: 5_000 }).not.toBe(told);
  await run.stop();
  expect(registry.events().filter(({ what }) => what === 'withdrawn').length).toBeGreaterThanOrEqual(1);
  expect(swapsOf('s')[0]).toMatchObject({ role: 'serve', id: one.id, reason: 'rollback', before: two.id });
});

test('a run of an import has the models that serve, kept beside it, and comes out the same while they do', async () => {
  recordMarket(dir.root, 'imported', 3_000);
  const folder = join(dir.sessions, 'imported', 'models');
  const replayed = async () => {
    printed.splice(0);
    const run = { control: undefined, bar: undefined, seed: 1, cash: '10000', run: undefined };
    await runReplay({
      dataDir: dir.root,
      session: 'imported',
      ...run,
      headless: true,
      json: true,
      plain: false,
      at: undefined,
    });
    return (JSON.parse(printed.splice(0).join('')) as { stateHash: string }).stateHash;
  };
  const [one, two] = [taken(1), taken(2)];
  registry.promote(one.id, 'test');
  const first = await replayed();
  expect(readdirSync(folder)).toContain(`${one.id}.model`);
  expect(await replayed()).toBe(first);
  registry.promote(two.id, 'test');
  expect(await replayed()).not.toBe(first);
  registry.rollback('depth-trees');
  expect(await replayed()).toBe(first);
  rmSync(folder, { recursive: true });
  writeFileSync(folder, 'in the way');
  const without = await replayed();
  expect(without).not.toBe(first);
  expect(vi.mocked(process.stderr.write).mock.calls.join('')).toContain(
    'without models, which cannot be kept beside the import',
  );
});

test('what is asked while the registry is damaged is refused in words, and the engine goes on', async () => {
  const { id } = taken(1);
  const run = await started();
  registry.promote(id, 'test');
  const object = join(dir.models, 'objects', `${id}.model`);
  const bytes = readFileSync(object);
  writeFileSync(object, bytes.subarray(0, 50));
  expect((await askEngine(dir, 'models'))?.refused).toMatch(/is damaged/);
  writeFileSync(object, bytes);
  expect((await askEngine(dir, 'models'))?.refused).toBeNull();
  writeFileSync(registry.path, '{}');
  expect((await askEngine(dir, 'models'))?.refused).toMatch(/registry\.json is refused and left as it is/);
  expect((await askEngine(dir, 'status'))?.refused).toBeNull();
  await run.stop();
  expect(swapsOf('s').map((swap) => swap.id)).toEqual([id]);
  expect(folded('s').mismatch).toBeUndefined();
});

test('no run starts with a model whose file is gone, and it says what to do', () => {
  const { id } = taken(1);
  registry.promote(id, 'test');
  rmSync(join(dir.models, 'objects', `${id}.model`));
  const cause = thrown(() => new LiveHost({ ...LIVE, dataDir: dir.root }, () => {})) as Error & { exitCode: number };
  expect(cause.exitCode).toBe(EXIT.badInput);
  expect(cause.message).toMatch(/\.model is missing; chimera models rollback lets the one before it serve$/);
  expect(readdirSync(dir.sessions)).toEqual([]);
});

test.each([
  ['missing', (path: string) => rmSync(path)],
  ['damaged', (path: string) => writeFileSync(path, 'x')],
])('a session whose model is %s is not folded, by any command', async (what, damage) => {
  const { id } = taken(1);
  registry.promote(id, 'test');
  await (await started()).stop();
  damage(join(dir.sessions, 's', 'models', `${id}.model`));
  const asked = { dataDir: dir.root, session: 's', json: true } as const;
  const replayed = runReplay({
    ...{ ...asked, control: undefined, bar: undefined, seed: 1, cash: '10000', run: undefined },
    ...{ headless: true, plain: false, at: undefined },
  });
  for (const act of [
    () => replayed,
    async () => runVerify({ ...asked, anchor: false, against: undefined }),
    async () => new LiveHost({ ...LIVE, dataDir: dir.root, session: 'next', continues: 's' }, () => {}),
  ]) {
    const cause = (await act().catch((error: unknown) => error)) as Error & { exitCode: number };
    expect(cause.exitCode).toBe(EXIT.verification);
    expect(cause.message).toMatch(new RegExp(`^session s cannot be folded: .*${id}\\.model is ${what}`));
  }
  expect(printed).toEqual([]);
});

test('without any model nothing is kept and the configuration names none', async () => {
  for (const kind of MODEL_KINDS) {
    const serving = registry.serving()[kind];
    if (serving !== undefined) registry.retire(serving);
  }
  await (await started()).stop();
  expect(readManifest(join(dir.sessions, 's')).config?.models).toBeUndefined();
  expect(existsSync(join(dir.sessions, 's', 'models'))).toBe(false);
  mkdirSync(join(dir.sessions, 's', 'models'));
  expect(folded('s').mismatch).toBeUndefined();
});
