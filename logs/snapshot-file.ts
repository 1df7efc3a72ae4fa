/** Snapshots of the engine's state on disk: a header that says of what, and the state's bytes. See FORMAT.md. */
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { assert } from '../engine/domain/index.ts';
import { readRange, readStart } from './segment-file.ts';

export const SNAPSHOT_FOLDER = 'snapshots';
/** The state that a session starts from, in the session's own folder. */
export const BASE_NAME = 'base.snapshot';
const FORMAT_VERSION = 1;
const HEADER_BYTES = 128;
/** Beyond any state of 32 instruments: a larger file is not read. */
const MAX_STATE_BYTES = 64 * 1024 * 1024;
const MAGIC = Buffer.from('CHIMSNAP', 'ascii');
const AT = { version: 8, headerBytes: 12, seq: 16, atUs: 24, schema: 32, config: 48, state: 64, bytes: 80, digest: 88 };
const CRC_AT = 124;
const NAME = /^(\d{16})\.snapshot$/;

/** The state after input `seq`, with the hashes (32 hex digits) of its layout, of the configuration, and of itself. */
export interface StateSnapshot {
  readonly seq: number;
  readonly atUs: number;
  readonly schemaHash: string;
  readonly configHash: string;
  readonly stateHash: string;
  /** What `Arena.save` gives. */
  readonly state: Uint8Array;
}

export const snapshotName = (seq: number): string => `${String(seq).padStart(16, '0')}.snapshot`;

/** Sequences of the snapshots in a session's folder, in order; whether they are any good shows when they are read. */
export function snapshotSeqs(directory: string): number[] {
  try {
    const names = readdirSync(join(directory, SNAPSHOT_FOLDER));
    return names.flatMap((name) => (NAME.test(name) ? [Number(name.slice(0, 16))] : [])).sort((a, b) => a - b);
  } catch {
    return [];
  }
}

export const snapshotPath = (directory: string, seq: number): string =>
  join(directory, SNAPSHOT_FOLDER, snapshotName(seq));

export function encodeSnapshot(snapshot: StateSnapshot): Uint8Array {
  const { state } = snapshot;
  const bytes = Buffer.alloc(HEADER_BYTES + state.byteLength);
  bytes.set(MAGIC);
  bytes.writeUInt32LE(FORMAT_VERSION, AT.version);
  bytes.writeUInt32LE(HEADER_BYTES, AT.headerBytes);
  bytes.writeDoubleLE(snapshot.seq, AT.seq);
  bytes.writeDoubleLE(snapshot.atUs, AT.atUs);
  bytes.write(snapshot.schemaHash, AT.schema, 16, 'hex');
  bytes.write(snapshot.configHash, AT.config, 16, 'hex');
  bytes.write(snapshot.stateHash, AT.state, 16, 'hex');
  bytes.writeDoubleLE(state.byteLength, AT.bytes);
  bytes.set(createHash('sha256').update(state).digest(), AT.digest);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, CRC_AT)), CRC_AT);
  bytes.set(state, HEADER_BYTES);
  return bytes;
}

/**
 * Reads a snapshot and checks that it is whole; a text says why it is none. Whether it is the state that a journal
 * speaks of is for the caller to find out. Throws {@link JournalError} when the file cannot be read.
 */
export function readSnapshot(path: string): StateSnapshot | string {
  const header = Buffer.from(readStart(path, HEADER_BYTES).buffer);
  const fault = headerFault(header);
  if (fault !== undefined) return fault;
  const length = header.readDoubleLE(AT.bytes);
  const state = new Uint8Array(length);
  if (readRange(path, state, HEADER_BYTES, HEADER_BYTES + length) !== length) return 'its end is missing';
  if (readRange(path, new Uint8Array(1), HEADER_BYTES + length, HEADER_BYTES + length + 1) !== 0)
    return 'something stands behind its end';
  const digest = createHash('sha256').update(state).digest();
  if (!digest.equals(header.subarray(AT.digest, AT.digest + 32))) return 'its content does not match its digest';
  const hash = (at: number): string => header.toString('hex', at, at + 16);
  return {
    seq: header.readDoubleLE(AT.seq),
    atUs: header.readDoubleLE(AT.atUs),
    schemaHash: hash(AT.schema),
    configHash: hash(AT.config),
    stateHash: hash(AT.state),
    state,
  };
}

function headerFault(header: Buffer): string | undefined {
  if (!header.subarray(0, MAGIC.byteLength).equals(MAGIC)) return 'this is no snapshot (magic is not CHIMSNAP)';
  const version = header.readUInt32LE(AT.version);
  if (version !== FORMAT_VERSION) return `snapshot format version ${version}; this build reads ${FORMAT_VERSION}`;
  if (header.readUInt32LE(CRC_AT) !== crc32(header.subarray(0, CRC_AT))) return 'its header fails its check sum';
  if (header.readUInt32LE(AT.headerBytes) !== HEADER_BYTES || header.readUInt32LE(CRC_AT - 4) !== 0)
    return 'its header is not as long as it should be';
  const length = header.readDoubleLE(AT.bytes);
  if (!Number.isSafeInteger(length) || length < 0 || length > MAX_STATE_BYTES) return 'its length is none';
  const [seq, atUs] = [header.readDoubleLE(AT.seq), header.readDoubleLE(AT.atUs)];
  if (!Number.isSafeInteger(seq) || seq < 0 || !Number.isSafeInteger(atUs) || atUs < 0) return 'its sequence is none';
  return undefined;
}

/** Which of the snapshots at `seqs` (in order) goes when there are more than `most`: the one whose neighbours are nearest, never one of the newest two. */
export function snapshotToDrop(seqs: readonly number[], most: number): number | undefined {
  assert(most >= 3, 'at least three snapshots are kept');
  if (seqs.length <= most) return undefined;
  let drop = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < seqs.length - 2; i++) {
    const gap = seqs[i + 1]! - (seqs[i - 1] ?? 0);
    // Of equal gaps the older: so the distances double from the newest backward.
    if (gap < least) [least, drop] = [gap, i];
  }
  return seqs[drop];
}
