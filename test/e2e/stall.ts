/** A terminal that nobody reads, for as long as is asked: how long the engine paused, and what is left on the terminal. */
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { loadSession } from '../../logs/index.ts';
import { startConsole } from './terminal.ts';

export interface StallFigures {
  readonly seconds: number;
  readonly inputs: number;
  /** Longest time between two inputs while nobody read. */
  readonly longestGapMs: number;
  /** What the terminal was left in; must be empty. */
  readonly faults: readonly string[];
}

/** Stalls for `seconds`, reads again, ends it by a signal. */
export async function stallTerminal(seconds: number): Promise<StallFigures> {
  const session = startConsole({ columns: 200, rows: 60, args: ['--rate', '1000', '--session', 's'] });
  try {
    await session.waitFor(/PAPER +MANUAL +feed LIVE/, 30_000);
    session.stall();
    const fromUs = Date.now() * 1_000;
    for (let i = 0; i < 10; i++) session.send('\x0c');
    await pause(seconds * 1_000);
    const toUs = Date.now() * 1_000;
    session.unstall();
    session.kill('SIGTERM');
    const code = await session.waitForExit(30_000);
    const faults = await session.terminalFaults();
    const { source } = loadSession(path.join(session.dataDir ?? '', 'sessions', 's'));
    let inputs = 0;
    let longestUs = 0;
    for (let i = 1; i < source.count; i++) {
      const atUs = source.timeAt(i);
      if (atUs < fromUs || atUs > toUs) continue;
      inputs++;
      longestUs = Math.max(longestUs, atUs - source.timeAt(i - 1));
    }
    return {
      seconds,
      inputs,
      longestGapMs: Math.round(longestUs / 100) / 10,
      faults: [...faults, ...(code === 0 ? [] : [`exit ${code}`])],
    };
  } finally {
    await session.dispose();
  }
}
