/** Starts the engine's worker thread and gives the console's end of the line. */
import { Worker } from 'node:worker_threads';
import type { EnginePort, FromEngine, StoppedMessage, ToEngine } from '../state/protocol.ts';
import { EngineMessages } from './engine-messages.ts';
import type { Job } from './host/job.ts';

export interface EngineThread extends EnginePort {
  /** Settles with the engine's last word, or a fault when the thread died without one. */
  readonly stopped: Promise<StoppedMessage>;
}

/** The worker's file beside this one: `.ts` in the sources, `.js` in `dist`. */
function workerFile(): URL {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return new URL(`./host/worker.${extension}`, import.meta.url);
}

export function startEngineThread(job: Job): EngineThread {
  const worker = new Worker(workerFile(), { workerData: job, stdout: true, stderr: true });
  const messages = new EngineMessages();
  const stopped = new Promise<StoppedMessage>((resolve) => {
    const fault = (reason: string): void => {
      const message: StoppedMessage = { type: 'stopped', reason, fault: true };
      messages.emit(message);
      resolve(message);
    };
    worker.on('message', (message: FromEngine) => {
      messages.emit(message);
      if (message.type === 'stopped') resolve(message);
    });
    worker.on('error', (cause) => fault(`the engine's thread failed: ${cause.message}`));
    worker.on('exit', (code) => fault(`the engine's thread ended with code ${code}`));
  });
  return {
    stopped,
    send(message: ToEngine) {
      worker.postMessage(message);
    },
    onMessage: (listener) => messages.listen(listener),
  };
}
