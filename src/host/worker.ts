/** The engine's thread: takes a job, speaks the console's protocol over its port. */
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../../engine/domain/index.ts';
import type { FromEngine, ToEngine } from '../../state/protocol.ts';
import { CommandError } from '../exit-codes.ts';
import { asCommandError } from '../journal-faults.ts';
import type { Job } from './job.ts';
import { LiveHost } from './live-host.ts';
import { ReplayHost } from './replay-host.ts';
import { prepareLive } from './start-live.ts';

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
    begun: host !== undefined,
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
/** What is said before there is a host waits for it: a kill too, for until then nothing can leave. */
const early: ToEngine[] = [];

function handle(message: ToEngine): void {
  try {
    if (host === undefined) early.push(message);
    else host.handle(message);
  } catch (cause) {
    fail(cause);
  }
  // Nothing is recorded yet, and a venue may take its time to answer.
  if (host === undefined && message.type === 'stop')
    send({ type: 'stopped', reason: 'the operator left', fault: false });
}

function run(prepared: LiveHost | ReplayHost): void {
  host = prepared;
  host.start();
  for (const message of early.splice(0)) handle(message);
}

try {
  port.on('message', handle);
  if (job.kind === 'replay') run(new ReplayHost(job, send));
  else if (job.venue === undefined) run(new LiveHost(job, send));
  else prepareLive(job, job.venue, send).then(run).catch(fail);
} catch (cause) {
  fail(cause);
}
