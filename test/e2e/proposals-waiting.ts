/** The real program while proposals wait for an answer: what was done to it meanwhile, as its journal tells afterwards. */
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { cursorOver, type EngineEvent } from '../../engine/domain/index.ts';
import { loadSession } from '../../logs/index.ts';
import { describeInput } from '../../src/host/input-text.ts';
import { chimera, LIVELY, makeDataDir, removeDataDir } from './chimera.ts';
import { startConsole, type TerminalSession } from './terminal.ts';

const SESSION = 'waiting';
export const WAITING = /\d wait: a approve, v veto/;
/** What has just appeared cannot be acted on; and between two storms the console has calmed down. */
export const CALM_MS = 700;

/** One in the journal, such as `command approve (console)`. */
export interface JournaledCommand {
  readonly text: string;
  readonly atMs: number;
}

export interface Meanwhile {
  readonly commands: readonly JournaledCommand[];
  readonly opened: number;
  readonly expired: number;
  /** Orders that add to a position, and those of a flatten. */
  readonly entries: number;
  readonly flattens: number;
  /** Changes of control. */
  readonly modes: number;
  /** An end that came too early, a terminal in disorder; must be empty. */
  readonly faults: readonly string[];
}

export interface WaitingOptions {
  /** Distance of stops at least: a position is to stay open. */
  readonly stopBp?: number;
  /** How long a proposal waits, in seconds. */
  readonly ttlS?: number;
  /** Brings the program to where the storm finds it; what it does is not counted. */
  readonly before?: (session: TerminalSession) => Promise<void>;
}

/** Runs `act` at a console under MANUAL with proposals, ends it by a signal, and tells what has happened meanwhile. */
export async function whileProposalsWait(
  act: (session: TerminalSession) => Promise<void>,
  { ttlS = 600, stopBp = 0, before }: WaitingOptions = {},
): Promise<Meanwhile> {
  const dataDir = makeDataDir();
  const figures = [`execution.proposalTtlS=${ttlS}`, ...(stopBp > 0 ? [`execution.minStopBp=${stopBp}`] : [])];
  const set = await chimera(['policy', 'set', ...figures], { dataDir });
  if (set.code !== 0) throw new Error(set.stderr);
  const session = startConsole({ dataDir, args: [...LIVELY, '--session', SESSION], columns: 120, rows: 40 });
  try {
    await session.waitFor(WAITING, 60_000);
    await pause(CALM_MS);
    await before?.(session);
    const fromUs = Date.now() * 1_000;
    await act(session);
    await pause(CALM_MS);
    const toUs = Date.now() * 1_000;
    const faults = session.exitCode === undefined ? [] : [`left with ${session.exitCode}`];
    if (session.exitCode === undefined) {
      session.kill('SIGTERM');
      const code = await session.waitForExit(30_000);
      if (code !== 0) faults.push(`exit ${code}`);
      faults.push(...(await session.terminalFaults()));
    }
    return { ...journaled(dataDir, fromUs, toUs), faults };
  } finally {
    await session.dispose();
    removeDataDir(dataDir);
  }
}

function journaled(dataDir: string, fromUs: number, toUs: number): Omit<Meanwhile, 'faults'> {
  const { source, outputs } = loadSession(path.join(dataDir, 'sessions', SESSION));
  const isMeanwhile = (atUs: number): boolean => atUs >= fromUs && atUs <= toUs;
  const cursor = cursorOver(new Uint8Array(8));
  const commands: JournaledCommand[] = [];
  for (let n = 0; n < source.count; n++) {
    if (!isMeanwhile(source.timeAt(n))) continue;
    source.seek(n, cursor);
    const text = describeInput(cursor, []);
    if (text.startsWith('command')) commands.push({ text, atMs: source.timeAt(n) / 1_000 });
  }
  const events = [...outputs.events()].filter(({ atUs }) => isMeanwhile(atUs));
  const count = (is: (event: EngineEvent) => boolean): number => events.filter(is).length;
  return {
    commands,
    opened: count(({ kind }) => kind === 'proposal-opened'),
    expired: count((event) => event.kind === 'proposal-closed' && event.outcome === 'expired'),
    entries: count((event) => event.kind === 'order' && event.event === 'submit' && event.purpose === 'entry'),
    flattens: count((event) => event.kind === 'protective' && event.trigger === 'flatten'),
    modes: count(({ kind }) => kind === 'control'),
  };
}
