/** A terminal that nobody reads, for as long as is asked: how long the engine paused, and what is left on the terminal. */
import { setTimeout as pause } from 'node:timers/promises';
import { loadSession } from '../../logs/index.ts';
import { dataDirAt } from '../../src/data-dir.ts';
import { Pulse, type PulseFigures } from './pulse.ts';
import { startConsole } from './terminal.ts';

/** What the acceptance list allows a terminal to cost. */
export const MOST_GAP_MS = 100;

export interface StallFigures extends PulseFigures {
  readonly seconds: number;
  /** What the terminal was left in, and what else is not as it should be; must be empty. */
  readonly faults: readonly string[];
}

/** More than what a terminal holds would have come, had anybody read. */
const UNREAD = 1_000;

/** Stalls for `seconds`, reads again, ends it by a signal. `env` goes to the program: a fault put in on purpose. */
export async function stallTerminal(
  seconds: number,
  env: Readonly<Record<string, string>> = {},
): Promise<StallFigures> {
  const session = startConsole({ columns: 200, rows: 60, env, args: ['--rate', '1000', '--session', 's'] });
  const dir = dataDirAt(session.dataDir ?? '');
  try {
    await session.waitFor(/PAPER +MANUAL +feed fresh/, 30_000);
    session.stall();
    const before = session.rawOutput().length;
    // Whole screens, so that the terminal is full at once.
    for (let i = 0; i < 10; i++) session.send('\x0c');
    const pulse = new Pulse(dir, session.pid);
    await pause(seconds * 1_000);
    const figures = await pulse.stop();
    const unread = session.rawOutput().length - before;
    session.unstall();
    await session.waitFor((screen) => showsNow(screen));
    session.kill('SIGTERM');
    const code = await session.waitForExit(30_000);
    const faults = await session.terminalFaults();
    if (code !== 0) faults.push(`exit ${code}`);
    if (unread > UNREAD) faults.push(`the terminal was not stalled: ${unread} characters came`);
    if (figures.ended) faults.push('the engine has ended');
    if (!loadSession(`${dir.sessions}/s`).manifest.complete) faults.push('the session is not complete');
    return { seconds, ...figures, faults };
  } finally {
    await session.dispose();
  }
}

/** Whether an engine is seen to pause; one that does not answer at all for some seconds pauses too. */
export const isSeenToPause = (stall: Promise<StallFigures>): Promise<boolean> =>
  stall.then(
    ({ longestGapMs }) => longestGapMs > MOST_GAP_MS,
    (cause: Error) => /does not answer/.test(cause.message),
  );

const SECONDS_OLD = 2.5;

/** The clock of the header is that of now. */
export function showsNow(screen: string): boolean {
  const told = /(\d\d):(\d\d):(\d\d) UTC/.exec(screen)?.slice(1).map(Number);
  if (told === undefined) return false;
  const [hours = 0, minutes = 0, seconds = 0] = told;
  const day = 86_400;
  const ofNow = Math.floor(Date.now() / 1_000) % day;
  const apart = Math.abs(hours * 3_600 + minutes * 60 + seconds - ofNow);
  return Math.min(apart, day - apart) < SECONDS_OLD;
}
