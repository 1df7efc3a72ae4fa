/** Types of the script that compiles the kernels, for the test that runs it. */
export function compileKernels(): Promise<Uint8Array>;
export function embed(bytes: Uint8Array): string;
