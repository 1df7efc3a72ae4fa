/** Writes one session: its folder, journal and manifest, so that a finished one is whole and a dead one is readable. */
import { existsSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { assert, configHash, type EngineEvent } from '../engine/domain/index.ts';
import { JournalError } from './errors.ts';
import { type FilePort, makeDirectories, makeNewDirectory, systemFiles, writeFileDurably } from './files.ts';
import { FORMAT_VERSION } from './format.ts';
import { genesisOf, RECORD_SCHEMA_HASH } from './identity.ts';
import { checkManifest, type SessionManifest, writeManifest } from './manifest.ts';
import { isSessionName, PARTIAL_SUFFIX } from './session-name.ts';
import { BASE_NAME } from './snapshot-file.ts';
import { JournalWriter } from './writer.ts';
import type { JournalWriterOptions } from './writer-options.ts';

/** What is known of a session when it begins. */
export type ManifestDraft = Omit<
  SessionManifest,
  | 'formatVersion'
  | 'name'
  | 'inputs'
  | 'firstUs'
  | 'lastUs'
  | 'complete'
  | 'chainHead'
  | 'stateHash'
  | 'result'
  | 'configHash'
  | 'schemaHash'
>;

/** What may only be known at its end. */
export type ManifestEnding = Partial<
  Pick<
    SessionManifest,
    'venue' | 'accountCurrency' | 'instruments' | 'barIntervalUs' | 'source' | 'stateHash' | 'result'
  >
>;

export type SessionWriterOptions = Pick<
  JournalWriterOptions,
  'segmentBytes' | 'segmentUs' | 'blockBytes' | 'group' | 'files'
> & {
  /** The state that a session starts from, as its manifest says; it is on the disk before the journal begins. */
  readonly base?: Uint8Array;
  /** Puts what belongs to the session into its folder; it is called, and has to be done, before the journal begins. */
  readonly beside?: (directory: string) => void;
};

/** A console session begins a new segment at least every hour, so that old ones can be compressed while it runs. */
const CONSOLE_SEGMENT_US = 3_600_000_000;

export class SessionWriter {
  readonly name: string;
  /** Folder that is written to. */
  readonly directory: string;
  readonly #finalDirectory: string;
  readonly #draft: ManifestDraft;
  readonly #journal: JournalWriter;
  readonly #files: FilePort;

  private constructor(finalDirectory: string, directory: string, draft: ManifestDraft, options: SessionWriterOptions) {
    this.name = basename(finalDirectory);
    this.directory = directory;
    this.#finalDirectory = finalDirectory;
    this.#draft = draft;
    this.#files = options.files ?? systemFiles;
    const manifest = this.#manifest({}, false);
    assert((options.base === undefined) === (draft.startsFrom === undefined), 'a base and its name go together');
    makeNewDirectory(directory, this.#files);
    let journal: JournalWriter | undefined;
    try {
      const isConsole = directory === finalDirectory;
      const duration = isConsole ? { segmentUs: CONSOLE_SEGMENT_US } : {};
      // An import that fails is done again: only a run that cannot be repeated has last words.
      const { base, beside, ...writing } = options;
      beside?.(directory);
      if (base !== undefined) writeFileDurably(join(directory, BASE_NAME), base, this.#files);
      const firstSeq = (draft.startsFrom?.seq ?? 0) + 1;
      journal = JournalWriter.create({
        directory,
        genesis: genesisOf(manifest),
        lastWords: isConsole,
        firstSeq,
        ...duration,
        ...writing,
      });
      writeManifest(directory, manifest, this.#files);
      this.#journal = journal;
    } catch (error) {
      journal?.abandon();
      rmSync(directory, { recursive: true, force: true });
      throw error;
    }
  }

  /**
   * Begins an import, in `<name>.partial` until it is finished. Throws {@link JournalError}, with code
   * EEXIST when the session, or an unfinished import of that name, is there; an InvariantError for a bad
   * name or draft.
   */
  static create(
    sessionsDir: string,
    name: string,
    draft: ManifestDraft,
    options: SessionWriterOptions = {},
  ): SessionWriter {
    const directory = prepare(sessionsDir, name, options);
    return new SessionWriter(directory, directory + PARTIAL_SUFFIX, draft, options);
  }

  /** Begins a console session, under its own name from the start: what it has when its process dies stays. Throws like {@link create}. */
  static open(
    sessionsDir: string,
    name: string,
    draft: ManifestDraft,
    options: SessionWriterOptions = {},
  ): SessionWriter {
    const directory = prepare(sessionsDir, name, options);
    return new SessionWriter(directory, directory, draft, options);
  }

  get inputs(): number {
    return this.#journal.inputs;
  }

  get firstUs(): number {
    return this.#journal.firstUs;
  }

  get lastUs(): number {
    return this.#journal.lastUs;
  }

  /** Sequence of the last input, 0 while there is none. */
  get lastSeq(): number {
    return this.#journal.lastSeq;
  }

  /** See {@link JournalWriter.append}: sequences from 1 without holes, times that never fall. */
  append(record: Uint8Array): void {
    this.#journal.append(record);
  }

  appendOutput(event: EngineEvent): void {
    this.#journal.appendOutput(event);
  }

  appendCheckpoint(seq: number, atUs: number, stateHash: string): void {
    this.#journal.appendCheckpoint(seq, atUs, stateHash);
  }

  /** See {@link JournalWriter.appendLast}: console sessions only. */
  appendLast(input: Uint8Array, events: readonly EngineEvent[], spare?: number): Promise<void> {
    return this.#journal.appendLast(input, events, spare);
  }

  flush(): void {
    this.#journal.flush();
  }

  sync(): void {
    this.#journal.sync();
  }

  /** See {@link JournalWriter.commit}: sessions that were opened with a `group` only, as all of these. */
  commit(urgency: 'write' | 'sync'): void {
    this.#journal.commit(urgency);
  }

  settled(): Promise<void> {
    return this.#journal.settled();
  }

  get waitingBytes(): number {
    return this.#journal.waitingBytes;
  }

  giveUp(why: string): void {
    this.#journal.giveUp(why);
  }

  /**
   * Seals the journal, writes the complete manifest and, for an import, gives the folder its name; all of it
   * is on the disk when this returns. Wait for {@link settled} first where there is a group. Throws {@link JournalError}; then call {@link abort}.
   */
  finish(ending: ManifestEnding = {}): SessionManifest {
    this.#journal.close();
    const manifest = this.#manifest(ending, true);
    writeManifest(this.directory, manifest, this.#files);
    if (this.directory === this.#finalDirectory) return manifest;
    refuseExisting(this.#finalDirectory);
    try {
      this.#files.rename(this.directory, this.#finalDirectory);
      this.#files.syncDirectory(dirname(this.#finalDirectory));
    } catch (cause) {
      throw new JournalError('rename', this.directory, cause);
    }
    return manifest;
  }

  /** Gives up. An import leaves nothing behind; a console session keeps what was flushed and stays incomplete. */
  abort(): void {
    this.#journal.abandon();
    if (this.directory === this.#finalDirectory) return;
    try {
      rmSync(this.directory, { recursive: true, force: true });
    } catch (cause) {
      throw new JournalError('remove', this.directory, cause);
    }
  }

  #manifest(ending: ManifestEnding, complete: boolean): SessionManifest {
    const journal = complete ? this.#journal : undefined;
    const manifest = checkManifest({
      ...this.#draft,
      ...ending,
      formatVersion: FORMAT_VERSION,
      name: this.name,
      schemaHash: RECORD_SCHEMA_HASH,
      configHash: this.#draft.config && configHash(this.#draft.config),
      inputs: journal?.inputs ?? 0,
      firstUs: journal?.firstUs ?? 0,
      lastUs: journal?.lastUs ?? 0,
      complete,
      chainHead: journal && Buffer.from(journal.chainHead).toString('hex'),
    });
    if (typeof manifest === 'string') assert(false, `manifest of session ${this.name}: ${manifest}`);
    return manifest;
  }
}

function prepare(sessionsDir: string, name: string, options: SessionWriterOptions): string {
  assert(isSessionName(name), 'a session name has a-z 0-9 . _ - only, at most 64, and does not end in .partial');
  makeDirectories(sessionsDir, options.files);
  const directory = join(sessionsDir, name);
  refuseExisting(directory);
  return directory;
}

function refuseExisting(directory: string): void {
  if (!existsSync(directory)) return;
  throw new JournalError('create', directory, Object.assign(new Error(), { code: 'EEXIST' }));
}
