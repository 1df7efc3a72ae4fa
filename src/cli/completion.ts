/** The words that fit where the cursor of a shell stands, for its script: words alone, or nothing. */
import { readdirSync } from 'node:fs';
import { cleanText } from '../../logs/clean-text.ts';
import { isSessionName } from '../../logs/session-name.ts';
import { dataDirAt, defaultDataDir } from '../data-dir.ts';
import { type CommandWords, type OptionWords, readCommandLine } from './command-words.ts';
import { addCommands } from './commands.ts';

/** Prints what fits in the place of the last of the words, which may be empty or begun. */
export function runComplete(words: readonly string[]): void {
  const line = readCommandLine((listener) => addCommands(listener, () => {}));
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

/** The name that is typed. */
const nameOf = ({ names }: CommandWords): string => names.find((name) => name !== '$0') ?? '';

interface WhereCursorIs {
  /** The command that is meant, by name or because it needs none. */
  readonly command: CommandWords;
  /** Commands that may be named here. */
  readonly commands: readonly CommandWords[];
  /** The option whose value is asked for. */
  readonly value: string | undefined;
  readonly given: ReadonlySet<string>;
  readonly positionals: number;
  readonly dataDir: string | undefined;
}

function placeOf(line: CommandWords, before: readonly string[]): WhereCursorIs {
  let named = line;
  let value: string | undefined;
  let dataDir: string | undefined;
  let positionals = 0;
  const given = new Set<string>();
  const meant = (): CommandWords => named.commands.find(({ names }) => names.includes('$0')) ?? named;
  for (const word of before) {
    const option = /^--([^=]+)(=)?(.*)$/s.exec(word);
    if (value !== undefined) {
      if (value === 'data-dir') dataDir = word;
      value = undefined;
    } else if (option !== null) {
      const [, name = '', sign, text] = option;
      given.add(name);
      if (sign === undefined && takesValue(meant().options.get(name))) value = name;
      if (sign !== undefined && name === 'data-dir') dataDir = text;
    } else {
      const next = positionals === 0 ? named.commands.find((each) => nameOf(each) === word) : undefined;
      if (next === undefined) positionals++;
      else named = next;
    }
  }
  return { command: meant(), commands: named.commands, value, given, positionals, dataDir };
}

const takesValue = (option: OptionWords | undefined): boolean => option !== undefined && option.type !== 'boolean';

/** Sessions by name; none where the directory cannot be read, for nobody asked to be told. */
function sessionNames(dataDir: string): readonly string[] {
  try {
    return readdirSync(dataDirAt(dataDir).sessions).filter(isSessionName).sort();
  } catch {
    return [];
  }
}
