/** The direction of imports, and that a wrong one is noticed. */
import { describe, expect, it } from 'vitest';
import { importBreaches, importCycles } from './import-rules.ts';
import { parse, sourceTree } from './syntax.ts';

const breaches = (file: string, code: string) => importBreaches(parse(file, code));

describe('the rule', () => {
  it.each([
    ['engine/kernel/a.ts', 'import "../domain/units.ts";'],
    ['engine/kernel/a.ts', 'import type { X } from "../domain/units.ts";'],
    ['engine/domain/a.ts', 'import { x } from "../market/book.ts";'],
    ['engine/risk/a.ts', 'import { x } from "../oms/book.ts";'],
    ['engine/statistics/a.ts', 'import { x } from "../domain/units.ts";'],
    ['engine/risk/a.ts', 'export { x } from "../oms/book.ts";'],
    ['engine/sim/a.ts', 'import { x } from "../core/state.ts";'],
    ['engine/core/a.ts', 'import { x } from "../replay/source.ts";'],
    ['engine/replay/a.ts', 'import { x } from "../lab/farm.ts";'],
    ['engine/risk/a.ts', 'import { x } from "../index.ts";'],
    ['engine/core/a.ts', 'import { x } from "../training/labels.ts";'],
    ['engine/models/a.ts', 'import { x } from "../training/labels.ts";'],
    ['engine/newcomer/a.ts', 'import { x } from "../domain/index.ts";'],
    ['engine/core/a.ts', 'import { x } from "../../state/view.ts";'],
    ['engine/core/a.ts', 'import fs from "node:fs";'],
    ['logs/a.ts', 'import { x } from "../engine/index.ts";'],
    ['logs/a.ts', 'import { x } from "../engine/kernel/hash.ts";'],
    ['logs/a.ts', 'import { x } from "../state/view.ts";'],
    ['logs/a.ts', 'import { render } from "ink";'],
    ['state/a.ts', 'import { AT } from "../engine/domain/index.ts";'],
    ['state/a.ts', 'import { type A, AT } from "../engine/domain/index.ts";'],
    ['state/a.ts', 'import { useState } from "react";'],
    ['state/a.ts', 'import type { Stats } from "node:fs";'],
    ['state/a.ts', 'import { x } from "../components/app.tsx";'],
    ['components/a.tsx', 'import { x } from "../src/host.ts";'],
    ['components/a.tsx', 'import { x } from "../logs/index.ts";'],
    ['components/a.tsx', 'import ws from "ws";'],
    ['components/a.tsx', 'const x = await import("../src/host.ts");'],
    ['components/a.tsx', 'type X = import("../engine/risk/gates.ts").Gate;'],
    ['src/a.ts', 'import { x } from "../engine/market/book.ts";'],
    ['src/a.ts', 'import { x } from "../test/fixtures/x.ts";'],
    ['src/venues/a.ts', 'import type { X } from "../brokers/gateway.ts";'],
    ['src/a.cjs', 'const x = require("../engine/market/book.ts");'],
  ])('%s: %s is a breach', (file, code) => expect(breaches(file, code)).toHaveLength(1));

  it.each([
    ['engine/domain/a.ts', 'import { hash } from "../kernel/hash.ts";'],
    ['engine/models/a.ts', 'import { x } from "../statistics/samples.ts";'],
    ['engine/risk/deep/a.ts', 'import { hash } from "../../kernel/hash.ts"; import "../gates.ts";'],
    ['engine/core/a.ts', 'import { x } from "../risk/gates.ts"; import "../domain/index.ts";'],
    ['engine/lab/a.ts', 'import { x } from "../replay/source.ts"; import "../core/step.ts";'],
    ['engine/index.ts', 'export * from "./core/step.ts"; export type * from "./replay/source.ts";'],
    ['logs/a.ts', 'import { AT } from "../engine/domain/index.ts"; import fs from "node:fs";'],
    ['logs/a.ts', 'import type { InputSource } from "../engine/index.ts";'],
    [
      'state/a.ts',
      'import type { Side } from "../engine/domain/index.ts"; import { type X } from "../engine/index.ts";',
    ],
    [
      'components/a.tsx',
      'import { useStore } from "../state/store.ts"; import { Box } from "ink"; import "react/jsx-runtime";',
    ],
    [
      'src/a.tsx',
      'import { run } from "../engine/index.ts"; import "../logs/index.ts"; import "../components/app.tsx";',
    ],
    ['test/unit/a.test.ts', 'import { x } from "../../engine/market/book.ts"; import "../../src/cli.ts";'],
    ['src/a.ts', '// import { x } from "../test/x.ts";\nconst s = "import x from \'../test/x.ts\'";'],
  ])('%s: %s is allowed', (file, code) => expect(breaches(file, code)).toEqual([]));

  it('finds a cycle of values, once, and none where types close it', () => {
    const a = parse('src/a.ts', 'import "./b.ts";');
    const b = parse('src/b.ts', 'import { c } from "./c/c.ts";');
    const back = parse('src/c/c.ts', 'export { a } from "../a.ts"; import "../b.ts";');
    const types = parse('src/c/c.ts', 'import type { A } from "../a.ts";');
    expect(importCycles([a, b, back])).toEqual([
      'src/a.ts → src/b.ts → src/c/c.ts → src/a.ts',
      'src/b.ts → src/c/c.ts → src/b.ts',
    ]);
    expect(importCycles([a, b, types])).toEqual([]);
  });
});

describe('the tree', () => {
  it('imports downward only, and the engine through its doors', () => {
    expect(sourceTree().flatMap(importBreaches)).toEqual([]);
  });

  it('has no cycle', () => expect(importCycles(sourceTree())).toEqual([]));
});
