/** What is wrong with a command line, in one line: what, where, and what to do. The finding is yargs' own, the words are ours. */
import { type CommandWords, type LinePlace, nameOf, placeOf, takesValue } from './command-words.ts';
import { nearest } from './nearest.ts';

/** Longer words are not repeated. */
const LONGEST_WORD = 40;

const quoted = (word: string): string => JSON.stringify(word.slice(0, LONGEST_WORD));

const meantFor = (word: string, names: readonly string[], mark = ''): string => {
  const name = nearest(word, names);
  return name === undefined ? '' : `: did you mean ${mark}${name}?`;
};

/** `policy set`, as far as it was named. */
const commandName = ({ path }: LinePlace): string => (path.length === 0 ? 'chimera' : path.join(' '));

/** Words for what yargs refuses. `message` is what it says of `words`. */
export function refusalText(message: string, words: readonly string[], line: CommandWords): string {
  const place = placeOf(line, words);
  const text = message.replace(/\s*\n\s*/g, ' ').trim();
  const finding = findingText(text, words, place);
  return `${finding}${finding.endsWith('?') ? ' See' : '; see'} ${['chimera', ...place.path].join(' ')} --help`;
}

/** Options that mean something alone. */
const WITH_OR_WITHOUT: ReadonlySet<string> = new Set(['continue']);

/**
 * The first option that stands without the value it takes: what it would be without it is not what was meant. The line is
 * asked for only where an option stands alone, for that costs more than all else a start does with its words.
 */
export function withoutItsValue(words: readonly string[], line: () => CommandWords): string | undefined {
  const alone = words.flatMap((word, at) => {
    const name = /^--([^=]+)$/.exec(word)?.[1];
    return name !== undefined && !WITH_OR_WITHOUT.has(name) && (words[at + 1]?.startsWith('--') ?? true) ? [name] : [];
  });
  if (alone.length === 0) return undefined;
  const { options } = placeOf(line(), words).command;
  return alone.find((name) => takesValue(options.get(name)));
}

type Finding = (found: string, words: readonly string[], place: LinePlace) => string;

const FINDINGS: ReadonlyArray<readonly [RegExp, Finding]> = [
  [/^Unknown (?:arguments?|commands?): (.*)$/, unknown],
  [/^Not enough non-option arguments/, (_, __, place) => missingWord(place)],
  [/^Missing required arguments?: (.*)$/, (found, _, place) => missingOption(found, place)],
  [/^Not enough arguments following: (.*)$/, (found, _, place) => withoutValue(found, place)],
  [/^Invalid values: (.*)$/, (found) => notOneOf(found)],
];

function findingText(text: string, words: readonly string[], place: LinePlace): string {
  for (const [pattern, finding] of FINDINGS) {
    const match = pattern.exec(text);
    if (match !== null) return finding(match[1] ?? '', words, place);
  }
  return text;
}

/** The first word that nothing takes: an option, a command, or one too many. */
function unknown(found: string, words: readonly string[], place: LinePlace): string {
  const [name = ''] = found.split(', ');
  const option = words.find((word) => word.startsWith('-') && word.replace(/^-+/, '').split('=')[0] === name);
  if (option !== undefined) {
    const [typed = ''] = option.split('=');
    return `${commandName(place)} has no option ${quoted(typed)}${meantFor(name, [...place.command.options.keys()], '--')}`;
  }
  const names = place.commands.map(nameOf);
  const isCommand = names.length > 0 && place.path.length === 0;
  return isCommand
    ? `there is no command ${quoted(name)}${meantFor(name, names)}`
    : `${quoted(name)} is one word too many for ${commandName(place)}`;
}

const describedAs = (text: string | undefined): string => (text === undefined ? '' : ` (${text})`);

function missingWord(place: LinePlace): string {
  const { positionals } = place.command;
  const [name = 'word', words] = positionals[Math.min(place.positionals, positionals.length - 1)] ?? [];
  return `${commandName(place)} needs ${name.toUpperCase()}${describedAs(words?.describe)}`;
}

function missingOption(found: string, place: LinePlace): string {
  const [name = ''] = found.split(', ');
  return `${commandName(place)} needs --${name}${describedAs(place.command.options.get(name)?.describe)}`;
}

function withoutValue(found: string, place: LinePlace): string {
  const [name = ''] = found.split(', ');
  return `--${name} needs a value${describedAs(place.command.options.get(name)?.describe)}`;
}

function notOneOf(found: string): string {
  const [, name = '', given = '', list = ''] = /^Argument: (.*), Given: (.*), Choices: (.*)$/.exec(found) ?? [];
  const choices = [...list.matchAll(/"([^"]*)"/g)].map(([, choice]) => choice ?? '');
  if (choices.length === 0) return found;
  const typed = given.replaceAll('"', '');
  return `--${name} ${quoted(typed)} is none of ${choices.join(', ')}${meantFor(typed, choices)}`;
}
