/** The runs that a data directory has recorded, and when. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isSessionName, readManifest, type SessionManifest } from '../../logs/index.ts';
import type { DataDir } from '../data-dir.ts';

export interface RecordedRun {
  readonly folder: string;
  readonly manifest: SessionManifest;
  readonly fromMs: number;
  readonly toMs: number;
}

/** One that was not closed is taken to have ended when its folder was written to last. */
export function recordedRuns(dir: DataDir): RecordedRun[] {
  if (!existsSync(dir.sessions)) return [];
  const names = readdirSync(dir.sessions).filter(isSessionName).sort();
  return names.flatMap((name) => {
    const folder = join(dir.sessions, name);
    try {
      const manifest = readManifest(folder);
      const { kind, createdAt, complete, lastUs } = manifest;
      if (kind !== 'console') return [];
      const toMs = complete ? lastUs / 1000 : lastWrittenMs(folder);
      return [{ folder, manifest, fromMs: Date.parse(createdAt), toMs }];
    } catch {
      // A session that cannot be read vouches for nothing.
      return [];
    }
  });
}

const lastWrittenMs = (folder: string): number =>
  Math.max(...readdirSync(folder).map((name) => statSync(join(folder, name)).mtimeMs));
