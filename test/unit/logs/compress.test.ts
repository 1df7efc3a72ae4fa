/** Old segments made small: the same session before, after and at every step in between. */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import {
  compressSegment,
  JournalWriter,
  loadSession,
  readSession,
  SessionWriter,
  verifyJournal,
} from '../../../logs/index.ts';
import {
  appendSample,
  CONSOLE_DRAFT,
  type FileOperation,
  failingFiles,
  inputRecord,
  sampleSession,
  segmentFiles,
  temporaryDirectory,
  thrown,
  timeOf,
  withChangedFile,
} from './helpers.ts';

/** Every record as it is read, with its bytes. */
function dump(directory: string): string[] {
  return Array.from(readSession(directory), ({ type, seq, cursor, length }) => {
    const bytes = Buffer.from(cursor.view.buffer, cursor.view.byteOffset + cursor.offset, length);
    return `${type} ${seq} ${bytes.toString('hex')}`;
  });
}

test('a compressed session reads, verifies and counts like the plain one, and is smaller', () => {
  const directory = sampleSession({ inputs: 600, segmentBytes: 16_384, blockBytes: 2048 });
  const before = { records: dump(directory), report: verifyJournal(directory) };
  const { segments } = before.report;
  expect(segments).toBeGreaterThan(2);
  for (let number = 1; number <= segments; number++) {
    const { bytes, compressedBytes } = compressSegment(directory, number);
    expect(compressedBytes).toBeLessThan(bytes / 2);
    const path = join(directory, `00000${number}.journal.zst`);
    expect(statSync(path)).toMatchObject({ size: compressedBytes });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(dump(directory)).toEqual(before.records);
  }
  expect(segmentFiles(directory)).toEqual([]);
  const { tail, ...rest } = before.report;
  expect(verifyJournal(directory)).toMatchObject({ ...rest, tail: { ...tail, atFile: `${tail.atFile}.zst` } });
  expect(loadSession(directory).source.count).toBe(600);
  expect(readdirSync(directory).every((name) => !name.includes('tmp'))).toBe(true);
});

test('where a segment is there both ways the plain one counts', () => {
  const directory = sampleSession({ inputs: 100 });
  const before = dump(directory);
  const plain = readFileSync(join(directory, '000001.journal'));
  compressSegment(directory, 1);
  const compressed = join(directory, '000001.journal.zst');
  writeFileSync(join(directory, '000001.journal'), plain);
  writeFileSync(compressed, readFileSync(compressed).subarray(0, 100));
  expect(dump(directory)).toEqual(before);
  compressSegment(directory, 1);
  expect(readdirSync(directory).sort()).toEqual(['000001.journal.zst', 'manifest.json']);
  expect(dump(directory)).toEqual(before);
});

test('a segment that may still be written to is not compressed; those before it are', () => {
  const directory = sampleSession({ inputs: 300, segmentBytes: 8192, blockBytes: 1024, dies: true });
  const last = segmentFiles(directory).length;
  const before = dump(directory);
  for (let number = 1; number < last; number++) compressSegment(directory, number);
  expect(thrown(() => compressSegment(directory, last))).toMatchObject({ name: 'JournalError' });
  expect(segmentFiles(directory).length).toBe(1);
  expect(dump(directory)).toEqual(before);
});

test('no new journal begins where a compressed segment lies', () => {
  const directory = sampleSession({ inputs: 20 });
  compressSegment(directory, 1);
  expect(thrown(() => JournalWriter.create({ directory }))).toMatchObject({ name: 'JournalError', code: 'EEXIST' });
});

test.each<[FileOperation, number]>([
  ['create', 1],
  ['write', 1],
  ['dataSync', 1],
  ['close', 1],
  ['rename', 1],
  ['syncDirectory', 1],
  ['syncDirectory', 2],
])('when %s (call %i) fails, the session is whole, and it can be done again', (operation, call) => {
  const directory = sampleSession({ inputs: 300, segmentBytes: 8192 });
  const before = dump(directory);
  const error = thrown(() => compressSegment(directory, 1, failingFiles(operation, call, 'EIO')));
  expect(error).toMatchObject({ name: 'JournalError', code: 'EIO' });
  expect(dump(directory)).toEqual(before);
  const removed = !existsSync(join(directory, '000001.journal'));
  expect(removed).toBe(operation === 'syncDirectory' && call === 2);
  if (!removed) compressSegment(directory, 1);
  expect(dump(directory)).toEqual(before);
  expect(existsSync(join(directory, '000001.journal'))).toBe(false);
});

test('bytes that were written wrong are found before the plain segment is removed', () => {
  const directory = sampleSession({ inputs: 100 });
  const good = failingFiles('rename', 99, 'EIO');
  const files = {
    ...good,
    write(descriptor: number, bytes: Uint8Array, from: number, length: number) {
      const other = Uint8Array.from(bytes);
      other[from + (length >> 1)]! ^= 1;
      return good.write(descriptor, other, from, length);
    },
  };
  expect(() => compressSegment(directory, 1, files)).toThrow();
  expect(verifyJournal(directory).holds).toBe(true);
  expect(readdirSync(directory).filter((name) => name.endsWith('.zst') && !name.startsWith('.'))).toEqual([]);
});

test('every sampled bit flip of a compressed segment is refused or changes nothing', () => {
  const directory = sampleSession({ inputs: 60 });
  const before = dump(directory);
  compressSegment(directory, 1);
  const path = join(directory, '000001.journal.zst');
  let refused = 0;
  const flips = readFileSync(path).byteLength * 8;
  for (let bit = 0; bit < flips; bit += 37) {
    withChangedFile(
      path,
      (b) => void b.writeUInt8(b[bit >> 3]! ^ (1 << (bit & 7)), bit >> 3),
      () => {
        try {
          expect(dump(directory)).toEqual(before);
        } catch (error) {
          expect(error).toMatchObject({ name: 'JournalRotError', file: path });
          refused++;
        }
      },
    );
  }
  expect(refused).toBeGreaterThan(flips / 37 - 10);
});

test('a segment that would decompress without end costs a bounded amount of memory', () => {
  const directory = sampleSession({ inputs: 60 });
  compressSegment(directory, 1);
  const path = join(directory, '000001.journal.zst');
  const half = Buffer.alloc(64 * 1024 * 1024);
  const frame = zstdCompressSync(half, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
  expect(frame.byteLength).toBeLessThan(100_000);
  writeFileSync(path, Buffer.concat([frame, frame, frame, frame]));
  expect(thrown(() => loadSession(directory))).toMatchObject({ name: 'JournalRotError', file: path });
});

test('what stands behind the compressed frame is refused, not passed over', () => {
  const directory = sampleSession({ inputs: 60 });
  compressSegment(directory, 1);
  const path = join(directory, '000001.journal.zst');
  for (const rest of [Buffer.from([0]), readFileSync(path)]) {
    withChangedFile(
      path,
      (bytes) => Buffer.concat([bytes, rest]),
      () =>
        expect(thrown(() => loadSession(directory))).toMatchObject({
          reason: expect.stringContaining('behind its compressed frame'),
        }),
    );
  }
});

test('a segment ends when its time is over, and only then', () => {
  const directory = join(temporaryDirectory(), 'j');
  const writer = JournalWriter.create({ directory, segmentUs: 10_000 });
  for (let seq = 1; seq <= 35; seq++) writer.append(inputRecord(seq));
  writer.close();
  const firsts = segmentFiles(directory).map((path) => readFileSync(path).readDoubleLE(16));
  expect(firsts).toEqual([1, 11, 21, 31]);
  expect(timeOf(11) - timeOf(1)).toBe(10_000);
});

test('a console session begins a new segment after an hour', () => {
  const late = inputRecord(11);
  new DataView(late.buffer).setFloat64(24, timeOf(1) + 3_600_000_000, true);
  const writer = SessionWriter.open(temporaryDirectory(), 's', CONSOLE_DRAFT);
  appendSample(writer, 1, 10);
  writer.append(late);
  writer.finish();
  expect(verifyJournal(writer.directory)).toMatchObject({ holds: true, segments: 2, inputs: 11 });
});
