/** What this build calls itself in manifests. */
import { readFileSync } from 'node:fs';

/** Name and version of the package; the same in the sources and in `dist`. */
export const BUILD: string = readBuild();

function readBuild(): string {
  for (const up of ['../package.json', '../../package.json']) {
    try {
      const { name, version } = JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8')) as Record<
        string,
        unknown
      >;
      return `${String(name)} ${String(version)}`;
    } catch {
      // dist lies one folder deeper than the sources
    }
  }
  return 'chimera';
}
