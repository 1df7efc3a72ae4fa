/** The registry of models under power cuts, under several processes, and with damaged documents. */
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dataDirAt } from '../../src/data-dir.ts';
import { CommandError } from '../../src/exit-codes.ts';
import { checkManifest, parseManifest } from '../../src/models/manifest.ts';
import { ModelRegistry } from '../../src/models/registry.ts';
import { madeModel } from '../fixtures/model-packages.ts';
import { temporaryFolder } from '../fixtures/temporary.ts';
import { cutWhileChanging } from './registry-crash.ts';

const CUTS = 400;

test(`${CUTS} power cuts while the registry is changed: all that it names is there, and what was acknowledged stays`, () => {
  const figures = cutWhileChanging(CUTS, 1);
  expect(figures.faults).toEqual([]);
  expect(figures.cuts).toBe(CUTS);
  expect(figures.foundOld).toBeGreaterThan(CUTS / 4);
  expect(figures.foundNew).toBeGreaterThan(CUTS / 20);
});

test.each([
  ['fdatasync', { dataSyncLies: true }],
  ['fsync of a folder', { directorySyncLies: true }],
])('a disk whose %s lies is caught', (_name, lies) => {
  expect(cutWhileChanging(200, 1, lies).faults.length).toBeGreaterThan(5);
});

const CHILD = fileURLToPath(new URL('../fixtures/registry-child.ts', import.meta.url));

test('two processes that change it at once lose nothing, and the model that both take in is there once', async () => {
  const root = temporaryFolder('registry-writers');
  const codes = await Promise.all([1, 2].map((number) => runChild(root, number)));
  expect(codes).toEqual([0, 0]);
  const registry = new ModelRegistry(dataDirAt(root), { shipped: [] });
  const entries = registry.entries();
  expect(entries.filter(({ kind }) => kind === 'depth-trees')).toHaveLength(8);
  expect(entries.filter(({ kind }) => kind === 'leaf-trees')).toHaveLength(4);
  expect(registry.events().filter(({ what }) => what === 'promoted')).toHaveLength(8);
  for (const { id, manifest } of entries)
    expect([id, registry.bytes(id).length > 0]).toEqual([manifest.hashes.package, true]);
});

function runChild(root: string, number: number): Promise<number | null> {
  const flags = ['--disable-warning=ExperimentalWarning', CHILD, root, String(number), '4'];
  const child = spawn(process.execPath, flags, { stdio: 'ignore' });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
}

/** Values that anybody could write into a document in the place of another one. */
const anything = fc.oneof(
  fc.jsonValue(),
  fc.string(),
  fc.constantFrom('__proto__', -1, 1e308, '\u001b[2J', null, [], {}),
);

/** The document with one value, anywhere in it, replaced or taken out. */
function mutated(text: string, at: number, value: unknown): string {
  const document = JSON.parse(text) as unknown;
  const places: Array<readonly [Record<string, unknown>, string]> = [];
  const visit = (node: unknown): void => {
    if (node === null || typeof node !== 'object') return;
    for (const [key, inner] of Object.entries(node)) {
      places.push([node as Record<string, unknown>, key]);
      visit(inner);
    }
  };
  visit(document);
  const [node, key] = places[at % places.length]!;
  if (value === undefined) delete node[key];
  else node[key] = value;
  return JSON.stringify(document);
}

test('a registry in which anything stands in any place is read or refused in one line, and left as it is', () => {
  const dir = dataDirAt(temporaryFolder('registry-fuzz'));
  const registry = new ModelRegistry(dir, { shipped: [] });
  for (const seed of [1, 2]) {
    const { bytes, manifest } = madeModel('depth-trees', seed);
    registry.promote(registry.add(bytes, manifest).id, 'test');
  }
  const text = readFileSync(registry.path, 'utf8');
  const refused = { count: 0 };
  fc.assert(
    fc.property(fc.nat(10_000), fc.option(anything, { nil: undefined }), (at, value) => {
      const damaged = mutated(text, at, value);
      writeFileSync(registry.path, damaged);
      try {
        for (const entry of registry.entries()) expect(entry.name).not.toMatch(/\p{C}/u);
        registry.serving();
      } catch (cause) {
        expect(cause).toBeInstanceOf(CommandError);
        expect((cause as Error).message).not.toMatch(/\n|\p{C}/u);
        refused.count++;
      }
      expect(readFileSync(registry.path, 'utf8')).toBe(damaged);
    }),
    { numRuns: 300 },
  );
  expect(refused.count).toBeGreaterThan(100);
});

test('a manifest in which anything stands in any place is read clean or refused in one line', () => {
  const text = JSON.stringify(madeModel('depth-trees').manifest);
  fc.assert(
    fc.property(fc.nat(10_000), fc.option(anything, { nil: undefined }), (at, value) => {
      try {
        const read = parseManifest(mutated(text, at, value), 'it');
        expect(checkManifest(read, 'it')).toEqual(read);
        expect(JSON.stringify(read.data)).not.toMatch(/\\u001b/);
      } catch (cause) {
        expect(cause).toBeInstanceOf(CommandError);
        expect((cause as Error).message).not.toMatch(/\n|\p{C}/u);
      }
    }),
    { numRuns: 500 },
  );
});
