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
 * between). Whoever can open it is the same user; every request is one JSON line. Without a socket the engine runs
 * on, for the HALT file is heard as well; `onError` is told.
 */
export function serveControl(
  path: string,
  answer: (request: ControlRequest['request']) => ControlReply,
  onError: (message: string) => void,
): ControlServer {
  const open = new Set<Socket>();
  const server: Server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    serveConnection(socket, answer);
  });
  const failed = (cause: Error): void => onError(`no control socket, only the HALT file: ${cause.message}`);
  let made = false;
  server.on('error', failed);
  try {
    rmSync(path, { force: true });
    server.listen(path, () => chmodSync(path, 0o600));
    made = true;
  } catch (cause) {
    failed(cause as Error);
  }
  return {
    close() {
      // A connection that says nothing must not hold up the end of the run.
      for (const socket of open) socket.destroySoon();
      server.close();
      if (made) rmSync(path, { force: true });
      made = false;
    },
  };
}

function serveConnection(socket: Socket, answer: (request: ControlRequest['request']) => ControlReply): void {
  let pending = '';
  socket.setEncoding('utf8');
  socket.setTimeout(5000, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  const onData = (chunk: string): void => {
    pending += chunk;
    const end = pending.indexOf('\n');
    if (end < 0 && pending.length <= MAX_LINE_BYTES) return;
    // One request for each connection: what follows it is not read.
    socket.off('data', onData);
    if (end < 0 || end > MAX_LINE_BYTES) {
      socket.destroy();
      return;
    }
    const request = parse(pending.slice(0, end));
    socket.end(`${JSON.stringify(request === undefined ? { error: 'not a request' } : answer(request))}\n`);
  };
  socket.on('data', onData);
}

function parse(line: string): ControlRequest['request'] | undefined {
  try {
    const parsed = controlRequest.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data.request : undefined;
  } catch {
    return undefined;
  }
}
