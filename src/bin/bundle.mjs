/**
 * Builds `dist`: the program and the engine's worker, each dependency that is needed at start folded in. Loading some
 * 900 small files took most of the time to the first frame; the types are checked by `npm run typecheck`.
 */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('../..', import.meta.url));

rmSync(`${root}dist/src`, { recursive: true, force: true });

/** The engine's sources decide what a replay gives, so they name the build. */
function engineHash() {
  const hash = createHash('sha256');
  const files = readdirSync(`${root}engine`, { recursive: true }).filter((file) => file.endsWith('.ts'));
  for (const file of files.sort()) hash.update(`${file}\0`).update(readFileSync(`${root}engine/${file}`));
  return hash.digest('hex').slice(0, 12);
}

const bundle = await rolldown({
  cwd: root,
  input: { main: 'src/main.ts', 'host/worker': 'src/host/worker.ts', 'training/worker': 'src/training/worker.ts' },
  platform: 'node',
  // The chart's library reads files of its own beside its code, and Ink asks for its devtools only outside production.
  external: [/^blessed/, 'react-devtools-core', 'ccxt'],
  transform: {
    define: {
      'process.env.NODE_ENV': '"production"',
      'process.env.CHIMERA_ENGINE_HASH': JSON.stringify(engineHash()),
    },
  },
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

// The models that ship lie beside the bundle as they lie beside their sources; a tree from before they were trained has none.
const shipped = `${root}src/models/shipped`;
if (existsSync(shipped)) cpSync(shipped, `${root}dist/src/shipped`, { recursive: true });
