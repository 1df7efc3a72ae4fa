/** Imports made of texts written for a test, and their records read back into plain objects. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { AT, FLAG_BUYER_MAKER, GAP_REASONS, type InputKind, RECORD } from '../../../engine/domain/index.ts';
import { importFiles } from '../../../src/importers/import.ts';
import { ImportError } from '../../../src/importers/import-error.ts';
import type { ImportHeader, ImportOptions, ImportResult } from '../../../src/importers/types.ts';
import { temporaryFolder } from '../../fixtures/temporary.ts';

/** Writes files into a folder of their own and returns their paths, in the order of the keys. */
export function writeFiles(contents: Readonly<Record<string, string | Uint8Array>>): string[] {
  const directory = temporaryFolder('import');
  return Object.entries(contents).map(([name, content]) => {
    const path = join(directory, name);
    writeFileSync(path, name.endsWith('.gz') && typeof content === 'string' ? gzipSync(content) : content);
    return path;
  });
}

/** One input, with the numbers that its kind has. */
export interface DecodedInput {
  readonly kind: InputKind;
  readonly seq: number;
  readonly receivedAtUs: number;
  readonly instrument: number;
  readonly venueAtUs: number;
  readonly values: Readonly<Record<string, number | string | boolean>>;
  readonly bids: readonly number[];
  readonly asks: readonly number[];
}

const KINDS = Object.fromEntries(Object.entries(RECORD).map(([kind, code]) => [code, kind])) as Record<
  number,
  InputKind
>;

const FIELDS: Readonly<Partial<Record<InputKind, Readonly<Record<string, number>>>>> = {
  trade: { price: AT.tradePrice, quantity: AT.tradeQuantity, id: AT.tradeId },
  quote: {
    bid: AT.bidPrice,
    bidQuantity: AT.bidQuantity,
    ask: AT.askPrice,
    askQuantity: AT.askQuantity,
    updateId: AT.quoteUpdateId,
  },
  depth: { first: AT.firstUpdateId, last: AT.lastUpdateId, previous: AT.previousUpdateId },
  snapshot: { first: AT.firstUpdateId, last: AT.lastUpdateId, previous: AT.previousUpdateId },
  bar: {
    open: AT.open,
    high: AT.high,
    low: AT.low,
    close: AT.close,
    volume: AT.volume,
    intervalUs: AT.intervalUs,
    trades: AT.tradeCount,
  },
  reading: { source: AT.readingSource, value: AT.readingValue, second: AT.readingSecond },
};

export function decodeInput(record: Uint8Array): DecodedInput {
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  const kind = KINDS[view.getUint8(AT.type)]!;
  const number = (at: number) => view.getFloat64(at, true);
  const values: Record<string, number | string | boolean> = {};
  for (const [name, at] of Object.entries(FIELDS[kind] ?? {})) values[name] = number(at);
  if (kind === 'trade') values.buyerIsMaker = (view.getUint8(AT.flags) & FLAG_BUYER_MAKER) !== 0;
  if (kind === 'gap') values.reason = GAP_REASONS[number(AT.gapReason)]!;
  const isDepth = kind === 'depth' || kind === 'snapshot';
  const bidNumbers = isDepth ? view.getUint32(AT.bidCount, true) * 2 : 0;
  const askNumbers = isDepth ? view.getUint32(AT.askCount, true) * 2 : 0;
  const levels = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) => number(AT.levels + (from + i) * 8));
  return {
    kind,
    seq: number(AT.seq),
    receivedAtUs: number(AT.receivedAtUs),
    instrument: view.getUint16(AT.instrument, true),
    venueAtUs: number(AT.venueAtUs),
    values,
    bids: levels(0, bidNumbers),
    asks: levels(bidNumbers, askNumbers),
  };
}

export interface ImportRun {
  readonly result: ImportResult;
  readonly inputs: DecodedInput[];
  readonly header: ImportHeader;
  /** All records in one, for comparing whole imports. */
  readonly bytes: Buffer;
}

/** Imports files and reads the inputs back. */
export async function runImport(
  files: readonly string[],
  options: Partial<Omit<ImportOptions, 'files' | 'openSink'>> = {},
): Promise<ImportRun> {
  const records: Buffer[] = [];
  let header: ImportHeader | undefined;
  const result = await importFiles({
    nowMs: () => 0,
    ...options,
    files,
    openSink: (given) => {
      header = given;
      return { append: (record) => void records.push(Buffer.from(record)), abort: () => {} };
    },
  });
  return {
    result,
    inputs: records.map((record) => decodeInput(record)),
    header: header!,
    bytes: Buffer.concat(records),
  };
}

/** Imports texts given by file name. */
export async function importTexts(
  contents: Readonly<Record<string, string | Uint8Array>>,
  options: Parameters<typeof runImport>[1] = {},
): Promise<ImportRun> {
  return runImport(writeFiles(contents), options);
}

/** The refusal of an import that must be refused, and whether a sink that was opened was aborted. */
export async function refusalOf(
  files: readonly string[],
  options: Partial<Omit<ImportOptions, 'files' | 'openSink'>> = {},
): Promise<{ error: ImportError; opened: boolean; aborted: boolean }> {
  let opened = false;
  let aborted = false;
  const openSink = () => {
    opened = true;
    return {
      append: () => {},
      abort: () => {
        aborted = true;
      },
    };
  };
  try {
    await importFiles({ nowMs: () => 0, ...options, files, openSink });
  } catch (error) {
    if (error instanceof ImportError) return { error, opened, aborted };
    throw error;
  }
  throw new Error('the import was not refused');
}

/** The message of the refusal of texts given by file name. */
export async function refusal(
  contents: Readonly<Record<string, string | Uint8Array>>,
  options: Parameters<typeof refusalOf>[1] = {},
): Promise<string> {
  return (await refusalOf(writeFiles(contents), options)).error.message;
}

/** 2024-08-08T23:54:15Z in ms and µs: where the times of the tests begin. */
export const T0_MS = 1_723_161_255_000;
export const T0_US = T0_MS * 1000;
