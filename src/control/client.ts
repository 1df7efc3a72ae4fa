/** Asks a running engine over its control socket. */
import { connect } from 'node:net';
import type { DataDir } from '../data-dir.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { type ControlReply, type ControlRequest, controlReply } from './messages.ts';

const TIMEOUT_MS = 3000;

/** Sends one request. @returns undefined when no engine listens there. */
export function askEngine(dir: DataDir, request: ControlRequest['request']): Promise<ControlReply | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(dir.socket);
    let text = '';
    socket.setEncoding('utf8');
    socket.setTimeout(TIMEOUT_MS, () => {
      socket.destroy();
      reject(new CommandError(EXIT.fault, `the engine on ${dir.root} does not answer within ${TIMEOUT_MS / 1000} s`));
    });
    socket.on('connect', () => socket.write(`${JSON.stringify({ request })}\n`));
    socket.on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT' || cause.code === 'ECONNREFUSED') resolve(undefined);
      else reject(new CommandError(EXIT.fault, `control socket ${dir.socket}: ${cause.message}`));
    });
    socket.on('end', () => {
      const reply = controlReply.safeParse(safeJson(text));
      if (reply.success) resolve(reply.data);
      else reject(new CommandError(EXIT.fault, `the engine on ${dir.root} gave an answer that is not understood`));
    });
  });
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
