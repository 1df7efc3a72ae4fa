/** The control socket of a running engine: a kill channel that needs no console. Served by the worker thread. */
import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { type ControlReply, type ControlRequest, controlRequest } from './messages.ts';

const MAX_LINE_BYTES = 4096;

export interface ControlServer {
  close(): void;
}

/**
 * Listens on a 0600 Unix socket in a 0700 folder (the process runs with umask 077, so there is no moment in
 * between). Whoever can open it is the same user; every request is one JSON line.
 */
export function serveControl(
  path: string,
  answer: (request: ControlRequest['request']) => ControlReply,
  onError: (message: string) => void,
): ControlServer {
  rmSync(path, { force: true });
  const server: Server = createServer((socket) => serveConnection(socket, answer));
  server.on('error', (cause) => onError(`control socket: ${cause.message}`));
  server.listen(path, () => chmodSync(path, 0o600));
  return {
    close() {
      server.close();
      rmSync(path, { force: true });
    },
  };
}

function serveConnection(socket: Socket, answer: (request: ControlRequest['request']) => ControlReply): void {
  let pending = '';
  socket.setEncoding('utf8');
  socket.setTimeout(5000, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: string) => {
    pending += chunk;
    if (pending.length > MAX_LINE_BYTES) socket.destroy();
    const end = pending.indexOf('\n');
    if (end < 0) return;
    const line = pending.slice(0, end);
    pending = '';
    const request = parse(line);
    socket.end(`${JSON.stringify(request === undefined ? { error: 'not a request' } : answer(request))}\n`);
  });
}

function parse(line: string): ControlRequest['request'] | undefined {
  try {
    const parsed = controlRequest.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data.request : undefined;
  } catch {
    return undefined;
  }
}
