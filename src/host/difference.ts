/** Where two events differ first, in a few words: a whole event is several screens long. */
import { cleanText } from '../../logs/index.ts';

const LONGEST_VALUE = 80;

/** Both are canonical JSON, or undefined where there is no such event. */
export function firstDifference(recorded: string | undefined, replayed: string | undefined): string {
  if (recorded === undefined) return `nothing more recorded, replayed ${kindOf(replayed)}`;
  if (replayed === undefined) return `recorded ${kindOf(recorded)}, nothing more replayed`;
  const [a, b] = [parse(recorded), parse(replayed)];
  const path = a === undefined || b === undefined ? [] : (pathOfDifference(a, b) ?? []);
  const where = path.length === 0 ? '' : `${path.join('.')} `;
  return `${kindOf(replayed)}: ${where}recorded ${shown(at(a, path))}, replayed ${shown(at(b, path))}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function kindOf(text: string | undefined): string {
  const kind = at(parse(text ?? ''), ['kind']);
  return typeof kind === 'string' ? cleanText(kind) : 'an event';
}

const isNode = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Path to the first leaf that differs, the shallower first where one side has no such leaf; undefined for equals. */
function pathOfDifference(a: unknown, b: unknown): readonly string[] | undefined {
  if (!isNode(a) || !isNode(b)) return Object.is(a, b) ? undefined : [];
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const below = pathOfDifference(a[key], b[key]);
    if (below !== undefined) return [key, ...below];
  }
  return undefined;
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((node, key) => (isNode(node) ? node[key] : undefined), value);
}

function shown(value: unknown): string {
  const text = cleanText(JSON.stringify(value) ?? 'nothing');
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE)}…`;
}
