/** Draws `brain.db` from the journals: whatever has been added to a session since it was last read, or all of it anew. */
import { closeSync, existsSync, fsyncSync, openSync, readdirSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { AT, COMMAND_WIDTH, decodeCommand, RECORD } from '../../engine/domain/index.ts';
import {
  eventOf,
  isSessionName,
  JournalError,
  JournalRotError,
  noteAt,
  readManifest,
  type Segment,
  type SessionManifest,
  SessionScan,
  systemFiles,
} from '../../logs/index.ts';
import type { DataDir } from '../data-dir.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { describeHolder, takeLock } from '../file-lock.ts';
import { recordedBase } from '../host/recorded-states.ts';
import { BrainDb } from './brain-db.ts';
import { SessionRows } from './brain-rows.ts';
import { PROGRESS, type Row, SESSIONS } from './brain-tables.ts';

/** Outputs between two commits: a projection that is killed goes on from the last one. */
const COMMIT_EVERY = 20_000;
const LOCK_WAIT_MS = 5_000;

/** How far a session has been read. */
interface Place {
  /** Number of the segment to go on in, and how many of its notes are done. */
  segment: number;
  notes: number;
  /** Sequence from which a reader begins to reach that segment. */
  fromSeq: number;
  /** Last input that was looked at, for commands. */
  throughSeq: number;
  /** Outputs so far. */
  outputs: number;
}

export interface ProjectionOptions {
  /** Told of each session before it is read. */
  readonly onSession?: (name: string) => void;
  readonly commitEvery?: number;
  /** How long another process is waited for. */
  readonly lockWaitMs?: number;
}

/**
 * Brings `brain.db` up to date, making it where it is missing; `rebuild` makes it anew in any case, beside the old one
 * until it is whole. Throws a {@link CommandError} where the file is damaged or another process is at it.
 */
export function projectBrain(dir: DataDir, rebuild: boolean, options: ProjectionOptions = {}): BrainDb {
  const lockFile = `${dir.brainFile}.lock`;
  const lock = takeLock(lockFile, new Date().toISOString(), options.lockWaitMs ?? LOCK_WAIT_MS);
  if (lock === undefined)
    throw new CommandError(EXIT.refused, `${dir.brainFile} is being written (${describeHolder(lockFile)}): try again`);
  try {
    if (BrainDb.exists(dir.brainFile) && !rebuild) {
      const database = BrainDb.open(dir.brainFile);
      projectSessions(dir, database, options);
      return database;
    }
    return makeAnew(dir, options);
  } finally {
    lock.release();
  }
}

function makeAnew(dir: DataDir, options: ProjectionOptions): BrainDb {
  const fresh = `${dir.brainFile}.new`;
  BrainDb.remove(fresh);
  const database = BrainDb.create(fresh);
  try {
    projectSessions(dir, database, options);
  } finally {
    database.close();
  }
  syncFile(fresh);
  // The old one's rollback journal must not be taken for the new one's.
  BrainDb.remove(dir.brainFile);
  renameSync(fresh, dir.brainFile);
  systemFiles.syncDirectory(dirname(dir.brainFile));
  return BrainDb.open(dir.brainFile);
}

function syncFile(path: string): void {
  const descriptor = openSync(path, 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function projectSessions(dir: DataDir, database: BrainDb, options: ProjectionOptions): void {
  const names = existsSync(dir.sessions) ? readdirSync(dir.sessions).filter(isSessionName).sort() : [];
  const gone = [...database.rows(SESSIONS)]
    .map(({ session }) => String(session))
    .filter((name) => !names.includes(name));
  database.transaction(() => {
    for (const name of gone) database.forget(name);
  });
  for (const name of names) {
    options.onSession?.(name);
    projectSession(join(dir.sessions, name), name, database, options.commitEvery ?? COMMIT_EVERY);
  }
}

/** A session whose journal is refused has one row, which says why. */
function projectSession(directory: string, name: string, database: BrainDb, commitEvery: number): void {
  try {
    const manifest = readManifest(directory);
    const known = [...database.rows(SESSIONS, name)][0];
    const same = known !== undefined && known.fault === null && sameSession(known, manifest);
    if (same && known.complete === 1) return;
    const place = same ? placeOf(database, name) : undefined;
    if (place === undefined || !new SessionProjection(directory, database, commitEvery, place).run()) {
      database.transaction(() => database.forget(name));
      new SessionProjection(directory, database, commitEvery, startPlace()).run();
    }
  } catch (cause) {
    const known = cause instanceof JournalRotError || cause instanceof JournalError || cause instanceof UnknownShape;
    if (!known) throw cause;
    database.transaction(() => {
      database.forget(name);
      database.put(SESSIONS, { session: name, fault: cause.message });
    });
  }
}

const sameSession = (row: Row, manifest: SessionManifest): boolean =>
  row.created_at === manifest.createdAt && row.kind === manifest.kind && row.build === manifest.build;

const startPlace = (): Place => ({ segment: 1, notes: 0, fromSeq: 0, throughSeq: 0, outputs: 0 });

function placeOf(database: BrainDb, name: string): Place | undefined {
  const row = [...database.rows(PROGRESS, name)][0];
  if (row === undefined) return undefined;
  const { segment, notes, from_seq, through_seq, outputs } = row as Record<string, number>;
  return { segment: segment!, notes: notes!, fromSeq: from_seq!, throughSeq: through_seq!, outputs: outputs! };
}

/** An output that stands in a whole journal and yet is none that this build can read. */
class UnknownShape extends Error {}

/** One pass over what is new in a session. */
class SessionProjection {
  readonly #directory: string;
  readonly #scan: SessionScan;
  readonly #database: BrainDb;
  readonly #rows: SessionRows;
  readonly #commitEvery: number;
  readonly #place: Place;

  constructor(directory: string, database: BrainDb, commitEvery: number, place: Place) {
    this.#directory = directory;
    this.#scan = new SessionScan(directory);
    this.#database = database;
    this.#rows = new SessionRows(this.#scan.manifest, (table, row) => database.put(table, row));
    this.#commitEvery = commitEvery;
    this.#place = place;
  }

  /** @returns false when the journal no longer reaches as far as it had been read: then nothing of it is to be kept. */
  run(): boolean {
    if (this.#scan.manifest.kind === 'console') {
      let reached = false;
      for (const segment of this.#scan.segments(this.#place.fromSeq)) {
        const number = Number(basename(segment.path).slice(0, 6));
        if (number < this.#place.segment) continue;
        reached = true;
        if (number > this.#place.segment) this.#enter(number, segment);
        if (segment.notes.length < this.#place.notes) return false;
        this.#take(segment);
      }
      if (!reached || this.#scan.lastSeq < this.#place.throughSeq) return false;
    }
    this.#database.transaction(() => {
      this.#rows.begin(recordedBase(this.#directory, this.#scan.manifest));
      this.#saveSession(this.#scan.manifest.complete);
    });
    return true;
  }

  #enter(number: number, segment: Segment): void {
    this.#place.segment = number;
    this.#place.notes = 0;
    this.#place.fromSeq = Math.max(segment.firstSeq - 1, 0);
  }

  #take(segment: Segment): void {
    do {
      this.#database.transaction(() => {
        this.#takeCommands(segment);
        const end = Math.min(segment.notes.length, this.#place.notes + this.#commitEvery);
        for (let i = this.#place.notes; i < end; i++) this.#takeNote(segment, segment.notes[i]!);
        this.#place.notes = end;
        this.#saveSession(false);
      });
    } while (this.#place.notes < segment.notes.length);
  }

  #takeCommands({ view, inputs, firstSeq }: Segment): void {
    const numbers = new Float64Array(COMMAND_WIDTH);
    for (let i = Math.max(this.#place.throughSeq - firstSeq + 1, 0); i < inputs.length; i++) {
      const at = inputs[i]!;
      this.#place.throughSeq = firstSeq + i;
      if (view.getUint8(at + AT.type) !== RECORD.command) continue;
      for (let k = 0; k < COMMAND_WIDTH; k++) numbers[k] = view.getFloat64(at + AT.command + k * 8, true);
      const decoded = decodeCommand(numbers);
      if (decoded === undefined) continue;
      const atUs = view.getFloat64(at + AT.receivedAtUs, true);
      this.#rows.command(firstSeq + i, atUs, decoded.command, decoded.source);
    }
  }

  #takeNote(segment: Segment, at: number): void {
    const note = noteAt(segment.view, at);
    if (note.kind !== 'output') return;
    this.#place.outputs++;
    const event = eventOf(note, segment.path, at);
    try {
      this.#rows.event(event, this.#place.outputs);
    } catch (cause) {
      if (!(cause instanceof TypeError || cause instanceof RangeError || cause instanceof SyntaxError)) throw cause;
      throw new UnknownShape(
        `${segment.path}: at byte ${at}: no ${event.kind} that this build knows: ${cause.message}`,
      );
    }
  }

  #saveSession(complete: boolean): void {
    const { manifest } = this.#scan;
    const { segment, notes, fromSeq, throughSeq, outputs } = this.#place;
    const session = manifest.name;
    this.#database.put(PROGRESS, { session, segment, notes, from_seq: fromSeq, through_seq: throughSeq, outputs });
    this.#database.put(SESSIONS, {
      session,
      kind: manifest.kind,
      venue: manifest.venue,
      account_currency: manifest.accountCurrency,
      created_at: manifest.createdAt,
      build: manifest.build,
      control: manifest.config?.control ?? null,
      policy_version: manifest.config?.policy.version ?? null,
      starting_cash: manifest.config?.startingCash ?? null,
      complete: complete ? 1 : 0,
      inputs: manifest.complete ? manifest.inputs : this.#scan.inputs,
      last_us: manifest.complete ? manifest.lastUs : null,
      state_hash: manifest.stateHash ?? null,
      fault: null,
    });
  }
}
