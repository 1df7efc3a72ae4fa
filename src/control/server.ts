/** The control socket of a running engine: a kill channel that needs no console, and the door for attached ones. */
import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { FromEngine, ToEngine } from '../../state/protocol.ts';
import { LineBuffer } from './line-buffer.ts';
import { attachedMessage, type ControlQuestion, type ControlReply, controlRequest, NOT_LATE } from './messages.ts';

const MAX_LINE_BYTES = 4096;
const SILENCE_MS = 5000;
/** An attached console that takes nothing any more is cut off when this much waits for it. */
const MAX_WAITING_BYTES = 8 * 1024 * 1024;

export interface ControlServer {
  close(): void;
}

/** The engine's end of an attached console's line. */
export interface AttachedLine {
  send(message: FromEngine): void;
  /** `undefined` when the console is gone. */
  onMessage(listener: (message: ToEngine | undefined) => void): void;
}

export interface ControlHandlers {
  /** Answers when what was done is on the disk. */
  answer(question: ControlQuestion): ControlReply | Promise<ControlReply>;
  attach(line: AttachedLine): void;
  /** Without a socket the engine runs on, for the HALT file is heard as well. */
  trouble(message: string): void;
}

/**
 * Listens on a 0600 Unix socket in a 0700 folder (the process runs with umask 077, so there is no moment in
 * between). Whoever can open it is the same user.
 */
export function serveControl(path: string, handlers: ControlHandlers): ControlServer {
  const open = new Set<Socket>();
  const server: Server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    serveConnection(socket, handlers);
  });
  const failed = (cause: Error): void => handlers.trouble(`no control socket, only the HALT file: ${cause.message}`);
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

function serveConnection(socket: Socket, handlers: ControlHandlers): void {
  const lines = new LineBuffer(MAX_LINE_BYTES);
  socket.setEncoding('utf8');
  socket.setTimeout(SILENCE_MS, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  const onData = (chunk: string): void => {
    const taken = lines.push(chunk);
    if (taken === undefined) socket.destroy();
    const line = taken?.[0];
    if (line === undefined) return;
    // One question for each connection: what follows it is not read, unless it becomes a console's line.
    socket.off('data', onData);
    const request = parse(line, inTime);
    if (request === 'attach') handlers.attach(attachedLine(socket, lines, taken?.slice(1) ?? []));
    else if (request === undefined) socket.end('{"error":"not a request"}\n');
    else reply(socket, handlers.answer(request));
  };
  socket.on('data', onData);
}

/** What an engine that cannot answer throws is its own fault, and not the socket's. */
function reply(socket: Socket, answer: ControlReply | Promise<ControlReply>): void {
  void Promise.resolve(answer).then((each) => socket.end(`${JSON.stringify(each)}\n`));
}

/** What is asked for; undefined when it is nothing, or when an engine that was held up hears it too late. */
function inTime(value: unknown): ControlQuestion | 'attach' | undefined {
  const { request, beforeMs = Number.POSITIVE_INFINITY } = controlRequest.safeParse(value).data ?? {};
  return request !== undefined && NOT_LATE.has(request) && Date.now() > beforeMs ? undefined : request;
}

/** `lines` has what came behind the request, of which `early` are whole. */
function attachedLine(socket: Socket, lines: LineBuffer, early: readonly string[]): AttachedLine {
  socket.setTimeout(0);
  return {
    send(message) {
      if (socket.destroyed) return;
      if (socket.writableLength > MAX_WAITING_BYTES) socket.destroy();
      else socket.write(`${JSON.stringify(message)}\n`);
    },
    onMessage(listener) {
      const take = (taken: readonly string[] | undefined): void => {
        if (taken === undefined) socket.destroy();
        for (const line of taken ?? []) {
          const message = parse(line, (value) => attachedMessage.safeParse(value).data);
          if (message === undefined) socket.destroy();
          else listener(message);
        }
      };
      socket.on('close', () => listener(undefined));
      socket.on('data', (chunk: string) => take(lines.push(chunk)));
      take(early);
    },
  };
}

function parse<T>(line: string, check: (value: unknown) => T | undefined): T | undefined {
  try {
    return check(JSON.parse(line));
  } catch {
    return undefined;
  }
}
