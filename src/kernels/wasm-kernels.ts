/** Brings up the compiled kernels of nets and trees, each set over a memory of its own; compiled once in a process. */
import type { Kernels, TreeKernels } from '../../engine/index.ts';
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
  ) => { readonly exports: object };
};

let compiled: object | undefined;

/** The exports over a new block of zeros; throws where the machine has no WebAssembly SIMD. */
function bringUp(bytes: number): { readonly exports: object; readonly memory: ArrayBuffer } {
  compiled ??= new WebAssembly.Module(Buffer.from(KERNELS_BASE64, 'base64'));
  const pages = Math.ceil(bytes / PAGE_BYTES);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
  return { exports, memory: memory.buffer };
}

/** Those of nets over a new block of `count` float32 values. */
export function wasmKernels(count: number): Kernels {
  const { exports, memory } = bringUp(count * Float32Array.BYTES_PER_ELEMENT);
  return { ...(exports as Omit<Kernels, 'floats'>), floats: new Float32Array(memory, 0, count) };
}

/** Those of trees over a new block of so many bytes. */
export function wasmTreeKernels(bytes: number): TreeKernels {
  const { exports, memory } = bringUp(bytes);
  return { ...(exports as Omit<TreeKernels, 'memory'>), memory };
}
