/** Reading sessions: whole ones, open ones, torn ones, and rot that is refused with its place. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { AT, canonical, type InputCursor, InvariantError } from '../../../engine/domain/index.ts';
import { JournalError, JournalRotError, loadSession, readSession, SessionWriter } from '../../../logs/index.ts';
import {
  appendSample,
  CONSOLE_DRAFT,
  chain,
  forge,
  framesOf,
  genesisIn,
  hashOf,
  inputRecord,
  outputEvent,
  plainHeader,
  plainSeal,
  sampleSession,
  segmentFiles,
  temporaryDirectory,
  thrown,
  timeOf,
  withChangedFile,
  withCrc,
} from './helpers.ts';

const freshCursor = (): InputCursor => ({
  view: new DataView(new ArrayBuffer(0)),
  words: new Int32Array(0),
  offset: -1,
});

function bytesAt(cursor: InputCursor): Uint8Array {
  const { view, offset } = cursor;
  return new Uint8Array(view.buffer, view.byteOffset + offset, view.getUint32(offset, true));
}

test('every input comes back from every place, in any order, over several segments', () => {
  const directory = sampleSession({ inputs: 500, segmentBytes: 8192, blockBytes: 1024 });
  expect(segmentFiles(directory).length).toBeGreaterThan(3);
  const { source, tail } = loadSession(directory);
  expect(source.count).toBe(500);
  expect(tail).toMatchObject({ torn: false, lastSeq: 500, missingInputs: 0 });
  const cursor = freshCursor();
  for (let i = 0, index = 0; i < 500; i++, index = (index + 223) % 500) {
    source.seek(index, cursor);
    expect(bytesAt(cursor)).toEqual(withCrc(inputRecord(index + 1)));
    expect(cursor.words[(cursor.offset >> 2) + 0]).toBe(bytesAt(cursor).byteLength);
    expect(source.timeAt(index)).toBe(timeOf(index + 1));
  }
});

test('an input reads back as it was appended, also after a sync that later records tell of', () => {
  const writer = SessionWriter.open(temporaryDirectory(), 's', CONSOLE_DRAFT, {});
  for (let seq = 1; seq <= 200; seq++) {
    writer.append(inputRecord(seq));
    if (seq % 20 === 0) writer.sync();
  }
  writer.finish({ stateHash: hashOf(200) });
  const { source } = loadSession(writer.directory);
  const cursor = freshCursor();
  const withoutCrc = (record: Uint8Array): Uint8Array => record.slice().fill(0, AT.crc, AT.crc + 4);
  for (let index = 0; index < 200; index++) {
    source.seek(index, cursor);
    expect(withoutCrc(bytesAt(cursor))).toEqual(withoutCrc(inputRecord(index + 1)));
  }
});

test('a seek within a segment keeps the views, one across swaps both', () => {
  const directory = sampleSession({ inputs: 300, segmentBytes: 8192 });
  const { source } = loadSession(directory);
  const cursor = freshCursor();
  source.seek(0, cursor);
  const { view, words } = cursor;
  source.seek(5, cursor);
  expect(cursor.view).toBe(view);
  expect(cursor.words).toBe(words);
  source.seek(299, cursor);
  expect(cursor.view).not.toBe(view);
  expect(cursor.words.buffer).toBe(cursor.view.buffer);
  source.seek(0, cursor);
  expect(cursor.view).toBe(view);
  expect(cursor.words).toBe(words);
});

test('an index that is not there is refused', () => {
  const { source } = loadSession(sampleSession({ inputs: 3 }));
  for (const index of [-1, 3, 0.5, Number.NaN]) {
    expect(() => source.seek(index, freshCursor())).toThrow(InvariantError);
    expect(() => source.timeAt(index)).toThrow(InvariantError);
  }
});

test('outputs are found by their input, checkpoints in order', () => {
  const { outputs, checkpoints, skipped } = loadSession(sampleSession({ inputs: 100, segmentBytes: 4096 }));
  expect(outputs.count).toBe(20);
  expect(outputs.textsAt(15)).toEqual([canonical(outputEvent(15))]);
  expect(outputs.eventsAt(15)).toEqual([outputEvent(15)]);
  expect(outputs.textsAt(16)).toEqual([]);
  expect(outputs.eventsAt(1000)).toEqual([]);
  expect([...outputs.events()].map((event) => event.seq)).toEqual(Array.from({ length: 20 }, (_, i) => (i + 1) * 5));
  expect([...checkpoints()]).toEqual(
    [16, 32, 48, 64, 80, 96].map((seq) => ({ seq, atUs: timeOf(seq), stateHash: hashOf(seq) })),
  );
  expect(skipped).toBe(0);
});

test('several outputs of one input keep their order', () => {
  const writer = SessionWriter.open(temporaryDirectory(), 's', CONSOLE_DRAFT);
  writer.append(inputRecord(1));
  const first = { ...outputEvent(1), command: 'first' };
  const second = { ...outputEvent(1), command: 'second' };
  writer.appendOutput(first);
  writer.appendOutput(second);
  writer.finish();
  const { outputs } = loadSession(writer.directory);
  expect(outputs.eventsAt(1)).toEqual([first, second]);
  expect(outputs.textsAt(1)).toEqual([canonical(first), canonical(second)]);
});

test('streaming gives every record in the order of the files', () => {
  const directory = sampleSession({ inputs: 120, segmentBytes: 4096, blockBytes: 512 });
  const expected = segmentFiles(directory).flatMap((path) =>
    framesOf(readFileSync(path)).map((f) => [path, f.at, f.type]),
  );
  const records = readSession(directory);
  const seen: unknown[] = [];
  let next = records.next();
  for (; !next.done; next = records.next()) {
    const { file, type, cursor, seq, atUs, length } = next.value;
    seen.push([file, cursor.offset, type]);
    if (type < 64) expect(atUs).toBe(timeOf(seq));
    expect(cursor.view.getUint32(cursor.offset, true)).toBe(length);
  }
  expect(seen).toEqual(expected);
  expect(next.value.torn).toBe(false);
});

test('an empty session loads', () => {
  const { source, tail } = loadSession(sampleSession({ inputs: 0 }));
  expect(source.count).toBe(0);
  expect(tail).toMatchObject({ torn: false, atFile: '000001.journal', atOffset: 64, lastSeq: 0 });
});

test('a session is readable while it is being written, up to the last flush', () => {
  const writer = SessionWriter.open(temporaryDirectory(), 's', CONSOLE_DRAFT, { segmentBytes: 4096, blockBytes: 512 });
  for (let seq = 1; seq <= 200; seq++) {
    appendSample(writer, seq, seq);
    if (seq % 20 !== 0) continue;
    writer.flush();
    const { source, manifest, tail } = loadSession(writer.directory);
    expect(source.count).toBe(seq);
    expect(manifest.complete).toBe(false);
    expect(tail).toMatchObject({ torn: false, lastSeq: seq, missingInputs: 0 });
  }
  writer.finish();
  expect(loadSession(writer.directory).manifest).toMatchObject({ complete: true, inputs: 200 });
});

test('a session whose process died keeps what was flushed', () => {
  const { source, manifest, tail } = loadSession(sampleSession({ inputs: 77, dies: true }));
  expect(source.count).toBe(77);
  expect(manifest).toMatchObject({ complete: false, inputs: 0 });
  expect(tail.torn).toBe(false);
});

/** A record with a given type and payload length that is otherwise in order. */
function strangeRecord(type: number, length: number, seq: number): Uint8Array {
  const record = Buffer.alloc(length);
  record.writeUInt32LE(length, 0);
  record.writeUInt8(type, 8);
  record.writeUInt16LE(0xffff, 10);
  record.writeDoubleLE(seq, 16);
  record.writeDoubleLE(timeOf(seq), 24);
  return record;
}

test('optional records of unknown types are skipped and counted, required ones refused with their place', () => {
  const directory = sampleSession({ inputs: 1, dies: true });
  for (const sealed of [true, false]) {
    forge(directory, [inputRecord(1), strangeRecord(128, 4096, 0), inputRecord(2), strangeRecord(255, 32, 0)], sealed);
    const { source, skipped } = loadSession(directory);
    expect(source.count).toBe(2);
    expect(skipped).toBe(2);
    for (const type of [0, 13, 63, 67, 127]) {
      forge(directory, [inputRecord(1), strangeRecord(type, 64, 1), inputRecord(2)], sealed);
      const error = thrown(() => loadSession(directory)) as JournalRotError;
      expect(error).toBeInstanceOf(JournalRotError);
      expect(error.offset).toBe(64 + inputRecord(1).byteLength);
      expect(error.reason).toContain(`type ${type}`);
    }
  }
});

function edited(seq: number, edit: (record: Buffer) => void): Uint8Array {
  const record = Buffer.from(inputRecord(seq));
  edit(record);
  return record;
}

function textRecord(type: number, seq: number, text: string, edit: (record: Buffer) => void = () => {}): Uint8Array {
  const encoded = Buffer.from(text);
  const record = Buffer.from(strangeRecord(type, 40 + Math.ceil(encoded.byteLength / 8) * 8, seq));
  record.writeUInt32LE(encoded.byteLength, 32);
  record.set(encoded, 40);
  edit(record);
  return record;
}

/** Journals with good check sums and a good chain that nevertheless must not reach the engine. */
const HOSTILE: ReadonlyArray<readonly [name: string, record: () => Uint8Array, reason: RegExp]> = [
  ['a hole in the sequence', () => inputRecord(3), /stands where 2 belongs/],
  ['a sequence that is not a number', () => edited(2, (r) => r.writeDoubleLE(Number.NaN, 16)), /stands where 2/],
  ['time running backwards', () => edited(2, (r) => r.writeDoubleLE(timeOf(0), 24)), /is received at/],
  ['a fraction of a microsecond', () => edited(2, (r) => r.writeDoubleLE(timeOf(2) + 0.5, 24)), /is received at/],
  ['an instrument that is not there', () => edited(2, (r) => r.writeUInt16LE(2, 10)), /instrument 2 is not one/],
  ['a depth of no instrument', () => edited(2, (r) => r.writeUInt16LE(0xffff, 10)), /instrument/],
  ['a price that is not a number', () => edited(2, (r) => r.writeDoubleLE(Number.NaN, 72)), /not finite/],
  ['an infinite update id', () => edited(2, (r) => r.writeDoubleLE(Number.POSITIVE_INFINITY, 40)), /not finite/],
  ['more levels than bytes', () => edited(2, (r) => r.writeUInt32LE(1_000_000, 64)), /levels do not fit/],
  ['billions of levels', () => edited(2, (r) => r.writeUInt32LE(0xffffffff, 68)), /levels do not fit/],
  ['a depth without its header', () => strangeRecord(3, 32, 2), /too short/],
  ['a trade that is too short', () => strangeRecord(1, 32, 2), /has 32 bytes instead of 64/],
  ['a timer that is too long', () => strangeRecord(6, 4096, 2), /has 4096 bytes instead of 32/],
  ['an output before its input', () => textRecord(64, 2, '{}'), /note on input 2/],
  ['an output with a huge text', () => textRecord(64, 1, '{}', (r) => r.writeUInt32LE(0xffffffff, 32)), /not whole/],
  ['an output that is not UTF-8', () => textRecord(64, 1, '{}', (r) => r.writeUInt8(0xff, 40)), /not whole/],
  ['an output without a text', () => strangeRecord(64, 32, 1), /not whole/],
  ['a checkpoint that is no hash', () => textRecord(65, 1, 'z'.repeat(32)), /no state hash/],
  ['a seal without a digest', () => strangeRecord(66, 32, 1), /does not match its seal/],
  ['a seal with another digest', () => strangeRecord(66, 64, 1), /does not match its seal/],
];

test.each(HOSTILE)('%s is refused in one line, with its place', (_name, record, reason) => {
  const directory = sampleSession({ inputs: 1, dies: true });
  for (const sealed of [true, false]) {
    forge(directory, [inputRecord(1), record(), inputRecord(9)], sealed);
    const error = thrown(() => loadSession(directory)) as JournalRotError;
    expect(error).toBeInstanceOf(JournalRotError);
    expect(error.reason).toMatch(reason);
    expect(error.message).toContain('000001.journal: at byte ');
    expect(error.message).not.toMatch(/[\n\r]/);
    expect(thrown(() => [...readSession(directory)])).toEqual(error);
  }
});

test.each([
  ['no JSON', '{'],
  ['null', 'null'],
  ['a list', '[]'],
  ['of another input', canonical(outputEvent(5))],
])('an output that is %s is refused when it is asked for', (_name, text) => {
  const directory = sampleSession({ inputs: 1, dies: true });
  forge(directory, [inputRecord(1), textRecord(64, 1, text)], true);
  const { outputs } = loadSession(directory);
  expect(() => outputs.eventsAt(1)).toThrow(JournalRotError);
});

test('texts of a recorded output reach nobody with control characters in them', () => {
  const directory = sampleSession({ inputs: 1, dies: true });
  const hostile = `{"seq":1,"atUs":${timeOf(1)},"kind":"\\u001b[2J","__proto__":{"polluted":true},"command":"a\u202eb"}`;
  forge(directory, [inputRecord(1), textRecord(64, 1, hostile)], true);
  const [event] = loadSession(directory).outputs.eventsAt(1);
  expect(event).toMatchObject({ kind: '\ufffd[2J', command: 'a\ufffdb' });
  expect({}).not.toHaveProperty('polluted');
});

test.each([
  ['an unknown version', (b: Buffer) => b.writeUInt32LE(2, 8), /format version 2; this build reads 1/],
  ['another magic', (b: Buffer) => b.write('CHIMERA2'), /no journal segment/],
  ['another number', (b: Buffer) => b.set(plainHeader(2, 1, new Uint8Array(32))), /segment 2 where 1 belongs/],
  ['another first input', (b: Buffer) => b.set(plainHeader(1, 9, new Uint8Array(32))), /input 9 where 1 belongs/],
  ['a previous head', (b: Buffer) => b.set(plainHeader(1, 1, new Uint8Array(32).fill(1))), /chain does not continue/],
])('a segment header with %s is refused', (_name, edit, reason) => {
  const directory = sampleSession({ inputs: 3 });
  const path = join(directory, '000001.journal');
  withChangedFile(
    path,
    (bytes) => void edit(bytes),
    () => {
      expect(thrown(() => loadSession(directory))).toMatchObject({ name: 'JournalRotError', file: path, offset: 0 });
      expect((thrown(() => loadSession(directory)) as JournalRotError).reason).toMatch(reason);
    },
  );
  expect(loadSession(directory).source.count).toBe(3);
});

test('a missing segment, a swapped one and one that lost its seal are refused', () => {
  const directory = sampleSession({ inputs: 300, segmentBytes: 4096 });
  const [first, second, third] = segmentFiles(directory) as [string, string, string];
  const secondBytes = readFileSync(second);
  rmSync(second);
  expect(thrown(() => loadSession(directory))).toMatchObject({ file: third, reason: 'segment 2 is missing before it' });
  writeFileSync(second, readFileSync(third));
  expect(thrown(() => loadSession(directory))).toMatchObject({ file: second, offset: 0 });
  const seal = framesOf(secondBytes).at(-1)!;
  writeFileSync(second, secondBytes.subarray(0, seal.at));
  expect((thrown(() => loadSession(directory)) as JournalRotError).reason).toContain('without its seal');
  writeFileSync(second, secondBytes.subarray(0, seal.at - 8));
  expect(thrown(() => loadSession(directory))).toBeInstanceOf(JournalRotError);
  writeFileSync(second, secondBytes);
  rmSync(first);
  expect(thrown(() => loadSession(directory))).toMatchObject({
    file: second,
    reason: 'segment 1 is missing before it',
  });
});

test('a block whose records were rewritten with good check sums breaks the chain', () => {
  const directory = sampleSession({ inputs: 3, dies: true });
  const genesis = genesisIn(directory);
  const honest = [1, 2, 3].map((seq) => withCrc(inputRecord(seq)));
  const forged = [honest[0]!, withCrc(edited(2, (r) => r.writeDoubleLE(1, 72))), honest[2]!];
  const bytes = Buffer.concat([plainHeader(1, 1, genesis), ...forged, plainSeal(chain(genesis, honest), 3, timeOf(3))]);
  const path = join(directory, '000001.journal');
  writeFileSync(path, bytes);
  expect(thrown(() => loadSession(directory))).toMatchObject({ file: path, offset: 64 });
});

test('a seal that speaks of another input is refused', () => {
  const directory = sampleSession({ inputs: 1, dies: true });
  const genesis = genesisIn(directory);
  const record = withCrc(inputRecord(1));
  const bytes = Buffer.concat([plainHeader(1, 1, genesis), record, plainSeal(chain(genesis, [record]), 2, timeOf(1))]);
  const path = join(directory, '000001.journal');
  writeFileSync(path, bytes);
  expect(thrown(() => loadSession(directory))).toMatchObject({ file: path, offset: 64 + record.byteLength });
});

test('what is no session is said to be none', () => {
  const directory = temporaryDirectory();
  expect(thrown(() => loadSession(join(directory, 'nowhere')))).toMatchObject({ name: 'JournalError', code: 'ENOENT' });
  const session = sampleSession({ inputs: 1 });
  for (const path of segmentFiles(session)) rmSync(path);
  expect((thrown(() => loadSession(session)) as JournalRotError).reason).toBe('it holds no journal segment');
  rmSync(join(session, 'manifest.json'));
  expect(thrown(() => loadSession(session))).toBeInstanceOf(JournalError);
  expect(basename((thrown(() => loadSession(session)) as JournalError).path)).toBe('manifest.json');
});
