/** The training's thread: takes a job, says how far it is, gives what came of it, and ends. It writes nothing. */
import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../../engine/domain/index.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import type { FromTraining, TrainingJob } from './job.ts';
import { runTraining } from './run-training.ts';

const port = parentPort;
assert(port !== null, 'a training runs in a worker thread');
const say = (message: FromTraining): void => port.postMessage(message);

try {
  // An engine in another process is asked first; of this thread alone, where the system knows threads.
  setPriority(constants.priority.PRIORITY_LOW);
} catch {
  // Not every system lets a process lower itself; then it trains at the priority that it has.
}
try {
  runTraining(workerData as TrainingJob, say);
  say({ type: 'done' });
} catch (cause) {
  const exitCode = cause instanceof CommandError ? cause.exitCode : EXIT.fault;
  say({ type: 'failed', exitCode, text: cause instanceof Error ? cause.message : String(cause) });
}
port.close();
