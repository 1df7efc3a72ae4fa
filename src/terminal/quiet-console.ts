/** Keeps everything but frames off the screen: console calls, raw writes, and what native code writes to stderr. */
import fs from 'node:fs';
import { format } from 'node:util';

const METHODS = ['log', 'info', 'debug', 'warn', 'error', 'trace', 'dir', 'table'] as const;

/** Sends console calls and raw writes of this thread to `take`, a line at a time, until it is called off. */
export function captureConsole(take: (text: string) => void): () => void {
  const original = METHODS.map((method) => [method, console[method]] as const);
  const writes = [process.stdout, process.stderr].map((stream) => [stream, stream.write] as const);
  for (const method of METHODS) console[method] = (...parts: unknown[]) => take(format(...parts));
  for (const [stream] of writes) {
    stream.write = (data: string | Uint8Array, encoding?: unknown, callback?: unknown): boolean => {
      take((typeof data === 'string' ? data : Buffer.from(data).toString('utf8')).trimEnd());
      const done = typeof encoding === 'function' ? encoding : callback;
      if (typeof done === 'function') queueMicrotask(() => done());
      return true;
    };
  }
  return () => {
    for (const [method, call] of original) console[method] = call;
    for (const [stream, write] of writes) stream.write = write;
  };
}

/**
 * Points descriptor 2 at a file, for what native code prints. To be called before any other thread or write
 * is under way: descriptor 2 must be the lowest free one between closing and opening.
 *
 * @returns true when it worked; else descriptor 2 is as it was, or closed when nothing could be opened.
 */
export function redirectNativeStderr(file: string): boolean {
  // Opened first, so that a file that cannot be written leaves stderr alone.
  const probe = fs.openSync(file, 'a', 0o600);
  fs.closeSync(2);
  const opened = fs.openSync(file, 'a', 0o600);
  fs.closeSync(probe);
  if (opened === 2) return true;
  fs.closeSync(opened);
  return false;
}
