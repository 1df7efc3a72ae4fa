/** Strategies of the operator's own: tomes in `strategies/` of the data directory, written by hand, a file each. */
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  countingNames,
  type Policy,
  SHIPPED_TOMES,
  strategiesRefusal,
  TOME_FORMAT,
  type Tome,
} from '../../engine/domain/index.ts';
import { cleanText, issueText, redactText, tomeSchema } from '../../logs/index.ts';
import type { DataDir } from '../data-dir.ts';
import { CommandError, EXIT } from '../exit-codes.ts';

/** Far beyond what a tome can say. */
const MAX_BYTES = 64 * 1024;
const ENDING = '.json';

/** A tome with the file that it stands in; those that ship stand in none. */
export interface FoundTome {
  readonly tome: Tome;
  readonly file: string | undefined;
}

/**
 * The tome in a file. Throws a {@link CommandError} in one line that says what is wrong and where, for text and for
 * anything else that is no tome.
 */
export function readTome(file: string): Tome {
  const result = tomeSchema.safeParse(parsed(file));
  if (result.success) return result.data;
  throw refusal(file, issueText(result.error, `it is no tome of format ${TOME_FORMAT}`));
}

function parsed(file: string): unknown {
  const text = textOf(file);
  try {
    return JSON.parse(text);
  } catch {
    throw refusal(file, 'it is not JSON');
  }
}

function textOf(file: string): string {
  try {
    const status = lstatSync(file);
    if (!status.isFile()) throw refusal(file, 'it is no regular file');
    if (status.size > MAX_BYTES) throw refusal(file, `${status.size} bytes are too many for a strategy`);
    return readFileSync(file, 'utf8');
  } catch (cause) {
    if (cause instanceof CommandError) throw cause;
    throw refusal(file, (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'it is not there' : String(cause));
  }
}

function refusal(file: string, reason: string): CommandError {
  const text = `strategy ${basename(file)} is refused: ${reason} (${file}; see chimera strategies --help)`;
  return new CommandError(EXIT.badInput, cleanText(redactText(text)));
}

/** Those that ship and the operator's own, by the names of their files. Throws like {@link readTome}. */
export function tomesIn(dir: DataDir): readonly FoundTome[] {
  const shipped = SHIPPED_TOMES.map((tome) => ({ tome, file: undefined }));
  const found: FoundTome[] = [...shipped, ...ownFiles(dir).map((file) => ({ tome: readTome(file), file }))];
  for (const [i, { tome, file }] of found.entries()) {
    const other = found.slice(0, i).find((each) => each.tome.name === tome.name);
    if (other === undefined || file === undefined) continue;
    const whose = other.file === undefined ? 'one that ships' : basename(other.file);
    throw refusal(file, `name: ${tome.name} is the name of ${whose} already`);
  }
  return found;
}

function ownFiles({ strategies }: DataDir): string[] {
  try {
    return readdirSync(strategies)
      .filter((name) => name.endsWith(ENDING) && !name.startsWith('.'))
      .sort()
      .map((name) => join(strategies, name));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    const text = `cannot list the strategies in ${strategies}: ${(cause as Error).message}`;
    throw new CommandError(EXIT.badInput, cleanText(text));
  }
}

/**
 * The strategies of a new run under a policy: undefined where the operator has none of their own. Throws a
 * {@link CommandError} in one line where they cannot run, such as one that counts and is not there.
 */
export function strategiesFor(dir: DataDir, policy: Policy): readonly Tome[] | undefined {
  const found = tomesIn(dir);
  const tomes = found.map(({ tome }) => tome);
  const why = strategiesRefusal(tomes, policy.decision);
  if (why !== undefined) throw new CommandError(EXIT.refused, `${why}: see chimera strategies`);
  return found.some(({ file }) => file !== undefined) ? tomes : undefined;
}

/** Names that a policy would count and that are not there. */
export function missingNames(dir: DataDir, policy: Policy): readonly string[] {
  const names = tomesIn(dir).map(({ tome }) => tome.name);
  return countingNames(policy.decision).filter((name) => !names.includes(name));
}
