/** The journal's writer: bytes as FORMAT.md says, rotation, and errors that are final. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { InvariantError } from '../../../engine/domain/index.ts';
import { JournalError, JournalWriter, systemFiles } from '../../../logs/index.ts';
import {
  chain,
  failingFiles,
  framesOf,
  hashOf,
  inputRecord,
  outputEvent,
  plainHeader,
  plainSeal,
  segmentFiles,
  temporaryDirectory,
  thrown,
  timeOf,
  withCrc,
} from './helpers.ts';

function journal(inputs: number, options: { segmentBytes?: number; blockBytes?: number } = {}): string {
  const directory = join(temporaryDirectory(), 'j');
  const writer = JournalWriter.create({ directory, ...options });
  for (let seq = 1; seq <= inputs; seq++) writer.append(inputRecord(seq));
  writer.close();
  return directory;
}

test('the bytes are those that FORMAT.md prescribes', () => {
  const records = [1, 2, 3, 4, 5, 6, 7, 8].map((seq) => withCrc(inputRecord(seq)));
  const zeros = new Uint8Array(32);
  const seal = plainSeal(chain(zeros, records), 8, timeOf(8));
  const expected = Buffer.concat([plainHeader(1, 1, zeros), ...records, seal]);
  expect(readFileSync(join(journal(8), '000001.journal')).equals(expected)).toBe(true);
});

test('outputs and checkpoints lie as text records', () => {
  const directory = temporaryDirectory();
  const writer = JournalWriter.create({ directory });
  writer.append(inputRecord(1));
  writer.appendOutput(outputEvent(1));
  writer.appendCheckpoint(1, timeOf(1), hashOf(1));
  writer.close();
  const bytes = readFileSync(join(directory, '000001.journal'));
  const [, output, checkpoint] = framesOf(bytes);
  const textOf = (at: number): string => bytes.toString('utf8', at + 40, at + 40 + bytes.readUInt32LE(at + 32));
  expect(output?.type).toBe(64);
  expect(JSON.parse(textOf(output!.at))).toEqual(outputEvent(1));
  expect(output!.length % 8).toBe(0);
  expect(checkpoint?.type).toBe(65);
  expect(textOf(checkpoint!.at)).toBe(hashOf(1));
  expect(bytes.readDoubleLE(checkpoint!.at + 16)).toBe(1);
});

test('a block is sealed when it is full, and each segment continues the chain of the one before', () => {
  const directory = journal(400, { segmentBytes: 8192, blockBytes: 1024 });
  const paths = segmentFiles(directory);
  expect(paths.length).toBeGreaterThan(3);
  let head: Uint8Array = new Uint8Array(32);
  let seq = 1;
  for (const [i, path] of paths.entries()) {
    const bytes = readFileSync(path);
    expect(bytes.byteLength).toBeLessThanOrEqual(8192);
    expect(bytes.subarray(0, 64).equals(plainHeader(i + 1, seq, head))).toBe(true);
    const frames = framesOf(bytes);
    expect(frames.at(-1)?.type).toBe(66);
    let block: Uint8Array[] = [];
    for (const frame of frames) {
      const record = bytes.subarray(frame.at, frame.at + frame.length);
      if (frame.type === 66) {
        head = chain(head, block);
        expect(record.subarray(32).equals(head)).toBe(true);
        block = [];
      } else {
        seq++;
        block.push(record);
        expect(Buffer.concat(block.slice(0, -1)).byteLength).toBeLessThan(1024);
      }
    }
  }
  expect(seq).toBe(401);
});

test('a record longer than a segment and a block gets a segment of its own', () => {
  const directory = temporaryDirectory();
  const writer = JournalWriter.create({ directory, segmentBytes: 512, blockBytes: 128 });
  writer.append(inputRecord(1));
  writer.appendOutput({
    ...outputEvent(1),
    kind: 'command-refused',
    command: 'x'.repeat(5000),
    reason: 'expired',
    subject: 1,
  });
  writer.append(inputRecord(2));
  writer.close();
  expect(segmentFiles(directory).map((path) => framesOf(readFileSync(path)).map((f) => f.type))).toEqual([
    [2, 66],
    [64, 66],
    [3, 66],
  ]);
});

test('flush hands over everything appended, without a seal', () => {
  const directory = temporaryDirectory();
  const writer = JournalWriter.create({ directory });
  const path = join(directory, '000001.journal');
  writer.append(inputRecord(1));
  expect(statSync(path).size).toBe(64);
  writer.flush();
  expect(framesOf(readFileSync(path)).map((f) => f.type)).toEqual([2]);
  writer.append(inputRecord(2));
  writer.sync();
  expect(framesOf(readFileSync(path)).map((f) => f.type)).toEqual([2, 3]);
  writer.close();
});

test('folders are 0700 and files 0600, whatever the mask', () => {
  const mask = process.umask(0);
  try {
    const directory = journal(200, { segmentBytes: 4096 });
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    for (const path of segmentFiles(directory)) expect(statSync(path).mode & 0o777).toBe(0o600);
  } finally {
    process.umask(mask);
  }
});

test('a segment that exists is never overwritten', () => {
  const directory = journal(3);
  const before = readFileSync(join(directory, '000001.journal'));
  const error = thrown(() => JournalWriter.create({ directory })) as JournalError;
  expect(error).toBeInstanceOf(JournalError);
  expect(error.code).toBe('EEXIST');
  expect(readFileSync(join(directory, '000001.journal')).equals(before)).toBe(true);
});

test('a later segment in the way fails the writer and stays as it is', () => {
  const directory = temporaryDirectory();
  const writer = JournalWriter.create({ directory, segmentBytes: 512 });
  writeFileSync(join(directory, '000002.journal'), 'mine');
  const error = thrown(() => {
    for (let seq = 1; seq < 100; seq++) writer.append(inputRecord(seq));
  }) as JournalError;
  expect(error.code).toBe('EEXIST');
  expect(readFileSync(join(directory, '000002.journal'), 'utf8')).toBe('mine');
});

test.each([
  ['a hole', () => inputRecord(3)],
  ['a repetition', () => inputRecord(1)],
  ['time running backwards', () => changed(inputRecord(2), (view) => view.setFloat64(24, timeOf(0), true))],
  ['a time that is not a number', () => changed(inputRecord(2), (view) => view.setFloat64(24, Number.NaN, true))],
  ['a price that is not finite', () => changed(inputRecord(2), (view) => view.setFloat64(72, Number.NaN, true))],
  ['a foreign length', () => changed(inputRecord(2), (view) => view.setUint32(0, 4096, true))],
  ['a length that is not its type', () => changed(inputRecord(2), (view) => view.setUint8(8, 1))],
  ['a note in the place of an input', () => changed(inputRecord(2), (view) => view.setUint8(8, 64))],
  ['no multiple of 8', () => inputRecord(2).subarray(0, 60)],
  ['no record', () => new Uint8Array(0)],
])('%s is a bug of the caller, and is not written', (_name, record) => {
  const directory = temporaryDirectory();
  const writer = JournalWriter.create({ directory });
  writer.append(inputRecord(1));
  expect(() => writer.append(record())).toThrow(InvariantError);
  writer.append(inputRecord(2));
  writer.close();
  expect(framesOf(readFileSync(join(directory, '000001.journal'))).map((f) => f.type)).toEqual([2, 3, 66]);
  expect(writer.inputs).toBe(2);
});

function changed(record: Uint8Array, change: (view: DataView) => void): Uint8Array {
  change(new DataView(record.buffer, record.byteOffset, record.byteLength));
  return record;
}

test('notes belong to an input that is there, in order', () => {
  const writer = JournalWriter.create({ directory: temporaryDirectory() });
  expect(() => writer.appendOutput(outputEvent(1))).toThrow(InvariantError);
  writer.append(inputRecord(1));
  writer.append(inputRecord(2));
  writer.appendOutput(outputEvent(2));
  expect(() => writer.appendOutput(outputEvent(1))).toThrow(InvariantError);
  expect(() => writer.appendCheckpoint(2, timeOf(2), 'no hash')).toThrow(InvariantError);
  writer.close();
  expect(() => writer.append(inputRecord(3))).toThrow(InvariantError);
});

test.each([
  ['write', 2, 'ENOSPC'],
  ['write', 4, 'EIO'],
  ['dataSync', 1, 'EIO'],
  ['dataSync', 2, 'EIO'],
  ['create', 2, 'ENOSPC'],
  ['close', 1, 'EIO'],
  ['syncDirectory', 2, 'EIO'],
] as const)('%s failing at call %i fails the writer for good, and is not tried again', (operation, call, code) => {
  const files = failingFiles(operation, call, code);
  const writer = JournalWriter.create({ directory: temporaryDirectory(), segmentBytes: 2048, blockBytes: 512, files });
  const first = thrown(() => {
    for (let seq = 1; seq < 1000; seq++) {
      writer.append(inputRecord(seq));
      if (seq % 8 === 0) writer.sync();
    }
  }) as JournalError;
  expect(first).toBeInstanceOf(JournalError);
  expect(first.code).toBe(code);
  expect(first.message).toContain(code);
  expect(first.message).not.toContain('\n');
  const calls = files.calls.length;
  const later = [
    () => writer.append(inputRecord(writer.lastSeq + 1)),
    () => writer.appendOutput(outputEvent(1)),
    () => writer.appendCheckpoint(1, timeOf(1), hashOf(1)),
    () => writer.flush(),
    () => writer.sync(),
    () => writer.close(),
  ];
  for (const act of later) expect(thrown(act)).toBe(first);
  expect(files.calls.length).toBe(calls);
});

test('a file that takes a few bytes at a time gets them all', () => {
  const directory = temporaryDirectory();
  const files = {
    ...systemFiles,
    write: (d: number, b: Uint8Array, from: number, length: number) =>
      systemFiles.write(d, b, from, Math.min(length, 7)),
  };
  const writer = JournalWriter.create({ directory, files });
  for (let seq = 1; seq <= 20; seq++) writer.append(inputRecord(seq));
  writer.close();
  expect(
    readFileSync(join(directory, '000001.journal')).equals(readFileSync(join(journal(20), '000001.journal'))),
  ).toBe(true);
});

test('a file that takes nothing is an error, not an endless loop', () => {
  const files = { ...systemFiles, write: () => 0 };
  expect(() => JournalWriter.create({ directory: temporaryDirectory(), files })).toThrow(JournalError);
});

test('the folder is synced for every new file, and a segment before the next one exists', () => {
  const files = failingFiles('rename', 1, 'EIO');
  const writer = JournalWriter.create({ directory: temporaryDirectory(), segmentBytes: 1024, files });
  for (let seq = 1; seq <= 40; seq++) writer.append(inputRecord(seq));
  writer.close();
  const text = files.calls.join(' ');
  const segment = 'create write syncDirectory( write)+ dataSync close';
  expect(text).toMatch(new RegExp(`^${segment}( ${segment})+$`));
});
