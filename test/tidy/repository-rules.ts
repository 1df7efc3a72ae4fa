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

export interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly allowScripts?: Readonly<Record<string, boolean>>;
}

export interface Lockfile {
  readonly packages: Readonly<
    Record<
      string,
      Manifest & { readonly version?: string; readonly integrity?: string; readonly hasInstallScript?: boolean }
    >
  >;
}

/** Versions that may move by themselves. */
export function versionBreaches(manifest: Manifest): string[] {
  const wanted = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
  return wanted
    .filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))
    .map(([name, version]) => `${name}@${version}`);
}

/** Packages whose locked version is another than the manifest's, or that are locked without a checksum. */
export function lockBreaches(manifest: Manifest, lock: Lockfile): string[] {
  const wanted = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
  const moved = wanted
    .filter(([name, version]) => lock.packages[`node_modules/${name}`]?.version !== version)
    .map(([name, version]) => `${name}@${version} is locked at ${lock.packages[`node_modules/${name}`]?.version}`);
  const unchecked = Object.entries(lock.packages)
    .filter(([place, { integrity }]) => place !== '' && integrity === undefined)
    .map(([place]) => `${place} has no checksum`);
  return [...moved, ...unchecked];
}

/** Packages with install scripts on which `allowScripts` is silent, and names in it that no package has. */
export function scriptBreaches(manifest: Manifest, lock: Lockfile): string[] {
  const decided = Object.keys(manifest.allowScripts ?? {});
  const scripted = Object.entries(lock.packages)
    .filter(([, entry]) => entry.hasInstallScript === true)
    .map(([place]) => place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length));
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
