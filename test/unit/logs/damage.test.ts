/** Cuts and bit flips, each at its place: what an unclean stop leaves is told apart from what somebody changed. */
import {
  closeSync,
  ftruncateSync,
  openSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { JournalRotError, loadSession, SessionWriter, verifyJournal } from '../../../logs/index.ts';
import {
  appendSample,
  CONSOLE_DRAFT,
  type Frame,
  framesOf,
  inputRecord,
  sampleSession,
  segmentFiles,
  temporaryDirectory,
  thrown,
  withChangedFile,
  withCrc,
} from './helpers.ts';

/** Offset behind the last whole record below `size`, and the inputs up to there. */
function prefix(frames: readonly Frame[], size: number): { end: number; inputs: number } {
  const whole = frames.filter((frame) => frame.at + frame.length <= size);
  const last = whole.at(-1);
  return { end: last ? last.at + last.length : 64, inputs: whole.filter((frame) => frame.type < 64).length };
}

/**
 * Sizes to cut a segment to: all around where a record ends, all of its header, and some in between. The soak's
 * `journal-cut` takes every byte.
 */
function cutsOf(bytes: Buffer, frames: readonly Frame[]): number[] {
  const sizes = new Set<number>();
  for (const frame of frames) for (let by = -2; by <= 2; by++) sizes.add(frame.at + frame.length + by);
  for (let size = 0; size <= 64; size += 8) for (let by = -1; by <= 1; by++) sizes.add(size + by);
  for (let size = bytes.byteLength; size >= 0; size -= 31) sizes.add(size);
  return [...sizes].filter((size) => size >= 0 && size <= bytes.byteLength).sort((a, b) => b - a);
}

test('a journal cut anywhere in its last segment gives the longest whole prefix, and says so', () => {
  const directory = sampleSession({ inputs: 60, segmentBytes: 4096, blockBytes: 1024, dies: true });
  const paths = segmentFiles(directory);
  const before = paths.slice(0, -1).map((path) => framesOf(readFileSync(path)).filter((f) => f.type < 64).length);
  const earlier = before.reduce((sum, count) => sum + count, 0);
  // And one whose only segment is the last.
  const single = sampleSession({ inputs: 70, blockBytes: 1500, dies: true });
  for (const [session, offset] of [
    [directory, earlier],
    [single, 0],
  ] as const) {
    const path = segmentFiles(session).at(-1)!;
    const bytes = readFileSync(path);
    const frames = framesOf(bytes);
    const descriptor = openSync(path, 'r+');
    for (const size of cutsOf(bytes, frames)) {
      ftruncateSync(descriptor, size);
      const { source, tail } = loadSession(session);
      const { end, inputs } = prefix(frames, size);
      const expected = size < 64 ? { atOffset: 0, torn: true } : { atOffset: end, torn: end !== size };
      const seen = { atOffset: tail.atOffset, torn: tail.torn, count: source.count, lastSeq: tail.lastSeq };
      const count = offset + inputs;
      if (
        seen.atOffset !== expected.atOffset ||
        seen.torn !== expected.torn ||
        seen.count !== count ||
        seen.lastSeq !== count
      ) {
        expect({ size, ...seen }).toEqual({ size, ...expected, count, lastSeq: count });
      }
    }
    closeSync(descriptor);
    expect(readFileSync(path).byteLength).toBeLessThan(bytes.byteLength);
  }
});

test('a complete session that was cut loads as far as it goes, and its verification fails', () => {
  const directory = sampleSession({ inputs: 40, blockBytes: 512 });
  const path = segmentFiles(directory)[0]!;
  const bytes = readFileSync(path);
  const frames = framesOf(bytes);
  for (const frame of frames.slice(1)) {
    truncateSync(path, frame.at);
    const { inputs } = prefix(frames, frame.at);
    const { tail, source } = loadSession(directory);
    expect(source.count).toBe(inputs);
    expect(tail).toMatchObject({ torn: true, atOffset: frame.at, missingInputs: 40 - inputs });
    expect(verifyJournal(directory)).toMatchObject({ holds: false, complete: true });
    writeFileSync(path, bytes);
  }
  expect(verifyJournal(directory).holds).toBe(true);
});

test('zeros after an unclean stop are cut: whole sectors, from within a record or behind the last one', () => {
  const directory = sampleSession({ inputs: 60, dies: true });
  const path = segmentFiles(directory)[0]!;
  const bytes = readFileSync(path);
  const frames = framesOf(bytes);
  for (const zeros of [1, 7, 8, 31, 32, 512, 5000]) {
    withChangedFile(
      path,
      (b) => Buffer.concat([b, Buffer.alloc(zeros)]),
      () => expect(loadSession(directory)).toMatchObject({ source: { count: 60 }, tail: { torn: true, lastSeq: 60 } }),
    );
  }
  for (let sector = 512; sector < bytes.byteLength; sector += 512) {
    const { end, inputs } = prefix(frames, sector);
    withChangedFile(
      path,
      (b) => b.fill(0, sector),
      () =>
        expect(loadSession(directory)).toMatchObject({
          source: { count: inputs },
          tail: { torn: true, atOffset: end },
        }),
    );
  }
  withChangedFile(
    path,
    (b) => b.fill(0),
    () => expect(loadSession(directory)).toMatchObject({ source: { count: 0 }, tail: { torn: true, atOffset: 0 } }),
  );
});

test('what would be a torn tail is damage in any segment but the last', () => {
  const directory = sampleSession({ inputs: 100, segmentBytes: 4096, dies: true });
  const path = segmentFiles(directory)[0]!;
  const { byteLength } = readFileSync(path);
  withChangedFile(
    path,
    (b) => Buffer.concat([b, Buffer.alloc(64)]),
    () => expect(thrown(() => loadSession(directory))).toMatchObject({ file: path, offset: byteLength }),
  );
  for (const size of [0, 63, 64, byteLength - 1, byteLength - 64]) {
    withChangedFile(
      path,
      (b) => b.subarray(0, size),
      () => expect(thrown(() => loadSession(directory))).toBeInstanceOf(JournalRotError),
    );
  }
});

test('a lost sector with good records behind it is cut when nothing says that it was ever on the disk', () => {
  const directory = sampleSession({ inputs: 60, dies: true });
  const path = segmentFiles(directory)[0]!;
  const frames = framesOf(readFileSync(path));
  for (let sector = 512; sector < 4096; sector += 512) {
    const { end, inputs } = prefix(frames, sector);
    withChangedFile(
      path,
      (b) => b.fill(0, sector, sector + 512),
      () => {
        const { source, tail } = loadSession(directory);
        expect({ count: source.count, torn: tail.torn, at: tail.atOffset }).toEqual({
          count: inputs,
          torn: true,
          at: end,
        });
      },
    );
  }
});

test('a lost sector is damage when a record behind it was written after it had been synced', () => {
  const writer = SessionWriter.open(temporaryDirectory(), 's', CONSOLE_DRAFT);
  appendSample(writer, 1, 60);
  writer.sync();
  const path = segmentFiles(writer.directory)[0]!;
  const synced = statSync(path).size;
  appendSample(writer, 61, 61);
  writer.flush();
  writer.abort();
  const frames = framesOf(readFileSync(path));
  for (let sector = 0; sector < synced; sector += 512) {
    const to = Math.min(sector + 512, synced);
    withChangedFile(
      path,
      (b) => b.fill(0, sector, to),
      () => {
        const at = frames.findLast((frame) => frame.at <= sector)?.at ?? 0;
        expect(thrown(() => loadSession(writer.directory))).toMatchObject({ name: 'JournalRotError', offset: at });
      },
    );
  }
});

test('a lost sector of a complete session is damage: it was all on the disk', () => {
  const directory = sampleSession({ inputs: 60 });
  const path = segmentFiles(directory)[0]!;
  for (let sector = 0; sector < 4096; sector += 512) {
    withChangedFile(
      path,
      (b) => b.fill(0, sector, sector + 512),
      () => expect(thrown(() => loadSession(directory))).toBeInstanceOf(JournalRotError),
    );
  }
});

test.each([
  ['beyond the record itself', (at: number) => at + 8],
  ['less than the record before it says', () => 8],
])('a record that says the file was synced %s is damage', (_name, synced) => {
  const directory = sampleSession({ inputs: 3, dies: true });
  const path = segmentFiles(directory)[0]!;
  const second = framesOf(readFileSync(path))[1]!;
  const third = framesOf(readFileSync(path))[2]!;
  withChangedFile(
    path,
    (b) => {
      for (const [frame, value] of [
        [second, 64],
        [third, synced(third.at)],
      ] as const) {
        b.writeUInt32LE(value, frame.at + 12);
        b.set(withCrc(b.subarray(frame.at, frame.at + frame.length)), frame.at);
      }
    },
    () => expect(thrown(() => loadSession(directory))).toMatchObject({ offset: third.at }),
  );
});

/** Flips one bit after the other and holds the refusal against the record that holds the bit. */
function expectFlipsRefused(directory: string, step: number): number {
  let flips = 0;
  for (const path of segmentFiles(directory)) {
    const bytes = readFileSync(path);
    const frames = framesOf(bytes);
    const descriptor = openSync(path, 'r+');
    for (let bit = 0; bit < bytes.byteLength * 8; bit += step) {
      const at = bit >> 3;
      writeSync(descriptor, Buffer.of(bytes[at]! ^ (1 << (bit & 7))), 0, 1, at);
      const error = thrown(() => loadSession(directory));
      writeSync(descriptor, bytes, at, 1, at);
      const expected = frames.findLast((frame) => frame.at <= at)?.at ?? 0;
      if (!(error instanceof JournalRotError) || error.file !== path || error.offset !== expected) {
        expect({ bit, path: basename(path), error }).toEqual({
          bit,
          path: basename(path),
          error: `rot at ${expected}`,
        });
      }
      flips++;
    }
    closeSync(descriptor);
  }
  return flips;
}

test('every sampled bit flip of a sealed journal is refused, at the record that has it', () => {
  const directory = sampleSession({ inputs: 200, segmentBytes: 8192, blockBytes: 1024 });
  expect(segmentFiles(directory).length).toBeGreaterThan(2);
  expect(expectFlipsRefused(directory, 307)).toBeGreaterThan(400);
  expect(loadSession(directory).tail.torn).toBe(false);
});

test('so is one of records that no seal covers yet, the very last record included', () => {
  const directory = sampleSession({ inputs: 19, dies: true });
  expect(framesOf(readFileSync(segmentFiles(directory)[0]!)).some((frame) => frame.type === 66)).toBe(false);
  expect(expectFlipsRefused(directory, 23)).toBeGreaterThan(400);
});

test.each([0, 1, 7, 31, 33, 24, 0x01000008, 0x7ffffff8, 0xfffffff8, 0xffffffff])(
  'a record of length %i is refused without the memory for it',
  (length) => {
    for (const dies of [true, false]) {
      const directory = sampleSession({ inputs: 30, dies });
      const path = segmentFiles(directory)[0]!;
      const { at } = framesOf(readFileSync(path))[7]!;
      const before = process.memoryUsage().arrayBuffers;
      withChangedFile(
        path,
        (b) => void b.writeUInt32LE(length, at),
        () => expect(thrown(() => loadSession(directory))).toMatchObject({ name: 'JournalRotError', offset: at }),
      );
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
    }
  },
);

test('a length that hides all records behind it is refused, not cut', () => {
  const directory = sampleSession({ inputs: 30, dies: true });
  const path = segmentFiles(directory)[0]!;
  const bytes = readFileSync(path);
  for (const { at } of framesOf(bytes)) {
    withChangedFile(
      path,
      (b) => void b.writeUInt32LE(bytes.byteLength - at + 8, at),
      () => expect(thrown(() => loadSession(directory))).toMatchObject({ offset: at }),
    );
  }
});

test('a file too large for a segment is not read', () => {
  const directory = sampleSession({ inputs: 1, dies: true });
  truncateSync(join(directory, '000001.journal'), 200 * 1024 * 1024);
  const before = process.memoryUsage().arrayBuffers;
  expect(thrown(() => loadSession(directory))).toBeInstanceOf(JournalRotError);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
});

test('a file of lengths that all seem good costs a bounded search', () => {
  const directory = sampleSession({ inputs: 1, dies: true });
  const path = segmentFiles(directory)[0]!;
  // Each 32 bytes claim a record that reaches nearly to the end: the search may not check them all.
  const hostile = Buffer.alloc(4 * 1024 * 1024);
  for (let at = 0; at < hostile.byteLength; at += 32) {
    hostile.writeUInt32LE(Math.max(32, hostile.byteLength - at - 64), at);
    hostile.writeUInt8(128, at + 8);
  }
  hostile.writeUInt32LE(hostile.byteLength + 64, 0);
  withChangedFile(
    path,
    (b) => Buffer.concat([b, hostile]),
    () => expect(thrown(() => loadSession(directory))).toMatchObject({ offset: 64 + inputRecord(1).byteLength }),
  );
});
