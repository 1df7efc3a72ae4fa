/** Where a key comes from, who may read the file, and that nothing shows it. */
import { chmodSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Credentials, readCredentials } from '../../../src/brokers/credentials.ts';
import { temporaryFolder } from '../../fixtures/temporary.ts';

const KEY = 'CANARYKEY0123456789';
const SECRET = 'CANARYSECRET0123456789';

function keyFile(content: string, mode = 0o600): string {
  const file = join(temporaryFolder('keys'), 'keys.json');
  writeFileSync(file, content);
  chmodSync(file, mode);
  return file;
}

const held = (credentials: Credentials): readonly string[] => credentials.use((apiKey, secret) => [apiKey, secret]);

describe('credentials', () => {
  it('come from the environment or from a file of mode 0600', () => {
    expect(held(readCredentials({ CHIMERA_API_KEY: KEY, CHIMERA_API_SECRET: `${SECRET}\n` }))).toEqual([KEY, SECRET]);
    expect(held(readCredentials({}, keyFile(JSON.stringify({ apiKey: KEY, secret: SECRET }))))).toEqual([KEY, SECRET]);
  });

  it.each([
    [
      'others may read it',
      () => keyFile(JSON.stringify({ apiKey: KEY, secret: SECRET }), 0o640),
      /others may read it \(mode 640\): chmod 600/,
    ],
    ['it is no JSON', () => keyFile(`${KEY} ${SECRET}`), /not JSON/],
    ['it lacks the secret', () => keyFile(JSON.stringify({ apiKey: KEY })), /both texts/],
    ['it is a folder', () => temporaryFolder('keys'), /no plain file|EISDIR/],
    ['it is not there', () => '/nowhere/keys', /ENOENT/],
    ['a key with a space in it', () => keyFile(JSON.stringify({ apiKey: `${KEY} x`, secret: SECRET })), /printable/],
  ])('are refused in one line when %s', (_what, make, line) => {
    let message = '';
    try {
      readCredentials({}, make());
    } catch (cause) {
      message = cause instanceof Error ? cause.message : '';
    }
    expect(message).toMatch(line);
    expect(message).not.toMatch(/CANARY|\n/);
  });

  it('are refused when only half of them is set', () => {
    expect(() => readCredentials({ CHIMERA_API_KEY: KEY })).toThrow(/only one/);
    expect(() => readCredentials({})).toThrow(/no API key/);
  });

  it('of a file that is linked to are looked at where they lie', () => {
    const file = keyFile(JSON.stringify({ apiKey: KEY, secret: SECRET }), 0o644);
    const link = join(temporaryFolder('keys'), 'link');
    symlinkSync(file, link);
    expect(() => readCredentials({}, link)).toThrow(/others may read it/);
  });

  it('show in no text, inspection or JSON', () => {
    const credentials = new Credentials(KEY, SECRET);
    const shown = [
      inspect(credentials, { showHidden: true, depth: 9 }),
      JSON.stringify({ credentials }),
      `${credentials}`,
      credentials.scrub(`HTTP 400 -1022 for ${KEY}&x=${SECRET}&signature=abcdef`),
    ];
    for (const text of shown) expect(text).not.toMatch(/CANARY|abcdef/);
  });
});
