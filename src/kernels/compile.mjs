/**
 * Compiles the kernels of nets and trees (`npm run kernels`) and writes them into `wasm-bytes.ts`, so that neither the program
 * nor its tests need the compiler. A test compiles them again and compares.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = fileURLToPath(new URL('../..', import.meta.url));
const target = new URL('wasm-bytes.ts', import.meta.url);
const LINE = 100;

const OPTIONS = [
  ...['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd'],
  ...['--importMemory', '--noExportMemory'],
  // Constants go into the first line of memory, of which a net takes nothing (engine/models/nets/space.ts).
  ...['--memoryBase', '8'],
  // Vectors pass between our own functions only.
  ...['--disableWarning', '112'],
];

/** The module's bytes, or an error with all that the compiler says. */
export async function compileKernels() {
  let bytes;
  const { error, stderr } = await asc.main(
    ['src/kernels/assembly/index.ts', '--baseDir', root, '--outFile', 'kernels.wasm', ...OPTIONS],
    {
      writeFile: (_name, contents) => {
        bytes = contents;
      },
    },
  );
  if (error || bytes === undefined) throw new Error(`the kernels do not compile\n${stderr.toString()}`);
  return bytes;
}

/** The text of the module that holds the bytes. */
export function embed(bytes) {
  const text = Buffer.from(bytes).toString('base64');
  const lines = text.match(new RegExp(`.{1,${LINE}}`, 'g')).map((line) => `  '${line}',`);
  return [
    '/** The compiled kernels in base64: written by `npm run kernels` from `assembly`, not by hand. */',
    'export const KERNELS_BASE64 = [',
    ...lines,
    "].join('');",
    '',
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(target, embed(await compileKernels()));
