/** The network itself: `ws` for streams, fetch for requests, both with bounds on what a venue may send. */
import { WebSocket } from 'ws';
import { cleanText } from '../../logs/index.ts';
import type { FeedSocket, HttpGet, HttpReply, Network, OpenSocket } from './network.ts';
import type { Schedule } from './schedule.ts';

/** The longest message: a depth change of some thousand levels has about 100 kB. */
const LARGEST_FRAME = 4 * 2 ** 20;
/** The longest answer: exchangeInfo of a whole market. */
const LARGEST_BODY = 64 * 2 ** 20;
const HANDSHAKE_MS = 10_000;
const ANSWER_MS = 10_000;

/** One line about a failure, without what a venue may have put into it. */
function wordsOf(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return cleanText(text).slice(0, 200);
}

export const openRealSocket: OpenSocket = (url, events) => {
  const socket = new WebSocket(url, {
    // What is compressed must be inflated before it can be looked at, and venues do not compress market data.
    perMessageDeflate: false,
    maxPayload: LARGEST_FRAME,
    handshakeTimeout: HANDSHAKE_MS,
    followRedirects: false,
    // The scanner refuses whatever is not ASCII, and the checked path reads only what decodes.
    skipUTF8Validation: true,
  });
  let over = false;
  const end = (why: string): void => {
    if (over) return;
    over = true;
    events.closed(why);
  };
  let fault = '';
  socket.on('open', () => !over && events.opened());
  socket.on('message', (data) => {
    if (!over && data instanceof Uint8Array) events.frame(data);
  });
  socket.on('ping', () => !over && events.alive());
  socket.on('pong', () => !over && events.alive());
  socket.on('error', (error) => {
    fault = wordsOf(error);
  });
  socket.on('close', (code) => end(fault === '' ? `closed by the venue (${code})` : fault));
  return {
    ping: () => {
      if (socket.readyState === WebSocket.OPEN) socket.ping();
    },
    drop: () => {
      over = true;
      socket.terminate();
    },
  } satisfies FeedSocket;
};

/** Seconds as most venues give them; a date is not worth reading, for the pause that follows a refusal does as well. */
function retryAfterUs(header: string | null): number {
  return header !== null && /^\d{1,6}$/.test(header) ? Number(header) * 1_000_000 : 0;
}

/** One request; nothing is sent anywhere else, whatever the reply asks for. Rejects without a reply, or with one too long. */
export async function answerOf(
  url: string,
  signal: AbortSignal,
  headers: Readonly<Record<string, string>> = {},
  largestBody = LARGEST_BODY,
): Promise<HttpReply> {
  const response = await fetch(url, { signal, redirect: 'error', headers });
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.byteLength;
    if (length > largestBody) throw new Error('the answer is too long');
    parts.push(part);
  }
  const body = Buffer.concat(parts).toString('utf8');
  return { status: response.status, body, retryAfterUs: retryAfterUs(response.headers.get('retry-after')) };
}

export const getReal: HttpGet = (url, done) => {
  const over = new AbortController();
  answerOf(url, AbortSignal.any([over.signal, AbortSignal.timeout(ANSWER_MS)])).then(
    (reply) => !over.signal.aborted && done(reply),
    () => !over.signal.aborted && done(undefined),
  );
  return () => over.abort();
};

export const REAL_NETWORK: Network = { open: openRealSocket, get: getReal };

/** The machine's own timers, on a clock that does not go back. */
export function realSchedule(clock: { nowUs(): number }): Schedule {
  return {
    nowUs: () => clock.nowUs(),
    after: (delayUs, task) => {
      const timer = setTimeout(task, Math.max(0, delayUs) / 1000);
      return () => clearTimeout(timer);
    },
  };
}
