/** Which sources a run has: those that need no key, those of `sources.json`, and keys that nothing shows. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type DataDir, openDataDir } from '../../../src/data-dir.ts';
import { slowSources } from '../../../src/sources/open-sources.ts';
import { sourcesInForce } from '../../../src/stores/sources-store.ts';
import { linearSpec, spotSpec } from '../../fixtures/engine-session.ts';
import { temporaryFolder } from '../../fixtures/temporary.ts';
import { thrown } from '../logs/helpers.ts';

const KEY = 'CANARYKEY0123456789';
const TALK = { provider: 'json', name: 'Talk', gives: 'social', url: 'https://talk.test/{base}', value: 'sentiment' };

function dirWith(document?: object): DataDir {
  const dir = openDataDir(temporaryFolder('sources'));
  if (document !== undefined) writeFileSync(dir.sourcesFile, JSON.stringify({ formatVersion: 1, ...document }));
  return dir;
}

function sourcesOf(document?: object, venue = 'binanceusdm', url?: string, env: NodeJS.ProcessEnv = {}) {
  const spec = venue === 'binanceusdm' ? linearSpec() : spotSpec();
  return slowSources({ file: sourcesInForce(dirWith(document)), venue, url, specs: [spec], env });
}

const asked = (...given: Parameters<typeof sourcesOf>): string[] =>
  sourcesOf(...given).map((source) => source.request().url);

describe('without a document', () => {
  test.each([
    [
      'binanceusdm',
      undefined,
      ['https://fapi.binance.com/fapi/v1/premiumIndex?symbol=BTC', 'https://api.alternative.me/fng/?limit=1'],
    ],
    ['binance', undefined, ['https://api.alternative.me/fng/?limit=1']],
    ['kraken', undefined, ['https://api.alternative.me/fng/?limit=1']],
    ['binanceusdm', 'ws://127.0.0.1:9000/usdm', ['http://127.0.0.1:9000/fapi/v1/premiumIndex?symbol=BTC']],
    ['binance', 'ws://127.0.0.1:9000/spot', []],
  ])('%s at %s asks what needs no key, and nobody else where the venue is another one', (venue, url, urls) => {
    expect(asked(undefined, venue, url)).toEqual(urls);
  });
});

describe('the document', () => {
  test('names more, takes the place of what it names, and can leave out the rest', () => {
    const mirror = { provider: 'fear-greed-index', url: 'https://mirror.test/' };
    expect(asked({ sources: [TALK, mirror] })).toEqual([
      'https://fapi.binance.com/fapi/v1/premiumIndex?symbol=BTC',
      'https://talk.test/BTC',
      'https://mirror.test/fng/?limit=1',
    ]);
    expect(asked({ defaults: false, sources: [TALK] })).toEqual(['https://talk.test/BTC']);
    expect(asked({ defaults: false, sources: [] })).toEqual([]);
  });

  test('has how often a provider is asked', () => {
    const [talk] = sourcesOf({ defaults: false, sources: [{ ...TALK, everyS: 90, perMinute: 3 }] });
    expect([talk?.everyUs, talk?.perMinute, talk?.provider]).toEqual([90e6, 3, 'Talk']);
  });

  test.each([
    ['a key in the address', { ...TALK, url: 'https://user:secret@talk.test' }, /sources\.0\.url/],
    ['no encryption', { ...TALK, url: 'http://talk.test' }, /sources\.0\.url/],
    ['another protocol', { ...TALK, url: 'file:///etc/passwd' }, /sources\.0\.url/],
    ['a path that is none', { ...TALK, value: 'a..b' }, /sources\.0\.value/],
    ['no such source', { ...TALK, gives: 'gossip' }, /sources\.0\.gives/],
    ['a haste', { ...TALK, everyS: 1 }, /sources\.0\.everyS/],
    ['a key itself', { ...TALK, key: { header: 'x-key', key: KEY } }, /sources\.0/],
    ['a misspelt figure', { ...TALK, every: 90 }, /sources\.0/],
  ])('with %s is refused in one line', (_what, source, line) => {
    const dir = dirWith({ sources: [source] });
    const { message } = thrown(() => sourcesInForce(dir)) as Error;
    expect(message).toMatch(line);
    expect(message).not.toMatch(/\n|CANARY|secret@/);
  });

  test('may name an address on this machine without encryption', () => {
    expect(asked({ defaults: false, sources: [{ ...TALK, url: 'http://127.0.0.1:8080/x' }] })).toHaveLength(1);
  });
});

describe('a key', () => {
  const withKey = (key: object) => ({ defaults: false, sources: [{ ...TALK, key: { header: 'x-api-key', ...key } }] });
  const sent = (document: object, env: NodeJS.ProcessEnv = {}) =>
    sourcesOf(document, 'binanceusdm', undefined, env)[0]?.request().headers;

  function keyFile(content: string, mode: number): string {
    const file = join(temporaryFolder('source-key'), 'key');
    writeFileSync(file, content, { mode });
    return file;
  }

  test('comes from a variable or from a file that nobody else may read', () => {
    expect(sent(withKey({ env: 'TALK_KEY' }), { TALK_KEY: `${KEY}\n` })).toEqual({ 'x-api-key': KEY });
    expect(sent(withKey({ file: keyFile(`${KEY}\n`, 0o600) }))).toEqual({ 'x-api-key': KEY });
  });

  test.each([
    ['that is not set', () => withKey({ env: 'TALK_KEY' }), {}, /the variable TALK_KEY is not set/],
    ['of two lines', () => withKey({ env: 'TALK_KEY' }), { TALK_KEY: `${KEY}\nCANARY: x` }, /holds no key/],
    ['that others may read', () => withKey({ file: keyFile(KEY, 0o644) }), {}, /others may read it/],
    ['that is not there', () => withKey({ file: '/nowhere/key' }), {}, /\/nowhere\/key: ENOENT/],
  ])('%s is refused, and not shown', (_what, document, env, why) => {
    const { message } = thrown(() => sent(document(), env)) as Error;
    expect(message).toMatch(why);
    expect(message).not.toMatch(/CANARY|\n/);
  });
});
