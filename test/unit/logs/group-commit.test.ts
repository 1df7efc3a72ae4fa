/** Group commit: who is told what and when, what goes to the disk together, and that an error is the last word. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { InvariantError } from '../../../engine/domain/index.ts';
import {
  compressSegment,
  type JournalError,
  JournalWriter,
  loadSession,
  SessionWriter,
  verifyJournal,
} from '../../../logs/index.ts';
import { ModelDisk } from '../../fixtures/model-disk.ts';
import {
  appendSample,
  CONSOLE_DRAFT,
  failingFiles,
  framesOf,
  hashOf,
  inputRecord,
  outputEvent,
  sampleSession,
  segmentFiles,
  temporaryDirectory,
  thrown,
} from './helpers.ts';

interface Told {
  readonly durable: number[];
  readonly failures: JournalError[];
  onDurable(seq: number): void;
  onFailure(error: JournalError): void;
}

function listener(): Told {
  const durable: number[] = [];
  const failures: JournalError[] = [];
  return {
    durable,
    failures,
    onDurable: (seq) => void durable.push(seq),
    onFailure: (error) => void failures.push(error),
  };
}

test('one commit at a time: what came while it was under way goes together with the next', async () => {
  const files = failingFiles('rename', 1, 'EIO');
  const group = listener();
  const writer = JournalWriter.create({ directory: temporaryDirectory(), files, group });
  files.calls.length = 0;
  for (let seq = 1; seq <= 50; seq++) {
    writer.append(inputRecord(seq));
    writer.commit('sync');
  }
  expect(group.durable).toEqual([]);
  await writer.settled();
  expect(group.durable).toEqual([1, 50]);
  // The first write is followed by one of the room that was taken with it.
  expect(files.calls).toEqual(['write', 'write', 'dataSync', 'write', 'dataSync']);
  writer.close();
});

test('a write alone acknowledges nothing; a sync that joins it does', async () => {
  const group = listener();
  const files = failingFiles('rename', 1, 'EIO');
  const writer = JournalWriter.create({ directory: temporaryDirectory(), files, group });
  writer.append(inputRecord(1));
  writer.commit('write');
  await writer.settled();
  expect([group.durable, files.calls.includes('dataSync')]).toEqual([[], false]);
  expect(writer.waitingBytes).toBe(0);
  writer.append(inputRecord(2));
  writer.commit('sync');
  writer.commit('write');
  await writer.settled();
  expect(group.durable).toEqual([2]);
  writer.close();
});

test('what is appended behind the commit that was asked for is not acknowledged by it', async () => {
  const group = listener();
  const writer = JournalWriter.create({ directory: temporaryDirectory(), group });
  writer.append(inputRecord(1));
  writer.commit('sync');
  writer.append(inputRecord(2));
  await writer.settled();
  expect(group.durable).toEqual([1]);
  writer.commit('sync');
  await writer.settled();
  expect(group.durable).toEqual([1, 2]);
  writer.close();
});

/** The same records as the blocking writer's, in segments that were cut to their length. */
test('the journal is the one that a waiting writer makes, but for what each record says was synced', async () => {
  const sizes = { segmentBytes: 3000, blockBytes: 700 };
  const group = listener();
  const writer = SessionWriter.open(temporaryDirectory(), 's', CONSOLE_DRAFT, { ...sizes, group });
  for (let from = 1; from <= 300; from += 7) {
    appendSample(writer, from, Math.min(300, from + 6));
    writer.commit(from % 2 === 0 ? 'write' : 'sync');
    if (from % 5 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  writer.commit('sync');
  await writer.settled();
  writer.finish({ stateHash: hashOf(300) });
  const waited = sampleSession({ inputs: 300, ...sizes });
  const shape = (directory: string) =>
    segmentFiles(directory).map((path) => {
      const bytes = readFileSync(path);
      return framesOf(bytes)
        .filter((frame) => frame.type !== 66)
        .map(({ at, length }) => bytes.toString('hex', at + 16, at + length));
    });
  expect(shape(writer.directory)).toEqual(shape(waited));
  expect(verifyJournal(writer.directory)).toMatchObject({ holds: true, complete: true, inputs: 300 });
  for (const path of segmentFiles(writer.directory)) {
    const bytes = readFileSync(path);
    const last = framesOf(bytes).at(-1)!;
    expect(last.at + last.length).toBe(bytes.byteLength);
  }
  // Segments that were ended while the session runs can be compressed, and read.
  expect(compressSegment(writer.directory, 1).bytes).toBeGreaterThan(0);
  expect(verifyJournal(writer.directory)).toMatchObject({ holds: true, inputs: 300 });
});

test('room is taken ahead: zeros behind the last record of a session that goes on, or whose writer died', async () => {
  const group = listener();
  const writer = SessionWriter.open(temporaryDirectory(), 's', CONSOLE_DRAFT, { group });
  appendSample(writer, 1, 50);
  writer.commit('sync');
  await writer.settled();
  const [path] = segmentFiles(writer.directory);
  expect(statSync(path!).size).toBe(1024 * 1024);
  const { source, tail, manifest } = loadSession(writer.directory);
  expect([source.count, manifest.complete]).toEqual([50, false]);
  expect(tail).toMatchObject({ torn: true, lastSeq: 50, missingInputs: 0 });
  writer.abort();
  expect(verifyJournal(writer.directory)).toMatchObject({ holds: true, complete: false, inputs: 50 });
});

test.each([
  ['write', 3],
  ['write', 5],
  ['dataSync', 1],
  ['dataSync', 2],
  ['truncate', 1],
  ['close', 1],
  ['create', 2],
  ['syncDirectory', 2],
] as const)('%s failing at call %i is told once, is the last call, and acknowledges nothing more', async (op, call) => {
  const files = failingFiles(op, call, 'EIO');
  const group = listener();
  const directory = temporaryDirectory();
  const writer = JournalWriter.create({ directory, segmentBytes: 3000, blockBytes: 512, files, group });
  let seq = 0;
  const record = async (): Promise<void> => {
    for (let turn = 0; turn < 200 && group.failures.length === 0; turn++) {
      for (let n = 0; n < 5; n++) writer.append(inputRecord(++seq));
      writer.commit('sync');
      if (turn % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  };
  await record();
  await writer.settled();
  expect(group.failures).toMatchObject([{ name: 'JournalError', code: 'EIO' }]);
  const acknowledged = group.durable.at(-1) ?? 0;
  expect(acknowledged).toBeLessThan(seq);
  const { length } = files.calls;
  expect(files.calls.at(-1)).toBe(op);
  for (const act of [() => writer.append(inputRecord(seq + 1)), () => writer.commit('sync'), () => writer.close()])
    expect(thrown(act)).toBe(group.failures[0]);
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect([files.calls.length, group.durable.at(-1) ?? 0, group.failures.length]).toEqual([length, acknowledged, 1]);
  writer.abandon();
  expect(statSync(join(directory, '000001.journal')).size).toBeGreaterThan(0);
});

test('a disk that takes nothing is given up before the memory is', () => {
  const disk = new ModelDisk(temporaryDirectory());
  const group = listener();
  const writer = JournalWriter.create({ directory: join(disk.root, 'j'), files: disk, group });
  const long = 'x'.repeat(1024 * 1024);
  const error = thrown(() => {
    writer.append(inputRecord(1));
    for (let n = 0; n < 100; n++)
      writer.appendOutput({ ...outputEvent(1), kind: 'command-refused', command: long, reason: 'expired', subject: 1 });
  });
  expect(error).toMatchObject({ name: 'JournalError', message: expect.stringContaining('does not keep up') });
  expect(writer.waitingBytes).toBeLessThanOrEqual(64 * 1024 * 1024);
  expect(thrown(() => writer.commit('sync'))).toBe(error);
});

test('a disk that does not answer is given up by whoever waits for it, once', async () => {
  const group = listener();
  const writer = JournalWriter.create({ directory: temporaryDirectory(), group });
  writer.append(inputRecord(1));
  writer.commit('sync');
  writer.giveUp('the disk has not answered');
  writer.giveUp('again');
  expect(group.failures.map((each) => each.reason)).toEqual(['the disk has not answered']);
  await writer.settled();
  // What the disk says later is too late.
  expect(group.durable).toEqual([]);
  writer.abandon();
});

test('a writer with a group does not wait, and one without does not commit', () => {
  const group = listener();
  const grouped = JournalWriter.create({ directory: temporaryDirectory(), group });
  expect(() => grouped.sync()).toThrow(InvariantError);
  const waiting = JournalWriter.create({ directory: temporaryDirectory() });
  expect(() => waiting.commit('sync')).toThrow(InvariantError);
  grouped.abandon();
  waiting.abandon();
});
