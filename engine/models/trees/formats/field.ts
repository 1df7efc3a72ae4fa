/** Reading a tree of untrusted values (JSON, UBJSON): each step checks kind and range and says where it failed. */
import { ModelFormatError } from '../format-error.ts';

/** Arrays of numbers as they come: UBJSON has typed ones. */
type Numbers = Float32Array | Float64Array | Int32Array | Uint8Array | Int8Array | Int16Array;

export class Field {
  readonly value: unknown;
  readonly path: string;

  constructor(value: unknown, path: string) {
    this.value = value;
    this.path = path;
  }

  refuse(what: string): never {
    throw new ModelFormatError(what, this.path);
  }

  /** Member `key` of an object, or undefined; nothing is ever found in a prototype. */
  find(key: string): Field | undefined {
    const { value } = this;
    if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) {
      this.refuse('not an object');
    }
    const path = `${this.path}.${key}`;
    return Object.hasOwn(value, key) ? new Field((value as Record<string, unknown>)[key], path) : undefined;
  }

  /** Member `key`, which must be there. */
  at(key: string): Field {
    return this.find(key) ?? new Field(undefined, `${this.path}.${key}`).refuse('missing');
  }

  text(): string {
    return typeof this.value === 'string' ? this.value : this.refuse('not a text');
  }

  /** A number, also one written as a text, as XGBoost writes its parameters. */
  number(): number {
    const { value } = this;
    const read = typeof value === 'string' ? parseNumber(value) : value;
    return typeof read === 'number' ? read : this.refuse('not a number');
  }

  /** A whole number in [low, high]. */
  integer(low: number, high: number): number {
    const value = this.number();
    if (!Number.isInteger(value) || value < low || value > high) {
      this.refuse(`${value} is no whole number from ${low} to ${high}`);
    }
    return value;
  }

  /** The items of an array of at most `most`, of whatever kind. */
  items(most: number): Field[] {
    const array = this.#array();
    if (array.length > most) this.refuse(`more than ${most} items`);
    return Array.from(array, (item, k) => new Field(item, `${this.path}[${k}]`));
  }

  /** An array of numbers; NaN stands for null, true and false count as 1 and 0. */
  doubles(length?: number): Float64Array {
    const array = this.#array();
    if (length !== undefined && array.length !== length) this.refuse(`${array.length} items instead of ${length}`);
    const out = new Float64Array(array.length);
    for (let k = 0; k < out.length; k++) {
      const item = array[k];
      if (item === null) out[k] = Number.NaN;
      else if (typeof item === 'number' || typeof item === 'boolean') out[k] = Number(item);
      else this.refuse(`item ${k} is not a number`);
    }
    return out;
  }

  /** An array of whole numbers of 32 bits. */
  integers(length?: number): Int32Array {
    const doubles = this.doubles(length);
    const out = Int32Array.from(doubles);
    for (let k = 0; k < out.length; k++) {
      if (out[k] !== doubles[k]) this.refuse(`item ${k} is ${doubles[k]}, not a whole number`);
    }
    return out;
  }

  #array(): readonly unknown[] | Numbers {
    const { value } = this;
    if (Array.isArray(value)) return value as unknown[];
    if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return value as Numbers;
    return this.refuse('not an array');
  }
}

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** A decimal number, `nan` or an infinity as C writes them; undefined for anything else. */
export function parseNumber(text: string): number | undefined {
  if (NUMBER.test(text)) return Number(text);
  switch (text.toLowerCase()) {
    case 'nan':
    case '-nan':
      return Number.NaN;
    case 'inf':
    case '+inf':
      return Number.POSITIVE_INFINITY;
    case '-inf':
      return Number.NEGATIVE_INFINITY;
    default:
      return undefined;
  }
}
