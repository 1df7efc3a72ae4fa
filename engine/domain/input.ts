/**
 * Binary layout of the inputs: what the sequencer stamps, the journal stores and `step` reads, without copies.
 *
 * Little endian, every record a multiple of 8 bytes and 8-aligned. Whole numbers beyond 32 bits are doubles
 * (exact to 2^53). Header of 32 bytes: length u32 · crc32 u32 · type u8 · flags u8 · instrument u16 ·
 * reserved u32 · sequence f64 · receivedAtUs f64. Then the payload by type; see {@link InputEncoder}.
 */
import { assert } from '../kernel/assert.ts';
import { COMMAND_WIDTH, encodeCommand, type OperatorCommand } from './command.ts';
import type { CommandSource } from './control.ts';
import {
  MODEL_CHANGES,
  MODEL_ID_WORDS,
  MODEL_KINDS,
  MODEL_ROLES,
  type ModelChange,
  type ModelKind,
  type ModelRole,
  modelIdWords,
} from './models.ts';
import { READING_SOURCES, type ReadingSource } from './reading.ts';
import { type BrokerReport, encodeReport } from './report.ts';
import { blockerBits, type VenueBlocker } from './venue-state.ts';

export const RECORD = {
  trade: 1,
  quote: 2,
  depth: 3,
  snapshot: 4,
  bar: 5,
  timer: 6,
  command: 7,
  gap: 8,
  report: 9,
  venue: 10,
  reading: 11,
  model: 12,
} as const;
export type InputKind = keyof typeof RECORD;

/** Records of the journal that are not inputs: outputs as assertions, checkpoints, seals. */
export const OUTPUT_RECORD = 64;
export const CHECKPOINT_RECORD = 65;
export const SEAL_RECORD = 66;

export const NO_INSTRUMENT = 0xffff;

/** Byte offsets from the start of a record. */
export const AT = {
  length: 0,
  crc: 4,
  type: 8,
  flags: 9,
  instrument: 10,
  seq: 16,
  receivedAtUs: 24,
  payload: 32,
  venueAtUs: 32,
  tradePrice: 40,
  tradeQuantity: 48,
  tradeId: 56,
  bidPrice: 40,
  bidQuantity: 48,
  askPrice: 56,
  askQuantity: 64,
  quoteUpdateId: 72,
  firstUpdateId: 40,
  lastUpdateId: 48,
  previousUpdateId: 56,
  bidCount: 64,
  askCount: 68,
  levels: 72,
  open: 40,
  high: 48,
  low: 56,
  close: 64,
  volume: 72,
  intervalUs: 80,
  tradeCount: 88,
  command: 32,
  gapReason: 40,
  blockers: 40,
  readingSource: 40,
  readingValue: 48,
  readingSecond: 56,
  modelKind: 32,
  modelRole: 40,
  modelChange: 48,
  modelId: 56,
  reportKind: 40,
  reportOrderId: 48,
  reportLots: 56,
  reportPrice: 64,
  executionId: 72,
  feeCoarse: 80,
  feeFine: 88,
  feeLots: 96,
} as const;

/** Report flags: the fill added liquidity; it, or the order, sold. */
export const FLAG_MAKER = 1;
export const FLAG_SOLD = 2;
/** Bar flag: history asked for afterwards. It warms indicators; nothing is decided on it. */
export const FLAG_HISTORY = 1;
/** Trade flag: the buyer was the maker, so the taker sold. */
export const FLAG_BUYER_MAKER = 1;
/** Reading flag: the source has failed; the value is how often since its last reading. */
export const FLAG_DEGRADED = 1;
/** Depth flag: `previousUpdateId` is given (futures rule), else continuity is `first = previous last + 1` (spot). */
export const FLAG_HAS_PREVIOUS = 2;

/**
 * restart: the engine was gone, and what it did after its last durable input is not known. Of all instruments, and
 * stamped with the time of that input, so that nothing is done afterwards on prices of before.
 */
export const GAP_REASONS = ['overflow', 'disconnect', 'sequence', 'recording-ends', 'restart'] as const;
export type GapReason = (typeof GAP_REASONS)[number];

/** A place in a buffer of records. `words` and `view` cover the same bytes; the offset is a multiple of 8. */
export interface InputCursor {
  view: DataView;
  words: Int32Array;
  offset: number;
}

/** Binds a cursor to bytes whose start must be 4-aligned. */
export function cursorOver(bytes: Uint8Array): InputCursor {
  assert(bytes.byteOffset % 4 === 0, 'record buffer is not aligned');
  return {
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    words: new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2),
    offset: 0,
  };
}

/**
 * Writes one record at a time into its own buffer. `bytes()` is the finished record, valid until the next
 * call. The crc field is left zero: the journal's writer fills it.
 */
export class InputEncoder {
  #bytes = new Uint8Array(1024);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;
  readonly #row = new Float64Array(COMMAND_WIDTH);

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Stamps sequence and receive time on the record just written: the sequencer's act, done once. */
  stamp(seq: number, receivedAtUs: number): void {
    this.#view.setFloat64(AT.seq, seq, true);
    this.#view.setFloat64(AT.receivedAtUs, receivedAtUs, true);
  }

  trade(
    instrument: number,
    venueAtUs: number,
    price: number,
    quantity: number,
    tradeId: number,
    buyerIsMaker: boolean,
  ): void {
    this.#begin(RECORD.trade, buyerIsMaker ? FLAG_BUYER_MAKER : 0, instrument, 64);
    this.#doubles(AT.venueAtUs, venueAtUs, price, quantity, tradeId);
  }

  quote(
    instrument: number,
    venueAtUs: number,
    bidPrice: number,
    bidQuantity: number,
    askPrice: number,
    askQuantity: number,
    updateId: number,
  ): void {
    this.#begin(RECORD.quote, 0, instrument, 80);
    this.#doubles(AT.venueAtUs, venueAtUs, bidPrice, bidQuantity, askPrice, askQuantity, updateId);
  }

  /**
   * A depth change (quantity 0 removes a level) or, with `snapshot`, a whole book. Levels are flat pairs of
   * price in ticks and quantity in lots. `previousUpdateId` below zero means the venue gives none.
   */
  depth(
    instrument: number,
    venueAtUs: number,
    firstUpdateId: number,
    lastUpdateId: number,
    previousUpdateId: number,
    bids: ArrayLike<number>,
    asks: ArrayLike<number>,
    snapshot: boolean,
  ): void {
    const flags = previousUpdateId >= 0 ? FLAG_HAS_PREVIOUS : 0;
    const length = AT.levels + (bids.length + asks.length) * 8;
    this.#begin(snapshot ? RECORD.snapshot : RECORD.depth, flags, instrument, length);
    this.#doubles(AT.venueAtUs, venueAtUs, firstUpdateId, lastUpdateId, previousUpdateId);
    this.#view.setUint32(AT.bidCount, bids.length >> 1, true);
    this.#view.setUint32(AT.askCount, asks.length >> 1, true);
    let at: number = AT.levels;
    for (let i = 0; i < bids.length; i++, at += 8) this.#view.setFloat64(at, bids[i]!, true);
    for (let i = 0; i < asks.length; i++, at += 8) this.#view.setFloat64(at, asks[i]!, true);
  }

  /** A closed bar; `venueAtUs` is its open time, its receive time is its close. Volume in lots. */
  bar(
    instrument: number,
    venueAtUs: number,
    open: number,
    high: number,
    low: number,
    close: number,
    volume: number,
    intervalUs: number,
    tradeCount: number,
  ): void {
    this.#begin(RECORD.bar, 0, instrument, 96);
    this.#doubles(AT.venueAtUs, venueAtUs, open, high, low, close, volume, intervalUs, tradeCount);
  }

  /** Makes the bar just written one of history: closed before this run could see it. */
  markHistory(): void {
    this.#view.setUint8(AT.flags, FLAG_HISTORY);
  }

  /** Time passed with nothing to report: closes bars and deadlines. */
  timer(): void {
    this.#begin(RECORD.timer, 0, NO_INSTRUMENT, 32);
  }

  command(command: OperatorCommand, source: CommandSource): void {
    this.#begin(RECORD.command, 0, NO_INSTRUMENT, AT.payload + COMMAND_WIDTH * 8);
    encodeCommand(command, source, this.#row);
    for (let i = 0; i < COMMAND_WIDTH; i++) this.#view.setFloat64(AT.command + i * 8, this.#row[i]!, true);
  }

  /** Market data of one instrument (or of all, with {@link NO_INSTRUMENT}) was lost. */
  gap(instrument: number, venueAtUs: number, reason: GapReason): void {
    this.#begin(RECORD.gap, 0, instrument, 48);
    this.#doubles(AT.venueAtUs, venueAtUs, GAP_REASONS.indexOf(reason));
  }

  /** What a broker tells about an order of this run. */
  report(report: BrokerReport, instrument: number, venueAtUs: number): void {
    const sold = 'side' in report && report.side === -1;
    const flags = (report.kind === 'filled' && report.maker ? FLAG_MAKER : 0) | (sold ? FLAG_SOLD : 0);
    this.#begin(RECORD.report, flags, instrument, 104);
    this.#view.setFloat64(AT.venueAtUs, venueAtUs, true);
    encodeReport(report, this.#view, AT.reportKind);
  }

  /** What stands between the venue and an entry, `disarmed` left out: that is the engine's to know. */
  venue(blockers: readonly VenueBlocker[], venueAtUs: number): void {
    this.#begin(RECORD.venue, 0, NO_INSTRUMENT, 48);
    this.#doubles(AT.venueAtUs, venueAtUs, blockerBits(blockers));
  }

  /**
   * A reading of a slow source for one instrument (or all, with {@link NO_INSTRUMENT}); what its two values are stands in
   * `READING_DEFINITIONS`. `venueAtUs` is the time that the provider gives to it.
   */
  reading(source: ReadingSource, instrument: number, venueAtUs: number, value: number, second = 0): void {
    this.#begin(RECORD.reading, 0, instrument, 64);
    this.#doubles(AT.venueAtUs, venueAtUs, READING_SOURCES.indexOf(source), value, second);
  }

  /** A source has told nothing, for the `failures`th time since its last reading. */
  degraded(source: ReadingSource, instrument: number, atUs: number, failures: number): void {
    this.#begin(RECORD.reading, FLAG_DEGRADED, instrument, 64);
    this.#doubles(AT.venueAtUs, atUs, READING_SOURCES.indexOf(source), failures, 0);
  }

  /** From here on the model with this id stands in its kind's place of a role; without an id the place is empty. */
  model(kind: ModelKind, role: ModelRole, id: string | undefined, change: ModelChange): void {
    this.#begin(RECORD.model, 0, NO_INSTRUMENT, AT.modelId + MODEL_ID_WORDS * 8);
    this.#doubles(AT.modelKind, MODEL_KINDS.indexOf(kind), MODEL_ROLES.indexOf(role), MODEL_CHANGES.indexOf(change));
    // Words as whole numbers: bytes of an id as they are could look like a number that is none.
    for (const [word, value] of modelIdWords(id).entries()) this.#doubles(AT.modelId + word * 8, value >>> 0);
  }

  #begin(type: number, flags: number, instrument: number, length: number): void {
    if (length > this.#bytes.byteLength) {
      this.#bytes = new Uint8Array(length * 2);
      this.#view = new DataView(this.#bytes.buffer);
    }
    this.#length = length;
    this.#bytes.fill(0, 0, AT.payload);
    this.#view.setUint32(AT.length, length, true);
    this.#view.setUint8(AT.type, type);
    this.#view.setUint8(AT.flags, flags);
    this.#view.setUint16(AT.instrument, instrument, true);
  }

  #doubles(at: number, ...values: number[]): void {
    for (let i = 0; i < values.length; i++) this.#view.setFloat64(at + i * 8, values[i]!, true);
  }
}
