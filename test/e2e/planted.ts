/**
 * Faults that are put into the running program on purpose, by a module that Node loads before it: so that a test can
 * meet them, or show that it would have noticed.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * console-throws, engine-throws: a throw in that thread as soon as the file `FAULT` names is there · engine-writes: the
 * engine's thread writes to the terminal, and waits where that is full · leaks: a megabyte is kept ten times a second.
 */
const FAULTS = {
  'console-throws': `if (isMainThread) whenAsked();`,
  'engine-throws': `if (!isMainThread) whenAsked();`,
  'engine-writes': `if (!isMainThread) setInterval(() => writeSync(1, '\\0'.repeat(4096)), 20).unref();`,
  leaks: `const kept = []; if (isMainThread) setInterval(() => kept.push(Buffer.alloc(1e6, 1)), 100).unref();`,
} as const;
export type PlantedFault = keyof typeof FAULTS;

const PRELUDE = `
import { existsSync, writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
const whenAsked = () => setInterval(() => {
  if (existsSync(process.env.FAULT ?? '')) throw new Error('planted fault');
}, 20).unref();
`;

export interface PlantedEnvironment {
  readonly [name: string]: string;
  readonly NODE_OPTIONS: string;
  readonly FAULT: string;
}

/** The environment of a program with the fault in it. The module, and the file that asks for a throw, lie in `folder`. */
export function preload(folder: string, fault: PlantedFault): PlantedEnvironment {
  const file = path.join(folder, `${fault}.mjs`);
  writeFileSync(file, `${PRELUDE}${FAULTS[fault]}\n`);
  return { NODE_OPTIONS: `--import=${file}`, FAULT: path.join(folder, `${fault}.now`) };
}

/** Lets a throw happen. */
export const strike = ({ FAULT }: PlantedEnvironment): void => writeFileSync(FAULT, '');

/** The environment as what stands before a command in a shell. */
export const assignments = (env: PlantedEnvironment): string =>
  Object.entries(env)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
