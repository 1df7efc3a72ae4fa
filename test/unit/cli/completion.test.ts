/** Shell completion: what fits where the cursor stands, and that asking about a command never runs it. */
import { describe, expect, it } from 'vitest';
import { readCommandLine } from '../../../src/cli/command-words.ts';
import { addCommands } from '../../../src/cli/commands.ts';
import { completions } from '../../../src/cli/completion.ts';

const LINE = readCommandLine((listener) =>
  addCommands(listener, () => {
    throw new Error('a command has run');
  }),
);
const SESSIONS = ['first', 'second'];
const MODELS = ['depth-1', 'nhits-2'];
const askedIn: Array<string | undefined> = [];
const words = (...typed: string[]): string[] =>
  completions(LINE, typed, {
    session: (dataDir) => {
      askedIn.push(dataDir);
      return SESSIONS;
    },
    model: () => MODELS,
  }).map(([word]) => word);

describe('the command line as data', () => {
  it('has every command with its words, and each says what it does', () => {
    const all = LINE.commands.flatMap((each) => [each, ...each.commands]);
    expect(all.map(({ names }) => names.at(-1))).toEqual(
      expect.arrayContaining(['console', 'kill', 'policy', 'set', 'import', 'keys', 'completion', 'replay']),
    );
    for (const { names, describe: text, options, positionals } of all) {
      expect([names, text]).not.toEqual([names, '']);
      for (const [name, option] of [...options, ...positionals])
        expect([names, name, option.describe]).toEqual([names, name, expect.stringMatching(/\S/)]);
    }
  });
});

describe('completion', () => {
  it.each([
    [[''], ['attach', 'kill', 'policy', 'console', 'keys']],
    [['re'], ['resume', 'replay']],
    [
      ['policy', ''],
      ['set', 'show', 'history', 'rollback'],
    ],
    [['--'], ['--help', '--data-dir', '--venue', '--continue']],
    [
      ['replay', '--c'],
      ['--control', '--cash'],
    ],
    [
      ['--control', ''],
      ['observe', 'manual', 'veto', 'auto'],
    ],
    [['replay', 'x', '--control', 'ma'], ['manual']],
    [
      ['import', 'file', '--market', ''],
      ['spot', 'linear', 'inverse'],
    ],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['replay', ''], SESSIONS],
    [['verify', 'se'], ['second']],
    [['export', ''], SESSIONS],
    [['sessions', '--remove', ''], SESSIONS],
    [['sessions', '--compress', 'f'], ['first']],
    [['--continue', ''], SESSIONS],
    [['console', '--continue', ''], SESSIONS],
    [['exchange', '--session', ''], SESSIONS],
    [
      ['models', ''],
      ['list', 'show', 'promote', 'rollback', 'shadow', 'retire', 'add'],
    ],
    [['models', 'show', ''], MODELS],
    [['models', 'promote', 'n'], ['nhits-2']],
    [['models', 'rollback', 'l'], ['leaf-trees']],
    [['models', 'add', 'file', '--kind', 'p'], ['patchtst']],
    [['replay', '--headless', ''], SESSIONS],
    [['replay', '--seed', '3', ''], SESSIONS],
  ])('after %j has %j', (typed, expected) => {
    expect(words(...typed)).toEqual(expect.arrayContaining(expected));
  });

  it.each([
    [['re'], 'kill'],
    [['replay', '--control', 'auto', '--'], '--control'],
    [['replay', 'x', ''], 'first'],
    [['replay', ''], 'kill'],
    [['replay', ''], '--help'],
    [['policy', 'set', '--'], '--venue'],
  ])('after %j has no %s', (typed, not) => {
    expect(words(...typed)).not.toContain(not);
  });

  it.each([[['--keys', '']], [['--session', '']], [['import', '']], [['--cash', '']], [['exchange', '--state', 'x']]])(
    'after %j has nothing, so that the shell offers files',
    (typed) => {
      expect(words(...typed)).toEqual([]);
    },
  );

  it('looks for sessions where the line says', () => {
    askedIn.length = 0;
    words('replay', '--data-dir', '/x', '');
    words('--data-dir=/y', '--continue', '');
    words('replay', '');
    expect(askedIn).toEqual(['/x', '/y', undefined]);
  });

  it('runs nothing and throws nothing, whatever stands on the line', () => {
    const all = [
      'kill',
      'kill ',
      'resume',
      '--',
      '-',
      '',
      '--flatten',
      '$0',
      '__proto__',
      '--__proto__',
      '\u001b[2J',
      '--a=b',
    ];
    for (const one of all) for (const two of all) expect(() => words(one, two, '')).not.toThrow();
  });
});
