/** The words that fit where the cursor of a shell stands, for its script: words alone, or nothing. */
import { readdirSync } from 'node:fs';
import { cleanText } from '../../logs/clean-text.ts';
import { isSessionName } from '../../logs/session-name.ts';
import { dataDirAt, defaultDataDir } from '../data-dir.ts';
import { type CommandWords, nameOf, placeOf } from './command-words.ts';
import { wholeLine } from './commands.ts';

/** Prints what fits in the place of the last of the words, which may be empty or begun. */
export function runComplete(words: readonly string[]): void {
  const line = wholeLine();
  const found = completions(line, words, (asked) => sessionNames(asked ?? defaultDataDir(process.env)));
  for (const each of found) process.stdout.write(`${each.map(cleanText).join('\t')}\n`);
}

export type Completion = readonly [word: string, describe: string];

/** Options whose value is a session that is there; `--session` of a console names a new one. */
const SESSION_OPTIONS: ReadonlySet<string> = new Set([
  'sessions --compress',
  'sessions --remove',
  'console --continue',
  'exchange --session',
]);

/** What may stand in the place of the last word. `sessions` gives the names in a data directory, or in the default one. */
export function completions(
  line: CommandWords,
  words: readonly string[],
  sessions: (dataDir: string | undefined) => readonly string[],
): readonly Completion[] {
  const current = words.at(-1) ?? '';
  const place = placeOf(line, words.slice(0, -1));
  const { command, value, given, positionals } = place;
  const named = (): readonly Completion[] => sessions(place.dataDir).map((name) => [name, '']);
  if (value !== undefined) {
    const choices = command.options.get(value)?.choices;
    if (choices !== undefined)
      return fitting(
        choices.map((choice) => [choice, '']),
        current,
      );
    return SESSION_OPTIONS.has(`${command.names.at(-1)} --${value}`) ? fitting(named(), current) : [];
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
    name === 'session' ? (positionals === 0 ? named() : []) : (spec?.choices ?? []).map((choice) => [choice, '']);
  return fitting([...subcommands.map((each): Completion => [nameOf(each), each.describe]), ...own], current);
}

const fitting = (all: readonly Completion[], current: string): readonly Completion[] =>
  all.filter(([word]) => word.startsWith(current));

/** Sessions by name; none where the directory cannot be read, for nobody asked to be told. */
function sessionNames(dataDir: string): readonly string[] {
  try {
    return readdirSync(dataDirAt(dataDir).sessions).filter(isSessionName).sort();
  } catch {
    return [];
  }
}
