/** The compiled kernels of trees against the reference set: the same bits, on rows and derivatives at random. */
import { expect, it } from 'vitest';
import { nextBelow, nextNormal, seedPrng } from '../../../engine/kernel/prng.ts';
import { GROUP_SUMS, PAIR, type TreeKernelsOver, TreeSpace } from '../../../engine/models/trees/training/kernels.ts';
import { referenceTreeKernels } from '../../../engine/models/trees/training/reference-kernels.ts';
import { wasmTreeKernels } from '../../../src/kernels/wasm-kernels.ts';

const ROWS = 300;

/** Sums of a node's rows, and those of all rows less them, as bits. */
function sums(kernelsOver: TreeKernelsOver, seed: number): BigInt64Array {
  const random = new Int32Array(4);
  seedPrng(random, seed);
  const space = new TreeSpace();
  const [words, rows, pairs] = [space.take(ROWS * 4), space.take(ROWS * 4), space.take(ROWS * PAIR * 8)];
  const [all, some] = [space.take(GROUP_SUMS * 8), space.take(GROUP_SUMS * 8)];
  const kernels = kernelsOver(space.size);
  const { memory } = kernels;
  const word = (): number => random[nextBelow(random, 4)]! ^ nextBelow(random, 2 ** 31);
  new Int32Array(memory, words, ROWS).set(Array.from({ length: ROWS }, word));
  new Float64Array(memory, pairs, ROWS * PAIR).set(Array.from({ length: ROWS * PAIR }, () => nextNormal(random)));
  const numbers = new Int32Array(memory, rows, ROWS).map((_, row) => row);
  new Int32Array(memory, rows, ROWS).set(numbers);
  // What was there before must not count.
  new Float64Array(memory, all, GROUP_SUMS).fill(7);
  kernels.fillHistogram(all, words, rows, pairs, ROWS);
  const chosen = numbers.filter(() => nextBelow(random, 3) === 0);
  new Int32Array(memory, rows, chosen.length).set(chosen);
  kernels.fillHistogram(some, words, rows, pairs, chosen.length);
  kernels.subtractHistogram(all, some);
  return new BigInt64Array(memory.slice(all, some + GROUP_SUMS * 8));
}

it('adds up and takes away as the reference set does, to the bit', () => {
  for (let seed = 1; seed <= 50; seed++) {
    const [ours, reference] = [sums(wasmTreeKernels, seed), sums(referenceTreeKernels, seed)];
    expect(ours.some((bits) => bits !== 0n)).toBe(true);
    expect(ours).toEqual(reference);
  }
});

it('says how much is too much', () => {
  const space = new TreeSpace();
  expect(space.take(2 ** 31)).toBe(64);
  expect(() => space.take(2 ** 31)).toThrow('training needs 4294967360 bytes at once, and has 4294967296');
});
