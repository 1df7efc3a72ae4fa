/** The run under which a session is replayed: the recorded one of a console session, or one made for an import. */
import type { EngineConfig } from '../../engine/domain/index.ts';
import type { SessionManifest } from '../../logs/index.ts';
import { runConfig } from './config.ts';
import type { ReplayRun } from './job.ts';

/** Headless and console default for imports: policy clears, so that there is something to see. */
const IMPORT_CONTROL = 'auto';

export function configFor(manifest: SessionManifest, run: ReplayRun): EngineConfig {
  if (manifest.config !== undefined) return manifest.config;
  return runConfig({
    runId: manifest.name,
    seed: run.seed,
    control: run.control ?? IMPORT_CONTROL,
    barIntervalUs: run.barIntervalUs ?? manifest.barIntervalUs,
    startingCash: run.startingCash,
    accountCurrency: manifest.accountCurrency,
    instruments: manifest.instruments,
    synthetic: false,
  });
}
