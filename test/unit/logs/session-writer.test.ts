/** Sessions from their first record to their name: partial until whole, never over another one. */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { InvariantError } from '../../../engine/domain/index.ts';
import { JournalError, loadSession, readManifest, SessionWriter, verifyJournal } from '../../../logs/index.ts';
import {
  appendSample,
  CONSOLE_DRAFT,
  failingFiles,
  hashOf,
  IMPORT_DRAFT,
  INSTRUMENTS,
  inputRecord,
  SOURCE,
  segmentFiles,
  temporaryDirectory,
  thrown,
  timeOf,
} from './helpers.ts';

test('an import is partial until it is whole', () => {
  const sessions = join(temporaryDirectory(), 'data', 'sessions');
  const writer = SessionWriter.create(sessions, 'btc', { ...IMPORT_DRAFT, instruments: [] });
  for (let seq = 1; seq <= 30; seq++) writer.append(inputRecord(seq));
  expect(readdirSync(sessions)).toEqual(['btc.partial']);
  expect(readManifest(writer.directory).complete).toBe(false);
  expect(writer).toMatchObject({ inputs: 30, firstUs: timeOf(1), lastUs: timeOf(30), lastSeq: 30 });
  const manifest = writer.finish({ source: SOURCE, instruments: INSTRUMENTS });
  expect(readdirSync(sessions)).toEqual(['btc']);
  expect(readdirSync(join(sessions, 'btc')).sort()).toEqual(['000001.journal', 'manifest.json']);
  expect(readManifest(join(sessions, 'btc'))).toEqual(manifest);
  expect(manifest).toMatchObject({ name: 'btc', inputs: 30, firstUs: timeOf(1), lastUs: timeOf(30), complete: true });
  expect(verifyJournal(join(sessions, 'btc'))).toMatchObject({ holds: true, chainHead: manifest.chainHead });
});

test('an import that is given up leaves nothing', () => {
  const sessions = temporaryDirectory();
  const writer = SessionWriter.create(sessions, 'btc', IMPORT_DRAFT);
  writer.append(inputRecord(1));
  writer.abort();
  expect(readdirSync(sessions)).toEqual([]);
  expect(() => writer.append(inputRecord(2))).toThrow(InvariantError);
});

test('a console session bears its name from the start and is complete at its end', () => {
  const sessions = temporaryDirectory();
  const writer = SessionWriter.open(sessions, 'live', CONSOLE_DRAFT);
  expect(readdirSync(sessions)).toEqual(['live']);
  expect(readManifest(writer.directory)).toMatchObject({ complete: false, config: CONSOLE_DRAFT.config });
  appendSample(writer, 1, 20);
  writer.sync();
  expect(loadSession(writer.directory).source.count).toBe(20);
  const manifest = writer.finish({ stateHash: hashOf(20) });
  expect(manifest).toMatchObject({ complete: true, inputs: 20, stateHash: hashOf(20) });
  expect(readManifest(writer.directory)).toEqual(manifest);
});

test('a console session that is given up keeps what was flushed', () => {
  const writer = SessionWriter.open(temporaryDirectory(), 'live', CONSOLE_DRAFT);
  appendSample(writer, 1, 20);
  writer.flush();
  appendSample(writer, 21, 25);
  writer.abort();
  const { manifest, source } = loadSession(writer.directory);
  expect(manifest.complete).toBe(false);
  expect(source.count).toBe(20);
});

test('neither a session nor an import under way is overwritten', () => {
  const sessions = temporaryDirectory();
  SessionWriter.create(sessions, 'a', IMPORT_DRAFT).finish({ source: SOURCE });
  const running = SessionWriter.create(sessions, 'b', IMPORT_DRAFT);
  for (const begin of [
    () => SessionWriter.create(sessions, 'a', IMPORT_DRAFT),
    () => SessionWriter.open(sessions, 'a', CONSOLE_DRAFT),
    () => SessionWriter.create(sessions, 'b', IMPORT_DRAFT),
  ]) {
    expect(thrown(begin)).toMatchObject({ name: 'JournalError', code: 'EEXIST' });
  }
  mkdirSync(join(sessions, 'b'));
  writeFileSync(join(sessions, 'b', 'mine'), 'x');
  expect(thrown(() => running.finish({ source: SOURCE }))).toMatchObject({ name: 'JournalError', code: 'EEXIST' });
  expect(readdirSync(join(sessions, 'b'))).toEqual(['mine']);
  running.abort();
  expect(readdirSync(sessions).sort()).toEqual(['a', 'b']);
});

test.each(['', '..', 'A', 'a/b', 'x.partial'])('%j is refused as a name before anything is made', (name) => {
  const sessions = join(temporaryDirectory(), 'sessions');
  expect(() => SessionWriter.create(sessions, name, IMPORT_DRAFT)).toThrow(InvariantError);
  expect(() => SessionWriter.open(sessions, name, CONSOLE_DRAFT)).toThrow(InvariantError);
  expect(existsSync(sessions)).toBe(false);
});

test('a draft that is no manifest is refused before anything is made', () => {
  const sessions = temporaryDirectory();
  expect(() => SessionWriter.open(sessions, 'a', IMPORT_DRAFT)).not.toThrow();
  expect(() => SessionWriter.open(sessions, 'b', { ...CONSOLE_DRAFT, createdAt: 'today' })).toThrow(InvariantError);
  expect(readdirSync(sessions)).toEqual(['a']);
});

test('a hole in the sequence and time running backwards are refused', () => {
  const writer = SessionWriter.create(temporaryDirectory(), 'a', IMPORT_DRAFT);
  writer.append(inputRecord(1));
  expect(() => writer.append(inputRecord(3))).toThrow(InvariantError);
  const early = inputRecord(2);
  new DataView(early.buffer).setFloat64(24, timeOf(1) - 1, true);
  expect(() => writer.append(early)).toThrow(InvariantError);
  writer.append(inputRecord(2));
  expect(writer.finish({ source: SOURCE }).inputs).toBe(2);
});

test('every folder is 0700 and every file 0600, whatever the mask', () => {
  const mask = process.umask(0);
  try {
    const root = temporaryDirectory();
    const sessions = join(root, 'data', 'sessions');
    const writer = SessionWriter.open(sessions, 'a', CONSOLE_DRAFT, { segmentBytes: 2048 });
    appendSample(writer, 1, 50);
    writer.finish();
    for (const path of [join(root, 'data'), sessions, writer.directory]) {
      expect(statSync(path).mode & 0o777).toBe(0o700);
    }
    for (const path of [...segmentFiles(writer.directory), join(writer.directory, 'manifest.json')]) {
      expect(statSync(path).mode & 0o777).toBe(0o600);
    }
  } finally {
    process.umask(mask);
  }
});

test.each([
  ['syncDirectory', 2],
  ['create', 1],
  ['create', 2],
  ['write', 1],
  ['write', 2],
  ['rename', 1],
] as const)('when %s (call %i) fails at the start, nothing is left behind', (operation, call) => {
  const sessions = temporaryDirectory();
  const files = failingFiles(operation, call, 'ENOSPC');
  const error = thrown(() => SessionWriter.create(sessions, 'a', IMPORT_DRAFT, { files })) as JournalError;
  expect(error).toBeInstanceOf(JournalError);
  expect(readdirSync(sessions)).toEqual([]);
});

test.each([
  ['write', 3, 'ENOSPC'],
  ['write', 4, 'ENOSPC'],
  ['dataSync', 2, 'EIO'],
  ['dataSync', 3, 'EIO'],
  ['rename', 2, 'EIO'],
  ['rename', 3, 'EIO'],
] as const)('when %s (call %i) fails at the end, the session does not pass for finished', (operation, call, code) => {
  const sessions = temporaryDirectory();
  const writer = SessionWriter.create(sessions, 'a', IMPORT_DRAFT, { files: failingFiles(operation, call, code) });
  writer.append(inputRecord(1));
  expect(thrown(() => writer.finish({ source: SOURCE }))).toMatchObject({ name: 'JournalError', code });
  expect(existsSync(join(sessions, 'a'))).toBe(false);
  writer.abort();
  expect(readdirSync(sessions)).toEqual([]);
});

test('a console session whose disk fills up keeps every record that was synced', () => {
  const files = failingFiles('write', 7, 'ENOSPC');
  const writer = SessionWriter.open(temporaryDirectory(), 'a', CONSOLE_DRAFT, { files });
  let synced = 0;
  const error = thrown(() => {
    for (let seq = 1; seq <= 1000; seq++) {
      writer.append(inputRecord(seq));
      if (seq % 10 !== 0) continue;
      writer.sync();
      synced = seq;
    }
  });
  expect(error).toMatchObject({ name: 'JournalError', code: 'ENOSPC' });
  expect(thrown(() => writer.finish())).toBe(error);
  writer.abort();
  expect(synced).toBe(30);
  expect(loadSession(writer.directory).source.count).toBe(synced);
  expect(readFileSync(join(writer.directory, 'manifest.json'), 'utf8')).toContain('"complete": false');
});
