/** What a dense layer needs on the way back: the gradient of its weights and bias, and its weights turned over. */
import { address, multiplyAdd } from './lanes';

/** Rows and columns of the tile that stays in registers. */
const TILE_ROWS: i32 = 4;
const TILE_COLUMNS: i32 = 8;

/** C += Aᵀ · B, summed from the first row to the last. A is rows × inner, B rows × columns, C inner × columns. */
export function addTransposedProduct(a: i32, b: i32, c: i32, rows: i32, inner: i32, columns: i32): void {
  const wide = address(columns);
  addTransposed(address(a), address(inner), address(b), wide, address(c), wide, rows, inner, columns);
}

/** The same by addresses, where the rows of A, B and C lie `stepA`, `stepB` and `stepC` bytes apart. */
export function addTransposed(
  a: usize,
  stepA: usize,
  b: usize,
  stepB: usize,
  c: usize,
  stepC: usize,
  rows: i32,
  inner: i32,
  columns: i32,
): void {
  const tiled = inner - (inner % TILE_ROWS);
  const whole = columns - (columns % TILE_COLUMNS);
  for (let k = 0; k < tiled; k += TILE_ROWS) {
    const from = a + address(k);
    const to = c + stepC * (k as usize);
    for (let j = 0; j < whole; j += TILE_COLUMNS) {
      tile(from, stepA, b + address(j), stepB, to + address(j), stepC, rows);
    }
    for (let j = whole; j < columns; j++) column(from, stepA, b + address(j), stepB, to + address(j), stepC, rows);
  }
  for (let k = tiled; k < inner; k++) {
    const from = a + address(k);
    const to = c + stepC * (k as usize);
    for (let j = 0; j < whole; j += TILE_COLUMNS) narrow(from, stepA, b + address(j), stepB, to + address(j), rows);
    for (let j = whole; j < columns; j++) element(from, stepA, b + address(j), stepB, to + address(j), rows);
  }
}

/** Four rows of C by eight columns. */
function tile(a: usize, stepA: usize, b: usize, stepB: usize, c: usize, stepC: usize, rows: i32): void {
  const c1 = c + stepC;
  const c2 = c1 + stepC;
  const c3 = c2 + stepC;
  let s00 = v128.load(c);
  let s01 = v128.load(c, 16);
  let s10 = v128.load(c1);
  let s11 = v128.load(c1, 16);
  let s20 = v128.load(c2);
  let s21 = v128.load(c2, 16);
  let s30 = v128.load(c3);
  let s31 = v128.load(c3, 16);
  for (let row = 0; row < rows; row++) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load32_splat(a);
    s00 = multiplyAdd(x, b0, s00);
    s01 = multiplyAdd(x, b1, s01);
    x = v128.load32_splat(a, 4);
    s10 = multiplyAdd(x, b0, s10);
    s11 = multiplyAdd(x, b1, s11);
    x = v128.load32_splat(a, 8);
    s20 = multiplyAdd(x, b0, s20);
    s21 = multiplyAdd(x, b1, s21);
    x = v128.load32_splat(a, 12);
    s30 = multiplyAdd(x, b0, s30);
    s31 = multiplyAdd(x, b1, s31);
    a += stepA;
    b += stepB;
  }
  v128.store(c, s00);
  v128.store(c, s01, 16);
  v128.store(c1, s10);
  v128.store(c1, s11, 16);
  v128.store(c2, s20);
  v128.store(c2, s21, 16);
  v128.store(c3, s30);
  v128.store(c3, s31, 16);
}

/** One row of C by eight columns. */
function narrow(a: usize, stepA: usize, b: usize, stepB: usize, c: usize, rows: i32): void {
  let s0 = v128.load(c);
  let s1 = v128.load(c, 16);
  for (let row = 0; row < rows; row++) {
    const x = v128.load32_splat(a);
    s0 = multiplyAdd(x, v128.load(b), s0);
    s1 = multiplyAdd(x, v128.load(b, 16), s1);
    a += stepA;
    b += stepB;
  }
  v128.store(c, s0);
  v128.store(c, s1, 16);
}

/** Four rows of C in one column: a lane is a row. */
function column(a: usize, stepA: usize, b: usize, stepB: usize, c: usize, stepC: usize, rows: i32): void {
  let sum = f32x4.splat(load<f32>(c));
  sum = f32x4.replace_lane(sum, 1, load<f32>(c + stepC));
  sum = f32x4.replace_lane(sum, 2, load<f32>(c + 2 * stepC));
  sum = f32x4.replace_lane(sum, 3, load<f32>(c + 3 * stepC));
  for (let row = 0; row < rows; row++) {
    sum = multiplyAdd(v128.load(a), v128.load32_splat(b), sum);
    a += stepA;
    b += stepB;
  }
  store<f32>(c, f32x4.extract_lane(sum, 0));
  store<f32>(c + stepC, f32x4.extract_lane(sum, 1));
  store<f32>(c + 2 * stepC, f32x4.extract_lane(sum, 2));
  store<f32>(c + 3 * stepC, f32x4.extract_lane(sum, 3));
}

function element(a: usize, stepA: usize, b: usize, stepB: usize, c: usize, rows: i32): void {
  let sum = load<f32>(c);
  for (let row = 0; row < rows; row++) {
    sum += load<f32>(a) * load<f32>(b);
    a += stepA;
    b += stepB;
  }
  store<f32>(c, sum);
}

/** sums[j] += Σ over rows of A[row][j], from the first row to the last. */
export function addColumnSums(a: i32, sums: i32, rows: i32, columns: i32): void {
  const step = address(columns);
  let j = 0;
  for (; j + 4 <= columns; j += 4) {
    let from = address(a + j);
    let sum = v128.load(address(sums + j));
    for (let row = 0; row < rows; row++) {
      sum = f32x4.add(sum, v128.load(from));
      from += step;
    }
    v128.store(address(sums + j), sum);
  }
  for (; j < columns; j++) {
    let sum = load<f32>(address(sums + j));
    for (let row = 0; row < rows; row++) sum += load<f32>(address(a + row * columns + j));
    store<f32>(address(sums + j), sum);
  }
}

/** B = Aᵀ, where A is rows × columns. */
export function transpose(a: i32, b: i32, rows: i32, columns: i32): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      store<f32>(address(b + j * rows + i), load<f32>(address(a + i * columns + j)));
    }
  }
}
