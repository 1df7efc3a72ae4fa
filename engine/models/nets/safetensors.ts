/**
 * The safetensors format (Hugging Face, https://github.com/huggingface/safetensors): eight bytes with the length of a JSON
 * header, the header, then the tensors' bytes without gaps. Only float32 is read and written, and only ASCII in the header.
 * What is read may come from anywhere: whatever does not hold is refused.
 */
import { assert } from '../../kernel/assert.ts';
import { repeatedKey } from './json-keys.ts';

/** A named tensor. */
export interface StoredTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Row by row. */
  readonly values: Float32Array;
}

/** All that a file holds. */
export interface Stored {
  readonly metadata: Readonly<Record<string, string>>;
  /** In the order of their bytes. */
  readonly tensors: readonly StoredTensor[];
}

/** Why bytes are no weights that could be used, in one line. */
export class WeightsError extends Error {
  override readonly name = 'WeightsError';

  constructor(reason: string) {
    super(`not usable as weights: ${reason}`);
  }
}

/** Bytes before the header. */
const PREFIX_BYTES = 8;
const MAX_HEADER_BYTES = 1_000_000;
const MAX_DIMENSIONS = 8;
/** Characters of a text that an error shows. */
const MOST_QUOTED = 60;
const METADATA = '__metadata__';
const FIRST_PRINTABLE = 0x20;
const LAST_PRINTABLE = 0x7e;

function refuse(reason: string): never {
  throw new WeightsError(reason);
}

/** A text from a file, fit to be shown: short and of printable characters. */
export function quoted(text: string): string {
  return `"${text.slice(0, MOST_QUOTED).replace(/[^ -~]/g, '?')}"`;
}

/** The file's bytes. Same content, same bytes: metadata by name, tensors in the order given. */
export function writeSafetensors({ metadata, tensors }: Stored): Uint8Array {
  const entries: Array<[string, unknown]> = [[METADATA, sorted(metadata)]];
  let end = 0;
  for (const { name, shape, values } of tensors) {
    const start = end;
    end += values.length * 4;
    assert(name !== METADATA && sizeOf(shape) === values.length, `tensor ${name} is not of its shape`);
    entries.push([name, { dtype: 'F32', shape, data_offsets: [start, end] }]);
  }
  // Names like numbers would change their place in an object.
  const json = `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`;
  const header = json.padEnd(Math.ceil(json.length / 8) * 8);
  const bytes = new Uint8Array(PREFIX_BYTES + header.length + end);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, header.length, true);
  for (let i = 0; i < header.length; i++) {
    const code = header.charCodeAt(i);
    assert(code >= FIRST_PRINTABLE && code <= LAST_PRINTABLE, 'names and metadata are plain ASCII');
    bytes[PREFIX_BYTES + i] = code;
  }
  let at = PREFIX_BYTES + header.length;
  for (const { values } of tensors) {
    for (let i = 0; i < values.length; i++, at += 4) view.setFloat32(at, values[i]!, true);
  }
  return bytes;
}

function sorted(metadata: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, side) => size * side, 1);
}

/** What the bytes hold; throws {@link WeightsError} with one line that says what does not hold. */
export function readSafetensors(bytes: Uint8Array): Stored {
  const header = headerOf(bytes);
  const entries = Object.entries(header);
  const own = entries.find(([name]) => name === METADATA);
  const metadata = own === undefined ? {} : metadataOf(own[1]);
  const places = entries
    .filter(([name]) => name !== METADATA)
    .map(([name, entry]) => placeOf(name, entry))
    .toSorted((a, b) => a.start - b.start || a.end - b.end);
  const data = bytes.subarray(PREFIX_BYTES + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true));
  let end = 0;
  for (const place of places) {
    if (place.start !== end)
      refuse(`tensor ${place.name} ${place.start < end ? 'overlaps' : 'leaves a gap'} at ${end}`);
    end = place.end;
  }
  if (end !== data.length) refuse(`tensors take ${end} bytes, the file has ${data.length}`);
  return { metadata, tensors: places.map((place) => tensorOf(place, data)) };
}

function headerOf(bytes: Uint8Array): object {
  if (bytes.length < PREFIX_BYTES) refuse(`${bytes.length} bytes are too few`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(0, true) + view.getUint32(4, true) * 4_294_967_296;
  if (length > MAX_HEADER_BYTES) refuse(`a header of ${length} bytes`);
  if (length > bytes.length - PREFIX_BYTES) refuse(`a header of ${length} bytes in a file of ${bytes.length}`);
  let text = '';
  for (let i = PREFIX_BYTES; i < PREFIX_BYTES + length; i++) {
    const code = bytes[i]!;
    if (code < FIRST_PRINTABLE || code > LAST_PRINTABLE) refuse(`byte ${i} of the header is not printable ASCII`);
    text += String.fromCharCode(code);
  }
  if (!text.startsWith('{')) refuse('the header is no JSON object');
  const header = parse(text);
  const repeated = repeatedKey(text);
  if (repeated !== undefined) refuse(`${quoted(repeated)} occurs twice in the header`);
  return header;
}

function parse(text: string): object {
  try {
    return JSON.parse(text);
  } catch {
    return refuse('the header is not JSON');
  }
}

function metadataOf(value: unknown): Record<string, string> {
  if (!isRecord(value)) return refuse('the metadata is no object');
  for (const [name, text] of Object.entries(value)) {
    if (typeof text !== 'string') refuse(`metadata ${quoted(name)} is no text`);
  }
  return value as Record<string, string>;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

interface Place {
  /** As it may be shown. */
  readonly name: string;
  readonly raw: string;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

function placeOf(raw: string, entry: unknown): Place {
  const name = quoted(raw);
  if (!isRecord(entry)) return refuse(`tensor ${name} is no object`);
  const { dtype, shape, data_offsets: offsets, ...rest } = entry;
  if (Object.keys(rest).length > 0) refuse(`tensor ${name} has fields besides dtype, shape and data_offsets`);
  if (dtype !== 'F32') refuse(`tensor ${name} is not of type F32`);
  if (!isCounts(shape) || shape.length > MAX_DIMENSIONS) return refuse(`tensor ${name} has no proper shape`);
  if (!isCounts(offsets) || offsets.length !== 2) return refuse(`tensor ${name} has no proper offsets`);
  const [start, end] = offsets as readonly [number, number];
  if (start > end || sizeOf(shape) * 4 !== end - start) refuse(`tensor ${name} is not of the size of its shape`);
  return { name, raw, shape, start, end };
}

function isCounts(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((each) => Number.isSafeInteger(each) && each >= 0);
}

function tensorOf({ name, raw, shape, start, end }: Place, data: Uint8Array): StoredTensor {
  const view = new DataView(data.buffer, data.byteOffset + start, end - start);
  const values = new Float32Array((end - start) / 4);
  for (let i = 0; i < values.length; i++) {
    const value = view.getFloat32(i * 4, true);
    if (!Number.isFinite(value)) refuse(`tensor ${name} holds a value that is not finite`);
    values[i] = value;
  }
  return { name: raw, shape, values };
}
