/**
 * Kills the real binary by every channel in every state that a machine may be in, again and again in one process, and
 * reads from the journal what came of it. Counts and figures, so that a test runs few and a soak many.
 */
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { EngineConfig, EngineEvent } from '../../engine/domain/index.ts';
import { Fold } from '../../engine/index.ts';
import { loadSession } from '../../logs/index.ts';
import { askEngine } from '../../src/control/client.ts';
import { type DataDir, dataDirAt } from '../../src/data-dir.ts';
import { modelsFor } from '../../src/models/session-models.ts';
import { chimera, livelyAt } from './chimera.ts';
import { startConsole, type TerminalSession } from './terminal.ts';

export const CHANNELS = ['key', 'socket', 'command', 'file'] as const;
export type Channel = (typeof CHANNELS)[number];
/** hung: the main thread is in a busy loop · stalled: nobody reads the terminal. */
export const STATES = ['idle', 'hung', 'stalled'] as const;
export type State = (typeof STATES)[number];

/** The key needs the thread that reads it. */
export const isCell = (channel: Channel, state: State): boolean => channel !== 'key' || state !== 'hung';

/** What one kill came to, in milliseconds after it was asked for. */
export interface KillFigures {
  readonly channel: Channel;
  readonly state: State;
  /** The engine has heard, journaled and stepped it. */
  readonly journaledMs: number;
  /** Somebody else was told so. */
  readonly toldMs: number;
  /** The last entry order left; 0 when none did after the kill was asked for. */
  readonly lastEntryMs: number;
  /** The first cancel left; undefined where no entry was open any more when the kill was heard. */
  readonly cancelMs: number | undefined;
  /** None that can increase exposure is open. */
  readonly noneOpenMs: number;
  /** Entry orders that left, and protection that was lost, between kill and resume: both must be 0. */
  readonly entriesAfter: number;
  readonly unprotected: number;
  /** Positions that stood, with their protection, through the kill. */
  readonly held: number;
}

/** What a kill promises, in milliseconds from when it was asked for. */
const LIMITS = { journaledMs: 250, lastEntryMs: 100, cancelMs: 250, noneOpenMs: 5_000 } as const;
/**
 * What is not as promised; nothing when all is. A program counts from when it speaks: loading it takes what it takes.
 * `slack` stretches every limit, for a machine that does something else besides.
 */
export function breaches(figures: KillFigures, slack = 1): string[] {
  const fromMs = figures.channel === 'command' ? figures.journaledMs : 0;
  const where = `${figures.channel} while ${figures.state}`;
  const late = Object.entries(LIMITS).flatMap(([name, promised]) => {
    const limit = promised * slack;
    const took = (figures[name as keyof typeof LIMITS] ?? 0) - fromMs;
    return took <= limit ? [] : [`${where}: ${name} ${took.toFixed(0)} of ${limit}`];
  });
  const { entriesAfter, unprotected } = figures;
  if (entriesAfter > 0) late.push(`${where}: ${entriesAfter} entries left after it`);
  if (unprotected > 0) late.push(`${where}: ${unprotected} positions lost their protection`);
  return late;
}

const SESSION = 'killed';
const DONE_WITHIN_MS = 10_000;
/** How long a killed engine is watched before it is resumed. */
const WATCHED_MS = 150;

/** A preload that keeps the main thread in a loop for as long as a file is there. */
const HANG = `
import { existsSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
if (isMainThread) setInterval(() => { while (existsSync(process.env.HANG_WHILE)) {} }, 20).unref();
`;

interface Asked {
  readonly channel: Channel;
  readonly atMs: number;
  readonly toldMs: number;
}

export interface KillOptions {
  /** Where a preload and a trigger may be written. */
  readonly folder: string;
  /** Options of a market in which entries are at work; by default one of 600 inputs a second. */
  readonly market?: readonly string[];
  /** How long an entry at work is waited for before each kill. */
  readonly openWithinMs?: number;
}

/**
 * Starts one engine in `state` and kills it once by each of `channels`, with an entry at work where one comes.
 * @returns figures in the order of `channels`.
 */
export async function killInState(
  state: State,
  channels: readonly Channel[],
  { folder, market = livelyAt(600, '3m'), openWithinMs = 5_000 }: KillOptions,
): Promise<KillFigures[]> {
  const preload = path.join(folder, 'hang.mjs');
  const trigger = path.join(folder, `hang-${state}`);
  writeFileSync(preload, HANG);
  const session = startConsole({
    columns: 120,
    rows: 40,
    args: [...market, '--control', 'auto', '--session', SESSION],
    env: { NODE_OPTIONS: `--import=${preload}`, HANG_WHILE: trigger },
  });
  try {
    await session.waitFor(/PAPER +AUTO +feed fresh/, 30_000);
    if (state === 'hung') writeFileSync(trigger, '');
    if (state === 'stalled') stall(session);
    const dir = dataDirAt(session.dataDir ?? '');
    const asked: Asked[] = [];
    for (const channel of channels) {
      await entryAtWork(dir, openWithinMs);
      asked.push(await killOnce(channel, session, dir));
    }
    rmSync(trigger, { force: true });
    session.unstall();
    session.kill('SIGTERM');
    await session.waitForExit(20_000);
    return figuresOf(asked, state, path.join(dir.sessions, SESSION));
  } finally {
    rmSync(trigger, { force: true });
    await session.dispose();
  }
}

/** Whole screens, so that the terminal is full at once. */
function stall(session: TerminalSession): void {
  session.stall();
  for (let i = 0; i < 10; i++) session.send('\x0c');
}

async function entryAtWork(dir: DataDir, withinMs: number): Promise<void> {
  for (const endMs = Date.now() + withinMs; Date.now() < endMs; await pause(5)) {
    if (((await askEngine(dir, 'status'))?.status.openEntryOrders ?? 0) > 0) return;
  }
}

/** Kills, waits until it is done, watches, resumes. */
async function killOnce(channel: Channel, session: TerminalSession, dir: DataDir): Promise<Asked> {
  const atMs = Date.now();
  const answered = fire(channel, session, dir);
  let toldMs = 0;
  for (const endMs = atMs + DONE_WITHIN_MS; ; await pause(2)) {
    const kill = (await askEngine(dir, 'status'))?.status.kill;
    if (toldMs === 0 && kill !== 'armed') toldMs = Date.now() - atMs;
    if (kill === 'none-open') break;
    if (Date.now() > endMs) throw new Error(`${channel}: after ${DONE_WITHIN_MS} ms the kill is ${kill}`);
  }
  await answered;
  await pause(WATCHED_MS);
  const resumed = await askEngine(dir, 'resume');
  if (resumed?.refused !== null) throw new Error(`not resumed: ${resumed?.refused}`);
  return { channel, atMs, toldMs };
}

async function fire(channel: Channel, session: TerminalSession, dir: DataDir): Promise<void> {
  if (channel === 'key') session.send('\x0b');
  else if (channel === 'socket') await askEngine(dir, 'kill');
  else if (channel === 'file') writeFileSync(dir.haltFile, 'by hand\n');
  else {
    const outcome = await chimera(['kill'], { dataDir: dir.root });
    if (outcome.code !== 0) throw new Error(`chimera kill: ${outcome.stderr}`);
  }
}

/** Folds the journal again and looks, at every kill, what left the engine and what it held. */
function figuresOf(asked: readonly Asked[], state: State, directory: string): KillFigures[] {
  const { source, manifest } = loadSession(directory);
  const events: EngineEvent[] = [];
  const looks: Array<{ held: number; unprotected: number }> = [];
  const config = manifest.config as EngineConfig;
  const watch = (event: EngineEvent): void => {
    events.push(event);
    if (event.kind === 'resume') looks.push(protection(fold));
  };
  const fold = new Fold(source, config, watch, undefined, modelsFor(directory, config));
  while (fold.run(100_000));
  const kills = events.flatMap((event, at) => (event.kind === 'kill' && event.stage === 'blocking' ? [at] : []));
  if (kills.length !== asked.length)
    throw new Error(`asked for ${asked.length} kills, ${kills.length} are in the journal`);
  return asked.map((each, n) => {
    const from = kills[n] ?? 0;
    const resumed = events.findIndex((event, at) => at > from && event.kind === 'resume');
    const look = looks[n] ?? { held: 0, unprotected: 1 };
    return { ...each, state, ...measured(events, from, resumed, each.atMs), ...look };
  });
}

/** What the events from the kill at `from` up to the resume at `resumed` say about a kill asked for at `askedMs`. */
export function measured(events: readonly EngineEvent[], from: number, resumed: number, askedMs: number) {
  const after = (event: EngineEvent | undefined): number => Math.max(0, (event?.atUs ?? Number.NaN) / 1000 - askedMs);
  const isEntry = (event: EngineEvent): boolean =>
    event.kind === 'order' && event.event === 'submit' && event.purpose === 'entry';
  const killed = events.slice(from, resumed);
  const cancel = killed.find((event) => event.kind === 'order' && event.event === 'request-cancel');
  const last = events.slice(0, resumed).findLast((event) => isEntry(event) && event.atUs / 1000 >= askedMs);
  return {
    journaledMs: after(events[from]),
    lastEntryMs: last === undefined ? 0 : after(last),
    cancelMs: cancel === undefined ? undefined : after(cancel),
    noneOpenMs: after(killed.find((event) => event.kind === 'kill' && event.stage === 'none-open')),
    entriesAfter: killed.filter(isEntry).length,
  };
}

/** Positions, and those among them that have neither a stop nor an exit under way. */
function protection({ state }: Fold): { readonly held: number; readonly unprotected: number } {
  const { lots, stopTicks, exiting } = state.positions;
  const held = [...lots].flatMap((each, i) => (each === 0 ? [] : [i]));
  return { held: held.length, unprotected: held.filter((i) => stopTicks[i] === 0 && exiting[i] === 0).length };
}
