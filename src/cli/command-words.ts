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
