/**
 * Builds `dist`: the program and the engine's worker, each dependency that is needed at start folded in. Loading some
 * 900 small files took most of the time to the first frame; the types are checked by `npm run typecheck`.
 */
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('../..', import.meta.url));

rmSync(`${root}dist/src`, { recursive: true, force: true });

const bundle = await rolldown({
  cwd: root,
  input: { main: 'src/main.ts', 'host/worker': 'src/host/worker.ts' },
  platform: 'node',
  // The chart's library reads files of its own beside its code, and Ink asks for its devtools only outside production.
  external: [/^blessed/, 'react-devtools-core', 'ccxt'],
  transform: { define: { 'process.env.NODE_ENV': '"production"' } },
});
// All in one folder: `new URL(…, import.meta.url)` means the same in a chunk as in its source.
await bundle.write({
  dir: `${root}dist/src`,
  format: 'esm',
  sourcemap: true,
  entryFileNames: '[name].js',
  chunkFileNames: '[name]-[hash].js',
});
await bundle.close();
