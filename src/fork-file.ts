/** Forked runs on disk: a session's name, the configuration, the operator's commands with their places, and what came of it. */
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { EngineConfig } from '../engine/domain/index.ts';
import { type ForkCommand, ForkedSource, type InputSource } from '../engine/index.ts';
import { engineConfigSchema, isSessionName, writeFileDurably } from '../logs/index.ts';
import { BUILD } from './build-info.ts';
import { commandSchema } from './command-schema.ts';
import type { DataDir } from './data-dir.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import type { ForkResult } from './host/fork-result.ts';

const count = z.int().nonnegative();
const amount = z.string().regex(/^-?\d{1,30}(\.\d{1,20})?$/);

const resultSchema = z.object({
  inputs: count,
  stateHash: z.string().max(64),
  equity: amount,
  recordedEquity: amount,
  trades: count,
  wins: count,
  recordedTrades: count,
  recordedWins: count,
  answers: z.object({
    given: count,
    differing: count,
    noProposal: count,
    noSuggestion: count,
    overruled: count,
    refused: count,
    unanswered: count,
    newExpired: count,
    newCleared: count,
  }),
}) satisfies z.ZodType<ForkResult>;

const common = {
  session: z.string().refine(isSessionName),
  build: z.string().max(128),
  config: engineConfigSchema,
};
const command = { index: count, command: commandSchema };
const side = z.union([z.literal(1), z.literal(-1)]);

/** Recorded answers find their proposals by what those are. */
const currentSchema = z.object({
  formatVersion: z.literal(2),
  ...common,
  commands: z
    .array(z.object({ ...command, atUs: count, subject: z.object({ instrument: count, side }).optional() }))
    .min(1),
  /** Null while nobody has read it to its end. */
  result: resultSchema.nullable(),
});

/** Made by builds that gave recorded answers by number. */
const earlierSchema = z.object({
  formatVersion: z.literal(1),
  ...common,
  commands: z.array(z.object({ ...command, atUs: z.undefined().optional(), subject: z.undefined().optional() })).min(1),
  result: z.null().default(null),
});

const forkSchema = z.discriminatedUnion('formatVersion', [currentSchema, earlierSchema]);
export type ForkFile = z.infer<typeof forkSchema>;
type CurrentFile = z.infer<typeof currentSchema>;

const runsOf = (dir: DataDir): string => join(dir.root, 'runs');
const pathOf = (dir: DataDir, name: string): string => join(runsOf(dir), `${name}.json`);

/** What is kept of a fork. `atUs` of a command is the session's time there. */
export interface ForkDraft {
  readonly session: string;
  readonly config: EngineConfig;
  readonly commands: ReadonlyArray<ForkCommand & { readonly atUs: number }>;
  readonly result: ForkResult | null;
}

/** Writes a fork under a new name, `<session>-fork-<n>`. @returns the name. */
export function saveFork(dir: DataDir, { session, config, commands, result }: ForkDraft): string {
  const runs = runsOf(dir);
  mkdirSync(runs, { recursive: true, mode: 0o700 });
  const taken = new Set(readdirSync(runs));
  let n = 1;
  while (taken.has(`${session}-fork-${n}.json`)) n++;
  const name = `${session}-fork-${n}`;
  write(dir, name, {
    formatVersion: 2,
    session,
    build: BUILD,
    config: { ...config, instruments: [...config.instruments] },
    commands: [...commands],
    result,
  });
  return name;
}

function write(dir: DataDir, name: string, file: CurrentFile): void {
  writeFileDurably(pathOf(dir, name), `${JSON.stringify(file, undefined, 1)}\n`);
}

/** Notes what came of a fork that had been left before it was read to its end. Throws a {@link CommandError}. */
export function keepResult(dir: DataDir, name: string, fork: ForkFile, result: ForkResult): void {
  if (fork.formatVersion !== 2 || fork.result !== null || fork.build !== BUILD) return;
  try {
    write(dir, name, { ...fork, result });
  } catch (cause) {
    throw new CommandError(EXIT.fault, `cannot write ${pathOf(dir, name)}: ${(cause as Error).message}`);
  }
}

/** Reads a fork of `session` back. A missing or damaged file ends the command with one line. */
export function loadFork(dir: DataDir, name: string, session: string): ForkFile {
  const fork = read(dir, name);
  if (fork.session !== session) throw new CommandError(EXIT.badInput, `${name} is a fork of ${fork.session}`);
  return fork;
}

function read(dir: DataDir, name: string): ForkFile {
  const path = pathOf(dir, name);
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

/** A fork in the list, or why its file cannot be read. */
export type ListedFork = { readonly name: string } & ({ readonly fork: ForkFile } | { readonly damaged: string });

/** All forks of a data directory, those of a session in the order in which they were made. */
export function listForks(dir: DataDir): ListedFork[] {
  if (!existsSync(runsOf(dir))) return [];
  const names = readdirSync(runsOf(dir)).filter((name) => name.endsWith('.json'));
  const collator = (a: string, b: string): number => numberOf(a) - numberOf(b) || (a < b ? -1 : 1);
  return names
    .map((name) => name.slice(0, -'.json'.length))
    .sort(collator)
    .map((name) => {
      try {
        return { name, fork: read(dir, name) };
      } catch (cause) {
        return { name, damaged: (cause as Error).message };
      }
    });
}

/** Of a file that cannot be read its name tells. */
export const isForkOf = (session: string, listed: ListedFork): boolean =>
  session === ('fork' in listed ? listed.fork.session : listed.name.replace(/-fork-\d+$/, ''));

const numberOf = (name: string): number => Number(/-fork-(\d+)$/.exec(name)?.[1] ?? 0);

/** What whoever opens a fork should know beforehand; a line each. */
export function forkWarnings(name: string, fork: ForkFile): string[] {
  if (fork.formatVersion === 1)
    return [
      `${name} was made when recorded answers were given by number: now they find their proposals, and it may come out otherwise`,
    ];
  return fork.build === BUILD ? [] : [`${name} was made by ${fork.build}, replayed by ${BUILD}`];
}

/** The session's inputs with the fork's commands in their places. */
export function sourceOfFork(source: InputSource, fork: ForkFile): ForkedSource {
  const forked = new ForkedSource(source);
  for (const { index, command, subject } of fork.commands) {
    if (index > forked.count)
      throw new CommandError(EXIT.badInput, `the forked run of ${fork.session} reaches beyond its session`);
    forked.insert(index, command, subject);
  }
  return forked;
}
