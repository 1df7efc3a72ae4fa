/** The HTTP side of the port: requests in, answers out, and nothing for whoever does not come from this machine. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExchangeRequest } from '../model/port.ts';
import type { Admin } from './admin.ts';
import type { Answers, Outcome } from './answers.ts';
import { isLocalHost } from './local-host.ts';

const MOST_BODY_BYTES = 256 * 1024;
const METHODS: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'DELETE']);

export class HttpDoor {
  readonly #answers: Answers;
  readonly #admin: Admin;
  readonly #nowMs: () => number;

  constructor(answers: Answers, admin: Admin, nowMs: () => number) {
    this.#answers = answers;
    this.#admin = admin;
    this.#nowMs = nowMs;
  }

  handle(incoming: IncomingMessage, response: ServerResponse): void {
    if (!isLocalHost(incoming.headers.host)) {
      end(response, 403, '{"code":-1000,"msg":"The exchange is on this machine only."}');
      return;
    }
    const { method = '' } = incoming;
    if (!isMethod(method)) {
      end(response, 405, '{"code":-1000,"msg":"Method not allowed."}');
      return;
    }
    const chunks: Buffer[] = [];
    let bytes = 0;
    incoming.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= MOST_BODY_BYTES) chunks.push(chunk);
      else incoming.destroy();
    });
    incoming.on('error', () => response.destroy());
    incoming.on('end', () => this.#take(incoming, method, Buffer.concat(chunks).toString('utf8'), response));
  }

  #take(incoming: IncomingMessage, method: ExchangeRequest['method'], body: string, response: ServerResponse): void {
    const url = incoming.url ?? '/';
    const at = url.indexOf('?');
    // The folder that names a WebSocket's market may stand before a path as well: then a client needs one address only.
    const path = (at < 0 ? url : url.slice(0, at)).replace(/^\/(?:spot|usdm)(?=\/(?:api|fapi|sapi)\/)/, '');
    const query = at < 0 ? '' : url.slice(at + 1);
    if (path.startsWith('/chimera/')) {
      const { status, text } = this.#admin.answer(method, path, incoming.headers, body);
      end(response, status, text);
      return;
    }
    const headers: Record<string, string | undefined> = {};
    for (const [name, value] of Object.entries(incoming.headers))
      headers[name] = Array.isArray(value) ? value.join(',') : value;
    const remoteAddress = incoming.socket.remoteAddress ?? '127.0.0.1';
    const request = { method, path, query, body, headers, remoteAddress, atMs: this.#nowMs() };
    this.#answers.answer(request, `${method} ${path}`, (outcome) => give(outcome, incoming, response));
  }
}

function isMethod(method: string): method is ExchangeRequest['method'] {
  return METHODS.has(method);
}

function give(outcome: Outcome, incoming: IncomingMessage, response: ServerResponse): void {
  if (outcome.kind === 'silence') return;
  if (outcome.kind === 'reset') {
    incoming.socket.resetAndDestroy();
    return;
  }
  const { status, headers, body } = outcome.reply;
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

function end(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'content-type': 'application/json;charset=UTF-8',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}
