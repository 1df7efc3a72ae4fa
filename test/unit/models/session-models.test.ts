/** The models in a session's folder: opened once, checked, and told in one line where they are not there or not whole. */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FEATURE_COUNT } from '../../../engine/domain/index.ts';
import { EXIT } from '../../../src/exit-codes.ts';
import { sha256 } from '../../../src/models/model-files.ts';
import { keepInSession, sessionModels } from '../../../src/models/session-models.ts';
import { madePackage } from '../../fixtures/model-packages.ts';
import { temporaryFolder } from '../../fixtures/temporary.ts';
import { DATASET_PLAN } from '../../fixtures/training-bars.ts';
import { thrown } from '../logs/helpers.ts';

const FEATURES = new Float64Array(FEATURE_COUNT);
const WINDOW = new Float32Array(DATASET_PLAN.windowSteps);

function session(): string {
  const folder = join(temporaryFolder('session-models'), 'run-1');
  mkdirSync(folder);
  return folder;
}

test.each(['depth-trees', 'leaf-trees', 'nhits', 'patchtst'] as const)('%s is opened once and answers', (kind) => {
  const folder = session();
  const id = keepInSession(folder, madePackage(kind));
  expect(keepInSession(folder, madePackage(kind))).toBe(id);
  expect(readdirSync(join(folder, 'models'))).toEqual([`${id}.model`]);
  expect(statSync(join(folder, 'models', `${id}.model`)).mode & 0o777).toBe(0o600);
  const models = sessionModels(folder);
  models.check({ [kind]: id });
  const model = models.find(id);
  expect(models.find(id)).toBe(model);
  expect(model.header.kind).toBe(kind);
  const chance = model.chance(FEATURES, 0, WINDOW);
  expect(chance > 0 && chance < 1).toBe(true);
  expect(sessionModels(folder).find(id).chance(FEATURES, 0, WINDOW)).toBe(chance);
});

test('packages at hand are not read: a run goes on with them on a disk that has failed', () => {
  const bytes = madePackage('leaf-trees');
  const models = sessionModels('/nowhere/at/all', [bytes]);
  expect(models.find(sha256(bytes)).header.kind).toBe('leaf-trees');
});

test('nothing is read before a model is asked for', () => {
  const models = sessionModels('/nowhere/at/all');
  models.check(undefined);
  models.check({});
});

const DAMAGES: ReadonlyArray<readonly [string, (path: string) => void, string]> = [
  ['is missing', (path) => rmSync(path), 'is missing'],
  ['is cut', (path) => writeFileSync(path, readFileSync(path).subarray(0, 100)), 'is damaged'],
  ['has another byte', (path) => writeFileSync(path, readFileSync(path).fill(7, 300, 301)), 'is damaged'],
  [
    'is a link',
    (path) => {
      rmSync(path);
      symlinkSync('/dev/zero', path);
    },
    'is no regular file',
  ],
];

test.each(DAMAGES)('a model that %s is told in one line, with session, id and what to do', (_what, damage, words) => {
  const folder = session();
  const id = keepInSession(folder, madePackage('depth-trees'));
  damage(join(folder, 'models', `${id}.model`));
  const models = sessionModels(folder);
  for (const act of [() => models.check({ 'depth-trees': id }), () => models.find(id)]) {
    const cause = thrown(act) as { message: string; exitCode: number };
    expect(cause.exitCode).toBe(EXIT.verification);
    for (const part of ['session run-1', id, words, 'put the whole']) expect(cause.message).toContain(part);
    expect(cause.message).not.toContain('\n');
  }
});

test('a file that has its hash and is no model is told as well', () => {
  const folder = session();
  const bytes = Buffer.from('CHIMDL1\nand nothing else');
  const id = keepInSession(folder, bytes);
  expect(id).toBe(sha256(bytes));
  expect(() => sessionModels(folder).find(id)).toThrow(/^model [0-9a-f]{12} in .* is none that this build opens: /);
});
