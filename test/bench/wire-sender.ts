/**
 * A venue's end of a loopback connection, in a thread of its own: what it sends is made ready before, so that sending at a
 * pace costs next to nothing.
 */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { parentPort, workerData } from 'node:worker_threads';

export interface SenderJob {
  /** Messages as they go over the wire, one behind the other, and where each ends. */
  readonly bytes: Uint8Array;
  readonly ends: Uint32Array;
  /** In a second; 0 is as fast as they are taken. */
  readonly rate: number;
  readonly count: number;
  /** When message n was sent, in ms since 1970 with fractions. */
  readonly sentMs: Float64Array;
}

/** Of the protocol (RFC 6455, 1.3). */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
/** Sent in one go when there is no pace. */
const BATCH = 200;
const nowMs = (): number => performance.timeOrigin + performance.now();

async function send(socket: Duplex, job: SenderJob): Promise<void> {
  const { bytes, ends, rate, count, sentMs } = job;
  const startMs = performance.now();
  for (let sent = 0; sent < count; ) {
    const due = rate === 0 ? sent + BATCH : Math.floor(((performance.now() - startMs) * rate) / 1000);
    const first = sent % ends.length;
    // The recording may come to its end, and begin again.
    const until = Math.min(due, count, sent + ends.length - first);
    let taken = true;
    if (until > sent) {
      const slice = bytes.subarray(first === 0 ? 0 : ends[first - 1]!, ends[first + until - sent - 1]!);
      sentMs.fill(nowMs(), sent, until);
      taken = socket.write(slice);
      sent = until;
    }
    if (rate > 0) await new Promise((resolve) => setTimeout(resolve, 1));
    else if (!taken) await new Promise((resolve) => socket.once('drain', resolve));
  }
}

const job: SenderJob = workerData;
const server = createServer();
server.on('upgrade', (request, socket) => {
  const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}${GUID}`).digest('base64');
  const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
  socket.write(`${[...lines, `Sec-WebSocket-Accept: ${accept}`].join('\r\n')}\r\n\r\n`);
  socket.on('error', () => {});
  // The reader says when it is ready.
  parentPort?.once('message', () => void send(socket, job));
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  parentPort?.postMessage(typeof address === 'object' ? address?.port : undefined);
});
