/** Takes up what an earlier session left: its state after the last input that is on the disk, however it ended. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { configHash, type Side } from '../../engine/domain/index.ts';
import { type EngineState, schemaHash } from '../../engine/index.ts';
import {
  cleanText,
  isSessionName,
  JournalError,
  JournalRotError,
  type LastWord,
  outputOf,
  readLastWords,
  readManifest,
  type SessionManifest,
  type StateSnapshot,
  snapshotSeqs,
} from '../../logs/index.ts';
import type { DataDir } from '../data-dir.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { type FoldStart, foldJournal, type JournalFoldResult } from './journal-fold.ts';
import { baseOf, startAt } from './session-base.ts';
import { lastWordsNote } from './session-run.ts';

/** An exit that was sent when nothing could be recorded any more: nobody knows what has become of it. */
export interface UnrecordedExit {
  readonly orderId: number;
  readonly instrument: number;
  readonly side: Side;
  readonly lots: number;
}

/** The state of an earlier session, and how it was come by. */
export interface TakenUp {
  readonly manifest: SessionManifest;
  readonly state: EngineState;
  /** The same as a file has it. */
  readonly base: StateSnapshot;
  /** Input after which the snapshot was taken that this is folded from; 0 for the session's whole length. */
  readonly fromSeq: number;
  /** Inputs folded since. */
  readonly tailInputs: number;
  /** Its journal failed: the engine was halted, and what it did after that is not in the state. */
  readonly journalFailed: boolean;
  /** Exits that left for a venue after that, as far as its last words tell. */
  readonly unrecorded: readonly UnrecordedExit[];
  /** What the operator should know, a line each. */
  readonly notices: readonly string[];
}

/**
 * The state after the last good input of a session: that of its last snapshot that holds, and the rest of the journal
 * folded onto it; without one, the whole journal. Throws {@link JournalRotError} for a damaged journal and a
 * {@link CommandError} for one that does not replay to what it recorded: nobody trades on a doubtful state.
 *
 * A session that died before it had recorded what it began with (its first checkpoint says that it has) has let nothing
 * out: the one that it was to go on from is taken up in its place.
 */
export function takeUp(dir: DataDir, name: string): TakenUp {
  const directory = join(dir.sessions, name);
  const manifest = readManifest(directory);
  const { config } = manifest;
  if (config === undefined) refuse(EXIT.badInput, `${name} is an import: only a recorded run can be taken up`);
  const notices: string[] = [];
  for (const seq of snapshotSeqs(directory).reverse()) {
    const start = startAt(directory, seq, config);
    const result = typeof start === 'string' ? start : foldFrom(directory, manifest, start);
    if (typeof result !== 'string') return takenUp(directory, manifest, result, seq, notices);
    notices.push(`the snapshot after input ${seq} of ${name} is not used: ${result}`);
  }
  let hasBegun = manifest.startsFrom === undefined;
  const onCheckpoint = (): void => {
    hasBegun = true;
  };
  const start = baseOf(directory, manifest);
  const result = foldJournal(directory, { config, recorded: true, start, onCheckpoint });
  if (result.mismatch !== undefined) {
    const why = `replay differs from what ${manifest.build} recorded: ${result.mismatch}`;
    refuse(EXIT.verification, `${name} cannot be taken up by this build: ${why}`);
  }
  if (!hasBegun) return instead(dir, manifest);
  return takenUp(directory, manifest, result, 0, notices);
}

function instead(dir: DataDir, { name, startsFrom }: SessionManifest): TakenUp {
  const earlier = startsFrom!.session;
  const taken = takeUp(dir, earlier);
  return { ...taken, notices: [`${name} died before it had begun: ${earlier} is taken up`, ...taken.notices] };
}

/** Folds the rest of the journal onto a snapshot; a text says why the two do not go together. */
function foldFrom(directory: string, manifest: SessionManifest, start: FoldStart): JournalFoldResult | string {
  const result = foldJournal(directory, { config: manifest.config!, recorded: true, start });
  if (!result.startHolds) return 'the journal has no checkpoint with its state';
  return result.mismatch ?? result;
}

function takenUp(
  directory: string,
  manifest: SessionManifest,
  { state, stateHash, inputs, tail }: JournalFoldResult,
  fromSeq: number,
  notices: string[],
): TakenUp {
  if (state.control.seq[0] === 0) refuse(EXIT.badInput, `${manifest.name} holds no input: there is nothing to take up`);
  if (tail.torn) notices.push(`${manifest.name} was not closed: its last good input is ${tail.lastSeq}`);
  const words = readLastWords(directory, manifest);
  const note = lastWordsNote(words);
  if (note !== undefined) notices.push(`${manifest.name}: ${note}; this run begins halted`);
  const base = snapshotOf(state, stateHash);
  const failed = { journalFailed: words.length > 0, unrecorded: exitsIn(words) };
  return { manifest, state, base, fromSeq, tailInputs: inputs, ...failed, notices };
}

/** Exits that the last words of a journal tell of; of one that they do not, only the venue's own books can. */
export function exitsIn(words: readonly LastWord[]): readonly UnrecordedExit[] {
  return words.flatMap((word) => {
    const event = outputOf(word);
    if (event?.kind !== 'order' || event.event !== 'submit' || event.triggerTicks !== undefined) return [];
    const { orderId, instrument, side, lots } = event;
    return [{ orderId, instrument, side, lots }];
  });
}

/** A copy of the state with what a file has to say of it. */
export function snapshotOf(state: EngineState, stateHash: string): StateSnapshot {
  const bytes = new Uint8Array(state.arena.byteLength);
  state.arena.save(bytes);
  return {
    seq: state.control.seq[0]!,
    atUs: state.control.nowUs[0]!,
    schemaHash: schemaHash(state),
    configHash: configHash(state.config),
    stateHash,
    state: bytes,
  };
}

/**
 * The console session that began last, of those that no other one goes on from: its life would be lived twice, under the
 * same order numbers, where the clock has been set back since. Throws a {@link CommandError} when there is none.
 */
export function newestSession(dir: DataDir): string {
  const names = readdirSync(dir.sessions).filter(isSessionName).sort();
  const found = names
    .map((name) => manifestIfAny(join(dir.sessions, name)))
    .filter((manifest) => manifest?.kind === 'console');
  const lived = new Set(found.map((manifest) => manifest?.startsFrom?.session));
  let newest: SessionManifest | undefined;
  for (const manifest of found) {
    if (manifest === undefined || lived.has(manifest.name)) continue;
    if (newest === undefined || manifest.createdAt >= newest.createdAt) newest = manifest;
  }
  if (newest === undefined) refuse(EXIT.badInput, `there is no session to go on from in ${dir.sessions}`);
  return newest.name;
}

/** The session that goes on from this one already, if there is one. */
export function successorOf(dir: DataDir, name: string): string | undefined {
  const goesOn = (each: string): boolean => {
    try {
      return readManifest(join(dir.sessions, each)).startsFrom?.session === name;
    } catch (cause) {
      if (cause instanceof JournalError || cause instanceof JournalRotError) return false;
      throw cause;
    }
  };
  return readdirSync(dir.sessions).filter(isSessionName).find(goesOn);
}

/** A folder without a manifest was never a session; one with a damaged manifest is not passed over in silence. */
function manifestIfAny(directory: string): SessionManifest | undefined {
  try {
    return readManifest(directory);
  } catch (cause) {
    if (cause instanceof JournalError && cause.code === 'ENOENT') return undefined;
    const text = `${cleanText((cause as Error).message)}; name the session to go on from: --continue SESSION`;
    throw new CommandError(EXIT.verification, text);
  }
}

function refuse(code: (typeof EXIT)[keyof typeof EXIT], text: string): never {
  throw new CommandError(code, text);
}
