/** A console that is lost while something is open: the engine goes on as if nothing were, and the terminal is as it was. */
import { setTimeout as pause } from 'node:timers/promises';
import { loadSession } from '../../logs/index.ts';
import { askEngine } from '../../src/control/client.ts';
import { dataDirAt } from '../../src/data-dir.ts';
import { inScratch } from '../fixtures/scratch.ts';
import { flattenAll, isRunning, LIVELY } from './chimera.ts';
import { preload, strike } from './planted.ts';
import { Pulse } from './pulse.ts';
import { startConsole, type TerminalSession } from './terminal.ts';

/** signal: SIGHUP on a terminal that is still there · throw: a fault in the console · hang-up: the terminal goes away. */
export const LOSSES = ['signal', 'throw', 'hang-up'] as const;
export type Loss = (typeof LOSSES)[number];

export interface LostFigures {
  readonly answers: number;
  readonly longestGapMs: number;
  /** Positions that were open when the console went. */
  readonly open: number;
  /** Must be empty. */
  readonly faults: readonly string[];
}

const BEFORE_MS = 500;
const AFTER_MS = 3_000;
const GUARDED_WITHIN_MS = 2_000;

/** One console, lost in one way. Afterwards everything is flattened, so that the engine ends. */
export function loseConsole(loss: Loss): Promise<LostFigures> {
  return inScratch(async (folder) => {
    const env = preload(folder, 'console-throws');
    const args = ['--control', 'auto', '--session', 's', ...LIVELY];
    const session = startConsole({ columns: 120, rows: 40, args, ...(loss === 'throw' ? { env } : {}) });
    const dir = dataDirAt(session.dataDir ?? '');
    const status = async () => (await askEngine(dir, 'status'))?.status;
    try {
      await session.waitFor(/PAPER +AUTO +feed fresh/, 30_000);
      const { pid } = session;
      const open = await until(async () => ((await status())?.positions.length ?? 0) || undefined, 60_000);
      const pulse = new Pulse(dir, pid);
      await pause(BEFORE_MS);
      if (loss === 'signal') session.kill('SIGHUP');
      else if (loss === 'throw') strike(env);
      else session.hangUp();
      const guarded = await until(async () => {
        const control = (await status())?.control;
        return control === undefined || control === 'manual' ? true : undefined;
      }, GUARDED_WITHIN_MS).catch(() => false);
      await pause(AFTER_MS);
      const { answers, longestGapMs } = await pulse.stop();
      await flattenAll(dir.root);
      await until(async () => (isRunning(pid) ? undefined : true), 20_000);
      const faults = guarded ? [] : ['not under MANUAL'];
      if (loss !== 'hang-up') faults.push(...(await endFaults(session, loss)));
      if (!loadSession(`${dir.sessions}/s`).manifest.complete) faults.push('the session is not complete');
      return { answers, longestGapMs, open: Number(open), faults };
    } finally {
      await session.dispose();
    }
  });
}

async function endFaults(session: TerminalSession, loss: Loss): Promise<string[]> {
  const code = await session.waitForExit();
  const wanted = loss === 'throw' ? 1 : 0;
  return [...(await session.terminalFaults()), ...(code === wanted ? [] : [`exit ${code}`])];
}

/** Asks until there is an answer. Throws when the time is up. */
async function until<T>(ask: () => Promise<T | undefined>, withinMs: number): Promise<T> {
  for (const endMs = performance.now() + withinMs; performance.now() < endMs; await pause(20)) {
    const answer = await ask();
    if (answer !== undefined) return answer;
  }
  throw new Error(`not within ${withinMs} ms`);
}
