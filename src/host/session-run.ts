/** The run under which a session is replayed: the recorded one of a console session, or one made for an import. */
import type { EngineConfig } from '../../engine/domain/index.ts';
import { type LoadedSession, RECORD_SCHEMA_HASH, type SessionManifest } from '../../logs/index.ts';
import { BUILD } from '../build-info.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
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
    live: false,
    policy: run.policy,
    strategies: run.strategies,
    models: run.models,
  });
}

/** What whoever replays a session should know beforehand; a line each. */
export function replayWarnings({ manifest, tail }: Pick<LoadedSession, 'manifest' | 'tail'>): string[] {
  const warnings: string[] = [];
  if (manifest.kind === 'console' && manifest.build !== BUILD)
    warnings.push(`recorded by ${manifest.build}, replayed by ${BUILD}`);
  if (manifest.kind === 'console' && manifest.nodeVersion !== process.version)
    warnings.push(`recorded on Node ${manifest.nodeVersion}, replayed on ${process.version}`);
  if (manifest.schemaHash !== RECORD_SCHEMA_HASH)
    warnings.push('recorded in another vocabulary of records than this build writes');
  if (tail.torn) warnings.push(`the recording breaks off after input ${tail.lastSeq}: replay ends there`);
  return warnings;
}

/** What a journal that failed has left beside it, in one line; undefined where none did. */
export function lastWordsNote(words: LoadedSession['lastWords']): string | undefined {
  const first = words[0];
  if (first === undefined) return undefined;
  const at = new Date(first.atUs / 1000).toISOString();
  return `the journal could not be written and the engine was halted at ${at}: ${words.length} records of that are kept in last.words, outside the recording, and are not replayed`;
}

/** A session that broke off before its first input cannot be stood in. */
export function refuseEmpty(manifest: SessionManifest, inputs: number): void {
  if (inputs === 0) throw new CommandError(EXIT.badInput, `session ${manifest.name} holds no input`);
}
