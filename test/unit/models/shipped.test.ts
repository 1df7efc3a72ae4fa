/** What ships: every file opens, belongs to its manifest, and says that it was trained on the simulated market. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { MODEL_KINDS } from '../../../engine/domain/index.ts';
import { openModel } from '../../../engine/index.ts';
import { wasmKernels } from '../../../src/kernels/wasm-kernels.ts';
import { shippedModels } from '../../../src/models/shipped.ts';
import { temporaryFolder } from '../../fixtures/temporary.ts';

const SHIPPED = fileURLToPath(new URL('../../../src/models/shipped', import.meta.url));

test('one of each kind ships, opens, fits this build’s features, and says where it comes from', () => {
  const models = shippedModels();
  expect(models.map(({ kind }) => kind)).toEqual([...MODEL_KINDS]);
  for (const { kind, bytes, manifest } of models) {
    const { header, fitsSchema } = openModel(bytes, wasmKernels);
    expect([header.kind, fitsSchema, manifest.simulated, manifest.source]).toEqual([kind, true, true, 'shipped']);
  }
  expect(models.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeLessThan(500_000);
});

test('a manifest that is not of the file beside it is refused when it is asked for, and a run does not ask', () => {
  const folder = temporaryFolder('shipped');
  cpSync(SHIPPED, folder, { recursive: true });
  writeFileSync(join(folder, 'nhits.json'), readFileSync(join(folder, 'patchtst.json')));
  const [, , nhits] = shippedModels(folder);
  expect(nhits?.kind).toBe('nhits');
  expect(() => nhits?.manifest).toThrow(
    /nhits\.json is not the manifest of the model beside it: install the program again$/,
  );
  expect(shippedModels(join(folder, 'none'))).toEqual([]);
});
