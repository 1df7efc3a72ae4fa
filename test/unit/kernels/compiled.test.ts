/** That the embedded kernels are those of the source. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { compileKernels, embed } from '../../../src/kernels/compile.mjs';

const EMBEDDED = path.resolve(import.meta.dirname, '../../../src/kernels/wasm-bytes.ts');

it('embeds what the source compiles to (npm run kernels)', async () => {
  expect(embed(await compileKernels())).toBe(readFileSync(EMBEDDED, 'utf8'));
}, 60_000);
