/** Reference kernels for products of matrices: every element is one sum in the order of its terms. */
import type { Arithmetic } from './arithmetic.ts';
import { type Floats, type Kernels, MATMUL } from './kernels.ts';

type MatrixKernels = Pick<Kernels, 'matmul' | 'addTransposedProduct' | 'addColumnSums' | 'transpose'>;

/** The functions over `floats`, rounded as `arithmetic` says. */
export function matrixKernels(floats: Floats, { round }: Arithmetic): MatrixKernels {
  return {
    matmul(a, b, c, rows, columns, inner, bias, flags) {
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) {
          const to = c + i * columns + j;
          let sum = bias !== 0 ? floats[bias + j]! : 0;
          if ((flags & MATMUL.add) !== 0) sum = round(floats[to]! + sum);
          for (let k = 0; k < inner; k++) {
            sum = round(sum + round(floats[a + i * inner + k]! * floats[b + k * columns + j]!));
          }
          floats[to] = (flags & MATMUL.relu) !== 0 && sum < 0 ? 0 : sum;
        }
      }
    },
    addTransposedProduct(a, b, c, rows, inner, columns) {
      for (let k = 0; k < inner; k++) {
        for (let j = 0; j < columns; j++) {
          let sum = floats[c + k * columns + j]!;
          for (let row = 0; row < rows; row++) {
            sum = round(sum + round(floats[a + row * inner + k]! * floats[b + row * columns + j]!));
          }
          floats[c + k * columns + j] = sum;
        }
      }
    },
    addColumnSums(a, sums, rows, columns) {
      for (let j = 0; j < columns; j++) {
        let sum = floats[sums + j]!;
        for (let row = 0; row < rows; row++) sum = round(sum + floats[a + row * columns + j]!);
        floats[sums + j] = sum;
      }
    },
    transpose(a, b, rows, columns) {
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) floats[b + j * rows + i] = floats[a + i * columns + j]!;
      }
    },
  };
}
