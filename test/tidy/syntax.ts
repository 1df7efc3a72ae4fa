/** Reads the project's source files as syntax trees, so that the rules of the tree see code and not comments or strings. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseAst } from 'vitest/node';

export const PROJECT = path.resolve(import.meta.dirname, '../..');
const CODE_FOLDERS = ['engine', 'state', 'components', 'logs', 'src', 'test'];

/** A node of an ESTree (with TypeScript): what the rules need of it. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** One module that a file names. */
export interface Import {
  readonly from: string;
  /** Nothing of it is left when the types are stripped. */
  readonly typeOnly: boolean;
  readonly line: number;
}

export interface SourceFile {
  /** Relative to the project, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly program: Node;
}

/** Parses `text`; a file that does not parse throws with its path. */
export function parse(file: string, text: string): SourceFile {
  const lang = file.endsWith('.tsx') ? 'tsx' : file.endsWith('.cjs') ? 'js' : 'ts';
  try {
    const sourceType = file.endsWith('.cjs') ? 'script' : 'module';
    return { path: file, text, program: parseAst(text, { lang, sourceType }) as unknown as Node };
  } catch (error) {
    throw new Error(`${file} does not parse: ${error instanceof Error ? error.message : String(error)}`);
  }
}

let tree: readonly SourceFile[] | undefined;

/** All source files of the project, parsed once. */
export function sourceTree(): readonly SourceFile[] {
  tree ??= CODE_FOLDERS.flatMap((folder) =>
    readdirSync(path.join(PROJECT, folder), { recursive: true, encoding: 'utf8' }).map(
      (name) => `${folder}/${name.replaceAll('\\', '/')}`,
    ),
  )
    .filter((name) => /\.(ts|tsx|cjs)$/.test(name))
    .sort()
    .map((name) => parse(name, readFileSync(path.join(PROJECT, name), 'utf8')));
  return tree;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
}

/** Calls `visit` for every node under and including `node`, parents first, with the node above it. */
export function walk(node: Node, visit: (node: Node, parent: Node | undefined) => void, parent?: Node): void {
  visit(node, parent);
  for (const value of Object.values(node)) {
    if (isNode(value)) walk(value, visit, node);
    else if (Array.isArray(value)) for (const item of value) if (isNode(item)) walk(item, visit, node);
  }
}

export function lineOf(file: SourceFile, node: Node): number {
  return lineAt(file.text, node.start);
}

export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}

/** Name of an identifier, else undefined. */
export function nameOf(node: unknown): string | undefined {
  return isNode(node) && (node.type === 'Identifier' || node.type === 'JSXIdentifier') ? String(node.name) : undefined;
}

/** Text of a string literal or of a template without holes, else undefined. */
export function stringOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node.type !== 'TemplateLiteral' || (node.expressions as unknown[]).length > 0) return undefined;
  return (node.quasis as Array<{ value: { cooked: string } }>)[0]?.value.cooked;
}

/** Every module a file names: imports, re-exports, dynamic and type imports, `require`. */
export function importsOf(file: SourceFile): Import[] {
  const found: Import[] = [];
  walk(file.program, (node) => {
    const from = stringOf(sourceOf(node));
    if (from !== undefined) found.push({ from, typeOnly: isTypeOnly(node), line: lineOf(file, node) });
  });
  return found;
}

function sourceOf(node: Node): unknown {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
    case 'ImportExpression':
    case 'TSImportType':
      return node.source;
    case 'TSExternalModuleReference':
      return node.expression;
    case 'CallExpression':
      return nameOf(node.callee) === 'require' ? (node.arguments as unknown[])[0] : undefined;
    default:
      return undefined;
  }
}

function isTypeOnly(node: Node): boolean {
  if (node.type === 'TSImportType' || node.importKind === 'type' || node.exportKind === 'type') return true;
  const specifiers = (node.specifiers as Node[] | undefined) ?? [];
  return specifiers.length > 0 && specifiers.every((s) => s.importKind === 'type' || s.exportKind === 'type');
}
