/** `layout.json`: one arrangement for runs and one for replays, replaced whole, and left alone when it is not to be used. */
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { LayoutStore } from '../../../src/stores/layout-store.ts';
import { temporaryFolder } from '../../fixtures/temporary.ts';

const layout = (focus: string) => ({ focus, zoomed: false, chart: 'price', sorts: {} });
const fileIn = (text?: string): string => {
  const path = join(temporaryFolder('layout'), 'layout.json');
  if (text !== undefined) writeFileSync(path, text, { mode: 0o600 });
  return path;
};

it('is kept apart for runs and replays, for its owner alone', async () => {
  const path = fileIn();
  const run = new LayoutStore(path, 'run');
  expect(run.read()).toBeUndefined();
  await run.keep(layout('log'));
  await new LayoutStore(path, 'replay').keep(layout('chart'));
  await run.keep(layout('votes'));
  expect(new LayoutStore(path, 'run').read()).toEqual(layout('votes'));
  expect(new LayoutStore(path, 'replay').read()).toEqual(layout('chart'));
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(path, '..'))).toEqual(['layout.json']);
});

it('is the newest of several at once, and known here before it is on the disk', async () => {
  const path = fileIn();
  const store = new LayoutStore(path, 'run');
  const kept = ['log', 'chart', 'risk'].map((focus) => store.keep(layout(focus)));
  expect(store.read()).toEqual(layout('risk'));
  await Promise.all(kept);
  expect(new LayoutStore(path, 'run').read()).toEqual(layout('risk'));
});

it('is whole and one of theirs when several processes would write it', async () => {
  const path = fileIn();
  const stores = Array.from({ length: 6 }, () => new LayoutStore(path, 'run'));
  await Promise.allSettled(stores.map((store, at) => store.keep(layout(`panel-${at}`.repeat(1 + (at % 4))))));
  expect(new LayoutStore(path, 'run').read()?.focus).toMatch(/^(panel-\d)+$/);
});

it('that its owner may not write is held fast', async () => {
  const path = fileIn(`{"formatVersion": 1, "run": ${JSON.stringify(layout('log'))}}`);
  chmodSync(path, 0o400);
  const before = readFileSync(path, 'utf8');
  await new LayoutStore(path, 'run').keep(layout('chart'));
  expect(readFileSync(path, 'utf8')).toBe(before);
  expect(new LayoutStore(path, 'run').read()).toEqual(layout('log'));
});

it.each([
  ['', /not JSON/],
  ['{"formatVersion": 2}', /newer than this build/],
  ['{"formatVersion": 1, "run": {}}', /run\.focus/],
  ['{"formatVersion": 1, "run": null, "__proto__": {"focus": 1}}', /run/],
  [JSON.stringify({ formatVersion: 1, run: { ...layout('x'.repeat(40)) } }), /run\.focus/],
])('%j is refused in one line and left as it is', async (text, reason) => {
  const path = fileIn(text);
  const store = new LayoutStore(path, 'run');
  expect(() => store.read()).toThrow(reason);
  await expect(store.keep(layout('log'))).rejects.toThrow(reason);
  expect(readFileSync(path, 'utf8')).toBe(text);
});
