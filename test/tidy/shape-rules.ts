/** The shape of a file: how long it and its functions are, how it opens, and what may not be left in it. */
import { lineAt, lineOf, type Node, nameOf, type SourceFile, walk } from './syntax.ts';

export const MAX_FILE_LINES = 400;
export const MAX_FUNCTION_LINES = 70;
export const MAX_COMPONENT_LINES = 150;
const FUNCTIONS = ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'];

export function lengthBreaches(file: SourceFile): string[] {
  const lines = file.text.trimEnd().split('\n').length;
  const breaches = lines > MAX_FILE_LINES ? [`${file.path} has ${lines} lines`] : [];
  // A test's body is a list of cases: only its file has a limit.
  if (file.path.startsWith('test/')) return breaches;
  walk(file.program, (node, parent) => {
    if (!FUNCTIONS.includes(node.type)) return;
    const name = functionName(node, parent);
    const isComponent = file.path.endsWith('.tsx') && /^[A-Z]/.test(name);
    const length = lineAt(file.text, node.end) - lineOf(file, node) + 1;
    if (length > (isComponent ? MAX_COMPONENT_LINES : MAX_FUNCTION_LINES)) {
      breaches.push(`${file.path}:${lineOf(file, node)} ${name} has ${length} lines`);
    }
  });
  return breaches;
}

/** The name a function has by itself, by its variable or property, or by the call it is wrapped in (`memo`). */
function functionName(node: Node, parent: Node | undefined): string {
  const own = nameOf(node.id) ?? nameOf(parent?.id) ?? nameOf(parent?.key);
  return own ?? '(anonymous)';
}

/** A file opens with a comment that says what it is for. */
export function openingBreaches(file: SourceFile): string[] {
  const opening = /^(?:#!.*\n)?\/\*\*([\s\S]*?)\*\//
    .exec(file.text)?.[1]
    ?.replace(/\s*\n \*/g, ' ')
    .trim();
  if (opening === undefined) return [`${file.path} does not open with a comment`];
  return opening.length < 25 || !/[.:!?]/.test(opening) ? [`${file.path} opens with no sentence: ${opening}`] : [];
}

const FEATURE_ID = /\b(?:UI|MD|FT|SG|RK|EX|JR|CL|OP)\d{1,2}\b/g;
const LEFTOVER = /\b(?:TODO|FIXME|XXX)\b|@ts-ignore|@ts-nocheck|\bas any\b/g;

/** Ids of the feature list mean nothing to a reader of the code. */
export function featureIdBreaches(file: SourceFile): string[] {
  return matches(file, FEATURE_ID);
}

/** What is to be done is done, and types are not switched off. */
export function leftoverBreaches(file: SourceFile): string[] {
  return matches(file, LEFTOVER);
}

function matches(file: SourceFile, pattern: RegExp): string[] {
  return [...file.text.matchAll(pattern)].map((m) => `${file.path}:${lineAt(file.text, m.index)} ${m[0]}`);
}

const TEST_FUNCTIONS = ['it', 'test', 'describe', 'suite', 'bench'];
/** Tests that run alone or never; a condition (`skipIf`) says why and is allowed. */
const SWITCHES = ['only', 'skip', 'todo'];

export function switchedTestBreaches(file: SourceFile): string[] {
  const breaches: string[] = [];
  walk(file.program, (node) => {
    if (node.type !== 'MemberExpression' || !SWITCHES.includes(nameOf(node.property) ?? '')) return;
    let object = node.object as Node;
    while (object.type === 'MemberExpression') object = object.object as Node;
    const name = nameOf(object);
    if (name !== undefined && TEST_FUNCTIONS.includes(name)) {
      breaches.push(`${file.path}:${lineOf(file, node)} ${name}.${nameOf(node.property)}`);
    }
  });
  return breaches;
}
