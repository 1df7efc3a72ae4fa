/** Manifests of models: what a walk says goes in as it is, and nothing else does. */
import { expect, test } from 'vitest';
import { checkManifest, manifestText, parseManifest } from '../../../src/models/manifest.ts';
import { madeManifest, madeModel, madePackage } from '../../fixtures/model-packages.ts';
import { DEPTH_TREES, WALK_PLAN, walked } from '../../fixtures/small-makes.ts';
import { DATASET_PLAN, walkedDataset } from '../../fixtures/training-bars.ts';

test('the report of a walk is a manifest’s figures as it stands, and comes back from the disk', () => {
  const { report } = walked(walkedDataset(2000, 1, 0.4), DEPTH_TREES);
  const bytes = madePackage('depth-trees');
  const plan = {
    dataset: { ...DATASET_PLAN },
    walk: { ...WALK_PLAN, split: { ...WALK_PLAN.split }, judge: { ...WALK_PLAN.judge } },
    make: {},
  };
  const manifest = madeManifest(bytes, 'depth-trees', { metrics: report, plan });
  const read = parseManifest(manifestText(manifest), 'it');
  expect(read.metrics).toEqual(JSON.parse(JSON.stringify(report)));
  expect(read.plan).toEqual(plan);
  expect(manifestText(read)).toBe(manifestText(manifest));
});

test('texts from outside are made safe to print', () => {
  const { manifest } = madeModel('depth-trees');
  const [series] = manifest.data;
  const read = checkManifest({ ...manifest, data: [{ ...series, session: 'a\u001b[2Jb\u202Ec' }] }, 'it');
  expect(read.data[0]?.session).not.toMatch(/\p{C}/u);
});

test.each([
  ['nothing', undefined],
  ['a list', []],
  ['no figures of a model trained here', { metrics: undefined }],
  ['a share above one', { metrics: { ...madeModel('depth-trees').manifest.metrics, abstained: -1 } }],
  ['not a number', { seed: Number.NaN }],
  [
    'a plan as deep as can be',
    { plan: { dataset: { a: { b: { c: { d: { e: { f: { g: { h: 1 } } } } } } } }, walk: {}, make: {} } },
  ],
  ['a champion that is no id', { comparison: { champion: 'x', judgement: {} } }],
])('%s is refused in one line', (_what, change) => {
  const { manifest } = madeModel('depth-trees');
  const value = change === undefined || Array.isArray(change) ? change : { ...manifest, ...change };
  expect(() => checkManifest(value, 'it')).toThrow(/^it is refused: [^\n]+$/);
});
