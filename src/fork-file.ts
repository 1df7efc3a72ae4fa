/** Forked runs on disk: a session's name, the configuration, and the operator's commands with their places. */
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { EngineConfig } from '../engine/domain/index.ts';
import { ForkedSource, type InputSource } from '../engine/index.ts';
import { engineConfigSchema, isSessionName, writeFileDurably } from '../logs/index.ts';
import { BUILD } from './build-info.ts';
import { commandSchema } from './command-schema.ts';
import type { DataDir } from './data-dir.ts';
import { CommandError, EXIT } from './exit-codes.ts';

const forkSchema = z.object({
  formatVersion: z.literal(1),
  session: z.string().refine(isSessionName),
  build: z.string().max(128),
  config: engineConfigSchema,
  commands: z.array(z.object({ index: z.int().nonnegative(), command: commandSchema })).min(1),
});
export type ForkFile = z.infer<typeof forkSchema>;

const runsOf = (dir: DataDir): string => join(dir.root, 'runs');

/** Writes a fork under a new name, `<session>-fork-<n>`. @returns the name. */
export function saveFork(dir: DataDir, session: string, config: EngineConfig, commands: ForkFile['commands']): string {
  const runs = runsOf(dir);
  mkdirSync(runs, { recursive: true, mode: 0o700 });
  const taken = new Set(readdirSync(runs));
  let n = 1;
  while (taken.has(`${session}-fork-${n}.json`)) n++;
  const name = `${session}-fork-${n}`;
  const file: ForkFile = {
    formatVersion: 1,
    session,
    build: BUILD,
    config: { ...config, instruments: [...config.instruments] },
    commands,
  };
  writeFileDurably(join(runs, `${name}.json`), `${JSON.stringify(file, undefined, 1)}\n`);
  return name;
}

/** Reads a fork back. A missing or damaged file ends the command with one line. */
export function loadFork(dir: DataDir, name: string): ForkFile {
  const path = join(runsOf(dir), `${name}.json`);
  if (!/^[a-z0-9][a-z0-9._-]{0,95}$/.test(name) || !existsSync(path)) {
    throw new CommandError(EXIT.badInput, `there is no forked run ${JSON.stringify(name)} in ${runsOf(dir)}`);
  }
  const parsed = forkSchema.safeParse(parseJson(path));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new CommandError(
    EXIT.badInput,
    `${path}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is no forked run'}`,
  );
}

function parseJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new CommandError(EXIT.badInput, `${path}: ${(cause as Error).message}`);
  }
}

/** The session's inputs with the fork's commands in their places. */
export function sourceOfFork(source: InputSource, fork: ForkFile): ForkedSource {
  const forked = new ForkedSource(source);
  for (const { index, command } of fork.commands) {
    if (index > forked.count)
      throw new CommandError(EXIT.badInput, `the forked run of ${fork.session} reaches beyond its session`);
    forked.insert(index, command);
  }
  return forked;
}
