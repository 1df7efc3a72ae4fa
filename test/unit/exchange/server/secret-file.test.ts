/** Files that are there whole or as they were before, whatever the disk does. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { readSecretFile, writeSecretFile } from '../../../../src/exchange/server/secret-file.ts';
import { temporaryFolder } from '../../../fixtures/temporary.ts';

const MODULE = path.resolve('src/exchange/server/secret-file.ts');

it('is its owner’s alone, and replaced whole', () => {
  const file = path.join(temporaryFolder('secret'), 'state.json');
  expect(readSecretFile(file)).toBeUndefined();
  writeSecretFile(file, 'one');
  writeSecretFile(file, 'two');
  expect(readSecretFile(file)).toBe('two');
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it('stays as it was where there is no room for another one', () => {
  const folder = temporaryFolder('secret');
  const file = path.join(folder, 'state.json');
  writeSecretFile(file, 'what was there');
  // A process that may write no file beyond 8 KiB, as on a disk that becomes full.
  const code = `const { writeSecretFile } = await import(process.argv[1]);
    writeSecretFile(process.argv[2], 'x'.repeat(100_000));`;
  const words = ['--input-type=module', '-e', code, MODULE, file];
  const limited = ['-c', 'ulimit -f 8; exec "$@"', 'bash', process.execPath, ...words];
  const { status, stderr } = spawnSync('bash', limited, { encoding: 'utf8' });
  expect(stderr).toMatch(/EFBIG|file too large/i);
  expect(status).not.toBe(0);
  expect(readFileSync(file, 'utf8')).toBe('what was there');
  expect(readdirSync(folder)).toEqual(['state.json']);
});
