/** Pastes and held keys at the real binary while proposals wait, judged by the commands in its journal afterwards. */
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { cursorOver } from '../../engine/domain/index.ts';
import { loadSession } from '../../logs/index.ts';
import { describeInput } from '../../src/host/input-text.ts';
import { PASTE_WAIT_MS } from '../../state/keymap/input.ts';
import { randomFrom } from '../fixtures/hostile-session.ts';
import { END_OF_PASTE, randomText } from '../sim/input-storms.ts';
import { chimera, LIVELY, makeDataDir, removeDataDir } from './chimera.ts';
import { startConsole, type TerminalSession } from './terminal.ts';

const SESSION = 'stormed';
const WAITING = /\d wait: a approve, v veto/;
/** What has just appeared cannot be acted on; and between two storms the console has calmed down. */
const CALM_MS = 700;

/** Runs `storm` at a console with proposals, ends it by a signal, and gives the commands that were journaled meanwhile. */
async function commandsOf(storm: (session: TerminalSession) => Promise<void>): Promise<readonly string[]> {
  const dataDir = makeDataDir();
  const set = await chimera(['policy', 'set', 'execution.proposalTtlS=600'], { dataDir });
  if (set.code !== 0) throw new Error(set.stderr);
  const session = startConsole({ dataDir, args: [...LIVELY, '--session', SESSION], columns: 120, rows: 40 });
  try {
    await session.waitFor(WAITING, 60_000);
    await pause(CALM_MS);
    const fromUs = Date.now() * 1_000;
    await storm(session);
    await pause(CALM_MS);
    const toUs = Date.now() * 1_000;
    if (session.exitCode !== undefined) return ['left'];
    session.kill('SIGTERM');
    const code = await session.waitForExit(30_000);
    const faults = await session.terminalFaults();
    const left = code === 0 ? faults : [...faults, `exit ${code}`];
    return [...left, ...journaledCommands(dataDir, fromUs, toUs)];
  } finally {
    await session.dispose();
    removeDataDir(dataDir);
  }
}

function journaledCommands(dataDir: string, fromUs: number, toUs: number): readonly string[] {
  const { source } = loadSession(path.join(dataDir, 'sessions', SESSION));
  const cursor = cursorOver(new Uint8Array(8));
  const commands: string[] = [];
  for (let n = 0; n < source.count; n++) {
    if (source.timeAt(n) < fromUs || source.timeAt(n) > toUs) continue;
    source.seek(n, cursor);
    const text = describeInput(cursor, []);
    if (text.startsWith('command')) commands.push(text);
  }
  return commands;
}

/** One key, pressed as a person would. */
export const pressAtConsole = (key: string): Promise<readonly string[]> => commandsOf((session) => session.press(key));

export interface PastedFigures {
  readonly pastes: number;
  readonly bytes: number;
  /** What the journal has of commands, or what else has happened; must be empty. */
  readonly acted: readonly string[];
}

/** `pastes` of `bytes` random bytes: in brackets, raw, byte by byte, with an end of the paste within. */
export async function pasteAtConsole(pastes: number, from: number, bytes: number): Promise<PastedFigures> {
  const acted = await commandsOf(async (session) => {
    for (let n = from; n < from + pastes; n++) {
      await session.waitFor((screen) => WAITING.test(screen) && !screen.includes('╔'));
      // Ctrl-K kills, as it may; without entries there would be nothing left to approve.
      const text = randomText(randomFrom(n), bytes).replaceAll('\u000b', '');
      if (n % 4 === 0) session.send(`\u001b[200~${text.replaceAll(END_OF_PASTE, '')}${END_OF_PASTE}`);
      else if (n % 4 === 1) session.send(text);
      else if (n % 4 === 2) session.send(`\u001b[200~${text}${END_OF_PASTE}`);
      else await byteByByte(session, text);
      // A paste whose end never came is over. What it has opened is closed: pages and dialogs.
      await pause(PASTE_WAIT_MS + 200);
      for (let i = 0; i < 3; i++) await session.press('Escape');
      await pause(CALM_MS);
    }
  });
  return { pastes, bytes, acted };
}

async function byteByByte(session: TerminalSession, text: string): Promise<void> {
  for (const character of text) {
    session.send(character);
    await pause(1);
  }
}

export interface HeldAtConsoleFigures {
  readonly seconds: number;
  /** Orders approved by `a`; must be at most one. */
  readonly approved: number;
  /** How often the test itself was held up for so long that the key was pressed anew. */
  readonly interruptions: number;
  /** Anything else; must be empty. */
  readonly acted: readonly string[];
}

const REPEAT_MS = 33;
const DEAF_MS = 450;

/** A key held down for so long, over proposals that come and wait. */
export async function holdAtConsole(key: string, seconds: number): Promise<HeldAtConsoleFigures> {
  let interruptions = 0;
  const commands = await commandsOf(async (session) => {
    const startMs = performance.now();
    for (let lastMs = startMs; lastMs - startMs < seconds * 1_000; ) {
      session.send(key);
      await pause(REPEAT_MS);
      const nowMs = performance.now();
      if (nowMs - lastMs >= DEAF_MS) interruptions++;
      lastMs = nowMs;
    }
  });
  const isApproval = (command: string): boolean => command.startsWith('command approve');
  const acted = commands.filter((command) => !isApproval(command));
  return { seconds, approved: commands.filter(isApproval).length, interruptions, acted };
}
