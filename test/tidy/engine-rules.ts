/** What code inside the deterministic engine may not reach: clocks, chance, locale, the machine, anything asynchronous. */
import { importsOf, lineOf, type Node, nameOf, type SourceFile, walk } from './syntax.ts';

/** Names that may not occur as a value or a type, whatever is done with them. */
const BANNED_NAMES = new Set([
  ...['Date', 'performance', 'Temporal', 'Intl', 'crypto', 'globalThis', 'eval', 'Function'],
  ...['Promise', 'PromiseLike', 'AsyncIterable', 'AsyncGenerator', 'queueMicrotask', 'Atomics', 'SharedArrayBuffer'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'requestAnimationFrame'],
  ...['process', 'require', 'Buffer', 'console', 'fetch', 'Worker', 'WebAssembly', 'document', 'navigator'],
  ...['WeakRef', 'FinalizationRegistry'],
]);

/** What of Math every machine computes to the same bit. The rest is in kernel/math. */
const EXACT_MATH = new Set([
  ...['abs', 'ceil', 'floor', 'max', 'min', 'round', 'sign', 'sqrt', 'trunc', 'imul', 'clz32', 'fround'],
  ...['E', 'LN10', 'LN2', 'LOG10E', 'LOG2E', 'PI', 'SQRT1_2', 'SQRT2'],
]);

const LOCALE_METHOD = /^(?:localeCompare|toLocale[A-Z]\w*)$/;

/** One line for each breach: place and what it is. */
export function engineBreaches(file: SourceFile): string[] {
  const breaches: string[] = [];
  walk(file.program, (node, parent) => {
    const breach = breachOf(node, parent);
    if (breach !== undefined) breaches.push(`${file.path}:${lineOf(file, node)} ${breach}`);
  });
  for (const { from, line } of importsOf(file)) {
    if (!from.startsWith('.')) breaches.push(`${file.path}:${line} imports ${from}`);
  }
  return breaches;
}

function breachOf(node: Node, parent: Node | undefined): string | undefined {
  switch (node.type) {
    case 'Identifier':
      return isReference(node, parent) ? nameBreach(String(node.name), parent) : undefined;
    case 'MemberExpression':
      return memberBreach(node);
    case 'BinaryExpression':
    case 'AssignmentExpression':
      return isInexactPower(node) ? '** is not exact: use pow of kernel/math' : undefined;
    case 'ForInStatement':
      return 'for…in has no order to rely on';
    case 'AwaitExpression':
      return 'await';
    case 'ForOfStatement':
      return node.await === true ? 'for await' : undefined;
    case 'ImportExpression':
    case 'MetaProperty':
      return node.type === 'ImportExpression' || nameOf(node.meta) === 'import' ? 'import()/import.meta' : undefined;
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return node.async === true ? 'async function' : undefined;
    default:
      return undefined;
  }
}

/** Whether an identifier stands for a variable or a type and is not the name of a property or method. */
function isReference(node: Node, parent: Node | undefined): boolean {
  if (parent === undefined) return true;
  if (parent.type === 'MemberExpression') return parent.object === node || parent.computed === true;
  if (parent.type === 'Property' && parent.shorthand === true) return true;
  const isKey = parent.key === node && parent.computed !== true;
  return !isKey;
}

function nameBreach(name: string, parent: Node | undefined): string | undefined {
  if (BANNED_NAMES.has(name)) return name;
  // As the object of a plain member access it is judged there.
  const judgedAsMember = parent?.type === 'MemberExpression' && parent.computed !== true;
  return name === 'Math' && !judgedAsMember ? 'Math handed on as a whole' : undefined;
}

function memberBreach(node: Node): string | undefined {
  const property = node.computed === true ? undefined : nameOf(node.property);
  if (property === undefined) return undefined;
  if (nameOf(node.object) === 'Math' && !EXACT_MATH.has(property)) return `Math.${property}`;
  return LOCALE_METHOD.test(property) ? `.${property}()` : undefined;
}

/** A power of big integers is exact; any other is left to the machine. */
function isInexactPower(node: Node): boolean {
  if (node.operator === '**=') return true;
  return node.operator === '**' && typeof (node.left as Node).bigint !== 'string';
}

interface TypeScriptConfig {
  readonly compilerOptions?: { readonly types?: readonly string[]; readonly lib?: readonly string[] };
}

/** Why a tsconfig lets Node or the DOM compile; empty when it does not. */
export function boundaryBreaches(config: TypeScriptConfig): string[] {
  const { types, lib } = config.compilerOptions ?? {};
  const breaches: string[] = [];
  if (types === undefined || types.length > 0) breaches.push(`types is ${JSON.stringify(types)} instead of []`);
  const foreign = (lib ?? ['(default)']).filter((name) => !/^ES\d{4}$/i.test(name));
  if (foreign.length > 0) breaches.push(`lib has ${foreign.join(', ')}`);
  return breaches;
}
