/** States to begin a fold with: the base of a session that goes on from another one, and the snapshots beside a journal. */
import { join } from 'node:path';
import { configHash, type EngineConfig, InvariantError } from '../../engine/domain/index.ts';
import { schemaHash } from '../../engine/index.ts';
import {
  BASE_NAME,
  JournalError,
  JournalRotError,
  readSnapshot,
  type SessionManifest,
  type StateSnapshot,
  snapshotPath,
} from '../../logs/index.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { type FoldStart, stateFor } from './journal-fold.ts';

/** Why a snapshot that is whole is not one of this configuration in this build, or is not what it says; else undefined. */
export function faultOfSnapshot(snapshot: StateSnapshot, config: EngineConfig): string | undefined {
  if (snapshot.configHash !== configHash(config)) return 'it belongs to another configuration';
  const state = stateFor(config);
  if (snapshot.schemaHash !== schemaHash(state)) return 'this build lays out its state in another way';
  if (snapshot.state.byteLength !== state.arena.byteLength) return 'it is not as long as the state';
  state.arena.load(snapshot.state);
  try {
    if (state.arena.hash() !== snapshot.stateHash) return 'its state does not have the hash that it names';
  } catch (cause) {
    if (cause instanceof InvariantError) return cause.message;
    throw cause;
  }
  const { seq, nowUs } = state.control;
  if (seq[0] !== snapshot.seq || nowUs[0] !== snapshot.atUs) return 'its state is of another moment than it names';
  return undefined;
}

/**
 * The state that a session begins with; undefined for one that begins with nothing. Throws {@link JournalRotError}
 * when the base is damaged or another one than the manifest names, and a {@link CommandError} when this build
 * cannot use it.
 */
export function baseOf(directory: string, manifest: SessionManifest): FoldStart | undefined {
  const { startsFrom, config } = manifest;
  if (startsFrom === undefined || config === undefined) return undefined;
  const path = join(directory, BASE_NAME);
  const snapshot = readSnapshot(path);
  if (typeof snapshot === 'string') throw new JournalRotError(path, 0, snapshot, 'snapshot');
  const { seq, atUs, stateHash } = startsFrom;
  if (snapshot.seq !== seq || snapshot.atUs !== atUs || snapshot.stateHash !== stateHash)
    throw new JournalRotError(path, 0, 'it is not the state that the manifest starts from', 'snapshot');
  const fault = faultOfSnapshot(snapshot, config);
  if (fault !== undefined)
    throw new CommandError(EXIT.verification, `${path}: ${fault}; it was written by ${manifest.build}`);
  return { seq, state: snapshot.state, stateHash, mustBeRecorded: false };
}

/** A snapshot beside a journal as the start of a fold, which the journal has to vouch for; a text says why it is none. */
export function startAt(directory: string, seq: number, config: EngineConfig): FoldStart | string {
  const snapshot = readIfPossible(snapshotPath(directory, seq));
  if (typeof snapshot === 'string') return snapshot;
  if (snapshot.seq !== seq) return 'its name is not its sequence';
  const fault = faultOfSnapshot(snapshot, config);
  if (fault !== undefined) return fault;
  return { seq, state: snapshot.state, stateHash: snapshot.stateHash, mustBeRecorded: true };
}

/** One that cannot be read is none: what it says can be had from the journal. */
function readIfPossible(path: string): StateSnapshot | string {
  try {
    return readSnapshot(path);
  } catch (cause) {
    if (cause instanceof JournalError || cause instanceof JournalRotError) return cause.message;
    throw cause;
  }
}
