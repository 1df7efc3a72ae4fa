/** What this build calls itself in manifests, so that a replay by another one is told. */
import { readFileSync } from 'node:fs';

/**
 * Name and version of the package, and a hash of the engine's sources, which the bundler puts in place of the
 * variable: two builds of one name replay alike.
 */
export const BUILD: string = readBuild();

function readBuild(): string {
  for (const up of ['../package.json', '../../package.json']) {
    try {
      const { name, version } = JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8')) as Record<
        string,
        unknown
      >;
      return `${String(name)} ${String(version)}+${process.env.CHIMERA_ENGINE_HASH ?? 'unbuilt'}`;
    } catch {
      // dist lies one folder deeper than the sources
    }
  }
  return 'chimera';
}
