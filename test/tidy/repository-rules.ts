/** The outside of the repository: what lies at its top, which packages it takes and which of them may run scripts. */

import { importsOf, type SourceFile } from './syntax.ts';

/** The names the top level is made of; dot files come besides. */
const TOP_LEVEL = [
  ...['engine', 'state', 'components', 'logs', 'src', 'test'],
  ...['package.json', 'tsconfig.json', 'README.md', 'ARCHITECTURE.md'],
  // What npm writes, and what the tools look for at the top and nowhere else.
  ...['package-lock.json', 'tsconfig.base.json', 'biome.json', 'vitest.config.ts'],
];
/** Made by npm; git ignores them. */
const MADE = ['node_modules', 'dist'];

export function topLevelBreaches(names: readonly string[]): string[] {
  return names.filter((name) => !name.startsWith('.') && !TOP_LEVEL.includes(name) && !MADE.includes(name));
}

type Versions = Readonly<Record<string, string>>;

export interface Manifest {
  readonly dependencies?: Versions;
  readonly devDependencies?: Versions;
  readonly overrides?: Versions;
  readonly allowScripts?: Readonly<Record<string, boolean>>;
}

interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
  readonly dependencies?: Versions;
  readonly optionalDependencies?: Versions;
}

export interface Lockfile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

/** Versions that may move by themselves, overrides included. */
export function versionBreaches(manifest: Manifest): string[] {
  const { dependencies, devDependencies, overrides } = manifest;
  const wanted = [dependencies, devDependencies, overrides].flatMap((versions) => Object.entries(versions ?? {}));
  return wanted
    .filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))
    .map(([name, version]) => `${name}@${version}`);
}

/**
 * Why `npm ci` would refuse the lockfile, or could not check what it takes: a version other than the manifest's,
 * an override not followed, a package that another wants and the lockfile lacks (those for other platforms
 * count), a missing checksum.
 */
export function lockBreaches(manifest: Manifest, lock: Lockfile): string[] {
  const wanted = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
  const breaches = wanted
    .filter(([name, version]) => lock.packages[`node_modules/${name}`]?.version !== version)
    .map(([name, version]) => `${name}@${version} is locked at ${lock.packages[`node_modules/${name}`]?.version}`);
  for (const [place, entry] of Object.entries(lock.packages)) {
    if (place === '') continue;
    const override = manifest.overrides?.[packageAt(place)];
    if (override !== undefined && entry.version !== override) {
      breaches.push(`${place} is locked at ${entry.version} against the override ${override}`);
    }
    if (entry.integrity === undefined) breaches.push(`${place} has no checksum`);
    for (const name of Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })) {
      if (!isLocked(lock, place, name)) breaches.push(`${place} wants ${name}, which is not locked`);
    }
  }
  return breaches;
}

function packageAt(place: string): string {
  return place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

/** Looks where Node would: in the package's own folder of modules, then in those around it. */
function isLocked(lock: Lockfile, place: string, name: string): boolean {
  for (let folder = place; folder !== ''; ) {
    if (lock.packages[`${folder}/node_modules/${name}`] !== undefined) return true;
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')));
  }
  return lock.packages[`node_modules/${name}`] !== undefined;
}

/** Packages with install scripts on which `allowScripts` is silent, and names in it that no package has. */
export function scriptBreaches(manifest: Manifest, lock: Lockfile): string[] {
  const decided = Object.keys(manifest.allowScripts ?? {});
  const scripted = Object.entries(lock.packages)
    .filter(([, entry]) => entry.hasInstallScript === true)
    .map(([place]) => packageAt(place));
  const silent = scripted
    .filter((name) => !decided.includes(name))
    .map((name) => `${name} may or may not run its script?`);
  const idle = decided.filter((name) => !scripted.includes(name)).map((name) => `${name} has no install script`);
  return [...new Set([...silent, ...idle])];
}

/** Packages that a file takes although the manifest does not name them: they came with another package and may go with it. */
export function undeclaredPackages(file: SourceFile, manifest: Manifest): string[] {
  const shipped = Object.keys(manifest.dependencies ?? {});
  const forDevelopment = [...shipped, ...Object.keys(manifest.devDependencies ?? {})];
  return importsOf(file).flatMap(({ from, typeOnly, line }) => {
    if (from.startsWith('.') || from.startsWith('node:')) return [];
    const name = from.split('/', from.startsWith('@') ? 2 : 1).join('/');
    const declared = typeOnly || file.path.startsWith('test/') ? forDevelopment : shipped;
    return declared.includes(name) ? [] : [`${file.path}:${line} ${name}`];
  });
}
