/**
 * Products of matrices. Every element is one sum in the order of its terms, whatever tile it falls into: so a row alone
 * has the bits that it has in a batch.
 */
import { address, greater, multiplyAdd } from './lanes';

/** Start from what is there instead of from zero. */
const ADD: i32 = 1;
/** Let nothing below zero through. */
const RELU: i32 = 2;
/** Rows and columns of the tile that stays in registers. */
const TILE_ROWS: i32 = 5;
const TILE_COLUMNS: i32 = 8;
/** Columns at once where there is a single row. */
const WIDE_COLUMNS: i32 = 32;

/**
 * C = A · B, with `bias` to every row (offset 0: none), onto C and through ReLU as the flags say.
 * A is rows × inner, B inner × columns, C rows × columns.
 */
export function matmul(a: i32, b: i32, c: i32, rows: i32, columns: i32, inner: i32, bias: i32, flags: i32): void {
  const wide = address(columns);
  const given = bias !== 0 ? address(bias) : 0;
  multiply(address(a), address(inner), address(b), wide, address(c), wide, rows, columns, inner, given, flags);
}

/** The same by addresses, where the rows of A, B and C lie `stepA`, `stepB` and `stepC` bytes apart. */
export function multiply(
  a: usize,
  stepA: usize,
  b: usize,
  stepB: usize,
  c: usize,
  stepC: usize,
  rows: i32,
  columns: i32,
  inner: i32,
  bias: usize,
  flags: i32,
): void {
  const tiled = rows - (rows % TILE_ROWS);
  const whole = columns - (columns % TILE_COLUMNS);
  for (let j = 0; j < whole; j += TILE_COLUMNS) {
    const at = address(j);
    const given = bias !== 0 ? bias + at : 0;
    let from = a;
    let to = c + at;
    for (let i = 0; i < tiled; i += TILE_ROWS) {
      tile(from, stepA, b + at, stepB, to, stepC, inner, given, flags);
      from += stepA * TILE_ROWS;
      to += stepC * TILE_ROWS;
    }
  }
  for (let i = tiled; i < rows; i++) {
    const moved = i as usize;
    singleRow(a + stepA * moved, b, stepB, c + stepC * moved, whole, inner, bias, flags);
  }
  for (let j = whole; j < columns; j++) {
    const at = address(j);
    column(a, stepA, b + at, stepB, c + at, stepC, rows, inner, bias !== 0 ? bias + at : 0, flags);
  }
}

/** What four sums begin with. */
function start(c: usize, bias: usize, at: usize, flags: i32): v128 {
  const given = bias !== 0 ? v128.load(bias + at) : f32x4.splat(0.0);
  return (flags & ADD) !== 0 ? f32x4.add(v128.load(c + at), given) : given;
}

/** What becomes of four sums. */
function finish(c: usize, sum: v128, flags: i32): void {
  v128.store(c, (flags & RELU) !== 0 ? f32x4.pmax(sum, f32x4.splat(0.0)) : sum);
}

/** Five rows by eight columns. */
function tile(
  a: usize,
  stepA: usize,
  b: usize,
  stepB: usize,
  c: usize,
  stepC: usize,
  inner: i32,
  bias: usize,
  flags: i32,
): void {
  const a1 = a + stepA;
  const a2 = a1 + stepA;
  const a3 = a2 + stepA;
  const a4 = a3 + stepA;
  const c1 = c + stepC;
  const c2 = c1 + stepC;
  const c3 = c2 + stepC;
  const c4 = c3 + stepC;
  let s00 = start(c, bias, 0, flags);
  let s01 = start(c, bias, 16, flags);
  let s10 = start(c1, bias, 0, flags);
  let s11 = start(c1, bias, 16, flags);
  let s20 = start(c2, bias, 0, flags);
  let s21 = start(c2, bias, 16, flags);
  let s30 = start(c3, bias, 0, flags);
  let s31 = start(c3, bias, 16, flags);
  let s40 = start(c4, bias, 0, flags);
  let s41 = start(c4, bias, 16, flags);
  for (let k: usize = 0; k < address(inner); k += 4) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    b += stepB;
    let x = v128.load32_splat(a + k);
    s00 = multiplyAdd(x, b0, s00);
    s01 = multiplyAdd(x, b1, s01);
    x = v128.load32_splat(a1 + k);
    s10 = multiplyAdd(x, b0, s10);
    s11 = multiplyAdd(x, b1, s11);
    x = v128.load32_splat(a2 + k);
    s20 = multiplyAdd(x, b0, s20);
    s21 = multiplyAdd(x, b1, s21);
    x = v128.load32_splat(a3 + k);
    s30 = multiplyAdd(x, b0, s30);
    s31 = multiplyAdd(x, b1, s31);
    x = v128.load32_splat(a4 + k);
    s40 = multiplyAdd(x, b0, s40);
    s41 = multiplyAdd(x, b1, s41);
  }
  finish(c, s00, flags);
  finish(c + 16, s01, flags);
  finish(c1, s10, flags);
  finish(c1 + 16, s11, flags);
  finish(c2, s20, flags);
  finish(c2 + 16, s21, flags);
  finish(c3, s30, flags);
  finish(c3 + 16, s31, flags);
  finish(c4, s40, flags);
  finish(c4 + 16, s41, flags);
}

/** One row: 32 columns at once, then 8. */
function singleRow(a: usize, b: usize, stepB: usize, c: usize, whole: i32, inner: i32, bias: usize, flags: i32): void {
  let j = 0;
  for (; j + WIDE_COLUMNS <= whole; j += WIDE_COLUMNS) {
    const at = address(j);
    wideRow(a, b + at, stepB, c + at, inner, bias !== 0 ? bias + at : 0, flags);
  }
  for (; j < whole; j += TILE_COLUMNS) {
    const at = address(j);
    narrowRow(a, b + at, stepB, c + at, inner, bias !== 0 ? bias + at : 0, flags);
  }
}

function wideRow(a: usize, b: usize, stepB: usize, c: usize, inner: i32, bias: usize, flags: i32): void {
  const end = a + address(inner);
  let s0 = start(c, bias, 0, flags);
  let s1 = start(c, bias, 16, flags);
  let s2 = start(c, bias, 32, flags);
  let s3 = start(c, bias, 48, flags);
  let s4 = start(c, bias, 64, flags);
  let s5 = start(c, bias, 80, flags);
  let s6 = start(c, bias, 96, flags);
  let s7 = start(c, bias, 112, flags);
  for (; a < end; a += 4) {
    const x = v128.load32_splat(a);
    s0 = multiplyAdd(x, v128.load(b), s0);
    s1 = multiplyAdd(x, v128.load(b, 16), s1);
    s2 = multiplyAdd(x, v128.load(b, 32), s2);
    s3 = multiplyAdd(x, v128.load(b, 48), s3);
    s4 = multiplyAdd(x, v128.load(b, 64), s4);
    s5 = multiplyAdd(x, v128.load(b, 80), s5);
    s6 = multiplyAdd(x, v128.load(b, 96), s6);
    s7 = multiplyAdd(x, v128.load(b, 112), s7);
    b += stepB;
  }
  finish(c, s0, flags);
  finish(c + 16, s1, flags);
  finish(c + 32, s2, flags);
  finish(c + 48, s3, flags);
  finish(c + 64, s4, flags);
  finish(c + 80, s5, flags);
  finish(c + 96, s6, flags);
  finish(c + 112, s7, flags);
}

function narrowRow(a: usize, b: usize, stepB: usize, c: usize, inner: i32, bias: usize, flags: i32): void {
  const end = a + address(inner);
  let s0 = start(c, bias, 0, flags);
  let s1 = start(c, bias, 16, flags);
  for (; a < end; a += 4) {
    const x = v128.load32_splat(a);
    s0 = multiplyAdd(x, v128.load(b), s0);
    s1 = multiplyAdd(x, v128.load(b, 16), s1);
    b += stepB;
  }
  finish(c, s0, flags);
  finish(c + 16, s1, flags);
}

/** One column beyond the last whole tile: four rows at once, then one. */
function column(
  a: usize,
  stepA: usize,
  b: usize,
  stepB: usize,
  c: usize,
  stepC: usize,
  rows: i32,
  inner: i32,
  bias: usize,
  flags: i32,
): void {
  const given: f32 = bias !== 0 ? load<f32>(bias) : 0;
  let i = 0;
  for (; i + 4 <= rows; i += 4) {
    fourElements(a, stepA, b, stepB, c, stepC, inner, given, flags);
    a += 4 * stepA;
    c += 4 * stepC;
  }
  for (; i < rows; i++) {
    let sum = startOne(c, given, flags);
    let from = b;
    for (let k: usize = 0; k < address(inner); k += 4) {
      sum += load<f32>(a + k) * load<f32>(from);
      from += stepB;
    }
    finishOne(c, sum, flags);
    a += stepA;
    c += stepC;
  }
}

function fourElements(
  a: usize,
  stepA: usize,
  b: usize,
  stepB: usize,
  c: usize,
  stepC: usize,
  inner: i32,
  given: f32,
  flags: i32,
): void {
  const a1 = a + stepA;
  const a2 = a1 + stepA;
  const a3 = a2 + stepA;
  let s0 = startOne(c, given, flags);
  let s1 = startOne(c + stepC, given, flags);
  let s2 = startOne(c + 2 * stepC, given, flags);
  let s3 = startOne(c + 3 * stepC, given, flags);
  for (let k: usize = 0; k < address(inner); k += 4) {
    const x = load<f32>(b);
    s0 += load<f32>(a + k) * x;
    s1 += load<f32>(a1 + k) * x;
    s2 += load<f32>(a2 + k) * x;
    s3 += load<f32>(a3 + k) * x;
    b += stepB;
  }
  finishOne(c, s0, flags);
  finishOne(c + stepC, s1, flags);
  finishOne(c + 2 * stepC, s2, flags);
  finishOne(c + 3 * stepC, s3, flags);
}

/** What one sum begins with. */
function startOne(c: usize, given: f32, flags: i32): f32 {
  return (flags & ADD) !== 0 ? load<f32>(c) + given : given;
}

/** What becomes of one sum. */
function finishOne(c: usize, sum: f32, flags: i32): void {
  store<f32>(c, (flags & RELU) !== 0 ? greater(sum, 0) : sum);
}
