/** Layer normalisation (Ba, Kiros and Hinton 2016) over rows whose width is a multiple of four, and its way back. */
import { address, multiplyAdd, sumLanes, VECTOR_BYTES } from './lanes';

const EPSILON: f32 = 1e-5;

/** y = normal · gain + shift by rows; `normal` and `inverse` (1 / deviation of each row) are kept for the way back. */
export function layerNorm(
  x: i32,
  y: i32,
  normal: i32,
  inverse: i32,
  gain: i32,
  shift: i32,
  rows: i32,
  width: i32,
): void {
  const bytes = address(width);
  const share: f32 = (1.0 as f32) / (width as f32);
  for (let row = 0; row < rows; row++) {
    const from = address(x + row * width);
    const scaled = address(normal + row * width);
    const to = address(y + row * width);
    let sum = f32x4.splat(0.0);
    for (let i: usize = 0; i < bytes; i += VECTOR_BYTES) sum = f32x4.add(sum, v128.load(from + i));
    const mean = f32x4.splat(sumLanes(sum) * share);
    let squares = f32x4.splat(0.0);
    for (let i: usize = 0; i < bytes; i += VECTOR_BYTES) {
      const off = f32x4.sub(v128.load(from + i), mean);
      squares = multiplyAdd(off, off, squares);
    }
    const scale: f32 = (1.0 as f32) / sqrt<f32>(sumLanes(squares) * share + EPSILON);
    store<f32>(address(inverse + row), scale);
    for (let i: usize = 0; i < bytes; i += VECTOR_BYTES) {
      const h = f32x4.mul(f32x4.sub(v128.load(from + i), mean), f32x4.splat(scale));
      v128.store(scaled + i, h);
      v128.store(to + i, multiplyAdd(h, v128.load(address(gain) + i), v128.load(address(shift) + i)));
    }
  }
}

/** Adds the gradient of {@link layerNorm} to that of its input, and to those of gain and shift. */
export function layerNormBackward(
  gradient: i32,
  normal: i32,
  inverse: i32,
  gain: i32,
  inputGradient: i32,
  gainGradient: i32,
  shiftGradient: i32,
  rows: i32,
  width: i32,
): void {
  const bytes = address(width);
  const share: f32 = (1.0 as f32) / (width as f32);
  const weight = address(gain);
  const gains = address(gainGradient);
  const shifts = address(shiftGradient);
  for (let row = 0; row < rows; row++) {
    const above = address(gradient + row * width);
    const scaled = address(normal + row * width);
    const below = address(inputGradient + row * width);
    let sum = f32x4.splat(0.0);
    let along = f32x4.splat(0.0);
    for (let i: usize = 0; i < bytes; i += VECTOR_BYTES) {
      const slope = v128.load(above + i);
      const h = v128.load(scaled + i);
      v128.store(gains + i, multiplyAdd(slope, h, v128.load(gains + i)));
      v128.store(shifts + i, f32x4.add(v128.load(shifts + i), slope));
      const weighted = f32x4.mul(slope, v128.load(weight + i));
      sum = f32x4.add(sum, weighted);
      along = multiplyAdd(weighted, h, along);
    }
    const mean = f32x4.splat(sumLanes(sum) * share);
    const tilt = f32x4.splat(sumLanes(along) * share);
    const scale = f32x4.splat(load<f32>(address(inverse + row)));
    for (let i: usize = 0; i < bytes; i += VECTOR_BYTES) {
      const weighted = f32x4.mul(v128.load(above + i), v128.load(weight + i));
      const rest = f32x4.sub(f32x4.sub(weighted, mean), f32x4.mul(v128.load(scaled + i), tilt));
      v128.store(below + i, multiplyAdd(scale, rest, v128.load(below + i)));
    }
  }
}
