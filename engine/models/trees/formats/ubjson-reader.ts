/**
 * Reads Universal Binary JSON, draft 12 (ubjson.org), as far as XGBoost uses it: objects, arrays, typed arrays,
 * numbers, texts. Typed arrays stay typed. Depth and lengths are bounded by the file.
 */
import { ModelFormatError } from '../format-error.ts';
import { Field } from './field.ts';
import { decodeUtf8 } from './utf8.ts';

const MAX_DEPTH = 32;

/** Bytes that a number of each type takes. */
const WIDTHS: Readonly<Record<string, number>> = { i: 1, U: 1, I: 2, l: 4, L: 8, d: 4, D: 8 };

/** Throws {@link ModelFormatError} with the byte's place where the bytes are not UBJSON. */
export function parseUbjson(bytes: Uint8Array): Field {
  const reader = new UbjsonReader(bytes);
  const value = reader.value(reader.marker(), 0);
  if (reader.at < bytes.length) reader.refuse('something after the end');
  return new Field(value, 'model');
}

class UbjsonReader {
  at = 0;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  refuse(what: string): never {
    throw new ModelFormatError(what, `byte ${this.at}`);
  }

  /** The next type marker; no-ops are passed over. */
  marker(): string {
    while (this.#bytes[this.at] === 0x4e) this.at++;
    this.#need(1);
    return String.fromCharCode(this.#bytes[this.at++]!);
  }

  value(marker: string, depth: number): unknown {
    if (depth > MAX_DEPTH) this.refuse(`nested deeper than ${MAX_DEPTH}`);
    switch (marker) {
      case '{':
        return this.#object(depth);
      case '[':
        return this.#array(depth);
      case 'S':
      case 'H':
        return this.#text();
      case 'C':
        this.#need(1);
        return String.fromCharCode(this.#bytes[this.at++]!);
      case 'T':
      case 'F':
        return marker === 'T';
      case 'Z':
        return null;
      default:
        return this.#number(marker);
    }
  }

  #need(count: number): void {
    if (count > this.#bytes.length - this.at) this.refuse('cut short');
  }

  #number(marker: string): number {
    const width = Object.hasOwn(WIDTHS, marker) ? WIDTHS[marker]! : this.refuse(`no type ${JSON.stringify(marker)}`);
    this.#need(width);
    const at = this.at;
    this.at += width;
    return this.#numberAt(marker, at);
  }

  #numberAt(marker: string, at: number): number {
    const view = this.#view;
    switch (marker) {
      case 'i':
        return view.getInt8(at);
      case 'U':
        return view.getUint8(at);
      case 'I':
        return view.getInt16(at);
      case 'l':
        return view.getInt32(at);
      case 'L':
        return Number(view.getBigInt64(at));
      case 'd':
        return view.getFloat32(at);
      default:
        return view.getFloat64(at);
    }
  }

  #length(): number {
    const marker = this.marker();
    const length = this.#number(marker);
    if (!'iUIlL'.includes(marker) || length < 0) this.refuse(`no length ${length}`);
    return length;
  }

  #text(): string {
    const length = this.#length();
    this.#need(length);
    this.at += length;
    return decodeUtf8(this.#bytes, this.at - length, this.at);
  }

  /** An object without a prototype, so that no key means anything but itself. */
  #object(depth: number): object {
    const members = Object.create(null) as Record<string, unknown>;
    for (;;) {
      while (this.#bytes[this.at] === 0x4e) this.at++;
      this.#need(1);
      if (this.#bytes[this.at] === 0x7d) break;
      const key = this.#text();
      members[key] = this.value(this.marker(), depth + 1);
    }
    this.at++;
    return members;
  }

  #array(depth: number): unknown[] | Float64Array {
    this.#need(1);
    const next = this.#bytes[this.at];
    if (next === 0x24) return this.#typedArray(depth);
    const items: unknown[] = [];
    if (next === 0x23) {
      this.at++;
      const count = this.#length();
      for (let k = 0; k < count; k++) items.push(this.value(this.marker(), depth + 1));
      return items;
    }
    for (;;) {
      const marker = this.marker();
      if (marker === ']') return items;
      items.push(this.value(marker, depth + 1));
    }
  }

  #typedArray(depth: number): unknown[] | Float64Array {
    this.at++;
    const type = this.marker();
    if (this.marker() !== '#') this.refuse('a typed array without a length');
    const count = this.#length();
    if (!Object.hasOwn(WIDTHS, type)) {
      // Types without a body would let a few bytes ask for any number of items.
      if (type !== 'S') this.refuse(`an array of type ${JSON.stringify(type)}`);
      this.#need(count);
      const items: unknown[] = [];
      for (let k = 0; k < count; k++) items.push(this.value(type, depth + 1));
      return items;
    }
    const width = WIDTHS[type]!;
    this.#need(count * width);
    const numbers = new Float64Array(count);
    for (let k = 0; k < count; k++) numbers[k] = this.#numberAt(type, this.at + k * width);
    this.at += count * width;
    return numbers;
  }
}
