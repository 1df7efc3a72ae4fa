/** The shape of the files, and that a misshapen one is noticed. */
import { describe, expect, it } from 'vitest';
import {
  featureIdBreaches,
  leftoverBreaches,
  lengthBreaches,
  openingBreaches,
  switchedTestBreaches,
} from './shape-rules.ts';
import { parse, type SourceFile, sourceTree } from './syntax.ts';

const lines = (count: number) => '  work();\n'.repeat(count);
const check = (rule: (file: SourceFile) => string[], file: string, code: string) => rule(parse(file, code));

describe('length', () => {
  it('counts the lines of a file', () => {
    expect(check(lengthBreaches, 'src/a.ts', lines(400))).toEqual([]);
    expect(check(lengthBreaches, 'src/a.ts', lines(401))).toEqual(['src/a.ts has 401 lines']);
    expect(check(lengthBreaches, 'test/a.ts', lines(401))).toHaveLength(1);
  });

  it.each([
    ['function longest() {\n', '}', 'longest'],
    ['const longest = () => {\n', '};', 'longest'],
    ['class A {\n longest() {\n', '}\n}', 'longest'],
    ['class A {\n #longest = (x: number) => {\n', '}\n}', '(anonymous)'],
    ['run(function () {\n', '});', '(anonymous)'],
  ])('counts the lines of %s…', (open, close, name) => {
    const file = (count: number) => `/** "function x() {" */\n${open}${lines(count)}${close}\n`;
    expect(check(lengthBreaches, 'src/a.ts', file(68))).toEqual([]);
    const found = check(lengthBreaches, 'src/a.ts', file(69));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`${name} has 71 lines`);
    expect(check(lengthBreaches, 'test/a.ts', file(69))).toEqual([]);
  });

  it('gives a component more room, and a function in its file no more than any other', () => {
    const component = (count: number) =>
      `export function Panel() {\n${lines(count)}  return <Text>it's {'{'}</Text>;\n}\n`;
    const wrapped = (count: number) => `const Panel = memo(function Panel() {\n${lines(count)}});\n`;
    expect(check(lengthBreaches, 'components/a.tsx', component(147))).toEqual([]);
    expect(check(lengthBreaches, 'components/a.tsx', component(148))).toHaveLength(1);
    expect(check(lengthBreaches, 'components/a.tsx', wrapped(148))).toEqual([]);
    expect(check(lengthBreaches, 'components/a.tsx', wrapped(149))).toHaveLength(1);
    expect(check(lengthBreaches, 'components/a.tsx', `function rows() {\n${lines(69)}}\n`)).toHaveLength(1);
    expect(check(lengthBreaches, 'components/a.ts', `function Panel() {\n${lines(69)}}\n`)).toHaveLength(1);
  });
});

describe('opening', () => {
  it.each([
    'const x = 1;',
    '// A line comment is for a line, not a file.\n',
    '/** Short. */',
    '/* Not a docstring, says nothing. */',
  ])('asks for a sentence instead of %s', (code) => expect(check(openingBreaches, 'src/a.ts', code)).toHaveLength(1));

  it('takes one, also after a shebang and over several lines', () => {
    const said = '/**\n * What this file is for,\n * in one sentence.\n */\n';
    expect(check(openingBreaches, 'src/a.ts', said)).toEqual([]);
    expect(check(openingBreaches, 'src/a.cjs', `#!/usr/bin/env node\n${said}`)).toEqual([]);
  });
});

describe('what is left in it', () => {
  it('knows ids of the feature list, also in a comment', () => {
    for (const family of ['UI', 'MD', 'FT', 'SG', 'RK', 'EX', 'JR', 'CL', 'OP']) {
      expect(check(featureIdBreaches, 'src/a.ts', `// see ${family}${3}\n`)).toEqual([`src/a.ts:1 ${family}3`]);
    }
    expect(check(featureIdBreaches, 'src/a.ts', 'const SHA256 = EXIT1 + RKO + DOP12;')).toEqual([]);
  });

  it('knows what was put off and where types were switched off', () => {
    for (const left of ['TO' + 'DO', 'FIX' + 'ME', '@ts-' + 'ignore', '@ts-' + 'nocheck']) {
      expect(check(leftoverBreaches, 'src/a.ts', `const a = 1;\n// ${left} later\n`)).toEqual([`src/a.ts:2 ${left}`]);
    }
    expect(check(leftoverBreaches, 'src/a.ts', `const a = b as ${'any'};`)).toHaveLength(1);
    expect(check(leftoverBreaches, 'src/a.ts', '// the same as anything\n')).toEqual([]);
  });

  it('knows a test that runs alone or never', () => {
    for (const call of ['it.only', 'describe.skip', 'test.todo', 'it.concurrent.only', 'describe.only.each([1])']) {
      expect(check(switchedTestBreaches, 'test/a.test.ts', `${call}('x', () => {});`), call).toHaveLength(1);
    }
    const fine = `it.skipIf(!here)('x', (context) => context.skip()); list.only(1); const s = "it.only('x')"; // it.only`;
    expect(check(switchedTestBreaches, 'test/a.test.ts', fine)).toEqual([]);
  });
});

describe('the tree', () => {
  it.each([
    ['overlong file or function', lengthBreaches],
    ['file without an opening sentence', openingBreaches],
    ['id of the feature list', featureIdBreaches],
    ['work put off', leftoverBreaches],
    ['test alone or switched off', switchedTestBreaches],
  ])('has no %s', (_, rule) => {
    const files = sourceTree().filter((file) => rule !== leftoverBreaches || !file.path.startsWith('test/tidy/'));
    expect(files.flatMap(rule)).toEqual([]);
  });
});
