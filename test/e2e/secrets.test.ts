/** No secret leaves the place it was given in; and a leak, wherever it is planted, is found. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../fixtures/temporary.ts';
import { chimera, makeDataDir, removeDataDir } from './chimera.ts';
import { searchFolder, secretsRun } from './secrets.ts';

/** Writes a secret of the environment into the log when a process ends, as a careless line of code would. */
const LEAK = `data:text/javascript,${encodeURIComponent(`
  import { appendFileSync } from 'node:fs';
  const at = process.argv.indexOf('--data-dir');
  process.on('exit', () => appendFileSync(process.argv[at + 1] + '/chimera.log', JSON.stringify({ env: process.env.BINANCE_SECRET })));
`)}`;

test('a run with canaries leaves none in files, screen, output and command lines; a planted leak is found', async () => {
  const [figures, leaking] = await Promise.all([secretsRun(1), leakingCommand()]);
  expect(figures).toMatchObject({ hits: [], loose: [], canaries: 6, outputs: 12 });
  expect(figures.files).toBeGreaterThan(15);
  expect(figures.bytes).toBeGreaterThan(500_000);
  expect(leaking).toEqual([expect.stringMatching(/chimera\.log$/)]);
}, 40_000);

/** Where the secret of a command that leaks is found. */
async function leakingCommand(): Promise<readonly string[]> {
  const dataDir = makeDataDir();
  try {
    const secret = 'Zs4vPl9kXw2tR7mqJhF3dBn8';
    const options = { dataDir, nodeFlags: ['--import', LEAK], env: { BINANCE_SECRET: secret } };
    expect(await chimera(['policy', 'set', 'risk.maxOpenPositions=5'], options)).toMatchObject({ code: 0 });
    return searchFolder(dataDir, [secret]).hits;
  } finally {
    removeDataDir(dataDir);
  }
}

test.each([
  ['as it is', (secret: string) => `x${secret}y`],
  ['in base64', (secret: string) => Buffer.from(`{"key":"${secret}"}`).toString('base64')],
  ['in base64, one further', (secret: string) => Buffer.from(` {"key":"${secret}"}`).toString('base64')],
  ['in base64, two further', (secret: string) => Buffer.from(`  {"key":"${secret}"}`).toString('base64')],
  ['in hex', (secret: string) => Buffer.from(secret).toString('hex')],
  ['backwards', (secret: string) => [...secret].reverse().join('')],
])('a secret in a file is found %s, and so is a mode that is too loose', (_name, write) => {
  const folder = temporaryFolder('secrets');
  const inside = path.join(folder, 'inside');
  mkdirSync(inside, { mode: 0o700 });
  const file = path.join(inside, 'journal');
  const secret = 'Qm7rT2wXk9LpV4sZ8nBd3HfJ';
  writeFileSync(file, write(secret), { mode: 0o600 });
  expect(searchFolder(folder, [secret])).toMatchObject({ hits: [file], loose: [], files: 1 });
  expect(searchFolder(folder, ['hF3dBn8Zs4vPl9kXw2tR7mqJ'])).toMatchObject({ hits: [] });
  chmodSync(file, 0o640);
  chmodSync(inside, 0o750);
  expect(searchFolder(folder, []).loose).toHaveLength(2);
});
