/** Brings up the compiled kernels of the nets over a memory of their own; compiled once in a process. */
import type { Kernels } from '../../engine/index.ts';
import { KERNELS_BASE64 } from './wasm-bytes.ts';

const PAGE_BYTES = 65_536;

let compiled: WebAssembly.Module | undefined;

/** Kernels over a new block of `count` float32 values, all zero; throws where the machine has no WebAssembly SIMD. */
export function wasmKernels(count: number): Kernels {
  compiled ??= new WebAssembly.Module(Buffer.from(KERNELS_BASE64, 'base64'));
  const memory = new WebAssembly.Memory({ initial: Math.ceil((count * 4) / PAGE_BYTES) });
  const instance = new WebAssembly.Instance(compiled, { env: { memory } });
  const functions = instance.exports as unknown as Omit<Kernels, 'floats'>;
  return { ...functions, floats: new Float32Array(memory.buffer, 0, count) };
}
