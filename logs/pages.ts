/** A session in pages of some hundred kilobytes, loaded when they are needed: memory does not grow with the session. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { AT, SEAL_RECORD } from '../engine/domain/index.ts';
import { JournalRotError } from './errors.ts';
import { isCompressedName, isInputType, isKnownType, SYNCED_AT } from './format.ts';
import type { Segment } from './segment.ts';
import { readRange, readSegment } from './segment-file.ts';

/** A page ends with the first input or note behind so many bytes. */
const PAGE_BYTES = 256 * 1024;
/** Bytes of pages that are kept; at least two pages are, however long their records. */
export const DEFAULT_PAGE_MEMORY_BYTES = 16 * 1024 * 1024;

/** Where a page is, and what is in it. */
export interface Page {
  readonly path: string;
  readonly from: number;
  readonly to: number;
  /** Inputs and notes before it, and in it. */
  readonly firstInput: number;
  readonly inputs: number;
  readonly firstNote: number;
  readonly notes: number;
  /** Sequence of the last note in it or before it. */
  readonly lastNoteSeq: number;
  readonly digest: Uint8Array;
}

/** A page in memory. */
export interface LoadedPage {
  readonly path: string;
  /** Offset of its first byte in the file. */
  readonly from: number;
  readonly view: DataView;
  readonly words: Int32Array;
  /** Offsets within `view`. */
  readonly inputs: Uint32Array;
  readonly notes: Uint32Array;
  /** False when its memory was given to another page. */
  isLive: boolean;
}

/** Cuts verified segments into pages. */
export class PageIndex {
  readonly pages: Page[] = [];
  #inputs = 0;
  #notes = 0;
  #lastNoteSeq = 0;

  get inputs(): number {
    return this.#inputs;
  }

  add(segment: Segment): void {
    const { inputs, notes, view, end } = segment;
    let input = 0;
    let note = 0;
    while (input < inputs.length || note < notes.length) {
      const from = Math.min(inputs[input] ?? end, notes[note] ?? end);
      const nextInput = firstFrom(inputs, from + PAGE_BYTES);
      const nextNote = firstFrom(notes, from + PAGE_BYTES);
      const to = Math.min(inputs[nextInput] ?? end, notes[nextNote] ?? end);
      if (nextNote > note) this.#lastNoteSeq = view.getFloat64(notes[nextNote - 1]! + AT.seq, true);
      this.pages.push({
        path: segment.path,
        from,
        to,
        firstInput: this.#inputs + input,
        inputs: nextInput - input,
        firstNote: this.#notes + note,
        notes: nextNote - note,
        lastNoteSeq: this.#lastNoteSeq,
        digest: digestOf(new Uint8Array(view.buffer, view.byteOffset + from, to - from)),
      });
      input = nextInput;
      note = nextNote;
    }
    this.#inputs += inputs.length;
    this.#notes += notes.length;
  }
}

/** Place of the first offset that is not before `at`. */
function firstFrom(offsets: Uint32Array, at: number): number {
  let low = 0;
  let high = offsets.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (offsets[middle]! < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

const digestOf = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

/**
 * Loads pages and keeps the ones used last. What is loaded must be what was verified when the index was made:
 * its digest is computed anew each time.
 */
export class PageReader {
  readonly pages: readonly Page[];
  readonly #mostBytes: number;
  readonly #loaded = new Map<number, LoadedPage>();
  readonly #spare: ArrayBuffer[] = [];
  #bytes = 0;
  /** The content of the compressed segment that was read last. */
  #plain: { readonly path: string; readonly bytes: Uint8Array } | undefined;

  constructor(pages: readonly Page[], mostBytes: number) {
    this.pages = pages;
    this.#mostBytes = mostBytes;
  }

  /** Page `index`, valid until it is no longer live. Throws {@link JournalRotError} when the file has changed. */
  load(index: number): LoadedPage {
    const known = this.#loaded.get(index);
    if (known !== undefined) {
      this.#loaded.delete(index);
      this.#loaded.set(index, known);
      return known;
    }
    const page = this.pages[index]!;
    this.#makeRoom(page.to - page.from);
    const loaded = this.#read(page);
    this.#loaded.set(index, loaded);
    this.#bytes += loaded.view.buffer.byteLength;
    return loaded;
  }

  #makeRoom(bytes: number): void {
    for (const [index, page] of this.#loaded) {
      if (this.#loaded.size < 2 || this.#bytes + bytes <= this.#mostBytes) return;
      this.#loaded.delete(index);
      page.isLive = false;
      const buffer = page.view.buffer as ArrayBuffer;
      this.#bytes -= buffer.byteLength;
      if (this.#spare.length < 2) this.#spare.push(buffer);
    }
  }

  #read(page: Page): LoadedPage {
    const { path, from, to } = page;
    const length = to - from;
    const buffer = this.#takeBuffer(length);
    const bytes = new Uint8Array(buffer, 0, length);
    const taken = this.#fill(path, bytes, from, to);
    if (taken !== length || !sameBytes(digestOf(bytes), page.digest)) {
      throw new JournalRotError(path, from, 'it is no longer what was verified when the session was opened');
    }
    const view = new DataView(buffer, 0, length);
    const words = new Int32Array(buffer, 0, length >> 2);
    return { path, from, view, words, ...offsetsOf(page, view), isLive: true };
  }

  #takeBuffer(length: number): ArrayBuffer {
    const at = this.#spare.findIndex((buffer) => buffer.byteLength >= length);
    if (at >= 0) return this.#spare.splice(at, 1)[0]!;
    return new ArrayBuffer(Math.ceil(length / 4096) * 4096);
  }

  /** A plain segment may have been compressed since it was verified: its content is the same. */
  #fill(path: string, target: Uint8Array, from: number, to: number): number {
    if (!isCompressedName(path) && existsSync(path)) return readRange(path, target, from, to);
    const compressed = isCompressedName(path) ? path : `${path}.zst`;
    if (this.#plain?.path !== compressed) {
      this.#plain = undefined;
      this.#plain = { path: compressed, bytes: readSegment(compressed) };
    }
    const source = this.#plain.bytes.subarray(from, to);
    target.set(source);
    return source.byteLength;
  }
}

/** Where the records of a page are. How far the file was synced when each was written is forgotten, see reader.ts. */
function offsetsOf(page: Page, view: DataView): { inputs: Uint32Array; notes: Uint32Array } {
  const inputs = new Uint32Array(page.inputs);
  const notes = new Uint32Array(page.notes);
  let input = 0;
  let note = 0;
  for (let at = 0; at < view.byteLength; at += view.getUint32(at, true)) {
    const type = view.getUint8(at + AT.type);
    if (isInputType(type)) {
      view.setUint32(at + SYNCED_AT, 0, true);
      inputs[input++] = at;
    } else if (isKnownType(type) && type !== SEAL_RECORD) notes[note++] = at;
  }
  return { inputs, notes };
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
