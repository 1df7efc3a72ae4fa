/** What doctor says about the document of sources, without asking anybody. */
import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sourcesFindings } from '../../../src/cli/doctor-sources.ts';
import { openDataDir } from '../../../src/data-dir.ts';
import { temporaryFolder } from '../../fixtures/temporary.ts';

const TALK = { provider: 'json', name: 'Talk', gives: 'social', url: 'https://talk.test/{base}', value: 'sentiment' };

function findingsOf(sources: readonly object[], env: NodeJS.ProcessEnv = {}) {
  const dir = openDataDir(temporaryFolder('doctor'));
  writeFileSync(dir.sourcesFile, JSON.stringify({ formatVersion: 1, sources }));
  return sourcesFindings(dir, env);
}

test('nothing where there is no document', async () => {
  expect(await sourcesFindings(openDataDir(temporaryFolder('doctor')), {})).toEqual([]);
});

test('who it names, or what is wrong with it', async () => {
  const key = { header: 'x-api-key', env: 'TALK_KEY' };
  expect(await findingsOf([{ ...TALK, key }, { provider: 'fear-greed-index' }], { TALK_KEY: 'CANARY' })).toEqual([
    { check: 'sources', verdict: 'fine', text: 'names Talk, fear-greed-index' },
  ]);
  expect(await findingsOf([])).toMatchObject([{ verdict: 'fine', text: 'names none' }]);
  expect(await findingsOf([{ ...TALK, key }])).toMatchObject([
    { verdict: 'warn', text: 'sources.json: the variable TALK_KEY is not set', remedy: expect.any(String) },
  ]);
  expect(await findingsOf([{ ...TALK, gives: 'gossip' }])).toMatchObject([{ verdict: 'warn' }]);
});
