/**
 * A journal cut off at every byte near its end, and bits of it flipped anywhere: a cut leaves a valid prefix, a flip
 * is refused with file and place, and the two are told apart. Counts and a seed in, figures out.
 */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AT, OUTPUT_RECORD } from '../../engine/domain/index.ts';
import { nextBelow, seedPrng } from '../../engine/kernel/prng.ts';
import { JournalRotError, loadSession, SessionWriter, verifyJournal } from '../../logs/index.ts';
import { appendSample, CONSOLE_DRAFT, hashOf } from '../fixtures/journal-sample.ts';
import { inScratch } from '../fixtures/scratch.ts';

/** What is held against the journal: inputs that were read, and whether the end was seen to be missing. */
export type Read = (directory: string) => { readonly inputs: number; readonly cut: boolean };

export interface CutFigures {
  cuts: number;
  /** Cuts within a record, and between two. */
  within: number;
  between: number;
  readonly faults: string[];
}

export interface FlipFigures {
  flips: number;
  refused: number;
  readonly faults: string[];
}

const INPUTS = 600;
const ROOM_BYTES = 128 * 1024;
const SECTOR = 512;

const readAll: Read = (directory) => {
  const report = verifyJournal(directory);
  const { source, tail } = loadSession(directory);
  if (source.count !== report.inputs) throw new Error('reading and verification count differently');
  return { inputs: source.count, cut: tail.torn || tail.missingInputs > 0 };
};

/** One whole session in small segments and blocks, of which the last segment is the longest. */
function record(folder: string, name: string, ends: boolean, segmentBytes: number): string {
  const writer = SessionWriter.open(folder, name, CONSOLE_DRAFT, { segmentBytes, blockBytes: 4096 });
  appendSample(writer, 1, INPUTS);
  if (ends) writer.finish({ stateHash: hashOf(INPUTS) });
  else {
    writer.flush();
    writer.abort();
  }
  return writer.directory;
}

interface Ends {
  /** Offsets behind each record, and inputs up to there. */
  readonly at: number[];
  readonly inputs: number[];
}

/** Where a segment's records end, read the plainest way; the first is the header's end. */
function endsOf(bytes: Buffer, inputsBefore: number): Ends {
  const ends: Ends = { at: [64], inputs: [inputsBefore] };
  let inputs = inputsBefore;
  for (let at = 64; at < bytes.byteLength; ) {
    if (bytes.readUInt8(at + AT.type) < OUTPUT_RECORD) inputs++;
    at += bytes.readUInt32LE(at);
    ends.at.push(at);
    ends.inputs.push(inputs);
  }
  return ends;
}

const segmentsOf = (directory: string): string[] =>
  readdirSync(directory)
    .filter((name) => name.endsWith('.journal'))
    .sort();

/**
 * Cuts `count` bytes at the end one after the other, as a writer that died leaves it, and wherever a sector begins
 * also with the room behind it that had been taken.
 */
export function cutEveryByte(count: number, read: Read = readAll): Promise<CutFigures> {
  return inScratch((scratch) => {
    const figures: CutFigures = { cuts: 0, within: 0, between: 0, faults: [] };
    const directory = record(scratch, 'died', false, ROOM_BYTES);
    const path = join(directory, segmentsOf(directory).at(-1)!);
    const bytes = readFileSync(path);
    const ends = endsOf(bytes, 0);
    for (let size = bytes.byteLength - 1; size >= Math.max(0, bytes.byteLength - count); size--) {
      figures.cuts++;
      let last = ends.at.length - 1;
      while (last > 0 && ends.at[last]! > size) last--;
      const wanted = size < 64 ? 0 : ends.inputs[last]!;
      const whole = ends.at[last] === size;
      if (whole) figures.between++;
      else figures.within++;
      writeFileSync(path, bytes.subarray(0, size));
      judgeCut(figures, `cut at ${size}`, () => read(directory), wanted, !whole);
      if (size % SECTOR !== 0) continue;
      const room = Buffer.alloc(ROOM_BYTES);
      bytes.copy(room, 0, 0, size);
      writeFileSync(path, room);
      judgeCut(figures, `zeros from ${size}`, () => read(directory), wholeUnderZeros(bytes, ends, last, size), true);
    }
    return figures;
  });
}

/** Inputs that are whole when zeros follow from `size` on: also one of which only zeros were behind it. */
function wholeUnderZeros(bytes: Buffer, ends: Ends, last: number, size: number): number {
  const end = ends.at[last + 1];
  const nothingLost = end !== undefined && bytes.subarray(size, end).every((byte) => byte === 0);
  return size < 64 ? 0 : ends.inputs[nothingLost ? last + 1 : last]!;
}

function judgeCut(
  figures: CutFigures,
  where: string,
  read: () => ReturnType<Read>,
  wanted: number,
  cut: boolean,
): void {
  try {
    const found = read();
    if (found.inputs !== wanted) figures.faults.push(`${where}: ${found.inputs} inputs, and ${wanted} are whole`);
    if (found.cut !== cut) figures.faults.push(`${where}: ${cut ? 'not seen to be' : 'taken for'} cut off`);
  } catch (error) {
    figures.faults.push(`${where}: refused: ${String(error)}`);
  }
}

/** Flips `count` single bits, half of them in a closed session and half in one whose writer died, one at a time. */
export function flipBits(count: number, seed: number, read: Read = readAll): Promise<FlipFigures> {
  return inScratch((scratch) => {
    const figures: FlipFigures = { flips: 0, refused: 0, faults: [] };
    const random = new Int32Array(4);
    seedPrng(random, seed);
    const sessions = [record(scratch, 'closed', true, 40_000), record(scratch, 'died', false, 40_000)];
    const work = join(scratch, 'work');
    for (let n = 0; n < count; n++) {
      const directory = sessions[n % sessions.length]!;
      const target = join(work, basename(directory));
      if (n < sessions.length) copyAll(directory, target);
      const names = segmentsOf(target);
      const name = names[nextBelow(random, names.length)]!;
      const bytes = readFileSync(join(directory, name));
      const at = nextBelow(random, bytes.byteLength);
      const bit = nextBelow(random, 8);
      bytes[at] = bytes[at]! ^ (1 << bit);
      writeFileSync(join(target, name), bytes);
      figures.flips++;
      const fault = judgeFlip(() => read(target), join(target, name), at);
      if (fault === undefined) figures.refused++;
      else figures.faults.push(`flip ${n} of seed ${seed}, bit ${bit} at byte ${at} of ${name}: ${fault}`);
      copyFileSync(join(directory, name), join(target, name));
    }
    return figures;
  });
}

function copyAll(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) copyFileSync(join(from, name), join(to, name));
}

function judgeFlip(read: () => unknown, path: string, at: number): string | undefined {
  try {
    read();
    return 'nothing was noticed';
  } catch (error) {
    if (!(error instanceof JournalRotError)) return String(error);
    if (error.reason === '') return 'no reason was given';
    // The block in which it is, or the next segment, whose header names the chain before it.
    if (error.file === path && error.offset <= at) return undefined;
    return `it is said to be at byte ${error.offset} of ${basename(error.file)}`;
  }
}
