/** Registry of the typed arrays that are the whole engine state, so that snapshot, restore and hash are plain copies. */
import { assert } from './assert.ts';
import { hashDoubles, hashInit, hashWords } from './hash.ts';

type Column = Float64Array | Int32Array | Uint8Array | BigInt64Array;

interface Slot {
  readonly name: string;
  readonly array: Column;
  readonly bytes: Uint8Array;
}

/** One leaf of the state whose value differs between two moments. */
export interface LeafChange {
  readonly name: string;
  readonly index: number;
  readonly before: number | bigint;
  readonly after: number | bigint;
}

/**
 * Every stage allocates its columns here at construction and keeps no other mutable state. What is not
 * in the arena is lost on a step backward, and the property tests of replay fail.
 */
export class Arena {
  readonly #slots: Slot[] = [];
  readonly #names = new Set<string>();
  #byteLength = 0;

  /** Float64 column. NaN must never be stored: its bits are not portable; use a validity column. */
  f64(name: string, length: number): Float64Array {
    return this.#add(name, new Float64Array(length));
  }

  i32(name: string, length: number): Int32Array {
    return this.#add(name, new Int32Array(length));
  }

  u8(name: string, length: number): Uint8Array {
    return this.#add(name, new Uint8Array(length));
  }

  i64(name: string, length: number): BigInt64Array {
    return this.#add(name, new BigInt64Array(length));
  }

  /** Size of a snapshot in bytes. */
  get byteLength(): number {
    return this.#byteLength;
  }

  /** Names, kinds and lengths of all columns: two builds with the same text can exchange snapshots. */
  describe(): string {
    return this.#slots.map((s) => `${s.name}:${s.array.constructor.name}[${s.array.length}]`).join('\n');
  }

  /** Copies the state into `target`, which must hold {@link byteLength} bytes. */
  save(target: Uint8Array): void {
    assert(target.byteLength >= this.#byteLength, 'snapshot buffer is too small');
    let at = 0;
    for (const slot of this.#slots) {
      target.set(slot.bytes, at);
      at += slot.bytes.byteLength;
    }
  }

  /** Overwrites the state with a snapshot made by {@link save} of an arena with the same layout. */
  load(source: Uint8Array): void {
    assert(source.byteLength >= this.#byteLength, 'snapshot is shorter than the state');
    let at = 0;
    for (const slot of this.#slots) {
      slot.bytes.set(source.subarray(at, at + slot.bytes.byteLength));
      at += slot.bytes.byteLength;
    }
  }

  /** 128-bit hash of every leaf, as 32 hex digits. Equal states give equal hashes on every machine. */
  hash(): string {
    const h = hashInit(new Int32Array(4));
    for (const slot of this.#slots) {
      if (slot.array instanceof Float64Array) hashDoubles(h, slot.array, slot.name);
      else hashWords(h, asWords(slot.bytes), 0, slot.bytes.byteLength >> 2);
      if (slot.bytes.byteLength % 4 !== 0) hashTail(h, slot.bytes);
    }
    return hexOf(h);
  }

  /** Leaves that differ from a snapshot, at most `limit`: what the last step changed. */
  changedSince(snapshot: Uint8Array, limit: number): LeafChange[] {
    const changes: LeafChange[] = [];
    let at = 0;
    for (const slot of this.#slots) {
      const before = viewLike(slot.array, snapshot.slice(at, at + slot.bytes.byteLength));
      for (let i = 0; i < slot.array.length && changes.length < limit; i++) {
        const b = before[i];
        const a = slot.array[i];
        if (a !== b) changes.push({ name: slot.name, index: i, before: b ?? 0, after: a ?? 0 });
      }
      at += slot.bytes.byteLength;
    }
    return changes;
  }

  /** The columns by name, for tests that change a leaf. */
  columns(): ReadonlyArray<{ readonly name: string; readonly array: Column }> {
    return this.#slots;
  }

  #add<T extends Column>(name: string, array: T): T {
    assert(!this.#names.has(name), `state column ${name} declared twice`);
    this.#names.add(name);
    this.#slots.push({ name, array, bytes: new Uint8Array(array.buffer, array.byteOffset, array.byteLength) });
    this.#byteLength += array.byteLength;
    return array;
  }
}

function asWords(bytes: Uint8Array): Int32Array {
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2);
}

function hashTail(h: Int32Array, bytes: Uint8Array): void {
  const words = new Int32Array(1);
  new Uint8Array(words.buffer).set(bytes.subarray(bytes.byteLength & ~3));
  hashWords(h, words, 0, 1);
}

function viewLike(array: Column, bytes: Uint8Array): Column {
  if (array instanceof Float64Array) return new Float64Array(bytes.buffer);
  if (array instanceof Int32Array) return new Int32Array(bytes.buffer);
  if (array instanceof BigInt64Array) return new BigInt64Array(bytes.buffer);
  return bytes;
}

function hexOf(h: Int32Array): string {
  let text = '';
  for (const word of h) text += (word >>> 0).toString(16).padStart(8, '0');
  return text;
}
