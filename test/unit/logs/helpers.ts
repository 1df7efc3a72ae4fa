/** Sessions to test with, and a second, plain implementation of FORMAT.md to hold the journal against. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { type FilePort, SessionWriter, systemFiles } from '../../../logs/index.ts';
import { appendSample, CONSOLE_DRAFT, hashOf } from '../../fixtures/journal-sample.ts';
import { pooledFrom } from '../../fixtures/pooled-files.ts';
import { temporaryFolder } from '../../fixtures/temporary.ts';

export * from '../../fixtures/journal-sample.ts';

/** A folder of its own, removed after the test. */
export const temporaryDirectory = (): string => temporaryFolder('logs');

export interface SampleOptions {
  readonly inputs: number;
  readonly segmentBytes?: number;
  readonly blockBytes?: number;
  readonly files?: FilePort;
  /** Leave it unfinished, as a process does that dies after a flush. */
  readonly dies?: boolean;
}

/** Writes the console session `s` into a new folder; an output every 5 inputs, a checkpoint every 16. */
export function sampleSession(options: SampleOptions): string {
  const { inputs, dies, ...rest } = options;
  const writer = SessionWriter.open(temporaryDirectory(), 's', CONSOLE_DRAFT, rest);
  appendSample(writer, 1, inputs);
  if (dies) {
    writer.flush();
    writer.abort();
  } else {
    writer.finish({ stateHash: hashOf(inputs) });
  }
  return writer.directory;
}

export interface Frame {
  readonly at: number;
  readonly length: number;
  readonly type: number;
}

/** Frames of a good segment, read the plainest way. */
export function framesOf(segment: Uint8Array): Frame[] {
  const view = new DataView(segment.buffer, segment.byteOffset, segment.byteLength);
  const frames: Frame[] = [];
  for (let at = 64; at < segment.byteLength; at += view.getUint32(at, true)) {
    frames.push({ at, length: view.getUint32(at, true), type: view.getUint8(at + 8) });
  }
  return frames;
}

export function segmentFiles(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.journal'))
    .sort()
    .map((name) => join(directory, name));
}

/** The record with its crc field as FORMAT.md says. */
export function withCrc(record: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(record);
  const view = new DataView(copy.buffer);
  view.setUint32(4, crc32(copy.subarray(8), copy.byteLength), true);
  return copy;
}

/** A segment header by FORMAT.md. */
export function plainHeader(segment: number, firstSeq: number, previousHead: Uint8Array): Uint8Array {
  const header = Buffer.alloc(64);
  header.write('CHIMERA1', 0, 'ascii');
  header.writeUInt32LE(1, 8);
  header.writeUInt32LE(segment, 12);
  header.writeDoubleLE(firstSeq, 16);
  header.set(previousHead, 24);
  header.writeUInt32LE(crc32(header.subarray(0, 56)), 56);
  return header;
}

export function plainSeal(head: Uint8Array, seq: number, atUs: number): Uint8Array {
  const seal = Buffer.alloc(64);
  seal.writeUInt32LE(64, 0);
  seal.writeUInt8(66, 8);
  seal.writeUInt16LE(0xffff, 10);
  seal.writeDoubleLE(seq, 16);
  seal.writeDoubleLE(atUs, 24);
  seal.set(head, 32);
  return withCrc(seal);
}

export const chain = (head: Uint8Array, records: readonly Uint8Array[]): Uint8Array =>
  createHash('sha256').update(head).update(Buffer.concat(records)).digest();

/** What the chain of a session begins with, by FORMAT.md. */
export function genesisIn(directory: string): Uint8Array {
  const { name, kind, createdAt, schemaHash, configHash, startsFrom } = JSON.parse(
    readFileSync(join(directory, 'manifest.json'), 'utf8'),
  );
  const base = startsFrom === undefined ? '' : `${startsFrom.session} ${startsFrom.seq} ${startsFrom.stateHash}`;
  const text = ['CHIMERA1', name, kind, createdAt, schemaHash, configHash ?? '', base].join('\n');
  return createHash('sha256').update(text).digest();
}

/** Replaces the journal of a session by one segment with just these records, sealed or not: a forger's tool. */
export function forge(directory: string, records: readonly Uint8Array[], sealed: boolean): void {
  const complete = records.map(withCrc);
  const genesis = genesisIn(directory);
  const last = Buffer.from(records.findLast((record) => record[8]! < 64) ?? new Uint8Array(32));
  const seal = sealed ? [plainSeal(chain(genesis, complete), last.readDoubleLE(16), last.readDoubleLE(24))] : [];
  for (const path of segmentFiles(directory)) rmSync(path);
  writeFileSync(join(directory, '000001.journal'), Buffer.concat([plainHeader(1, 1, genesis), ...complete, ...seal]));
}

/** Changes one file for the length of `check`: in place, or into the bytes that `change` returns. */
export function withChangedFile(path: string, change: (bytes: Buffer) => Buffer | undefined, check: () => void): void {
  const before = readFileSync(path);
  const copy = Buffer.from(before);
  writeFileSync(path, change(copy) ?? copy);
  try {
    check();
  } finally {
    writeFileSync(path, before);
  }
}

export type FileOperation = 'create' | 'write' | 'truncate' | 'dataSync' | 'close' | 'syncDirectory' | 'rename';

/** The system's files, except that call number `call` (from 1) of one operation fails; every call is listed. */
export function failingFiles(operation: FileOperation, call: number, code: string): FilePort & { calls: string[] } {
  const calls: string[] = [];
  let seen = 0;
  const strike = <A extends unknown[], R>(name: FileOperation, run: (...args: A) => R) => {
    return (...args: A): R => {
      calls.push(name);
      if (name === operation && ++seen === call) throw Object.assign(new Error(`${code}: simulated`), { code });
      return run(...args);
    };
  };
  const blocking = {
    create: strike('create', systemFiles.create),
    write: strike('write', systemFiles.write),
    truncate: strike('truncate', systemFiles.truncate),
    dataSync: strike('dataSync', systemFiles.dataSync),
    close: strike('close', systemFiles.close),
    syncDirectory: strike('syncDirectory', systemFiles.syncDirectory),
    rename: strike('rename', systemFiles.rename),
    remove: systemFiles.remove,
  };
  return { calls, ...blocking, pooled: pooledFrom(blocking) };
}

/** What `run` throws; fails the test when it does not. */
export function thrown(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('it did not throw');
}
