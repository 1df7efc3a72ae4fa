/** The engine's thread: takes a job, speaks the console's protocol over its port. */
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../../engine/domain/index.ts';
import type { FromEngine, ToEngine } from '../../state/protocol.ts';
import { CommandError } from '../exit-codes.ts';
import { asCommandError } from '../journal-faults.ts';
import type { Job } from './job.ts';
import { LiveHost } from './live-host.ts';
import { ReplayHost } from './replay-host.ts';

const port = parentPort;
assert(port !== null, 'the engine runs in a worker thread');
const job = workerData as Job;

/** Passes a message on; after the last word the port closes, and with it the thread ends. */
function send(message: FromEngine): void {
  port?.postMessage(message);
  if (message.type === 'stopped') port?.close();
}

/** A fault is told in one line; the journal keeps what was durable. */
function fail(thrown: unknown): void {
  const cause = asCommandError(thrown, job.kind === 'live' ? 'writing' : 'reading');
  try {
    host?.abandon(cause);
  } catch {
    // The fault under way is the one to tell; a journal that fails on top of it has said so to nobody else.
  }
  const known = cause instanceof CommandError;
  const text = cause instanceof Error ? cause.message : String(cause);
  send({
    type: 'stopped',
    reason: text,
    fault: true,
    exitCode: known ? cause.exitCode : 1,
    detail: known ? undefined : stackOf(cause),
  });
}

function stackOf(cause: unknown): string | undefined {
  return cause instanceof Error ? cause.stack : undefined;
}

process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);

let host: LiveHost | ReplayHost | undefined;

try {
  const running = job.kind === 'live' ? new LiveHost(job, send) : new ReplayHost(job, send);
  port.on('message', (message: ToEngine) => {
    try {
      running.handle(message);
    } catch (cause) {
      fail(cause);
    }
  });
  host = running;
  running.start();
} catch (cause) {
  fail(cause);
}
