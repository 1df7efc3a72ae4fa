/** The console through a real SSH connection: what its reads show, and what a client that hangs costs the engine. */
import { closeSync, constants, openSync, readlinkSync, writeSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { loadSession } from '../../logs/index.ts';
import { askEngine } from '../../src/control/client.ts';
import { type DataDir, dataDirAt } from '../../src/data-dir.ts';
import { markTourSeen } from '../fixtures/tour-seen.ts';
import { erasing, type ReadFigures, readsOf, rowsInUse } from './blank-rows.ts';
import { BRIEF, leave, MAIN, MANY_SYMBOLS } from './chimera.ts';
import { assignments, type PlantedEnvironment } from './planted.ts';
import { Pulse } from './pulse.ts';
import type { SshServer } from './ssh.ts';
import { type StallFigures, showsNow } from './stall.ts';
import { PINNED_NODE, type TerminalSession } from './terminal.ts';
import { Tmux } from './tmux.ts';

/** The command line of a console, for a shell at the other end, with a data directory in the server's folder. */
export function consoleCommand(server: SshServer, name: string, args: readonly string[]): [string, DataDir] {
  const dataDir = path.join(server.folder, name);
  markTourSeen(dataDir);
  return [[PINNED_NODE, MAIN, ...args, '--data-dir', dataDir].join(' '), dataDirAt(dataDir)];
}

/** A program that erases its rows before it writes them, for a shell at the other end. */
export const erasingCommand = (rows: number): string =>
  erasing(rows)
    .map((word) => `'${word}'`)
    .join(' ');

/** tmux-in-ssh: at the other end, as people keep a console running · ssh-in-tmux: at this end. */
export const ROUTES = ['ssh', 'tmux-in-ssh', 'ssh-in-tmux'] as const;
export type Route = (typeof ROUTES)[number];

const SIZE = [80, 24] as const;
/** The votes on twelve symbols have something in every row. Nothing is asked that would come and go. */
const FULL_SCREEN = [...MANY_SYMBOLS, ...BRIEF, '--control', 'observe'];
const VOTES = '3';
const LEAST_ROWS = 20;
const SETTLED_MS = 300;
const KEY_EVERY_MS = 40;

/** Reads of a console in use by this route, at the usual rate of updates. */
export async function readsBy(server: SshServer, route: Route, wanted: number): Promise<ReadFigures> {
  const [command] = consoleCommand(server, `reads-${route}`, FULL_SCREEN);
  const tmux = route === 'ssh' ? undefined : new Tmux();
  const client = openBy(server, route, command, tmux);
  try {
    await client.waitFor(/PAPER +OBSERVE +feed fresh/, 20_000);
    await client.press(VOTES);
    await client.waitFor((screen) => rowsInUse(screen.split('\n')).length >= LEAST_ROWS, 20_000);
    await pause(SETTLED_MS);
    const read = readsOf(client, wanted, rowsInUse(client.screenLines()), 20_000 + wanted * 200);
    for (let keys = 0, done = false; !done; keys++) {
      client.send(keys % 2 === 0 ? 'j' : 'k');
      done = await Promise.race([read.then(() => true), pause(KEY_EVERY_MS).then(() => false)]);
    }
    const figures = await read;
    const code = await leave(client);
    if (code !== 0) throw new Error(`${route} ends with ${code}`);
    return figures;
  } finally {
    await client.dispose();
    tmux?.stop();
  }
}

function openBy(server: SshServer, route: Route, command: string, tmux: Tmux | undefined): TerminalSession {
  if (tmux === undefined) return server.connect(command, ...SIZE);
  if (route === 'tmux-in-ssh') return server.connect(tmux.shell('new-session', '-s', 'reads', `'${command}'`), ...SIZE);
  tmux.start('reads', ...SIZE, server.client(command));
  return tmux.attach('reads', ...SIZE);
}

/**
 * A client that takes nothing for `seconds`, and the terminal at the other end filled until it takes nothing either. What
 * fills it are bytes that no terminal shows. `env` goes to the program: a fault put in on purpose.
 */
export async function stallClient(
  server: SshServer,
  name: string,
  seconds: number,
  env?: PlantedEnvironment,
): Promise<StallFigures> {
  const [command, dir] = consoleCommand(server, name, ['--rate', '1000', '--session', 's', ...BRIEF]);
  const client = server.connect(`${env === undefined ? '' : assignments(env)} ${command}`, 200, 60);
  let terminal: number | undefined;
  try {
    await client.waitFor(/PAPER +MANUAL +feed fresh/, 30_000);
    const pid = (await askEngine(dir, 'status'))?.status.pid ?? 0;
    terminal = openSync(
      readlinkSync(`/proc/${pid}/fd/1`),
      constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY,
    );
    client.kill('SIGSTOP');
    await fill(terminal);
    const pulse = new Pulse(dir, pid);
    await pause(seconds * 1_000);
    const figures = await pulse.stop();
    const faults = isFull(terminal) ? [] : ['somebody has read the terminal'];
    client.kill('SIGCONT');
    // What fills it may have come in the middle of a character.
    client.send('\x0c');
    await client.waitFor(showsNow, 20_000);
    const code = await leave(client);
    if (code !== 0) faults.push(`exit ${code}`);
    faults.push(...(await client.terminalFaults()));
    if (figures.ended) faults.push('the engine has ended');
    if (!loadSession(`${dir.sessions}/s`).manifest.complete) faults.push('the session is not complete');
    return { seconds, ...figures, faults };
  } finally {
    if (terminal !== undefined) closeSync(terminal);
    await client.dispose();
  }
}

/** Everything between a terminal and its reader is full when it has taken nothing for so long. */
const FULL_MS = 400;
const FILL_WITHIN_MS = 20_000;
const NOTHING_SHOWN = Buffer.alloc(4_096);
const WRITES_AT_ONCE = 100;

async function fill(terminal: number): Promise<void> {
  const endMs = performance.now() + FILL_WITHIN_MS;
  for (let takenMs = performance.now(); performance.now() - takenMs < FULL_MS; await pause(5)) {
    for (let n = 0; n < WRITES_AT_ONCE && !isFull(terminal); n++) takenMs = performance.now();
    if (performance.now() > endMs) throw new Error('the terminal does not fill: somebody reads it');
  }
}

/** Tries to write a little more. */
function isFull(terminal: number): boolean {
  try {
    return writeSync(terminal, NOTHING_SHOWN) === 0;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EAGAIN') return true;
    throw cause;
  }
}
