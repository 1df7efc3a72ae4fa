/** Brings up the compiled kernels of the nets, each set over a memory of its own; compiled once in a process. */
import type { Kernels } from '../../engine/index.ts';
import { KERNELS_BASE64 } from './wasm-bytes.ts';

const PAGE_BYTES = 65_536;

interface Memory {
  readonly buffer: ArrayBuffer;
}

/** What we use of it: neither the language's library nor Node's types have it. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Memory: new (size: { readonly initial: number; readonly maximum: number }) => Memory;
  readonly Instance: new (
    module: object,
    imports: { readonly env: { readonly memory: Memory } },
  ) => { readonly exports: unknown };
};

let compiled: object | undefined;

/** Kernels over a new block of `count` float32 values, all zero; throws where the machine has no WebAssembly SIMD. */
export function wasmKernels(count: number): Kernels {
  compiled ??= new WebAssembly.Module(Buffer.from(KERNELS_BASE64, 'base64'));
  const pages = Math.ceil((count * Float32Array.BYTES_PER_ELEMENT) / PAGE_BYTES);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
  return { ...(exports as Omit<Kernels, 'floats'>), floats: new Float32Array(memory.buffer, 0, count) };
}
