/** What the end-to-end tests do with Chimera again and again: run a command, answer a proposal, type a code, leave. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { markTourSeen } from '../fixtures/tour-seen.ts';
import { PINNED_NODE, PROJECT, type TerminalSession } from './terminal.ts';

export const MAIN = path.join(PROJECT, 'dist/src/main.js');

const SYMBOLS = ['BTC', 'ETH', 'SOL', 'BNB', 'XRP', 'DOGE', 'ADA', 'AVAX', 'LINK', 'LTC', 'DOT', 'TRX']
  .map((coin) => `${coin}/USDT:USDT`)
  .join(',');

export const MANY_SYMBOLS: readonly string[] = ['--symbols', SYMBOLS];

/** Many symbols and short bars: a proposal comes every second or two. Bars so short need half a minute of history. */
export const livelyAt = (ratePerSecond: number, warmup: string): readonly string[] => [
  ...[...MANY_SYMBOLS, '--bar', '250ms', '--rate', String(ratePerSecond), '--warmup', warmup],
];
export const LIVELY = livelyAt(400, '30s');
/** A start that steps next to no history, for what does not look at the market. */
export const BRIEF: readonly string[] = ['--warmup', '2s'];

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly dataDir?: string;
  /** Flags of Node itself. */
  readonly nodeFlags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

/** Runs one command of the built program without a terminal and gives what came of it. */
export async function chimera(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  if (!existsSync(MAIN)) throw new Error(`${MAIN} is missing: run "npm run build" first`);
  const dataArgs = options.dataDir === undefined ? [] : ['--data-dir', options.dataDir];
  const child = spawn(PINNED_NODE, [...(options.nodeFlags ?? []), MAIN, ...args, ...dataArgs], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: tmpdir(), NODE_ENV: 'production', ...options.env },
    timeout: options.timeoutMs ?? 20_000,
    killSignal: 'SIGKILL',
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, stdout, stderr };
}

/** Standard output as the one JSON document it must be. */
export function documentOf(outcome: Outcome): Record<string, unknown> {
  if (!/^\{[^\n]*\}\n$/.test(outcome.stdout)) throw new Error(`not one JSON document: ${JSON.stringify(outcome)}`);
  return JSON.parse(outcome.stdout) as Record<string, unknown>;
}

/** A data directory of its own; remove it with {@link removeDataDir}. */
export function makeDataDir(): string {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'chimera-e2e-'));
  markTourSeen(dataDir);
  return dataDir;
}

/** An engine that has only just been shot may still hold a file. */
export const removeDataDir = (dataDir: string): void =>
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });

/** Kills an engine that nobody watches, and closes what it holds: then it ends. */
export async function flattenAll(dataDir: string): Promise<void> {
  await chimera(['kill'], { dataDir });
  for (let attempt = 0; attempt < 50; attempt++) {
    const { code, stdout } = await chimera(['status', '--json'], { dataDir });
    if (code !== 0 || !/"kill":"(?:armed|cancelling)"/.test(stdout)) break;
    await pause(100);
  }
  await chimera(['kill', '--flatten'], { dataDir });
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const ANSWERED = /(approve|veto) #(\d+) .*: (done|refused)/;
/** What has only just appeared cannot be acted on, and a key is deaf for a while after it was pressed. */
const READABLE_MS = 650;

/** A position on the screen: its side, quantity and entry. A model's row has a chance behind its direction. */
export const HELD = /(LONG|SHORT) +[\d.,]+ +[\d.,]+ /;

/** Answers a proposal by key, as soon as one waits that can be acted on; gives its number. */
export async function answerProposal(
  session: TerminalSession,
  key: 'a' | 'v',
  answered: ReadonlySet<number>,
): Promise<number> {
  const verb = key === 'a' ? 'approve' : 'veto';
  for (let attempt = 0; attempt < 30; attempt++) {
    await session.waitFor(/\d wait: a approve, v veto/, 40_000);
    await pause(READABLE_MS);
    await session.press(key);
    const done = await session.waitFor((screen) => told(screen, verb, answered) !== undefined, 800).catch(() => '');
    const id = told(done, verb, answered);
    if (id !== undefined) return id;
  }
  throw new Error(`no proposal could be answered by ${key}; the screen is:\n${session.screenText()}`);
}

function told(screen: string, verb: string, answered: ReadonlySet<number>): number | undefined {
  const match = ANSWERED.exec(screen);
  const id = Number(match?.[2]);
  return match?.[1] === verb && match[3] === 'done' && !answered.has(id) ? id : undefined;
}

const CODE = /Type ([A-Z0-9](?: [A-Z0-9]){3}) and Enter/;

/** The code that the open dialog asks for. */
export async function shownCode(session: TerminalSession): Promise<string> {
  const match = CODE.exec(await session.waitFor(CODE));
  return (match?.[1] ?? '').replaceAll(' ', '');
}

/** Types a code and Enter; on a busy machine Enter may seem to come in a burst, and is pressed again. */
export async function typeCode(session: TerminalSession, code: string): Promise<void> {
  const asked = await shownCode(session);
  await session.type(code);
  for (let attempt = 0; attempt < 10; attempt++) {
    await pause(READABLE_MS);
    await session.press('Enter');
    const taken = (screen: string): boolean => (CODE.exec(screen)?.[1] ?? '').replaceAll(' ', '') !== asked;
    if (
      await session.waitFor(taken, 1_000).then(
        () => true,
        () => false,
      )
    )
      return;
  }
  throw new Error(`the code was not taken; the screen is:\n${session.screenText()}`);
}

/** Leaves by the dialog, whatever is open, and gives the exit code. */
export async function leave(session: TerminalSession): Promise<number> {
  await session.press('q');
  await session.waitFor('Leave?');
  for (let attempt = 0; attempt < 10; attempt++) {
    await session.press('l');
    const code = await session.waitForExit(1_500).catch(() => undefined);
    if (code !== undefined) return code;
  }
  throw new Error(`it does not leave; the screen is:\n${session.screenText()}`);
}
