/** What an input record must be before the engine may read it without looking: asked by the writer and by the reader. */
import { AT, COMMAND_WIDTH, NO_INSTRUMENT, RECORD } from '../engine/domain/index.ts';

const LEVEL_BYTES = 16;
const EXPONENT = 0x7ff00000;

/** Bytes of the input types of fixed length; 0 for those that carry levels. */
const FIXED_LENGTH = new Uint32Array(RECORD.model + 1);
FIXED_LENGTH[RECORD.trade] = 64;
FIXED_LENGTH[RECORD.quote] = 80;
FIXED_LENGTH[RECORD.bar] = 96;
FIXED_LENGTH[RECORD.timer] = AT.payload;
FIXED_LENGTH[RECORD.command] = AT.payload + COMMAND_WIDTH * 8;
FIXED_LENGTH[RECORD.gap] = 48;
FIXED_LENGTH[RECORD.report] = 104;
FIXED_LENGTH[RECORD.venue] = 48;
FIXED_LENGTH[RECORD.reading] = 64;
FIXED_LENGTH[RECORD.model] = 120;

/**
 * Why the input record of `length` bytes at `at` must not reach the engine, or undefined when it may: its
 * length is not that of its type, its instrument is not one of `instruments`, or a number is not finite.
 * Sequence and time are checked by the caller, who knows the neighbours.
 */
export function inputFault(
  view: DataView,
  words: Int32Array,
  at: number,
  length: number,
  instruments: number,
): string | undefined {
  const type = view.getUint8(at + AT.type);
  const fixed = FIXED_LENGTH[type]!;
  if (fixed === 0) {
    if (length < AT.levels) return 'a depth record is too short for its header';
    const levels = view.getUint32(at + AT.bidCount, true) + view.getUint32(at + AT.askCount, true);
    if (AT.levels + levels * LEVEL_BYTES !== length) return `${levels} depth levels do not fit ${length} bytes`;
    if (!allFinite(words, at + AT.payload, at + AT.bidCount)) return 'a number of the record is not finite';
    if (!allFinite(words, at + AT.levels, at + length)) return 'a depth level is not finite';
  } else {
    if (length !== fixed) return `a record of type ${type} has ${length} bytes instead of ${fixed}`;
    if (!allFinite(words, at + AT.payload, at + length)) return 'a number of the record is not finite';
  }
  const instrument = view.getUint16(at + AT.instrument, true);
  if (instrument < instruments || (instrument === NO_INSTRUMENT && mayLackInstrument(type))) return undefined;
  return `instrument ${instrument} is not one of the session's ${instruments}`;
}

const WITHOUT_INSTRUMENT: readonly number[] = [
  ...[RECORD.timer, RECORD.command, RECORD.gap, RECORD.venue, RECORD.reading, RECORD.model],
];

function mayLackInstrument(type: number): boolean {
  return WITHOUT_INSTRUMENT.includes(type);
}

/** Whether no double in bytes [from, to) has the exponent of an infinity or a NaN. */
function allFinite(words: Int32Array, from: number, to: number): boolean {
  const end = to >> 2;
  for (let i = (from >> 2) + 1; i < end; i += 2) {
    if ((words[i]! & EXPONENT) === EXPONENT) return false;
  }
  return true;
}
