/** Starts an engine again and again on a directory that was killed once: shot, stopped, its sessions deleted. */
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { askEngine } from '../../src/control/client.ts';
import { dataDirAt } from '../../src/data-dir.ts';
import { BRIEF, MAIN } from './chimera.ts';
import { PINNED_NODE } from './terminal.ts';

/** How each engine before the next ends. */
const ENDINGS = ['SIGKILL', 'SIGTERM', 'sessions deleted'] as const;

export interface RestartFigures {
  readonly restarts: number;
  /** Engines that said, as soon as they could be asked, that they were halted, with no entry at work. */
  readonly halted: number;
  readonly shot: number;
  readonly sessionsDeleted: number;
}

const START_MS = 15_000;

/** `count` restarts on `dataDir`; `before` is done before each. */
export async function haltRestarts(
  dataDir: string,
  count: number,
  before: (n: number) => void = () => {},
): Promise<RestartFigures> {
  const figures = { restarts: 0, halted: 0, shot: 0, sessionsDeleted: 0 };
  for (let n = 0; n < count; n++) {
    before(n);
    const ending = ENDINGS[n % ENDINGS.length];
    figures.restarts++;
    if (await startsHalted(dataDir, ending === 'SIGTERM' ? 'SIGTERM' : 'SIGKILL')) figures.halted++;
    if (ending !== 'SIGTERM') figures.shot++;
    if (ending !== 'sessions deleted') continue;
    figures.sessionsDeleted++;
    rmSync(dataDirAt(dataDir).sessions, { recursive: true, force: true });
  }
  return figures;
}

async function startsHalted(dataDir: string, ending: 'SIGKILL' | 'SIGTERM'): Promise<boolean> {
  // Trading by itself, so that an engine that is not halted would send entries.
  const args = [MAIN, '--headless', '--control', 'auto', '--for', '60s', '--data-dir', dataDir, ...BRIEF];
  const engine = spawn(PINNED_NODE, args, { stdio: 'ignore', env: { PATH: process.env.PATH } });
  const ended = new Promise((resolve) => engine.on('close', resolve));
  try {
    for (const endMs = Date.now() + START_MS; Date.now() < endMs; await pause(10)) {
      const status = (await askEngine(dataDirAt(dataDir), 'status').catch(() => undefined))?.status;
      // Another engine's socket may still be there.
      if (status === undefined || status.pid !== engine.pid) continue;
      return status.halted !== 'none' && status.kill === 'none-open' && status.openEntryOrders === 0;
    }
    throw new Error(`no engine answers on ${dataDir} within ${START_MS} ms`);
  } finally {
    engine.kill(ending);
    await ended;
  }
}
