/** The compiled kernels against the reference set: the same bits of the whole memory, on sizes and values at random. */
import { describe, expect, it } from 'vitest';
import { nextBelow, nextNormal, nextUnit, seedPrng } from '../../../engine/kernel/prng.ts';
import { type Kernels, MATMUL, paddedTokens, scratchCount, shareCount } from '../../../engine/models/nets/kernels.ts';
import { referenceKernels } from '../../../engine/models/nets/reference-kernels.ts';
import { Space } from '../../../engine/models/nets/space.ts';
import { wasmKernels } from '../../../src/kernels/wasm-kernels.ts';

const ROUNDS = 60;

/** What a case draws: sizes, and buffers with values of all magnitudes. */
class Draw {
  readonly #random = new Int32Array(4);
  readonly #space = new Space();
  readonly #filled: Array<{ at: number; values: Float32Array }> = [];

  constructor(seed: number) {
    seedPrng(this.#random, seed);
  }

  size(most: number): number {
    return 1 + nextBelow(this.#random, most);
  }

  pick<T>(from: readonly T[]): T {
    return from[nextBelow(this.#random, from.length)]!;
  }

  /** A buffer of values around zero, some of them zero of either sign, some very large or small. */
  values(count: number): number {
    const at = this.#space.take(count);
    this.#filled.push({ at, values: Float32Array.from({ length: count }, () => this.#value()) });
    return at;
  }

  #value(): number {
    const kind = nextUnit(this.#random);
    if (kind < 0.05) return kind < 0.025 ? -0 : 0;
    return nextNormal(this.#random) * (kind < 0.15 ? this.pick([1e-30, 1e-6, 50, 1e5]) : 1);
  }

  room(count: number): number {
    return this.#space.take(count);
  }

  /** The memory after `run`, as bits. */
  after(kernelsOver: (count: number) => Kernels, run: (kernels: Kernels) => void): Int32Array {
    const kernels = kernelsOver(this.#space.size);
    for (const { at, values } of this.#filled) kernels.floats.set(values, at);
    run(kernels);
    // The first line belongs to the kernels themselves.
    return new Int32Array((kernels.floats as Float32Array).slice(16).buffer);
  }
}

/** Holds both sets against each other; `make` lays out a case and gives what is to be run. */
function expectSameBits(make: (draw: Draw) => (kernels: Kernels) => void): void {
  for (let seed = 1; seed <= ROUNDS; seed++) {
    const draw = new Draw(seed);
    const run = make(draw);
    const ours = draw.after(wasmKernels, run);
    const reference = draw.after(referenceKernels, run);
    const at = ours.findIndex((bits, i) => bits !== reference[i]);
    expect(at, `seed ${seed}: first difference`).toBe(-1);
  }
}

describe('the compiled kernels have the bits of the reference', () => {
  it('matmul', () => {
    expectSameBits((draw) => {
      const [rows, columns, inner] = [draw.size(23), draw.size(75), draw.size(40)];
      const [a, b, c] = [draw.values(rows * inner), draw.values(inner * columns), draw.values(rows * columns)];
      const bias = draw.pick([0, draw.values(columns)]);
      const flags = draw.pick([MATMUL.plain, MATMUL.add, MATMUL.relu, MATMUL.add | MATMUL.relu]);
      return (kernels) => kernels.matmul(a, b, c, rows, columns, inner, bias, flags);
    });
  });

  it('addTransposedProduct', () => {
    expectSameBits((draw) => {
      const [rows, inner, columns] = [draw.size(40), draw.size(23), draw.size(40)];
      const [a, b, c] = [draw.values(rows * inner), draw.values(rows * columns), draw.values(inner * columns)];
      return (kernels) => kernels.addTransposedProduct(a, b, c, rows, inner, columns);
    });
  });

  it('addColumnSums and transpose', () => {
    expectSameBits((draw) => {
      const [rows, columns] = [draw.size(40), draw.size(40)];
      const [a, sums, turned] = [draw.values(rows * columns), draw.values(columns), draw.room(rows * columns)];
      return (kernels) => {
        kernels.addColumnSums(a, sums, rows, columns);
        kernels.transpose(a, turned, rows, columns);
      };
    });
  });

  it('reluBackward', () => {
    expectSameBits((draw) => {
      const count = draw.size(200);
      const [activation, gradient] = [draw.values(count), draw.values(count)];
      return (kernels) => kernels.reluBackward(activation, gradient, count);
    });
  });

  it('gelu and its way back', () => {
    expectSameBits((draw) => {
      const count = draw.size(200);
      const [u, gate, y, gradient] = [draw.values(count), draw.room(count), draw.room(count), draw.values(count)];
      return (kernels) => {
        kernels.gelu(u, gate, y, count);
        kernels.geluBackward(u, gate, gradient, count);
      };
    });
  });

  it('layerNorm and its way back', () => {
    expectSameBits((draw) => {
      const [rows, width] = [draw.size(20), 4 * draw.size(12)];
      const many = (): number => draw.values(rows * width);
      const each = (): number => draw.values(width);
      const [x, y, normal, inverse] = [many(), many(), many(), draw.values(rows)];
      const [gain, shift, above, below, gains, shifts] = [each(), each(), many(), many(), each(), each()];
      return (kernels) => {
        kernels.layerNorm(x, y, normal, inverse, gain, shift, rows, width);
        kernels.layerNormBackward(above, normal, inverse, gain, below, gains, shifts, rows, width);
      };
    });
  });

  it('attention and its way back', () => {
    expectSameBits((draw) => {
      const [sequences, heads, tokens, headWidth] = [draw.size(4), draw.size(4), draw.size(21), 4 * draw.size(4)];
      const rows = sequences * tokens;
      const width = heads * headWidth;
      const [projected, output, above] = [
        draw.values(rows * 3 * width),
        draw.room(rows * width),
        draw.values(rows * width),
      ];
      const [shares, gradient] = [draw.values(shareCount(sequences, heads, tokens)), draw.values(rows * 3 * width)];
      const scratch = draw.room(scratchCount(tokens, headWidth));
      return (kernels) => {
        kernels.attention(projected, shares, output, scratch, sequences, heads, tokens, headWidth);
        kernels.attentionBackward(projected, shares, above, gradient, scratch, sequences, heads, tokens, headWidth);
        // Working memory says nothing.
        kernels.floats.fill(0, scratch, scratch + scratchCount(tokens, headWidth));
      };
    });
  });

  it('adam', () => {
    expectSameBits((draw) => {
      const count = draw.size(200);
      const [weights, gradients, firsts, seconds] = [1, 2, 3, 4].map(() => draw.values(count));
      return (kernels) => {
        // A second moment is a mean of squares.
        for (let i = 0; i < count; i++) kernels.floats[seconds! + i] = Math.abs(kernels.floats[seconds! + i]!);
        kernels.adam(weights!, gradients!, firsts!, seconds!, count, 1.3e-3, 1.0017, 0.9999);
      };
    });
  });
});

describe('attention', () => {
  it('gives shares that sum to one, and none beyond the last token', () => {
    const [tokens, headWidth] = [7, 4];
    const space = new Space();
    const [projected, output] = [space.take(tokens * 12), space.take(tokens * 4)];
    const [shares, scratch] = [space.take(shareCount(1, 1, tokens)), space.take(scratchCount(tokens, headWidth))];
    const kernels = wasmKernels(space.size);
    for (let i = 0; i < tokens * 12; i++) kernels.floats[projected + i] = Math.sin(i * i);
    kernels.attention(projected, shares, output, scratch, 1, 1, tokens, headWidth);
    for (let t = 0; t < tokens; t++) {
      const from = shares + t * paddedTokens(tokens);
      const row = Array.from(kernels.floats.subarray(from, from + paddedTokens(tokens)));
      expect(row.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6);
      expect(row.slice(tokens)).toEqual([0]);
    }
  });
});
