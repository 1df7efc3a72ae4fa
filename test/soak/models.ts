/** Long checks of the models: those that ship are made anew, which takes minutes. */
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { MODEL_KINDS } from '../../engine/domain/index.ts';
import { inScratch } from '../fixtures/scratch.ts';
import { type Figures, repeatWith, type SoakCheck } from './check.ts';

const PROJECT = path.resolve(import.meta.dirname, '../..');
const SHIPPED = path.join(PROJECT, 'src/models/shipped');
const FILES = MODEL_KINDS.flatMap((kind) => [`${kind}.model`, `${kind}.json`]);

const shippedAnew: SoakCheck = {
  name: 'shipped-models',
  holds: 'the models that ship, made anew, are the bytes that lie in the tree, and so are their manifests',
  unit: 'times all four',
  full: 1,
  async run(count, from): Promise<Figures> {
    for (let k = from; k < from + count; k++) await inScratch((folder) => madeAnew(folder, k));
    return {
      files: FILES.length,
      bytes: FILES.reduce((sum, file) => sum + statSync(path.join(SHIPPED, file)).size, 0),
    };
  },
};

function madeAnew(folder: string, k: number): void {
  // A manifest that says the same as the one that is there keeps its time.
  for (const file of FILES.filter((each) => each.endsWith('.json')))
    cpSync(path.join(SHIPPED, file), path.join(folder, file));
  const make = spawnSync(process.execPath, ['src/training/make-shipped.ts', folder], {
    cwd: PROJECT,
    encoding: 'utf8',
  });
  if (make.status !== 0)
    throw new Error(`exit code ${make.status}: ${make.stderr}; ${repeatWith('shipped-models', k)}`);
  const other = FILES.find(
    (file) => !readFileSync(path.join(folder, file)).equals(readFileSync(path.join(SHIPPED, file))),
  );
  if (other !== undefined) throw new Error(`${other} came out otherwise; ${repeatWith('shipped-models', k)}`);
}

export const modelChecks: readonly SoakCheck[] = [shippedAnew];
