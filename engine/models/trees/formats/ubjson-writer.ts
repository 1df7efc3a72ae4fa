/** Writes a model document as Universal Binary JSON, draft 12, with the typed arrays that XGBoost expects. */
import { encodeUtf8 } from './utf8.ts';
import { isList, isTyped, Single, type TypedArray, type XgboostValue } from './xgboost-value.ts';

export function encodeUbjson(root: XgboostValue): Uint8Array {
  const writer = new UbjsonWriter();
  writer.value(root);
  return writer.bytes();
}

class UbjsonWriter {
  #bytes = new Uint8Array(4096);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;

  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#at);
  }

  value(value: XgboostValue): void {
    if (typeof value === 'string') {
      this.#marker('S');
      this.#text(value);
    } else if (typeof value === 'number') {
      this.#marker('l');
      const at = this.#take(4);
      this.#view.setInt32(at, value);
    } else if (value instanceof Single) {
      this.#marker('d');
      const at = this.#take(4);
      this.#view.setFloat32(at, value.value);
    } else if (isTyped(value)) this.#numbers(value);
    else if (isList(value)) {
      this.#marker('[');
      for (const item of value) this.value(item);
      this.#marker(']');
    } else {
      this.#marker('{');
      for (const [key, member] of Object.entries(value)) {
        this.#text(key);
        this.value(member);
      }
      this.#marker('}');
    }
  }

  #numbers(array: TypedArray): void {
    this.#marker('[');
    this.#marker('$');
    this.#marker(typeOf(array));
    this.#marker('#');
    this.#length(array.length);
    const width = array.BYTES_PER_ELEMENT;
    let at = this.#take(width * array.length);
    for (const item of array) {
      if (typeof item === 'bigint') this.#view.setBigInt64(at, item);
      else if (array instanceof Float32Array) this.#view.setFloat32(at, item);
      else if (array instanceof Int32Array) this.#view.setInt32(at, item);
      else this.#view.setUint8(at, item);
      at += width;
    }
  }

  #text(text: string): void {
    const bytes = encodeUtf8(text);
    this.#length(bytes.length);
    const at = this.#take(bytes.length);
    this.#bytes.set(bytes, at);
  }

  #length(length: number): void {
    this.#marker('L');
    const at = this.#take(8);
    this.#view.setBigInt64(at, BigInt(length));
  }

  #marker(marker: string): void {
    const at = this.#take(1);
    this.#bytes[at] = marker.charCodeAt(0);
  }

  /** Room for `count` bytes; the place where it begins. It may move all that was there. */
  #take(count: number): number {
    const at = this.#at;
    this.#at += count;
    if (this.#at > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#at, 2 * this.#bytes.length));
      grown.set(this.#bytes);
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return at;
  }
}

function typeOf(array: TypedArray): string {
  if (array instanceof Float32Array) return 'd';
  if (array instanceof Int32Array) return 'l';
  return array instanceof Uint8Array ? 'U' : 'L';
}
