/** Begins the record of a live run: its models and the state that it starts from are on the disk before its journal is. */
import { encodeSnapshot, type JournalError, SessionWriter } from '../../logs/index.ts';
import type { DataDir } from '../data-dir.ts';
import { keepAll } from '../models/run-models.ts';
import { EffectGate } from './effects.ts';
import type { LiveStart } from './live-start.ts';
import { Recorder } from './recorder.ts';
import type { LiveHostParts } from './trading-side.ts';

/** Throws what cannot be written. `onFailure` is called once, when the journal fails. */
export function openRecorder(
  dir: DataDir,
  run: LiveStart,
  { gate, files }: Pick<LiveHostParts, 'gate' | 'files'>,
  onFailure: (error: JournalError) => void,
): Recorder {
  const base = run.base && { base: encodeSnapshot(run.base) };
  const beside = (directory: string): void => keepAll(directory, run.packages, files);
  return new Recorder(
    (group) =>
      SessionWriter.open(dir.sessions, run.name, run.draft, { group, beside, ...base, ...(files && { files }) }),
    onFailure,
    gate ?? (run.base === undefined ? new EffectGate() : new EffectGate(run.base.seq, false)),
  );
}
