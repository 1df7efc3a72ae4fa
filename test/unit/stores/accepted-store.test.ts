/** What is left alone at a venue is remembered by run, and by nothing else. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openDataDir } from '../../../src/data-dir.ts';
import { AcceptedStore } from '../../../src/stores/accepted-store.ts';
import { temporaryFolder } from '../../fixtures/temporary.ts';

test('a run finds what was accepted in it, and no other does', () => {
  const dir = openDataDir(temporaryFolder('accepted'));
  const store = new AcceptedStore(dir);
  expect(store.of('a')).toEqual([]);
  store.keep('a', ['position/BTCUSDT/5.00000']);
  store.keep('b', ['order-not-ours/1']);
  store.keep('a', ['position/BTCUSDT/5.00000', 'balance/USDT/1']);
  const again = new AcceptedStore(dir);
  expect(again.of('a')).toEqual(['position/BTCUSDT/5.00000', 'balance/USDT/1']);
  expect(again.of('b')).toEqual(['order-not-ours/1']);
  expect(statSync(dir.acceptedFile).mode & 0o777).toBe(0o600);
});

test('the oldest runs are forgotten, and a damaged file is refused and left as it is', () => {
  const dir = openDataDir(temporaryFolder('accepted'));
  const store = new AcceptedStore(dir);
  for (let i = 0; i < 102; i++) store.keep(`run-${i}`, [`${i}`]);
  expect([store.of('run-0'), store.of('run-1'), store.of('run-2'), store.of('run-101')]).toEqual([
    [],
    [],
    ['2'],
    ['101'],
  ]);
  writeFileSync(dir.acceptedFile, '{"formatVersion":1,"runs":[{"runId":7}]}');
  expect(() => store.of('run-2')).toThrow('refused and left as it is');
  expect(() => store.keep('x', [])).toThrow('refused and left as it is');
  expect(readFileSync(dir.acceptedFile, 'utf8')).toContain('"runId":7');
});
