/**
 * Does memory grow with the length of a run? Simulated days with reconnects and sealed segments taken away, in a process of
 * its own. Hours and a seed in, figures out.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { LongRunJob, LongRunSample } from '../fixtures/long-run-child.ts';
import { inScratch } from '../fixtures/scratch.ts';
import { mb, memorySlope, settledOf } from './memory-slope.ts';

const CHILD = fileURLToPath(new URL('../fixtures/long-run-child.ts', import.meta.url));

export interface LongRunFigures {
  readonly hours: number;
  readonly inputs: number;
  readonly reconnects: number;
  readonly segmentsRemoved: number;
  readonly decisions: number;
  readonly fills: number;
  readonly rssFirstMb: number;
  readonly rssLastMb: number;
  readonly rssMostMb: number;
  readonly heapMostMb: number;
  /** Of the line nearest to all samples but the first. */
  readonly mbPerHour: number;
}

/** Rejects when the process fails. */
export function longRun(hours: number, seed: number, leak = false): Promise<LongRunFigures> {
  return inScratch(async (folder) => {
    const samples: LongRunSample[] = [];
    const job: LongRunJob = { folder, hours, seed, leak };
    const child = fork(CHILD, [JSON.stringify(job)], {
      execArgv: ['--disable-warning=ExperimentalWarning', '--expose-gc'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let errors = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    child.on('message', (sample: LongRunSample) => samples.push(sample));
    const code = await new Promise((resolve) => child.on('exit', resolve));
    if (code !== 0) throw new Error(`the long run ended with ${code}: ${errors.slice(-500)}`);
    return figuresOf(samples);
  });
}

function figuresOf(samples: readonly LongRunSample[]): LongRunFigures {
  const settled = settledOf(samples);
  const [first, last] = [settled[0]!, settled.at(-1)!];
  return {
    hours: last.hours,
    inputs: last.inputs,
    reconnects: last.reconnects,
    segmentsRemoved: last.segmentsRemoved,
    decisions: last.decisions,
    fills: last.fills,
    rssFirstMb: mb(first.rssBytes),
    rssLastMb: mb(last.rssBytes),
    rssMostMb: mb(Math.max(...samples.map(({ rssBytes }) => rssBytes))),
    heapMostMb: mb(Math.max(...samples.map(({ heapBytes }) => heapBytes))),
    mbPerHour: memorySlope(settled, ({ hours }) => hours),
  };
}
