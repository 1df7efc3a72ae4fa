/** The memory of the whole program while a console is watched and used for long, on a market of a thousand ticks a second. */
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { askEngine } from '../../src/control/client.ts';
import { dataDirAt } from '../../src/data-dir.ts';
import { type MemorySample, mb, memorySlope, settledOf } from '../sim/memory-slope.ts';
import { startConsole, type TerminalSession } from './terminal.ts';

export interface ConsoleMemoryFigures {
  readonly seconds: number;
  readonly inputsPerSecond: number;
  /** Once the heaps have found their size. */
  readonly rssFirstMb: number;
  readonly rssLastMb: number;
  readonly rssMostMb: number;
  /** The most at any time, the start included. */
  readonly rssPeakMb: number;
  readonly mbPerHour: number;
}

/** As the synthetic market is told; some 7 % less come of it, and 14 % on a busy machine. */
const RATE = 1_200;
const SAMPLE_EVERY_S = 5;
const USED_EVERY_S = 30;

interface Sample extends MemorySample {
  readonly second: number;
}

/** Runs for `seconds`. `env` goes to the program: a fault put in on purpose. Throws when the program ends by itself. */
export async function consoleMemory(
  seconds: number,
  env: Readonly<Record<string, string>> = {},
): Promise<ConsoleMemoryFigures> {
  const args = ['--rate', String(RATE), '--control', 'auto', '--notify', 'none'];
  const session = startConsole({ columns: 120, rows: 40, env, args, throughLauncher: true });
  try {
    await session.waitFor(/PAPER +AUTO +feed fresh/, 30_000);
    const samples: Sample[] = [];
    const fromSeq = await inputsOf(session);
    const startMs = performance.now();
    for (let second = SAMPLE_EVERY_S; second <= seconds; second += SAMPLE_EVERY_S) {
      await pause(startMs + second * 1_000 - performance.now());
      if (session.exitCode !== undefined) throw new Error(`it has ended with ${session.exitCode}`);
      samples.push({ second, rssBytes: bytesOf(session.pid, 'VmRSS') });
      if (second % USED_EVERY_S === 0) await use(session);
    }
    const inputs = (await inputsOf(session)) - fromSeq;
    const settled = settledOf(samples);
    return {
      seconds,
      inputsPerSecond: Math.round((inputs / (performance.now() - startMs)) * 1_000),
      rssFirstMb: mb(settled[0]?.rssBytes ?? 0),
      rssLastMb: mb(settled.at(-1)?.rssBytes ?? 0),
      rssMostMb: mb(Math.max(...settled.map(({ rssBytes }) => rssBytes))),
      rssPeakMb: mb(bytesOf(session.pid, 'VmHWM')),
      mbPerHour: memorySlope(settled, ({ second }) => second / 3_600),
    };
  } finally {
    await session.dispose();
  }
}

/** As somebody does who looks around. */
async function use(session: TerminalSession): Promise<void> {
  await session.press('Tab', 'j', 'j', '8', 'k', 'Enter', 'Escape', '?', 'Escape', '1');
}

async function inputsOf({ dataDir = '' }: TerminalSession): Promise<number> {
  const answer = await askEngine(dataDirAt(dataDir), 'status');
  if (answer === undefined) throw new Error('the engine gives no status');
  return answer.status.seq;
}

function bytesOf(pid: number, what: 'VmRSS' | 'VmHWM'): number {
  const kilobytes = new RegExp(`^${what}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) * 1_024;
}
