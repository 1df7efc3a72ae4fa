/** The engine reaches no clock, no chance, no locale, no machine; and this test would notice if it did. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { boundaryBreaches, engineBreaches } from './engine-rules.ts';
import { PROJECT, parse, sourceTree } from './syntax.ts';

const breaches = (code: string) => engineBreaches(parse('engine/x.ts', code));

describe('the rule', () => {
  it.each([
    'const now = Date.now();',
    'let at: Date;',
    'const { now } = performance;',
    'const x = Math.random();',
    'const x = Math.exp(1) + 2;',
    'const x = Math?.log(2);',
    'const x = Math["pow"](2, 3);',
    'const { tanh } = Math;',
    'const m = Math;',
    'const x = Math.hypot(1, 2) ;',
    'const x = 2 ** 0.5;',
    'let x = 2; x **= 3;',
    'const f = new Intl.NumberFormat();',
    'const s = (1).toLocaleString();',
    '["a"].sort((a, b) => a.localeCompare(b));',
    'async function f() {}',
    'const f = async () => 1;',
    'class A { async go() {} }',
    'export const x = await y;',
    'async function* g() { for await (const x of y) z(x); }',
    'let p: Promise<number>;',
    'setTimeout(() => {}, 1);',
    'const t = { setTimeout };',
    'for (const k in {}) f(k);',
    'const r = new WeakRef({});',
    'const x = process.hrtime();',
    'const fs = require("fs");',
    'import { readFileSync } from "node:fs";',
    'import type { Stats } from "fs";',
    'import x from "zod";',
    'export * from "node:path";',
    'const m = import("./x.ts");',
    'const u = import.meta.url;',
    'const g = globalThis["Da" + "te"];',
    'eval("1");',
    'const f = new Function("return 1");',
    'console.log(1);',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the hole is part of the planted code
    'const s = `${Date.now()}`;',
    'function f(at = Date.now()) {}',
    'function f({ at = performance.now() }) {}',
  ])('catches %s', (code) => expect(breaches(code)).not.toEqual([]));

  it.each([
    '// Date.now(), Math.random() and await\nconst x = 1;',
    '/** Promise, process.env, for (k in o) */',
    'const text = "Date.now()"; const other = `await Math.exp ** setTimeout`;',
    'const r = /Math.random() Date/;',
    'const row = { Date: 1, process: 2, await: 3 }; row.Date; row.process();',
    'class A { process() { return this.Promise; } require = 1; #Date = 2 }',
    'interface B { Date: number; setTimeout(): void }',
    'const x = Math.max(1, Math.floor(2), Math.imul(3, 4)) + Math.PI;',
    'const one = 10n ** BigInt(4);',
    'for (const x of [1]) f(x);',
    'import { exp } from "../kernel/math.ts"; exp(1); log(2);',
    'const { Date: at } = row;',
  ])('lets %s pass', (code) => expect(breaches(code)).toEqual([]));

  it('names place and offence', () => {
    expect(breaches('\n\nconst x = Math.random();')).toEqual(['engine/x.ts:3 Math.random']);
  });

  it('knows a tsconfig that lets Node or the DOM in', () => {
    expect(boundaryBreaches({ compilerOptions: { types: [], lib: ['ES2024'] } })).toEqual([]);
    expect(boundaryBreaches({ compilerOptions: { types: ['node'], lib: ['ES2024'] } })).toHaveLength(1);
    expect(boundaryBreaches({ compilerOptions: { types: [], lib: ['ES2024', 'DOM'] } })).toHaveLength(1);
    expect(boundaryBreaches({ compilerOptions: {} })).toHaveLength(2);
  });
});

describe('the tree', () => {
  it('keeps the engine deterministic', () => {
    const files = sourceTree().filter((file) => file.path.startsWith('engine/'));
    expect(files.length).toBeGreaterThan(20);
    expect(files.flatMap(engineBreaches)).toEqual([]);
  });

  it.each(['engine', 'state'])('compiles %s without Node and DOM', (folder) => {
    const config = JSON.parse(readFileSync(path.join(PROJECT, folder, 'tsconfig.json'), 'utf8'));
    expect(boundaryBreaches(config)).toEqual([]);
  });
});
