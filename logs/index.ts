/** The only door to journal, manifests and log. */
export { type Anchor, anchorText, parseAnchor } from './anchor.ts';
export { cleanText } from './clean-text.ts';
export { type Compression, compressSegment, compressSession } from './compress.ts';
export { JournalError, JournalRotError, type RotPart } from './errors.ts';
export {
  type FilePort,
  makeDirectories,
  type PooledFiles,
  systemFiles,
  writeFileDurably,
  writeFilePooled,
} from './files.ts';
export { DEFAULT_BLOCK_BYTES, DEFAULT_SEGMENT_BYTES, MAX_RECORD_BYTES } from './format.ts';
export { RECORD_SCHEMA_HASH } from './identity.ts';
export { issueText } from './issue-text.ts';
export { type LastWord, outputOf, readLastWords } from './last-words.ts';
export { type Log, type LogOptions, openLog, type StructuredLog } from './log.ts';
export {
  checkManifest,
  readManifest,
  type SessionManifest,
  type SourceFile,
  writeManifest,
} from './manifest.ts';
export { type Checkpoint, eventOf, noteAt, type RecordedNote, type RecordedOutputs } from './outputs.ts';
export {
  forgetSynced,
  type JournalRecord,
  type LoadedSession,
  type LoadOptions,
  loadSession,
  readSession,
} from './reader.ts';
export { redact, redactText } from './redact.ts';
export { SessionScan, type SessionTail } from './scan.ts';
export { engineConfigSchema, instrumentSchema, instrumentsSchema, policySchema } from './schemas.ts';
export type { Segment } from './segment.ts';
export { isSessionName, PARTIAL_SUFFIX } from './session-name.ts';
export { type ManifestDraft, type ManifestEnding, SessionWriter, type SessionWriterOptions } from './session-writer.ts';
export {
  BASE_NAME,
  encodeSnapshot,
  readSnapshot,
  SNAPSHOT_FOLDER,
  type StateSnapshot,
  snapshotPath,
  snapshotSeqs,
  snapshotToDrop,
} from './snapshot-file.ts';
export { tomeSchema } from './tome-schema.ts';
export { type JournalReport, type VerifyOptions, verifyJournal } from './verify.ts';
export { JournalWriter } from './writer.ts';
export type { CommitListener, JournalWriterOptions } from './writer-options.ts';
