/** The kernels of trees in plain TypeScript: what the compiled ones are held against. */
import { GROUP_SUMS, PAIR, type TreeKernels } from './kernels.ts';

const COLUMN = GROUP_SUMS / 4;

export function referenceTreeKernels(bytes: number): TreeKernels {
  const memory = new ArrayBuffer(Math.ceil(bytes / 8) * 8);
  return {
    memory,
    fillHistogram(sumsAt, wordsAt, rowsAt, pairsAt, count) {
      const sums = new Float64Array(memory, sumsAt, GROUP_SUMS).fill(0);
      const words = new Uint32Array(memory, wordsAt);
      const rows = new Int32Array(memory, rowsAt, count);
      const pairs = new Float64Array(memory, pairsAt, count * PAIR);
      for (let k = 0; k < count; k++) {
        const word = words[rows[k]!]!;
        for (let feature = 0; feature < 4; feature++) {
          const at = feature * COLUMN + PAIR * ((word >>> (8 * feature)) & 255);
          sums[at]! += pairs[PAIR * k]!;
          sums[at + 1]! += pairs[PAIR * k + 1]!;
        }
      }
    },
    subtractHistogram(sumsAt, othersAt) {
      const sums = new Float64Array(memory, sumsAt, GROUP_SUMS);
      const others = new Float64Array(memory, othersAt, GROUP_SUMS);
      for (let at = 0; at < GROUP_SUMS; at++) sums[at]! -= others[at]!;
    },
  };
}
