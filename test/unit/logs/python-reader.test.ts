/** FORMAT.md is enough: a reader in Python, written from it alone, agrees with ours on every field and hash. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import {
  AT,
  COMMAND_KINDS,
  COMMAND_SOURCES,
  CONTROL_MODES,
  GAP_REASONS,
  type InputCursor,
  NO_INSTRUMENT,
  REPORT_KINDS,
} from '../../../engine/domain/index.ts';
import {
  BASE_NAME,
  encodeSnapshot,
  type JournalRecord,
  readSession,
  readSnapshot,
  SessionWriter,
  SNAPSHOT_FOLDER,
  type StateSnapshot,
  snapshotPath,
  verifyJournal,
} from '../../../logs/index.ts';
import {
  appendSample,
  CONSOLE_DRAFT,
  hashOf,
  sampleSession,
  segmentFiles,
  temporaryDirectory,
  timeOf,
  withChangedFile,
} from './helpers.ts';

const READER = fileURLToPath(new URL('../../fixtures/read_journal.py', import.meta.url));
const FORMAT = readFileSync(new URL('../../../logs/FORMAT.md', import.meta.url), 'utf8');
const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython) process.stderr.write('python-reader.test.ts: skipped, there is no python3 here\n');

interface PlainRecord {
  readonly segment: number;
  readonly at: number;
  readonly type: number;
  readonly flags: number;
  readonly instrument: number;
  readonly synced: number;
  readonly seq: number;
  readonly receivedAtUs: number;
  readonly crc: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

interface PlainSession {
  readonly head: string;
  readonly inputs: number;
  readonly sealed: boolean;
  readonly records: readonly PlainRecord[];
  readonly snapshots: readonly unknown[];
}

const readPlainly = (directory: string): PlainSession =>
  JSON.parse(execFileSync('python3', [READER, directory], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }));

/** Names of the payload's doubles in their order, by the engine's own offsets. */
const DOUBLES: Readonly<Record<number, Readonly<Record<string, number>>>> = {
  1: { venueAtUs: AT.venueAtUs, price: AT.tradePrice, quantity: AT.tradeQuantity, tradeId: AT.tradeId },
  2: {
    venueAtUs: AT.venueAtUs,
    bidPrice: AT.bidPrice,
    bidQuantity: AT.bidQuantity,
    askPrice: AT.askPrice,
    askQuantity: AT.askQuantity,
    updateId: AT.quoteUpdateId,
  },
  5: {
    openUs: AT.venueAtUs,
    open: AT.open,
    high: AT.high,
    low: AT.low,
    close: AT.close,
    volume: AT.volume,
    intervalUs: AT.intervalUs,
    trades: AT.tradeCount,
  },
  6: {},
  7: {
    kind: AT.command,
    source: AT.command + 8,
    a: AT.command + 16,
    b: AT.command + 24,
    c: AT.command + 32,
    d: AT.command + 40,
  },
  8: { venueAtUs: AT.venueAtUs, reason: AT.gapReason },
  9: {
    venueAtUs: AT.venueAtUs,
    kind: AT.reportKind,
    orderId: AT.reportOrderId,
    lots: AT.reportLots,
    price: AT.reportPrice,
    executionId: AT.executionId,
    feeCoarse: AT.feeCoarse,
    feeFine: AT.feeFine,
    feeLots: AT.feeLots,
  },
  11: { venueAtUs: AT.venueAtUs, source: AT.readingSource, value: AT.readingValue, second: AT.readingSecond },
};

const DEPTH = {
  venueAtUs: AT.venueAtUs,
  firstUpdateId: AT.firstUpdateId,
  lastUpdateId: AT.lastUpdateId,
  previousUpdateId: AT.previousUpdateId,
};

function fieldsOf({ type, length, cursor }: JournalRecord): Record<string, unknown> {
  const { view, offset } = cursor;
  const doubles = (places: Readonly<Record<string, number>>): Record<string, number> =>
    Object.fromEntries(Object.entries(places).map(([name, at]) => [name, view.getFloat64(offset + at, true)]));
  const levels = (from: number, count: number): number[][] =>
    Array.from({ length: count }, (_, i) => [
      view.getFloat64(offset + from + i * 16, true),
      view.getFloat64(offset + from + i * 16 + 8, true),
    ]);
  const bytes = Buffer.from(view.buffer, view.byteOffset + offset, length);
  if (type === 3 || type === 4) {
    const bids = view.getUint32(offset + AT.bidCount, true);
    const asks = view.getUint32(offset + AT.askCount, true);
    return { ...doubles(DEPTH), bids: levels(AT.levels, bids), asks: levels(AT.levels + bids * 16, asks) };
  }
  if (type === 66) return { head: bytes.toString('hex', 32) };
  if (type >= 64) return { text: bytes.toString('utf8', 40, 40 + bytes.readUInt32LE(32)) };
  return doubles(DOUBLES[type]!);
}

function plain(record: JournalRecord): PlainRecord {
  const { view, offset }: InputCursor = record.cursor;
  return {
    segment: Number.parseInt(basename(record.file), 10),
    at: offset,
    type: record.type,
    flags: view.getUint8(offset + AT.flags),
    instrument: view.getUint16(offset + AT.instrument, true),
    synced: view.getUint32(offset + 12, true),
    seq: record.seq,
    receivedAtUs: record.atUs,
    crc: view.getUint32(offset + AT.crc, true),
    fields: fieldsOf(record),
  };
}

/** Every kind of record, several segments, and syncs in between. */
function everything(finish: boolean): string {
  const writer = SessionWriter.open(temporaryDirectory(), 's', CONSOLE_DRAFT, { segmentBytes: 5000, blockBytes: 900 });
  for (let from = 1; from <= 160; from += 20) {
    appendSample(writer, from, from + 19);
    writer.sync();
  }
  if (finish) writer.finish({ stateHash: hashOf(160) });
  else writer.abort();
  return writer.directory;
}

test.skipIf(!hasPython)('it agrees with our reader on every field of every kind, the crcs and the chain head', () => {
  for (const finish of [true, false]) {
    const directory = everything(finish);
    const theirs = readPlainly(directory);
    const ours = [...readSession(directory)].length;
    expect(theirs.records.length).toBe(ours);
    let index = 0;
    for (const record of readSession(directory)) expect(theirs.records[index++]).toEqual(plain(record));
    const kinds = new Set(theirs.records.map((record) => record.type));
    expect([...kinds].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 64, 65, 66]);
    expect(theirs.records.some((record) => record.synced > 64)).toBe(true);
    expect(theirs.records.some((record) => record.instrument === NO_INSTRUMENT)).toBe(true);
    const report = verifyJournal(directory);
    expect(theirs).toMatchObject({ head: report.chainHead, inputs: report.inputs });
    expect(report.segments).toBeGreaterThan(2);
  }
});

test.skipIf(!hasPython)('it reads a session that is being written, up to the room behind its last record', async () => {
  const group = { onDurable: () => {}, onFailure: () => {} };
  const writer = SessionWriter.open(temporaryDirectory(), 's', CONSOLE_DRAFT, { group });
  appendSample(writer, 1, 40);
  writer.commit('sync');
  await writer.settled();
  expect(statSync(join(writer.directory, '000001.journal')).size).toBe(1024 * 1024);
  expect(readPlainly(writer.directory)).toMatchObject({ inputs: 40, sealed: false });
  writer.abort();
});

/** A session that goes on after input 160, with its base and a snapshot of its own. */
function continued(): string {
  const snapshot: StateSnapshot = {
    seq: 160,
    atUs: timeOf(160),
    schemaHash: '1a'.repeat(16),
    configHash: '2b'.repeat(16),
    stateHash: hashOf(160),
    state: Uint8Array.from({ length: 1000 }, (_, i) => i),
  };
  const { seq, atUs, stateHash } = snapshot;
  const draft = { ...CONSOLE_DRAFT, startsFrom: { session: 'before', seq, atUs, stateHash } };
  const options = { segmentBytes: 5000, base: encodeSnapshot(snapshot) };
  const writer = SessionWriter.open(temporaryDirectory(), 's', draft, options);
  appendSample(writer, 161, 260);
  writer.finish({ stateHash: hashOf(260) });
  mkdirSync(join(writer.directory, SNAPSHOT_FOLDER));
  writeFileSync(snapshotPath(writer.directory, 240), encodeSnapshot({ ...snapshot, seq: 240, atUs: timeOf(240) }));
  return writer.directory;
}

test.skipIf(!hasPython)('it agrees on a session that goes on from another one, and on snapshots', () => {
  const directory = continued();
  const theirs = readPlainly(directory);
  let index = 0;
  for (const record of readSession(directory)) expect(theirs.records[index++]).toEqual(plain(record));
  const report = verifyJournal(directory);
  expect(theirs).toMatchObject({ head: report.chainHead, inputs: 100, sealed: true });
  expect(report).toMatchObject({ inputs: 100, tail: { lastSeq: 260, torn: false } });
  const ours = [join(directory, BASE_NAME), snapshotPath(directory, 240)].map((path) => {
    const snapshot = readSnapshot(path);
    if (typeof snapshot === 'string') throw new Error(snapshot);
    const { state: _, ...rest } = snapshot;
    return rest;
  });
  expect(theirs.snapshots).toEqual(ours);
  for (const at of [17, 100, 900]) {
    withChangedFile(
      join(directory, BASE_NAME),
      (b) => void b.writeUInt8(b[at]! ^ 4, at),
      () => {
        expect(spawnSync('python3', [READER, directory]).status, `byte ${at}`).toBe(1);
        expect(readSnapshot(join(directory, BASE_NAME)), `byte ${at}`).toBeTypeOf('string');
      },
    );
  }
});

test.skipIf(!hasPython)('it refuses what ours refuses', () => {
  const directory = sampleSession({ inputs: 40, blockBytes: 512 });
  const path = segmentFiles(directory)[0]!;
  for (const at of [0, 57, 70, 1000, readFileSync(path).byteLength - 20]) {
    withChangedFile(
      path,
      (b) => void b.writeUInt8(b[at]! ^ 4, at),
      () => expect(spawnSync('python3', [READER, directory]).status, `byte ${at}`).toBe(1),
    );
  }
});

test('the numbers of commands, sources, modes and gaps are those that FORMAT.md lists', () => {
  const list = (names: readonly string[]): string => names.map((name, i) => `${i} ${name}`).join(' · ');
  for (const names of [COMMAND_KINDS, COMMAND_SOURCES, CONTROL_MODES, GAP_REASONS, REPORT_KINDS])
    expect(FORMAT).toContain(list(names));
});
