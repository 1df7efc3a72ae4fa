/** The safetensors format: a file as other programs write it, the same bytes every time, and everything that is refused. */
import { describe, expect, it } from 'vitest';
import {
  readSafetensors,
  type Stored,
  WeightsError,
  writeSafetensors,
} from '../../../../../engine/models/nets/safetensors.ts';

const SAMPLE: Stored = {
  metadata: { kind: 'sample', a: 'b' },
  tensors: [
    { name: 'w', shape: [2, 3], values: Float32Array.of(1, -2, 3.5, 0, 1e-40, -0) },
    { name: '1', shape: [1], values: Float32Array.of(7) },
    { name: 'none', shape: [0, 4], values: new Float32Array(0) },
  ],
};

/** A file of any header and any tensor bytes. */
function file(header: string | object, data: Uint8Array = new Uint8Array(8), length?: number): Uint8Array {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(length ?? text.length));
  return Buffer.concat([prefix, text, data]);
}

const tensor = (start: number, end: number, rest: object = {}): object => {
  return { dtype: 'F32', shape: [(end - start) / 4], data_offsets: [start, end], ...rest };
};

describe('a file', () => {
  it('gives back what was written, and always the same bytes', () => {
    const bytes = writeSafetensors(SAMPLE);
    expect(readSafetensors(bytes)).toEqual({ ...SAMPLE, metadata: { a: 'b', kind: 'sample' } });
    expect(writeSafetensors({ ...SAMPLE, metadata: { a: 'b', kind: 'sample' } })).toEqual(bytes);
    expect(writeSafetensors(readSafetensors(bytes))).toEqual(bytes);
  });

  it('is what the format says', () => {
    const [sample] = SAMPLE.tensors;
    const bytes = Buffer.from(writeSafetensors({ metadata: {}, tensors: [sample!] }));
    const header = '{"__metadata__":{},"w":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}}';
    expect(bytes.readBigUInt64LE(0)).toBe(80n);
    expect(bytes.subarray(8, 88).toString('latin1')).toBe(header.padEnd(80));
    expect(bytes.subarray(88)).toEqual(Buffer.from(sample!.values.buffer));
  });

  it('may come from another program: tensors in any order, no metadata, a scalar, and within a larger buffer', () => {
    const data = Buffer.alloc(8);
    data.writeFloatLE(1.5, 0);
    data.writeFloatLE(-2, 4);
    const bytes = file({ b: tensor(4, 8, { shape: [] }), a: tensor(0, 4) }, data);
    const larger = Buffer.concat([Buffer.alloc(3, 9), bytes, Buffer.alloc(3, 9)]);
    expect(readSafetensors(larger.subarray(3, 3 + bytes.length))).toEqual({
      metadata: {},
      tensors: [
        { name: 'a', shape: [1], values: Float32Array.of(1.5) },
        { name: 'b', shape: [], values: Float32Array.of(-2) },
      ],
    });
  });

  it('is written of ASCII and of whole tensors only', () => {
    expect(() => writeSafetensors({ metadata: { a: 'é' }, tensors: [] })).toThrow('ASCII');
    const cut = { name: 'w', shape: [2, 2], values: new Float32Array(3) };
    expect(() => writeSafetensors({ metadata: {}, tensors: [cut] })).toThrow('not of its shape');
  });
});

const floats = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);

describe('refused with one line', () => {
  it.each<[string, Uint8Array, string]>([
    ['no bytes', new Uint8Array(0), '0 bytes are too few'],
    ['a header longer than the file', file('{}', new Uint8Array(0), 3), 'a header of 3 bytes in a file of 10'],
    ['a header of any size', file('{}', new Uint8Array(0), 2 ** 52), 'a header of 4503599627370496 bytes'],
    ['a header that is a list', file('[]'), 'the header is no JSON object'],
    ['an empty header', file(''), 'the header is no JSON object'],
    ['a header that is not JSON', file('{"a":}'), 'the header is not JSON'],
    ['text beyond ASCII', file('{"é":1}'), 'byte 10 of the header is not printable ASCII'],
    ['a control character', file('{\n}'), 'byte 9 of the header is not printable ASCII'],
    ['metadata that is a list', file({ __metadata__: [] }), 'the metadata is no object'],
    ['metadata that is no text', file({ __metadata__: { a: 1 } }), 'metadata "a" is no text'],
    ['a tensor that is nothing', file({ a: null }), 'tensor "a" is no object'],
    ['a field besides', file({ a: tensor(0, 8, { x: 1 }) }), 'tensor "a" has fields besides'],
    ['another type', file({ a: tensor(0, 8, { dtype: 'F64', shape: [1] }) }), 'tensor "a" is not of type F32'],
    ['a side below zero', file({ a: tensor(0, 8, { shape: [-2, -1] }) }), 'tensor "a" has no proper shape'],
    ['half a side', file({ a: tensor(0, 8, { shape: [0.5, 4] }) }), 'tensor "a" has no proper shape'],
    ['very many sides', file({ a: tensor(0, 4, { shape: Array(9).fill(1) }) }), 'tensor "a" has no proper shape'],
    ['one offset', file({ a: tensor(0, 8, { data_offsets: [8] }) }), 'tensor "a" has no proper offsets'],
    ['offsets the wrong way', file({ a: tensor(0, 8, { data_offsets: [8, 0] }) }), 'tensor "a" is not of the size'],
    ['another size', file({ a: tensor(0, 8, { shape: [3] }) }), 'tensor "a" is not of the size of its shape'],
    [
      'a size beyond counting',
      file({ a: tensor(0, 8, { shape: [2 ** 53 - 1, 2 ** 53 - 1] }) }),
      'tensor "a" is not of the size',
    ],
    ['an overlap', file({ a: tensor(0, 8), b: tensor(4, 8) }), 'tensor "b" overlaps at 8'],
    ['the same bytes twice', file({ a: tensor(0, 8), b: tensor(0, 8) }), 'tensor "b" overlaps at 8'],
    ['a gap', file({ a: tensor(4, 8) }), 'tensor "a" leaves a gap at 0'],
    ['bytes of nobody', file({ a: tensor(0, 4) }), 'tensors take 4 bytes, the file has 8'],
    ['bytes that are missing', file({ a: tensor(0, 12) }), 'tensors take 12 bytes, the file has 8'],
    ['not a number', file({ a: tensor(0, 8) }, floats(1, Number.NaN)), 'tensor "a" holds a value that is not finite'],
    ['infinity', file({ a: tensor(0, 8) }, floats(-Infinity, 1)), 'tensor "a" holds a value that is not finite'],
    [
      'a tensor twice',
      file(`{"a":${JSON.stringify(tensor(0, 8))},"a":${JSON.stringify(tensor(0, 8))}}`),
      '"a" occurs twice in',
    ],
    [
      'a field twice',
      file('{"a":{"dtype":"F32","shape":[3],"shape":[2],"data_offsets":[0,8]}}'),
      '"shape" occurs twice',
    ],
    [
      'a name that is not fit to be shown',
      file(`{"${'\\u009b'.repeat(99)}":1}`),
      `tensor "${'?'.repeat(60)}" is no object`,
    ],
    ['the same key otherwise', file('{"__metadata__":{"b":"","\\u0062":""}}'), '"b" occurs twice'],
  ])('%s', (_, bytes, reason) => {
    expect(() => readSafetensors(bytes)).toThrow(WeightsError);
    expect(() => readSafetensors(bytes)).toThrow(`not usable as weights: ${reason}`);
  });

  it('a tensor named like a prototype is a tensor', () => {
    const stored = readSafetensors(file(`{"__proto__":${JSON.stringify(tensor(0, 8))}}`));
    expect(stored.tensors.map((each) => each.name)).toEqual(['__proto__']);
  });
});
