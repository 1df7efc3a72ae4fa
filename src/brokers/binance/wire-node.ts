/** Requests and sockets of this machine: connections kept open, nothing sent twice, no redirect followed. */
import http from 'node:http';
import https from 'node:https';
import { WebSocket } from 'ws';
import type { HttpOutcome, HttpRequest, SocketEvents, SocketLink, Wire } from './wire.ts';

const MOST_REPLY_BYTES = 32 * 1024 * 1024;
const MOST_FRAME_BYTES = 4 * 1024 * 1024;
const HANDSHAKE_MS = 10_000;
/** An idle connection is let go before the venue does so just as something is being sent through it. */
const AGENT = { keepAlive: true, maxSockets: 16, maxFreeSockets: 8, timeout: 20_000 } as const;

export function nodeWire(): Wire {
  const agents = { plain: new http.Agent(AGENT), tls: new https.Agent(AGENT) };
  return {
    http: (request, timeoutUs, done) => send(request, timeoutUs, agents, done),
    socket: connect,
    close(): void {
      agents.plain.destroy();
      agents.tls.destroy();
    },
  };
}

function send(
  { method, url, headers, body }: HttpRequest,
  timeoutUs: number,
  agents: { readonly plain: http.Agent; readonly tls: https.Agent },
  done: (outcome: HttpOutcome) => void,
): void {
  const isTls = url.startsWith('https:');
  const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
  const options = { method, headers: { ...headers, ...length }, agent: isTls ? agents.tls : agents.plain };
  let isOver = false;
  let left = false;
  const finish = (outcome: HttpOutcome): void => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    done(outcome);
  };
  const fail = (cause: NodeJS.ErrnoException): void =>
    finish({ kind: 'failed', code: cause.code ?? 'ECONNRESET', left });
  const request = (isTls ? https : http).request(url, options, (response) => collect(response, finish, fail));
  const timer = setTimeout(() => {
    finish({ kind: 'failed', code: 'ETIMEDOUT', left });
    request.destroy();
  }, timeoutUs / 1000);
  request.on('socket', (socket) => {
    // Bytes go out from the moment that the connection stands, for TLS when both sides have agreed.
    if (!socket.connecting) left = true;
    else
      socket.once(isTls ? 'secureConnect' : 'connect', () => {
        left = true;
      });
  });
  request.on('error', fail);
  request.end(body);
}

function collect(
  response: http.IncomingMessage,
  finish: (outcome: HttpOutcome) => void,
  fail: (cause: NodeJS.ErrnoException) => void,
): void {
  const parts: Buffer[] = [];
  let bytes = 0;
  response.on('data', (part: Buffer) => {
    bytes += part.byteLength;
    if (bytes > MOST_REPLY_BYTES) response.destroy(new Error('the reply is too long'));
    else parts.push(part);
  });
  response.on('error', fail);
  response.on('aborted', () => fail({ name: 'aborted', message: 'aborted', code: 'ECONNRESET' }));
  response.on('end', () => {
    const headers: Record<string, string | undefined> = {};
    for (const [name, value] of Object.entries(response.headers)) {
      headers[name] = Array.isArray(value) ? value.join(', ') : value;
    }
    const body = Buffer.concat(parts).toString('utf8');
    finish({ kind: 'reply', status: response.statusCode ?? 0, headers, body });
  });
}

function connect(url: string, events: SocketEvents): SocketLink {
  const socket = new WebSocket(url, {
    handshakeTimeout: HANDSHAKE_MS,
    maxPayload: MOST_FRAME_BYTES,
    perMessageDeflate: false,
    followRedirects: false,
  });
  let isOver = false;
  const close = (why: string): void => {
    if (isOver) return;
    isOver = true;
    events.closed(why);
  };
  const heard = (): void => {
    if (!isOver) events.alive();
  };
  socket.on('open', () => {
    if (!isOver) events.open();
  });
  socket.on('message', (data, isBinary) => {
    if (!isOver && !isBinary) events.message(data.toString());
  });
  socket.on('ping', heard);
  socket.on('pong', heard);
  socket.on('close', (code) => close(`closed by the other side (${code})`));
  // The text of an error may hold the address, and with it a listen key.
  socket.on('error', (cause: NodeJS.ErrnoException) => close(cause.code ?? 'broken'));
  return {
    send(text): void {
      if (socket.readyState === WebSocket.OPEN) socket.send(text, () => {});
    },
    ping(): void {
      if (socket.readyState === WebSocket.OPEN) socket.ping(undefined, undefined, () => {});
    },
    terminate(): void {
      isOver = true;
      socket.terminate();
    },
  };
}
