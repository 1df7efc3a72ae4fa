/** Who may import whom: the folders of the tree as layers, and no module that imports itself by a detour. */
import path from 'node:path';
import { importsOf, type SourceFile } from './syntax.ts';

const STAGES = ['market', 'signals', 'models', 'strategies', 'risk', 'approval', 'oms', 'governor', 'sim'];
const BELOW_STAGES = ['kernel', 'domain', 'statistics'];

/** Folders of the engine and those each may reach besides itself. A stage does not know another. */
const ENGINE_LAYERS: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  domain: ['kernel'],
  statistics: ['kernel'],
  ...Object.fromEntries(STAGES.map((stage) => [stage, BELOW_STAGES])),
  core: [...BELOW_STAGES, ...STAGES],
  replay: [...BELOW_STAGES, ...STAGES, 'core'],
  training: [...BELOW_STAGES, ...STAGES, 'core'],
  lab: [...BELOW_STAGES, ...STAGES, 'core', 'replay'],
};

/** Folders of the project and those each may reach besides itself. */
const PROJECT_LAYERS: Readonly<Record<string, readonly string[]>> = {
  engine: [],
  logs: ['engine'],
  state: ['engine'],
  components: ['engine', 'state'],
  src: ['engine', 'logs', 'state', 'components'],
  test: ['engine', 'logs', 'state', 'components', 'src'],
};

/** Folders of `src` that know nothing of others: market data stands without the trading side. */
const APART: ReadonlyArray<readonly [from: string, to: string]> = [['src/venues/', 'src/brokers/']];

/** The engine's doors, and which of them a folder may use; a test may open anything. */
const DOMAIN_DOOR = 'engine/domain/index.ts';
const ENGINE_DOORS = ['engine/index.ts', DOMAIN_DOOR, 'engine/training/index.ts'];

/** Packages a folder may use; folders that are not named may use any. */
const PACKAGES: Readonly<Record<string, RegExp>> = {
  engine: /^$/,
  state: /^$/,
  components: /^(?:react|ink|blessed|blessed-contrib|string-width)(?:\/|$)|^node:/,
  logs: /^(?:node:|zod$|pino$|lowdb(?:\/|$))/,
};

/** One line for each import that the rules forbid. */
export function importBreaches(file: SourceFile): string[] {
  return importsOf(file).flatMap(({ from, typeOnly, line }) => {
    const breach = from.startsWith('.')
      ? pathBreach(file.path, path.posix.join(path.posix.dirname(file.path), from), typeOnly)
      : packageBreach(file.path, from);
    return breach === undefined ? [] : [`${file.path}:${line} ${breach}`];
  });
}

function packageBreach(importer: string, name: string): string | undefined {
  const folder = importer.split('/')[0]!;
  const allowed = PACKAGES[folder];
  return allowed === undefined || allowed.test(name) ? undefined : `${folder} may not use the package ${name}`;
}

function pathBreach(importer: string, target: string, typeOnly: boolean): string | undefined {
  const from = importer.split('/')[0]!;
  const to = target.split('/')[0]!;
  if (APART.some(([a, b]) => importer.startsWith(a) && target.startsWith(b)))
    return `${importer} may not import ${target}`;
  if (from === to) return from === 'engine' ? engineBreach(importer, target) : undefined;
  const allowed = PROJECT_LAYERS[from];
  if (allowed === undefined || !allowed.includes(to)) return `${from} may not import ${target}`;
  if (to !== 'engine' || from === 'test') return undefined;
  if (!ENGINE_DOORS.includes(target)) return `${target} is not a door of the engine`;
  if (typeOnly || from === 'src') return undefined;
  if (from === 'logs') return target === DOMAIN_DOOR ? undefined : `logs may import values from ${DOMAIN_DOOR} only`;
  return `${from} may import types of the engine only`;
}

function engineBreach(importer: string, target: string): string | undefined {
  const from = importer.split('/').slice(1);
  const to = target.split('/').slice(1);
  if (from.length === 1) return undefined;
  if (to.length === 1) return `${importer} may not import the engine's own door`;
  if (from[0] === to[0]) return undefined;
  const allowed = ENGINE_LAYERS[from[0]!];
  if (allowed === undefined) return `the folder engine/${from[0]} has no place in the layers`;
  return allowed.includes(to[0]!) ? undefined : `engine/${from[0]} may not import engine/${to[0]}`;
}

/** Chains of imports that end where they began, each once; imports of types alone do not count. */
export function importCycles(files: readonly SourceFile[]): string[] {
  const targets = new Map(
    files.map((file) => {
      const folder = path.posix.dirname(file.path);
      const values = importsOf(file).filter(({ from, typeOnly }) => from.startsWith('.') && !typeOnly);
      return [file.path, values.map(({ from }) => path.posix.join(folder, from))];
    }),
  );
  const cycles: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, trail: readonly string[]): void => {
    const at = trail.indexOf(file);
    if (at >= 0) cycles.push([...trail.slice(at), file].join(' → '));
    if (at >= 0 || done.has(file)) return;
    for (const target of targets.get(file) ?? []) visit(target, [...trail, file]);
    done.add(file);
  };
  for (const file of targets.keys()) visit(file, []);
  return cycles;
}
