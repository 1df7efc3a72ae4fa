/**
 * The command line read as data: its definitions are told to a listener in the place of yargs. Nothing is parsed and no
 * command can run, whatever words a shell asks about (yargs completes by running its parser, whose commands act).
 */
import type { Argv } from 'yargs';

export interface OptionWords {
  readonly describe?: string;
  readonly type?: string;
  readonly choices?: readonly string[];
}

export interface CommandWords {
  /** Its names; one that runs when none is named has `$0` too. */
  readonly names: readonly string[];
  readonly describe: string;
  readonly options: ReadonlyMap<string, OptionWords>;
  readonly positionals: ReadonlyArray<readonly [name: string, words: OptionWords]>;
  readonly commands: readonly CommandWords[];
}

type Build = (listener: Argv) => unknown;

/** What the definitions say of the whole line. */
export function readCommandLine(addAll: Build): CommandWords {
  return read([], '', addAll);
}

function read(names: readonly string[], describe: string, build: Build): CommandWords {
  const options = new Map<string, OptionWords>([['help', { type: 'boolean', describe: 'show help' }]]);
  const positionals: Array<readonly [string, OptionWords]> = [];
  const commands: CommandWords[] = [];
  const heard: Record<string, (...said: never[]) => void> = {
    option: (name: string, words: OptionWords) => options.set(name, words),
    options: (all: Record<string, OptionWords>) => {
      for (const [name, words] of Object.entries(all)) options.set(name, words);
    },
    positional: (name: string, words: OptionWords) => positionals.push([name, words]),
    command: (own: string | readonly string[], text: string | false, inner: Build) => {
      // A command without a description is hidden.
      if (text !== false) commands.push(read([own].flat().map(firstWord), text, inner));
    },
  };
  const listener: Argv = new Proxy({} as Argv, {
    get:
      (_, name) =>
      (...said: never[]) => {
        heard[String(name)]?.(...said);
        return listener;
      },
  });
  build(listener);
  return { names, describe, options, positionals, commands };
}

const firstWord = (name: string): string => name.split(' ')[0] ?? '';

/** The name that is typed. */
export const nameOf = ({ names }: CommandWords): string => names.find((name) => name !== '$0') ?? '';

/** Where a line stands behind the words that are on it. */
export interface LinePlace {
  /** Names of the commands that were typed: `policy`, `set`. */
  readonly path: readonly string[];
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

/** Reads the words as they stand, without a judgement on them. */
export function placeOf(line: CommandWords, before: readonly string[]): LinePlace {
  let named = line;
  let value: string | undefined;
  let dataDir: string | undefined;
  let positionals = 0;
  const path: string[] = [];
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
      else {
        named = next;
        path.push(word);
      }
    }
  }
  return { path, command: meant(), commands: named.commands, value, given, positionals, dataDir };
}

/** False for one that is there or not. */
export const takesValue = (option: OptionWords | undefined): boolean =>
  option !== undefined && option.type !== 'boolean';
