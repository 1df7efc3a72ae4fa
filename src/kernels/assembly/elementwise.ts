/** Element by element: activations on the way back, the smooth gate, and the step of Adam. Counts go up to whole vectors. */
import { address, gateLanes, multiplyAdd, VECTOR_BYTES, vectorBytes } from './lanes';

/** Keeps a gradient where the activation `y` is above zero, and clears it elsewhere. */
export function reluBackward(y: i32, gradient: i32, count: i32): void {
  const activation = address(y);
  const kept = address(gradient);
  const end = vectorBytes(count);
  for (let i: usize = 0; i < end; i += VECTOR_BYTES) {
    const above = f32x4.gt(v128.load(activation + i), f32x4.splat(0.0));
    v128.store(kept + i, v128.and(v128.load(kept + i), above));
  }
}

/** gate = σ(1.702 u) and y = u · gate. */
export function gelu(u: i32, gate: i32, y: i32, count: i32): void {
  const end = vectorBytes(count);
  for (let i: usize = 0; i < end; i += VECTOR_BYTES) {
    const x = v128.load(address(u) + i);
    const open = gateLanes(x);
    v128.store(address(gate) + i, open);
    v128.store(address(y) + i, f32x4.mul(x, open));
  }
}

/** Multiplies a gradient by the slope of {@link gelu}: gate · (1 + 1.702 u (1 − gate)). */
export function geluBackward(u: i32, gate: i32, gradient: i32, count: i32): void {
  const to = address(gradient);
  const end = vectorBytes(count);
  const one = f32x4.splat(1.0);
  for (let i: usize = 0; i < end; i += VECTOR_BYTES) {
    const open = v128.load(address(gate) + i);
    const scaled = f32x4.mul(v128.load(address(u) + i), f32x4.splat(1.702));
    const bend = f32x4.mul(scaled, f32x4.sub(one, open));
    v128.store(to + i, f32x4.mul(v128.load(to + i), f32x4.mul(open, f32x4.add(one, bend))));
  }
}

/**
 * One step of Adam (Kingma and Ba 2015, β 0.9 and 0.999, ε 1e-8) with decoupled decay (Loshchilov and Hutter 2019):
 * weight = weight · keep − rate · first / (√(second · correction) + ε). The gradient is cleared.
 */
export function adam(
  weights: i32,
  gradients: i32,
  firsts: i32,
  seconds: i32,
  count: i32,
  rate: f32,
  correction: f32,
  keep: f32,
): void {
  const w = address(weights);
  const g = address(gradients);
  const m = address(firsts);
  const v = address(seconds);
  const end = vectorBytes(count);
  for (let i: usize = 0; i < end; i += VECTOR_BYTES) {
    const slope = v128.load(g + i);
    const first = multiplyAdd(f32x4.splat(0.1), slope, f32x4.mul(f32x4.splat(0.9), v128.load(m + i)));
    const square = f32x4.mul(slope, slope);
    const second = multiplyAdd(f32x4.splat(0.001), square, f32x4.mul(f32x4.splat(0.999), v128.load(v + i)));
    const spread = f32x4.add(f32x4.sqrt(f32x4.mul(second, f32x4.splat(correction))), f32x4.splat(1e-8));
    const step = f32x4.div(f32x4.mul(f32x4.splat(rate), first), spread);
    v128.store(m + i, first);
    v128.store(v + i, second);
    v128.store(w + i, f32x4.sub(f32x4.mul(v128.load(w + i), f32x4.splat(keep)), step));
    v128.store(g + i, f32x4.splat(0.0));
  }
}
