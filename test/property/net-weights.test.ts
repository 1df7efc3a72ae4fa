/** Files of weights damaged in every way: either they are read as whole models or refused as weights, never anything else. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ModelSpec, NetModel } from '../../engine/models/nets/model.ts';
import { readModel, writeModel } from '../../engine/models/nets/model-file.ts';
import { referenceKernels } from '../../engine/models/nets/reference-kernels.ts';
import { readSafetensors, WeightsError, writeSafetensors } from '../../engine/models/nets/safetensors.ts';
import { ODD_NHITS, ODD_PATCHTST } from '../fixtures/small-nets.ts';

const FILES = [ODD_NHITS, ODD_PATCHTST].map((shape) => {
  const spec: ModelSpec = { shape, objective: 'direction', byWindow: true };
  const model = new NetModel(spec, 1, referenceKernels);
  model.net.parameters.reset(model.net.kernels, 2);
  return writeModel(model);
});
/** Where the tensors begin. */
const HEADERS = FILES.map((file) => 8 + Buffer.from(file).readUInt32LE(0));

/** What is read of the bytes, written again; nothing when they are refused. */
function readBack(bytes: Uint8Array): Uint8Array | undefined {
  try {
    return writeModel(readModel(bytes, 1, referenceKernels));
  } catch (error) {
    expect(error).toBeInstanceOf(WeightsError);
    expect((error as Error).message).toMatch(/^[\x20-\x7e×]{10,300}$/);
    return undefined;
  }
}

describe('bytes at random', () => {
  it('are refused', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => readBack(bytes) === undefined));
  });

  it('behind a proper header length are refused', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), fc.uint8Array({ maxLength: 40 }), (header, data) => {
        const text = Buffer.from(`{${header}`);
        const prefix = Buffer.alloc(8);
        prefix.writeUInt32LE(text.length);
        return readBack(Buffer.concat([prefix, text, data])) === undefined;
      }),
    );
  });
});

describe.each([0, 1])('file %i', (which) => {
  const file = FILES[which]!;

  it('cut anywhere is refused', () => {
    fc.assert(fc.property(fc.nat(file.length - 1), (length) => readBack(file.subarray(0, length)) === undefined));
  });

  it('with bytes behind is refused', () => {
    const longer = fc.uint8Array({ minLength: 1, maxLength: 20 });
    fc.assert(fc.property(longer, (rest) => readBack(Buffer.concat([file, rest])) === undefined));
  });

  it('with a changed byte in its header is refused, or says the same', () => {
    fc.assert(
      fc.property(fc.nat(HEADERS[which]! - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const bytes = file.slice();
        bytes[at] = bytes[at]! ^ change;
        const back = readBack(bytes);
        // A byte may turn one objective or one make into another; then all tensors must be there.
        return back === undefined || back.length === file.length;
      }),
      { numRuns: 500 },
    );
  });

  it('with changed bytes in its tensors is read as it is, or refused', () => {
    fc.assert(
      fc.property(fc.nat(file.length - HEADERS[which]! - 1), fc.nat(255), (at, value) => {
        const bytes = file.slice();
        bytes[HEADERS[which]! + at] = value;
        const back = readBack(bytes);
        if (back !== undefined) expect(back).toEqual(bytes);
      }),
      { numRuns: 300 },
    );
  });
});

it('whatever is written is read, and written the same again', () => {
  const value = fc.float({ noNaN: true, noDefaultInfinity: true });
  const tensors = fc.uniqueArray(
    fc.record({ name: fc.string({ unit: 'grapheme-ascii' }), values: fc.array(value, { maxLength: 5 }) }),
    { selector: ({ name }) => name, maxLength: 5 },
  );
  const text = fc.string({ unit: 'grapheme-ascii' });
  fc.assert(
    fc.property(tensors, fc.dictionary(text, text), (drawn, metadata) => {
      const named = drawn.filter(({ name }) => name !== '__metadata__');
      const stored = named.map(({ name, values }) => {
        return { name, shape: [values.length], values: Float32Array.from(values) };
      });
      const bytes = writeSafetensors({ metadata, tensors: stored });
      expect(writeSafetensors(readSafetensors(bytes))).toEqual(bytes);
    }),
  );
});
