/** The models that ship: made twice they are the same, what lies in the tree is what its manifests say, and the page has their figures. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, test } from 'vitest';
import { FEATURE_SCHEMA_HASH, MODEL_KINDS } from '../../../engine/domain/index.ts';
import { openModel } from '../../../engine/index.ts';
import { wasmKernels } from '../../../src/kernels/wasm-kernels.ts';
import { sha256 } from '../../../src/models/model-files.ts';
import { shippedModels } from '../../../src/models/shipped.ts';
import { makeShippedModels, SHIPPED_BAR_US, type ShippedPlan } from '../../../src/training/shipped-models.ts';
import { withFigures } from '../../../src/training/skill-tables.ts';
import { temporaryFolder } from '../../fixtures/temporary.ts';

const MOST_BYTES = 500_000;
const PAGE = fileURLToPath(new URL('../../../src/models/README.md', import.meta.url));

test('made twice from the simulated market, the models that ship are the same bytes', { timeout: 60_000 }, async () => {
  const plan: Omit<ShippedPlan, 'folder' | 'now'> = {
    ...{ kinds: MODEL_KINDS, effort: 'tiny', trainSeeds: [1], testSeeds: [2], seconds: 700, ratePerSecond: 30 },
    ...{ symbols: ['BTC/USDT:USDT', 'ETH/USDT:USDT'], recorded: [], say: () => {} },
  };
  const filesOf = (folder: string) =>
    readdirSync(folder).map((name) => [name, sha256(readFileSync(join(folder, name)))]);
  const [one, two] = [temporaryFolder('shipped'), temporaryFolder('shipped')];
  const manifests = await makeShippedModels({ ...plan, folder: one, now: '2026-11-22T06:00:00.000Z' });
  expect(manifests.map(({ elsewhere }) => elsewhere!.map(({ simulated }) => simulated))).toEqual(
    MODEL_KINDS.map(() => [true]),
  );
  await makeShippedModels({ ...plan, folder: two, now: '2026-11-22T06:00:00.000Z' });
  expect(filesOf(two)).toEqual(filesOf(one));
  // What is there is of the same bytes already: it keeps the time at which it was first made.
  await makeShippedModels({ ...plan, kinds: ['depth-trees'], folder: two, now: '2027-01-01T00:00:00.000Z' });
  expect(filesOf(two)).toEqual(filesOf(one));
});

describe('the models that ship', () => {
  // Checks each package against the hash in its manifest.
  const models = shippedModels();

  it('are one of each kind, small, of the features of this build, and say that they learnt from a simulation', () => {
    expect(models.map(({ kind }) => kind)).toEqual(MODEL_KINDS);
    expect(models.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeLessThanOrEqual(MOST_BYTES);
    for (const { bytes, manifest } of models) {
      expect(manifest).toMatchObject({ source: 'shipped', simulated: true, hashes: { package: sha256(bytes) } });
      expect(manifest.hashes.schema).toBe(FEATURE_SCHEMA_HASH);
      const { header, fitsSchema } = openModel(bytes, wasmKernels);
      expect(fitsSchema).toBe(true);
      expect(header.barIntervalUs).toBe(SHIPPED_BAR_US);
    }
  });

  it('were judged on seeds that they have not learnt from, and on recorded bars', () => {
    for (const { manifest } of models) {
      const learnt = new Set(manifest.data.map(({ session }) => session));
      const [seeds, ...recorded] = manifest.elsewhere!;
      expect(seeds!.simulated).toBe(true);
      for (const { session } of seeds!.data) expect(learnt).not.toContain(session);
      expect(recorded.length).toBeGreaterThanOrEqual(3);
      expect(recorded.every(({ simulated }) => !simulated)).toBe(true);
    }
  });

  it('have their figures on their page', () => {
    const page = readFileSync(PAGE, 'utf8');
    const figures = models.map(({ manifest, bytes }) => ({ manifest, bytes: bytes.length }));
    expect(page).toBe(withFigures(page, figures));
    // Where there is no skill the page says so.
    for (const { manifest } of models) {
      const recorded = manifest.elsewhere!.filter(({ simulated }) => !simulated);
      const isWithout = recorded.every(({ metrics }) => metrics.refusals.includes('no-skill'));
      const words = `**${manifest.metrics!.kind}**: on simulated bars`;
      const line = page.split('\n').find((each) => each.includes(words));
      expect(line!.includes('On recorded bars at direction: none')).toBe(isWithout);
    }
  });
});
