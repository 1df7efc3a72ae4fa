/**
 * Multi-head attention (Vaswani et al. 2017) within sequences of `tokens` rows, each row queries, keys and values side by
 * side. The shares of a query lie in rows of `tokens` rounded up to four, zero beyond the last.
 */
import { addTransposed } from './gradients';
import { address, expLanes, LANES, maxLane, multiplyAdd, sumLanes, VECTOR_BYTES } from './lanes';
import { multiply } from './matmul';

/** Turns `tokens` rows of `headWidth` values into columns, zero beyond the last. */
function toColumns(rows: usize, step: usize, columns: usize, tokens: i32, padded: i32, headWidth: i32): void {
  for (let t = 0; t < padded; t++) {
    for (let d = 0; d < headWidth; d++) {
      const value: f32 = t < tokens ? load<f32>(rows + address(d)) : 0;
      store<f32>(columns + address(d * padded + t), value);
    }
    rows += step;
  }
}

/** All ones in the lanes of the last vector that belong to tokens. */
function lastLanes(tokens: i32, padded: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(tokens - padded + LANES));
}

/** Products of queries and all keys become shares that sum to one; step by step for all, so that rows do not wait for one another. */
function softmax(rows: usize, scale: f32, tokens: i32, bytes: usize, mask: v128): void {
  const end = rows + bytes * (tokens as usize);
  const last = bytes - VECTOR_BYTES;
  for (let row = rows; row < end; row += bytes) lower(row, scale, last, mask);
  for (let at = rows; at < end; at += VECTOR_BYTES) v128.store(at, expLanes(v128.load(at)));
  for (let row = rows; row < end; row += bytes) {
    let sum = f32x4.splat(0.0);
    for (let u: usize = 0; u < last; u += VECTOR_BYTES) sum = f32x4.add(sum, v128.load(row + u));
    const rest = v128.and(v128.load(row + last), mask);
    v128.store(row + last, rest);
    const part = f32x4.splat((1.0 as f32) / sumLanes(f32x4.add(sum, rest)));
    for (let u: usize = 0; u < bytes; u += VECTOR_BYTES) v128.store(row + u, f32x4.mul(v128.load(row + u), part));
  }
}

/** Scales a row and takes its greatest value away. */
function lower(row: usize, scale: f32, last: usize, mask: v128): void {
  const factor = f32x4.splat(scale);
  let most = v128.bitselect(f32x4.mul(v128.load(row + last), factor), f32x4.splat(-1e30), mask);
  v128.store(row + last, most);
  for (let u: usize = 0; u < last; u += VECTOR_BYTES) {
    const scaled = f32x4.mul(v128.load(row + u), factor);
    v128.store(row + u, scaled);
    most = f32x4.pmax(most, scaled);
  }
  const top = f32x4.splat(maxLane(most));
  for (let u: usize = 0; u <= last; u += VECTOR_BYTES) v128.store(row + u, f32x4.sub(v128.load(row + u), top));
}

/** Slopes by the shares become slopes by the products of query and keys. */
function softmaxBackward(shares: usize, slopes: usize, scale: f32, bytes: usize): void {
  let sum = f32x4.splat(0.0);
  for (let u: usize = 0; u < bytes; u += VECTOR_BYTES) {
    sum = multiplyAdd(v128.load(shares + u), v128.load(slopes + u), sum);
  }
  const mean = f32x4.splat(sumLanes(sum));
  for (let u: usize = 0; u < bytes; u += VECTOR_BYTES) {
    const off = f32x4.sub(v128.load(slopes + u), mean);
    v128.store(slopes + u, f32x4.mul(f32x4.mul(v128.load(shares + u), off), f32x4.splat(scale)));
  }
}

/** output = softmax(queries · keysᵀ / √headWidth) · values; `scratch` has room for headWidth × padded values. */
export function attention(
  projected: i32,
  shares: i32,
  output: i32,
  scratch: i32,
  sequences: i32,
  heads: i32,
  tokens: i32,
  headWidth: i32,
): void {
  const padded = (tokens + LANES - 1) & ~(LANES - 1);
  const bytes = address(padded);
  const width = address(heads * headWidth);
  const step = width + width + width;
  const columns = address(scratch);
  const mask = lastLanes(tokens, padded);
  const scale: f32 = (1.0 as f32) / sqrt<f32>(headWidth as f32);
  for (let item = 0; item < sequences * heads; item++) {
    const first = ((item / heads) * tokens) as usize;
    const at = address((item % heads) * headWidth);
    const queries = address(projected) + first * step + at;
    const values = queries + 2 * width;
    const own = address(shares + item * tokens * padded);
    toColumns(queries + width, step, columns, tokens, padded, headWidth);
    multiply(queries, step, columns, bytes, own, bytes, tokens, padded, headWidth, 0, 0);
    softmax(own, scale, tokens, bytes, mask);
    multiply(own, bytes, values, step, address(output) + first * width + at, width, tokens, headWidth, tokens, 0, 0);
  }
}

/**
 * Sets the gradient of queries, keys and values from that of the output; `scratch` has room for
 * (headWidth + tokens) × padded values.
 */
export function attentionBackward(
  projected: i32,
  shares: i32,
  outputGradient: i32,
  gradient: i32,
  scratch: i32,
  sequences: i32,
  heads: i32,
  tokens: i32,
  headWidth: i32,
): void {
  const padded = (tokens + LANES - 1) & ~(LANES - 1);
  const bytes = address(padded);
  const width = address(heads * headWidth);
  const step = width + width + width;
  const columns = address(scratch);
  const slopes = address(scratch + headWidth * padded);
  const scale: f32 = (1.0 as f32) / sqrt<f32>(headWidth as f32);
  memory.fill(address(gradient), 0, step * (sequences as usize) * (tokens as usize));
  for (let item = 0; item < sequences * heads; item++) {
    const first = ((item / heads) * tokens) as usize;
    const at = address((item % heads) * headWidth);
    const queries = address(projected) + first * step + at;
    const keys = queries + width;
    const below = address(gradient) + first * step + at;
    const above = address(outputGradient) + first * width + at;
    const own = address(shares + item * tokens * padded);
    toColumns(keys + width, step, columns, tokens, padded, headWidth);
    multiply(above, width, columns, bytes, slopes, bytes, tokens, padded, headWidth, 0, 0);
    addTransposed(own, bytes, above, width, below + 2 * width, step, tokens, tokens, headWidth);
    for (let t = 0; t < tokens; t++) {
      softmaxBackward(own + (t as usize) * bytes, slopes + (t as usize) * bytes, scale, bytes);
    }
    multiply(slopes, bytes, keys, step, below, step, tokens, headWidth, tokens, 0, 0);
    addTransposed(slopes, bytes, queries, step, below + width, step, tokens, tokens, headWidth);
  }
}
