/** One question to a running engine over its control socket and the text of its answer; loads nothing else. */
import { connect } from 'node:net';
import type { DataDir } from '../data-dir.ts';
import { CommandError, EXIT } from '../exit-codes.ts';

const TIMEOUT_MS = 3000;

/** Sends one request. @returns the answer's text; undefined when no engine listens there. */
export function exchange(dir: DataDir, request: string): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(dir.socket);
    let text = '';
    socket.setEncoding('utf8');
    socket.setTimeout(TIMEOUT_MS, () => {
      socket.destroy();
      reject(new CommandError(EXIT.fault, `the engine on ${dir.root} does not answer within ${TIMEOUT_MS / 1000} s`));
    });
    const beforeMs = Date.now() + TIMEOUT_MS;
    socket.on('connect', () => socket.write(`${JSON.stringify({ request, beforeMs })}\n`));
    socket.on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT' || cause.code === 'ECONNREFUSED') resolve(undefined);
      else reject(new CommandError(EXIT.fault, `control socket ${dir.socket}: ${cause.message}`));
    });
    socket.on('end', () => resolve(text));
  });
}
