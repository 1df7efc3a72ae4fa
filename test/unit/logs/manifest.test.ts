/** Manifests: what is written comes back, what is damaged or hostile is refused, and writing is all or nothing. */
import { mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { configHash } from '../../../engine/domain/index.ts';
import {
  checkManifest,
  isSessionName,
  JournalError,
  JournalRotError,
  readManifest,
  type SessionManifest,
  writeManifest,
} from '../../../logs/index.ts';
import { CONFIG, failingFiles, INSTRUMENTS, temporaryDirectory, thrown } from './helpers.ts';

const IMPORT: SessionManifest = {
  formatVersion: 1,
  name: '2024-05-01.btc_usdt',
  kind: 'import',
  createdAt: '2025-01-02T03:04:05.678Z',
  schemaHash: 'ef'.repeat(32),
  venue: 'binance',
  accountCurrency: 'USDT',
  instruments: INSTRUMENTS,
  barIntervalUs: 1_000_000,
  inputs: 3,
  firstUs: 1,
  lastUs: 3,
  build: 'abc',
  nodeVersion: 'v24.0.0',
  complete: true,
  chainHead: 'ab'.repeat(32),
  source: {
    files: [
      {
        name: 'trades.csv.gz',
        bytes: 1000,
        sha256: 'cd'.repeat(32),
        format: 'binance-trades',
        lines: 4,
        records: 3,
        badLines: 1,
        ignored: { heartbeat: 2 },
      },
    ],
    recorderOffsetUs: -1_250_000,
  },
};

const { source: _source, ...withoutSource } = IMPORT;
const CONSOLE: SessionManifest = {
  ...withoutSource,
  kind: 'console',
  config: CONFIG,
  configHash: configHash(CONFIG),
  stateHash: '0f'.repeat(16),
};

test.each([
  ['import', IMPORT],
  ['console', CONSOLE],
])('the manifest of an %s session comes back as it was written, in a 0600 file of its own', (_kind, manifest) => {
  const directory = temporaryDirectory();
  writeManifest(directory, manifest);
  expect(readManifest(directory)).toEqual(manifest);
  expect(readdirSync(directory)).toEqual(['manifest.json']);
  expect(statSync(join(directory, 'manifest.json')).mode & 0o777).toBe(0o600);
  writeManifest(directory, { ...manifest, inputs: 4 });
  expect(readManifest(directory).inputs).toBe(4);
});

test.each(['a', '0', 'btc-2024.05_01', 'x'.repeat(64), '2025-01-02t03-04-05z'])('%s is a session name', (name) => {
  expect(isSessionName(name)).toBe(true);
});

test.each(['', 'A', '.a', '-a', '_a', 'a/b', '../a', 'a b', 'a\n', 'é', 'x'.repeat(65), 'a.partial', 'a\0'])(
  '%j is no session name',
  (name) => {
    expect(isSessionName(name)).toBe(false);
    expect(checkManifest({ ...IMPORT, name })).toMatch(/^name: /);
  },
);

test.each([
  ['another format version', { ...IMPORT, formatVersion: 2 }, /formatVersion/],
  ['a negative count', { ...IMPORT, inputs: -1 }, /inputs/],
  ['a configuration that was changed', { ...CONSOLE, config: { ...CONFIG, seed: 8 } }, /configHash is not that/],
  ['half an input', { ...IMPORT, inputs: 0.5 }, /inputs/],
  ['a time that is not a number', { ...IMPORT, firstUs: Number.NaN }, /firstUs/],
  ['a bar of no length', { ...IMPORT, barIntervalUs: 0 }, /barIntervalUs/],
  ['no instruments', { ...IMPORT, instruments: undefined }, /instruments/],
  [
    'a tick size of zero',
    { ...IMPORT, instruments: [{ ...INSTRUMENTS[0], tickSize: '0' }] },
    /instruments\.0\.tickSize/,
  ],
  ['an exponent', { ...IMPORT, instruments: [{ ...INSTRUMENTS[0], lotSize: '1e-5' }] }, /instruments\.0\.lotSize/],
  ['a negative minimum', { ...IMPORT, instruments: [{ ...INSTRUMENTS[0], minNotional: '-5' }] }, /minNotional/],
  ['an unknown kind', { ...IMPORT, kind: 'dream' }, /kind/],
  ['a short hash', { ...IMPORT, chainHead: 'ab' }, /chainHead/],
  ['no chain head', { ...IMPORT, chainHead: undefined }, /chain head/],
  ['no source', { ...IMPORT, source: undefined }, /source/],
  ['a configuration for an import', { ...IMPORT, config: CONFIG }, /configuration/],
  ['a source for a console session', { ...CONSOLE, source: IMPORT.source }, /source/],
  ['no configuration', { ...CONSOLE, config: undefined }, /configuration/],
  ['a book without end', { ...CONSOLE, config: { ...CONFIG, bookLevels: 1e12 } }, /config\.bookLevels/],
  ['a policy with a missing figure', { ...CONSOLE, config: { ...CONFIG, policy: { version: 1 } } }, /config\.policy/],
  [
    'a policy with an unknown figure',
    { ...CONSOLE, config: { ...CONFIG, policy: { ...CONFIG.policy, extra: 1 } } },
    /config\.policy/,
  ],
  ['a list', [], /manifest|expected/i],
  ['nothing', null, /manifest|expected/i],
])('a manifest with %s is refused, naming the place', (_name, value, message) => {
  const directory = temporaryDirectory();
  expect(checkManifest(value)).toMatch(message);
  writeFileSync(join(directory, 'manifest.json'), JSON.stringify(value));
  const error = thrown(() => readManifest(directory)) as JournalRotError;
  expect(error).toBeInstanceOf(JournalRotError);
  expect(error.message).not.toMatch(/[\n\r]/);
});

test('texts are safe to print and foreign keys stay outside', () => {
  const hostile = JSON.stringify({
    ...IMPORT,
    venue: '\u001b]0;owned\u0007binance\u202e',
    instruments: [{ ...INSTRUMENTS[0], symbol: 'BTC\n/USDT' }],
    source: { ...IMPORT.source, files: [{ ...IMPORT.source!.files[0], name: 'a\u001b[2Jb' }] },
    extra: 1,
  }).replace('"extra":1', '"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}');
  const directory = temporaryDirectory();
  writeFileSync(join(directory, 'manifest.json'), hostile);
  const manifest = readManifest(directory);
  expect(manifest.venue).toBe('\ufffd]0;owned\ufffdbinance\ufffd');
  expect(manifest.instruments[0]?.symbol).toBe('BTC\ufffd/USDT');
  expect(manifest.source?.files[0]?.name).toBe('a\ufffd[2Jb');
  expect(Object.keys(manifest)).not.toContain('constructor');
  expect(Object.getPrototypeOf(manifest)).toBe(Object.prototype);
  expect({}).not.toHaveProperty('polluted');
});

test('counts of ignored lines may have any name and stay counts', () => {
  const ignored = JSON.parse('{"__proto__": 3, "a\\u001b": 1}') as unknown;
  const files = [{ ...IMPORT.source!.files[0], ignored }];
  const manifest = checkManifest({ ...IMPORT, source: { ...IMPORT.source, files } });
  const result = typeof manifest === 'string' ? {} : (manifest.source?.files[0]?.ignored ?? {});
  expect(Object.keys(result).every((key) => !key.includes('\u001b'))).toBe(true);
  expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
});

test('a manifest that is not there, not JSON, a folder, or huge is said to be so', () => {
  const directory = temporaryDirectory();
  const path = join(directory, 'manifest.json');
  expect(thrown(() => readManifest(directory))).toMatchObject({ name: 'JournalError', code: 'ENOENT' });
  writeFileSync(path, '{"name": ');
  expect(thrown(() => readManifest(directory))).toMatchObject({ file: path, reason: 'it is not JSON' });
  truncateSync(path, 1e9);
  expect((thrown(() => readManifest(directory)) as JournalRotError).reason).toContain('too many');
  mkdirSync(join(directory, 'sub', 'manifest.json'), { recursive: true });
  expect(thrown(() => readManifest(join(directory, 'sub')))).toBeInstanceOf(JournalError);
});

test.each([
  ['create', 1],
  ['write', 1],
  ['dataSync', 1],
  ['rename', 1],
] as const)('when %s fails the old manifest stays whole and no temp file is left', (operation, call) => {
  const directory = temporaryDirectory();
  writeManifest(directory, IMPORT);
  const before = readFileSync(join(directory, 'manifest.json'), 'utf8');
  const files = failingFiles(operation, call, 'ENOSPC');
  const error = thrown(() => writeManifest(directory, { ...IMPORT, inputs: 9 }, files)) as JournalError;
  expect(error).toBeInstanceOf(JournalError);
  expect(error.code).toBe('ENOSPC');
  expect(readFileSync(join(directory, 'manifest.json'), 'utf8')).toBe(before);
  expect(readdirSync(directory)).toEqual(['manifest.json']);
});

test('the data is on the disk before the name, and the name before the call returns', () => {
  const files = failingFiles('close', 9, 'EIO');
  writeManifest(temporaryDirectory(), IMPORT, files);
  expect(files.calls).toEqual(['create', 'write', 'dataSync', 'close', 'rename', 'syncDirectory']);
});

test('one of a build with another configuration is whole, and told apart from one that was changed', () => {
  const directory = temporaryDirectory();
  const { supervision: _unknown, ...older } = CONFIG.policy;
  const config = { ...CONFIG, policy: older };
  const kept = (change: object): unknown => {
    writeFileSync(join(directory, 'manifest.json'), JSON.stringify({ ...CONSOLE, config, ...change }));
    try {
      return readManifest(directory);
    } catch (cause) {
      return cause;
    }
  };
  const whole = { configHash: configHash(config as typeof CONFIG) };
  expect(kept(whole)).toMatchObject({
    part: 'build',
    reason: expect.stringMatching(/^abc recorded it, and this build takes another configuration \(config\.policy/),
  });
  expect(kept({ ...whole, config: { ...config, seed: config.seed + 1 } })).toMatchObject({ part: 'manifest' });
  expect(kept({})).toMatchObject({ part: 'manifest' });
});
