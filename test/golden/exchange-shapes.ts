/** Shapes of JSON: the names of its fields and what kind of value each has, and where two of them differ. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** A kind, the fields of an object, or the one shape that a list has. */
export type Shape = string | { readonly [name: string]: Shape } | readonly [Shape?];

export function shapeOf(value: unknown): Shape {
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])];
  if (typeof value !== 'object') return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shapeOf(inner)]));
}

/** What ours has otherwise than theirs: `+name` is more, `-name` is less, `name: a, not b` is another kind. */
export function differences(ours: Shape, theirs: Shape, path = ''): string[] {
  if (typeof ours === 'string' || typeof theirs === 'string') {
    return JSON.stringify(ours) === JSON.stringify(theirs) || [ours, theirs].includes('null')
      ? []
      : [`${path}: ${JSON.stringify(ours)}, not ${JSON.stringify(theirs)}`];
  }
  if (isList(ours) || isList(theirs)) {
    if (!isList(ours) || !isList(theirs)) return [`${path}: one is a list`];
    const [mine, other] = [ours[0], theirs[0]];
    return mine === undefined || other === undefined ? [] : differences(mine, other, `${path}[]`);
  }
  const found: string[] = [];
  const at = (name: string) => (path === '' ? name : `${path}.${name}`);
  for (const name of Object.keys(theirs)) if (!(name in ours)) found.push(`-${at(name)}`);
  for (const [name, shape] of Object.entries(ours)) {
    const other = theirs[name];
    if (other === undefined) found.push(`+${at(name)}`);
    else found.push(...differences(shape, other, at(name)));
  }
  return found.sort();
}

const isList = (shape: Shape): shape is readonly [Shape?] => Array.isArray(shape);

const KINDS: Readonly<Record<string, string>> = {
  numberInString: 'string',
  string: 'string',
  number: 'number',
  boolean: 'boolean',
};

/** An interface of the client `binance` as it declares it: words and enumerations are strings; what may be left out has `?`. */
export class DeclaredShapes {
  readonly #text: string;

  constructor(file: string) {
    const root = dirname(createRequire(import.meta.url).resolve('binance'));
    this.#text = readFileSync(join(root, 'types', file), 'utf8');
  }

  of(name: string): { readonly shape: Shape; readonly optional: ReadonlySet<string> } {
    const start = this.#text.search(new RegExp(`^export interface ${name}(?: extends (\\w+))? \\{$`, 'm'));
    if (start < 0) throw new Error(`binance declares no ${name}`);
    const body = this.#text.slice(start, this.#text.indexOf('\n}', start));
    const base = /extends (\w+)/.exec(body.slice(0, body.indexOf('\n')))?.[1];
    const inherited = base === undefined || base === 'WsSharedBase' ? undefined : this.of(base);
    const shape: Record<string, Shape> = { ...Object(inherited?.shape) };
    const optional = new Set<string>(inherited?.optional);
    for (const [, field = '', mark, type = ''] of body.matchAll(/^ {4}(\w+)(\??): ([^;{]+);$/gm)) {
      if (mark === '?') optional.add(field);
      shape[field] = KINDS[type] ?? (type.endsWith('[]') ? [] : 'string');
    }
    return { shape, optional };
  }
}
