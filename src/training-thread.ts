/** Starts a training in a thread of its own, and ends it when it is cancelled. */
import { Worker } from 'node:worker_threads';
import { CommandError, EXIT } from './exit-codes.ts';
import type { FromTraining, TrainedModel, TrainingJob } from './training/job.ts';

/** Of its heap; tables of features lie beside it, and how many bars are taken bounds them. */
const HEAP_MB = 512;

export interface TrainingThread {
  /** All models, once all are trained; undefined when it was cancelled. Rejects with a {@link CommandError}. */
  readonly finished: Promise<readonly TrainedModel[] | undefined>;
  /** Ends the thread wherever it is: it has written nothing. */
  cancel(): void;
}

type Listener = (message: Extract<FromTraining, { type: 'progress' | 'note' }>) => void;

/** The worker's file below this one: `.ts` in the sources, `.js` in `dist`. */
function workerFile(): URL {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return new URL(`./training/worker.${extension}`, import.meta.url);
}

export function startTraining(job: TrainingJob, listener: Listener): TrainingThread {
  const worker = new Worker(workerFile(), {
    workerData: job,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  });
  const models: TrainedModel[] = [];
  let cancelled = false;
  const finished = new Promise<readonly TrainedModel[] | undefined>((resolve, reject) => {
    const fault = (text: string): void => reject(new CommandError(EXIT.fault, text));
    worker.on('message', (message: FromTraining) => {
      if (message.type === 'trained') models.push(message);
      else if (message.type === 'failed') reject(new CommandError(message.exitCode, message.text));
      else if (message.type === 'done') resolve(models);
      else listener(message);
    });
    worker.on('error', (cause) => fault(`the training's thread failed: ${cause.message}`));
    worker.on('exit', (code) =>
      cancelled ? resolve(undefined) : fault(`the training's thread ended with code ${code}`),
    );
  });
  return {
    finished,
    cancel() {
      cancelled = true;
      void worker.terminate();
    },
  };
}
