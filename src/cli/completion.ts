/** The words that fit where the cursor of a shell stands, for its script: words alone, or nothing. */
import { readdirSync } from 'node:fs';
import { cleanText } from '../../logs/clean-text.ts';
import { isSessionName } from '../../logs/session-name.ts';
import { type DataDir, dataDirAt, defaultDataDir } from '../data-dir.ts';
import { type CommandWords, nameOf, placeOf } from './command-words.ts';
import { wholeLine } from './commands.ts';

/** Prints what fits in the place of the last of the words, which may be empty or begun. */
export async function runComplete(words: readonly string[]): Promise<void> {
  // Whoever asks about anything else does not wait for what opens models.
  const models = words.includes('models') ? await import('../models/registry.ts') : undefined;
  const found = completions(wholeLine(), words, {
    session: (asked) => orNone(() => readdirSync(dirOf(asked).sessions).filter(isSessionName).sort()),
    model: (asked) => orNone(() => models?.openRegistry(dirOf(asked)).entries() ?? []).map(({ name }) => name),
  });
  for (const each of found) process.stdout.write(`${each.map(cleanText).join('\t')}\n`);
}

const dirOf = (asked: string | undefined): DataDir => dataDirAt(asked ?? defaultDataDir(process.env));

/** Nothing where it cannot be read, for nobody asked to be told. */
function orNone<T>(read: () => readonly T[]): readonly T[] {
  try {
    return read();
  } catch {
    return [];
  }
}

export type Completion = readonly [word: string, describe: string];

/** Options whose value is a session that is there; `--session` of a console names a new one. */
const SESSION_OPTIONS: ReadonlySet<string> = new Set([
  'sessions --compress',
  'sessions --remove',
  'console --continue',
  'exchange --session',
]);

/** Names that a data directory has, or the default one. */
export interface Names {
  readonly session: (dataDir: string | undefined) => readonly string[];
  readonly model: (dataDir: string | undefined) => readonly string[];
}

/** What may stand in the place of the last word. */
export function completions(line: CommandWords, words: readonly string[], names: Names): readonly Completion[] {
  const current = words.at(-1) ?? '';
  const place = placeOf(line, words.slice(0, -1));
  const { command, value, given, positionals } = place;
  const named = (what: keyof Names): readonly Completion[] => names[what](place.dataDir).map((name) => [name, '']);
  if (value !== undefined) {
    const choices = command.options.get(value)?.choices;
    if (choices !== undefined)
      return fitting(
        choices.map((choice) => [choice, '']),
        current,
      );
    return SESSION_OPTIONS.has(`${command.names.at(-1)} --${value}`) ? fitting(named('session'), current) : [];
  }
  if (current.startsWith('-'))
    return fitting(
      [...command.options]
        .filter(([name]) => !given.has(name))
        .map(([name, { describe = '' }]) => [`--${name}`, describe]),
      current,
    );
  const [name, spec] = command.positionals[Math.min(positionals, command.positionals.length - 1)] ?? [];
  const subcommands = positionals > 0 ? [] : place.commands;
  const own: readonly Completion[] =
    name === 'session' || name === 'model'
      ? positionals === 0
        ? named(name)
        : []
      : (spec?.choices ?? []).map((choice) => [choice, '']);
  return fitting([...subcommands.map((each): Completion => [nameOf(each), each.describe]), ...own], current);
}

const fitting = (all: readonly Completion[], current: string): readonly Completion[] =>
  all.filter(([word]) => word.startsWith(current));
