/** A terminal that is made larger and smaller at random: afterwards it shows what a console started at that size shows. */
import { setTimeout as pause } from 'node:timers/promises';
import { randomFrom } from '../fixtures/hostile-session.ts';
import { recordMarket } from '../fixtures/recorded-market.ts';
import { makeDataDir, removeDataDir } from './chimera.ts';
import { startConsole, type TerminalSession } from './terminal.ts';

const SMALLEST = { columns: 40, rows: 10 } as const;
const LARGEST = { columns: 220, rows: 70 } as const;
/** A recording that stands still, so that nothing but the size changes. */
const PLACE = ['replay', 'market', '--at', '2000'] as const;
const INPUTS = 4_000;
/** Between two sizes. */
const LONGEST_PAUSE_MS = 20;
/** So often the storm stops and is compared. */
const COMPARED_EVERY = 67;
const SETTLED_MS = 250;

export interface ResizeFigures {
  readonly sizes: number;
  /** How many of them were compared with a start at that size. */
  readonly compared: number;
  /** Each names its size and the first cell that differs; must be empty. */
  readonly different: readonly string[];
}

/** `sizes` random sizes; the last one, and some on the way, are compared cell for cell. */
export async function resizeStorm(sizes: number, seed: number): Promise<ResizeFigures> {
  const dataDir = makeDataDir();
  const sessions: TerminalSession[] = [];
  const start = async (columns: number, rows: number): Promise<TerminalSession> => {
    const session = startConsole({ dataDir, args: PLACE, columns, rows });
    sessions.push(session);
    await drawn(session);
    return session;
  };
  try {
    recordMarket(dataDir, 'market', INPUTS);
    const random = randomFrom(seed);
    const between = (least: number, most: number): number => least + random(most - least + 1);
    const storm = await start(120, 40);
    const different: string[] = [];
    let compared = 0;
    for (let n = 1; n <= sizes; n++) {
      const columns = between(SMALLEST.columns, LARGEST.columns);
      const rows = between(SMALLEST.rows, LARGEST.rows);
      storm.resize(columns, rows);
      await pause(random(LONGEST_PAUSE_MS));
      if (n % COMPARED_EVERY !== 0 && n !== sizes) continue;
      compared++;
      await drawn(storm);
      const fresh = await start(columns, rows);
      const found = firstDifference(storm.screenCells(), fresh.screenCells(), columns);
      if (found !== undefined) different.push(`seed ${seed}, size ${n}, ${columns}×${rows}: ${found}`);
      await fresh.dispose();
    }
    return { sizes, compared, different };
  } finally {
    await Promise.all(sessions.map((session) => session.dispose()));
    removeDataDir(dataDir);
  }
}

/** The recording is open, its chart is drawn where there is one, and nothing moves any more. */
async function drawn(session: TerminalSession): Promise<void> {
  await session.waitFor(
    (screen) => /PAPER[\s\S]*(?:needs 60×16|PAUSE +2,000)/.test(screen) && !screen.includes('indexed'),
  );
  await session.waitFor((screen) => !/─ 2 Chart/.test(screen) || screen.includes('⡇'));
  await session.settled(SETTLED_MS);
}

function firstDifference(seen: readonly string[], wanted: readonly string[], columns: number): string | undefined {
  const at = wanted.findIndex((cell, n) => cell !== seen[n]);
  if (at < 0 && seen.length === wanted.length) return undefined;
  return `row ${Math.floor(at / columns) + 1}, column ${(at % columns) + 1}: "${seen[at]}" instead of "${wanted[at]}"`;
}
