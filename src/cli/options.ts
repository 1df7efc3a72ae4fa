/** What the commands' definitions have in common: the options of all, and how a wrong one is refused. */
import type { Argv } from 'yargs';
import { isSessionName } from '../../logs/session-name.ts';
import { defaultDataDir } from '../data-dir.ts';
import { CommandError, EXIT, type ExitCode } from '../exit-codes.ts';
import { NOTIFY_WAYS, type NotifyWay } from '../terminal/calling.ts';
import { parseDuration } from './durations.ts';

/** Finishes with an exit code instead of ending the process, so that output is flushed. */
export type Finish = (code: ExitCode) => void;

export function usage(message: string): never {
  throw new CommandError(EXIT.usage, message);
}

export function wholeNumber(name: string, value: number, least: number, most: number): number {
  if (!Number.isSafeInteger(value) || value < least || value > most)
    usage(`--${name} must be a whole number from ${least} to ${most}`);
  return value;
}

export function sessionName(option: string, text: string | undefined): string | undefined {
  if (text !== undefined && !isSessionName(text))
    usage(`--${option} ${JSON.stringify(text)}: a name has a-z 0-9 . _ - and at most 64 characters`);
  return text;
}

/** Milliseconds of an option; undefined where it was not given. */
export function duration(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  return parseDuration(text) ?? usage(`--${name} ${text}: not a duration such as 500ms, 20s, 5m or 2h`);
}

/** An interval of bars. */
export function microseconds(name: string, text: string | undefined): number | undefined {
  const ms = duration(name, text);
  if (ms !== undefined && ms < 100) usage(`--${name} ${text}: bars shorter than 100ms are not built`);
  return ms === undefined ? undefined : ms * 1000;
}

const SYMBOL = /^[A-Z0-9]{1,20}\/[A-Z0-9]{1,10}(?::[A-Z0-9]{1,10})?$/;
const MOST_SYMBOLS = 32;

/** The unified names of `--symbols`, each once. */
export function symbolList(text: string): string[] {
  const names = text.split(',').map((name) => name.trim().toUpperCase());
  for (const name of names)
    if (!SYMBOL.test(name)) usage(`--symbols: ${JSON.stringify(name)} is no symbol such as BTC/USDT or BTC/USDT:USDT`);
  return eachOnce(names);
}

export function eachOnce(symbols: string[]): string[] {
  if (new Set(symbols).size !== symbols.length) usage('--symbols names one twice');
  if (symbols.length > MOST_SYMBOLS) usage(`--symbols: at most ${MOST_SYMBOLS}`);
  return symbols;
}

/** The session that a command is about, as its own word. */
export const SESSION_OPTION = {
  type: 'string',
  demandOption: true,
  describe: 'its name: see chimera sessions',
} as const;

/** How a console calls its operator: `--notify bell,osc9`. */
export const notifyOption = {
  notify: {
    type: 'string',
    default: 'bell',
    describe: 'how a proposal that comes and a kill call you: none, bell, osc9, osc777, or several with commas',
  },
} as const;

export function notifyWays(text: string): NotifyWay[] {
  const words = [...new Set(text.split(',').map((word) => word.trim()))];
  if (words.length === 1 && words[0] === 'none') return [];
  return words.map(
    (word) =>
      NOTIFY_WAYS.find((way) => way === word) ?? usage(`--notify ${text}: none, or some of ${NOTIFY_WAYS.join(', ')}`),
  );
}

export const common = (y: Argv): Argv<{ 'data-dir': string; json: boolean }> =>
  y
    .option('data-dir', {
      type: 'string',
      default: defaultDataDir(process.env),
      describe: 'where sessions, locks and logs live',
    })
    .option('json', { type: 'boolean', default: false, describe: 'one JSON document on stdout' });
