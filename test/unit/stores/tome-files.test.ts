/** Strategies of one's own: what their files may say, and the one line that is told of any other. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  canonical,
  configHash,
  DEFAULT_POLICY,
  type Policy,
  SHIPPED_TOMES,
  type Tome,
} from '../../../engine/domain/index.ts';
import { createState, Fold } from '../../../engine/index.ts';
import { engineConfigSchema, tomeSchema } from '../../../logs/index.ts';
import { type DataDir, openDataDir } from '../../../src/data-dir.ts';
import { EXIT } from '../../../src/exit-codes.ts';
import { missingNames, readTome, strategiesFor, tomesIn } from '../../../src/stores/tome-files.ts';
import { testConfig } from '../../fixtures/engine-session.ts';
import { syntheticSession } from '../../fixtures/synthetic-session.ts';
import { thrown } from '../logs/helpers.ts';

let dir: DataDir;
beforeEach(() => {
  dir = openDataDir(mkdtempSync(join(tmpdir(), 'chimera-tomes-')));
  mkdirSync(dir.strategies);
});
afterEach(() => rmSync(dir.root, { recursive: true, force: true }));

const DIP = {
  format: 'chimera-tome-1',
  name: 'dip',
  title: 'A dip',
  when: [
    { block: 'rsi', oversold: 25 },
    { block: 'regime', is: 'calm' },
  ],
  unless: [{ block: 'vote', score: 'decision.minScore' }],
};

function write(name: string, content: unknown): string {
  const file = join(dir.strategies, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const counting = (strategies: string): Policy => ({
  ...DEFAULT_POLICY,
  decision: { ...DEFAULT_POLICY.decision, strategies },
});

describe('a file', () => {
  it('is a strategy of the run, behind those that ship; without one the run names none', () => {
    expect(strategiesFor(dir, DEFAULT_POLICY)).toBeUndefined();
    write('b.json', { ...DIP, name: 'other' });
    write('a.json', DIP);
    write('notes.txt', 'no strategy');
    expect(strategiesFor(dir, DEFAULT_POLICY)).toEqual([...SHIPPED_TOMES, DIP, { ...DIP, name: 'other' }]);
    expect(tomesIn(dir).at(-1)).toMatchObject({ file: join(dir.strategies, 'b.json') });
    expect(missingNames(dir, counting('dip,gone'))).toEqual(['gone']);
  });

  it('may leave "unless" out', () => {
    const { unless: _, ...rest } = DIP;
    expect(readTome(write('a.json', rest))).toEqual({ ...rest, unless: [] });
  });

  it.each([
    ['no JSON', '{"format"', /it is not JSON/],
    ['no object', '[1]', /expected object/],
    ['another format', { ...DIP, format: 'chimera-tome-2' }, /format: .*chimera-tome-1/],
    ['a key too many', { ...DIP, until: [] }, /[Uu]nrecognized key.*until/],
    ['a bad name', { ...DIP, name: 'Dip' }, /name: is 1 to 24 small letters/],
    ['no title', { ...DIP, title: ' ' }, /title: 1 to 80 characters/],
    ['no direction', { ...DIP, when: [{ block: 'trend' }] }, /when: needs a block with a direction/],
    ['an unknown block', { ...DIP, when: [{ block: 'luck' }] }, /when\[0\]: there is no block "luck"/],
    ['a block of the language', { ...DIP, when: [{ block: 'constructor' }] }, /no block "constructor"/],
    ['an unknown parameter', { ...DIP, unless: [{ block: 'rsi', toString: 1 }] }, /unless\[0\]: rsi takes oversold/],
    ['a number out of bounds', { ...DIP, when: [{ block: 'rsi', oversold: 51 }] }, /oversold is a number from 1 to 50/],
    ['a number that is none', { ...DIP, when: [{ block: 'rsi', oversold: 'high' }] }, /or a figure such as/],
    ['half a signal', { ...DIP, when: [{ block: 'agreement', producers: 1.5 }] }, /a whole number from 1/],
    ['another word', { ...DIP, when: [{ block: 'signal', producer: 'moon' }] }, /producer is one of rsi, momentum/],
    ['too many blocks', { ...DIP, when: Array(9).fill({ block: 'rsi' }) }, /when: at most 8 blocks/],
    ['a name that ships', { ...DIP, name: 'confluence' }, /name: confluence is the name of one that ships already/],
    ['control characters', { ...DIP, when: [{ block: '\u001b[2J\nrm' }] }, /there is no block/],
  ])('with %s is refused in one line', (_, content, message) => {
    write('mine.json', content);
    const error = thrown(() => tomesIn(dir));
    expect(error).toMatchObject({ exitCode: EXIT.badInput, message: expect.stringMatching(message) });
    expect((error as Error).message).toMatch(/^strategy mine\.json is refused: [^\p{Cc}]+\(.*strategies --help\)$/u);
  });

  it('is no folder, no link, not there, and not endless', () => {
    mkdirSync(join(dir.strategies, 'folder.json'));
    expect(thrown(() => tomesIn(dir))).toMatchObject({ message: expect.stringMatching(/it is no regular file/) });
    rmSync(join(dir.strategies, 'folder.json'), { recursive: true });
    symlinkSync('/dev/zero', join(dir.strategies, 'link.json'));
    expect(thrown(() => tomesIn(dir))).toMatchObject({ message: expect.stringMatching(/it is no regular file/) });
    expect(thrown(() => readTome(join(dir.root, 'gone.json')))).toMatchObject({
      message: expect.stringMatching(/it is not there/),
    });
    const long = write('long.json', ' '.repeat(70_000));
    expect(thrown(() => readTome(long))).toMatchObject({ message: expect.stringMatching(/too many for a strategy/) });
  });

  it('with the name of another file’s is told with that file', () => {
    write('a.json', DIP);
    write('b.json', DIP);
    expect(thrown(() => tomesIn(dir))).toMatchObject({
      message: expect.stringMatching(/b\.json is refused: name: dip is the name of a\.json already/),
    });
  });
});

it('the worked example of the documentation holds', () => {
  const [, example] =
    /```json\n(\{\n {2}"format": "chimera-tome-1"[^`]+)```/.exec(readFileSync('ARCHITECTURE.md', 'utf8')) ?? [];
  expect(readTome(write('dip.json', example ?? ''))).toMatchObject({ name: 'dip', unless: [{ block: 'vote' }] });
});

describe('a run', () => {
  it('does not start under a policy that counts what is not there', () => {
    expect(thrown(() => strategiesFor(dir, counting('confluence,dip')))).toMatchObject({
      exitCode: EXIT.refused,
      message: expect.stringMatching(/counts the strategy dip .*not there: see chimera strategies$/),
    });
  });

  it('has its strategies in manifest and hash, and reads back the same', () => {
    const strategies = [...SHIPPED_TOMES, DIP as Tome];
    const config = testConfig({ strategies });
    expect(configHash(config)).not.toBe(configHash(testConfig()));
    const read = engineConfigSchema.parse(JSON.parse(JSON.stringify(config)));
    expect(canonical(read)).toBe(canonical(config));
    expect(createState(read).strategies.map(({ name, counts }) => [name, counts])).toEqual([
      ['confluence', true],
      ['momentum-volume', true],
      ['ensemble', true],
      ...['ma-crossover', 'momentum-ma', 'rsi-support', 'volatility-regime', 'dip'].map((name) => [name, false]),
    ]);
    const foreign = { ...config, strategies: [{ ...DIP, when: [{ block: 'luck' }] }] };
    expect(engineConfigSchema.safeParse(JSON.parse(JSON.stringify(foreign))).success).toBe(false);
    expect(engineConfigSchema.safeParse({ ...config, strategies: [DIP] }).success).toBe(false);
  });
});

/** One change of a text of JSON: a character, a piece moved, or a value put in the place of another. */
const mutation = fc.oneof(
  fc.record({ at: fc.nat(), character: fc.constantFrom(...'{}[]",:0123456789-.eE\\u null\u0000\u001b') }),
  fc.record({ from: fc.nat(), to: fc.nat(), length: fc.integer({ min: 1, max: 40 }) }),
  fc.record({
    nth: fc.nat(),
    value: fc.constantFrom(
      '1e999',
      '-1',
      '0.5',
      '[]',
      '{}',
      'null',
      'true',
      '"regime"',
      '"__proto__"',
      '99999999999',
      '"\\u202e"',
    ),
  }),
);

function mutated(text: string, change: typeof mutation extends fc.Arbitrary<infer T> ? T : never): string {
  if ('character' in change) {
    const at = change.at % text.length;
    return text.slice(0, at) + change.character + text.slice(at + 1);
  }
  if ('length' in change) {
    const from = change.from % text.length;
    const piece = text.slice(from, from + change.length);
    const to = change.to % text.length;
    return text.slice(0, to) + piece + text.slice(to);
  }
  const values = [...text.matchAll(/"[^"]*"|\d+(?:\.\d+)?/g)];
  const { 0: found, index } = values[change.nth % values.length]!;
  return text.slice(0, index) + change.value + text.slice(index + found.length);
}

describe('a thousand damaged tomes', () => {
  it('are each a strategy that runs, or refused in one line', { timeout: 60_000 }, () => {
    const whole = [...SHIPPED_TOMES, DIP].map((tome) => JSON.stringify(tome));
    const { source, config } = syntheticSession(400);
    let ran = 0;
    fc.assert(
      fc.property(fc.constantFrom(...whole), fc.array(mutation, { minLength: 1, maxLength: 3 }), (start, changes) => {
        const text = changes.reduce(mutated, start);
        let tome: Tome | undefined;
        try {
          tome = readTome(write('fuzz.json', text));
        } catch (cause) {
          expect(cause).toMatchObject({ exitCode: EXIT.badInput });
          expect((cause as Error).message).toMatch(/^strategy fuzz\.json is refused: [^\p{Cc}\p{Bidi_Control}]+$/u);
          return;
        }
        ran++;
        // What was taken is taken again from a manifest, and runs.
        expect(tomeSchema.parse(JSON.parse(JSON.stringify(tome)))).toEqual(tome);
        const decision = { ...config.policy.decision, strategies: tome.name };
        const policy = { ...config.policy, decision };
        const fold = new Fold(source, { ...config, policy, strategies: [tome] }, () => {});
        while (fold.run(400));
      }),
      { numRuns: 1_000, seed: 3 },
    );
    expect(ran).toBeGreaterThan(30);
    expect(ran).toBeLessThan(900);
  });
});
