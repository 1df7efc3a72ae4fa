/** The command line as data for yargs: what each command takes, and the module that carries it out. */
import createYargs, { type Argv } from 'yargs';
import { CONTROL_MODES, type ControlMode, parseMoney } from '../../engine/domain/index.ts';
import { BUILD } from '../build-info.ts';
import { CommandError, EXIT, type ExitCode } from '../exit-codes.ts';
import type { VenueJob } from '../host/job.ts';
import { type CommandWords, readCommandLine } from './command-words.ts';
import { addCompletion } from './completion-command.ts';
import { addDoctor } from './doctor-command.ts';
import { addExchange } from './exchange-commands.ts';
import { addExport } from './export-commands.ts';
import { addKeys } from './keys-command.ts';
import { addModels } from './models-commands.ts';
import {
  common,
  duration,
  type Finish,
  microseconds,
  notifyOption,
  notifyWays,
  SESSION_OPTION,
  sessionName,
  symbolList,
  usage,
  wholeNumber,
} from './options.ts';
import { printJson, printLine } from './output.ts';
import { addPolicy } from './policy-commands.ts';
import { refusalText, withoutItsValue } from './refusals.ts';
import { addRecorded } from './session-commands.ts';
import { addStrategies } from './strategies-command.ts';
import { addTrain } from './train-command.ts';

const DEFAULT_SYMBOLS = 'BTC/USDT:USDT,ETH/USDT:USDT,SOL/USDT:USDT,DOGE/USDT:USDT';
const DEFAULT_SPOT_SYMBOLS = 'BTC/USDT,ETH/USDT';

const LONGEST_WARMUP_MS = 3_600_000;

function warmup(text: string | undefined): number | undefined {
  // The one length of time that may be none at all.
  if (text === undefined || text.trim() === '0s') return text === undefined ? undefined : 0;
  const ms = duration('warmup', text) ?? 0;
  return ms <= LONGEST_WARMUP_MS ? ms : usage(`--warmup ${text}: from 0s to 1h`);
}

function cash(text: string): string {
  const value = parseMoney(text);
  return value !== undefined && value > 0n
    ? text.trim()
    : usage(`--cash ${text}: not an amount such as 10000 or 2500.50`);
}

const DEFAULT_SEED = 1;
const DEFAULT_CASH = '10000';
const DEFAULT_RATE = 120;
const DEFAULT_WARMUP_MS = 180_000;

const plainOption = {
  plain: { type: 'boolean', default: false, describe: 'for screen readers: one line for each event, commands by name' },
} as const;

const runOptions = {
  control: { choices: CONTROL_MODES, describe: 'who clears a trade [default: manual; auto with --headless]' },
  bar: { type: 'string', describe: 'bar interval, such as 500ms or 5m [default: 1s]' },
  headless: { type: 'boolean', default: false, describe: 'no console; also where there is no terminal' },
} as const;

const EPILOGUE = `chimera COMMAND --help tells what a command takes.
  chimera                                     on the simulated market, on paper
  chimera --venue binance --symbols BTC/USDT  prices of a venue, orders on paper
  chimera replay NAME                         step through a recorded session

CHIMERA_THEME: dark, light, contrast, colour-blind, mono.
CHIMERA_CHARTS: braille, block, ascii, for fonts without braille.

Exit codes: 0 done, 1 fault, 2 usage, 3 bad input data, 4 verification failed,
5 venue or network, 6 refused.`;

/** What a new run is given and one that goes on has: no defaults, so that it shows when one was given. */
const newRunOptions = {
  symbols: { type: 'string', describe: `comma-separated [default: ${DEFAULT_SYMBOLS}]` },
  seed: { type: 'number', describe: `seed of market and fills [default: ${DEFAULT_SEED}]` },
  cash: { type: 'string', describe: `starting cash [default: ${DEFAULT_CASH}]` },
  rate: { type: 'number', describe: `simulated market events per second [default: ${DEFAULT_RATE}]` },
} as const;

const SPOT: ReadonlySet<string> = new Set(['binance']);

const venueOptions = {
  venue: {
    type: 'string',
    describe: 'where prices come from: sim, binance (spot), binanceusdm, or an id of ccxt [default: sim]',
  },
  url: { type: 'string', describe: "another address for the venue's, such as ws://127.0.0.1:9000" },
  live: { type: 'boolean', default: false, describe: 'real orders, once the typed code has armed them' },
  keys: { type: 'string', describe: 'file of mode 0600 with the API key; default CHIMERA_API_KEY, CHIMERA_API_SECRET' },
} as const;

interface VenueWords {
  readonly venue: string | undefined;
  readonly url: string | undefined;
  readonly live: boolean;
  readonly keys: string | undefined;
  readonly seed: unknown;
  readonly rate: unknown;
  readonly warmup: unknown;
}

/** The venue asked for; undefined for the simulated one. A run that goes on has its own. */
function venueJob(a: VenueWords, continues: string | undefined): VenueJob | undefined {
  const { venue = 'sim', url, live, keys } = a;
  if (continues !== undefined) {
    if (a.venue !== undefined || live) usage('--venue and --live belong to the run that --continue goes on with');
    return { name: '', url, live: false, keys };
  }
  if (venue === 'sim') {
    for (const name of ['url', 'keys'] as const)
      if (a[name] !== undefined) usage(`--${name} is of a real venue: name it with --venue`);
    if (live) usage('--live needs a real venue: --venue binance or --venue binanceusdm');
    return undefined;
  }
  if (!/^[a-z0-9]{2,30}$/.test(venue)) usage('--venue: sim, binance, binanceusdm, or an id of ccxt');
  for (const name of ['rate', 'warmup'] as const)
    if (a[name] !== undefined) usage(`--${name} is of the simulated venue`);
  return { name: venue, url, live, keys };
}

/** The session to go on from, empty for the newest; undefined for a new run. */
function continuedSession(
  a: Readonly<Record<keyof typeof newRunOptions | 'bar' | 'continue', unknown>>,
): string | undefined {
  if (typeof a.continue !== 'string') return undefined;
  for (const name of ['symbols', 'seed', 'cash', 'rate', 'bar'] as const)
    if (a[name] !== undefined) usage(`--${name} belongs to the run that --continue goes on with: leave it away`);
  return a.continue === '' ? '' : sessionName('continue', a.continue);
}

/**
 * The command line `words`, to be parsed and carried out; `finish` gets the exit code of the command that ran. What is
 * wrong with them is thrown, or rejects, as a {@link CommandError} of one line.
 */
export function commandLine(words: readonly string[], finish: Finish): Argv {
  const refuse = (why: string): never => usage(refusalText(why, words, wholeLine()));
  return (
    addCommands(createYargs([...words]).scriptName('chimera'), finish)
      .strict()
      .check(refuseTwice)
      .check(() => {
        const name = withoutItsValue(words, wholeLine);
        return name === undefined || refuse(`Not enough arguments following: ${name}`);
      })
      // A word of `chimera policy` too: yargs would take it from there.
      .version(false)
      .help()
      .fail((message, cause) => {
        if (cause !== undefined && cause.name !== 'YError') throw cause;
        refuse(cause?.message ?? message);
      })
      .exitProcess(false)
  );
}

/** What the line takes, as data. */
export const wholeLine = (): CommandWords => readCommandLine((listener) => addCommands(listener, () => {}));

/** What may be several by its nature. */
const LISTS: ReadonlySet<string> = new Set(['_', 'files', 'figures', 'fault', 'balance', 'sessions']);

/** An option that is given twice would come as a list: which of the two is meant is not guessed. */
function refuseTwice(words: Readonly<Record<string, unknown>>): true {
  const twice = Object.keys(words).find((name) => Array.isArray(words[name]) && !LISTS.has(name));
  if (twice !== undefined) throw new CommandError(EXIT.usage, `--${twice} is given more than once`);
  return true;
}

/** Every command, with what it takes. */
export function addCommands(yargs: Argv, finish: Finish): Argv {
  const adds = [
    addConsole,
    addReplay,
    addExplain,
    addControl,
    addRecorded,
    addExport,
    addTrain,
    addPolicy,
    addStrategies,
    addModels,
    addKeys,
    addDoctor,
    addExchange,
    addCompletion,
  ];
  return adds.reduce((line, add) => add(line, finish), yargs);
}

function addConsole(yargs: Argv, finish: Finish): Argv {
  return yargs.command(
    ['$0', 'console'],
    'the console: on the embedded simulated venue, or on a real one',
    (y) =>
      common(y)
        .options(venueOptions)
        .options(runOptions)
        .options(newRunOptions)
        .options(plainOption)
        .options(notifyOption)
        .option('session', { type: 'string', describe: 'name of the recording; default is the UTC start' })
        .option('continue', {
          type: 'string',
          describe: 'go on from this session (default the newest): its market, bars, policy, orders and positions',
        })
        .option('warmup', {
          type: 'string',
          describe: 'simulated market history before the start, 0s to 1h [default: 3m]',
        })
        .option('for', { type: 'string', describe: 'end by itself after this time, such as 60s' })
        .option('version', { type: 'boolean', default: false, describe: 'name this build and do nothing' })
        .epilogue(EPILOGUE),
    async (a) => {
      if (a.version) return finish(printVersion(a.json));
      const { runConsole } = await import('./console.ts');
      const continues = continuedSession(a);
      finish(
        await runConsole({
          dataDir: a['data-dir'],
          venue: venueJob(a, continues),
          symbols: symbolList(a.symbols ?? (SPOT.has(a.venue ?? 'sim') ? DEFAULT_SPOT_SYMBOLS : DEFAULT_SYMBOLS)),
          control: a.control as ControlMode | undefined,
          seed: wholeNumber('seed', a.seed ?? DEFAULT_SEED, 0, 0xffffffff),
          bar: microseconds('bar', a.bar) ?? 1_000_000,
          cash: cash(a.cash ?? DEFAULT_CASH),
          rate: wholeNumber('rate', a.rate ?? DEFAULT_RATE, 1, 20_000),
          session: sessionName('session', a.session),
          continues,
          headless: a.headless,
          forMs: duration('for', a.for),
          warmupMs: warmup(a.warmup) ?? DEFAULT_WARMUP_MS,
          json: a.json,
          plain: a.plain,
          notify: notifyWays(a.notify),
        }),
      );
    },
  );
}

/** A recorded run has its own of these. */
const importOptions = {
  control: { choices: CONTROL_MODES, describe: 'of an import: who clears a trade [default: auto]' },
  bar: { type: 'string', describe: 'of an import: bar interval, such as 1s or 5m [default: its own]' },
  seed: { type: 'number', default: DEFAULT_SEED, describe: 'of an import: seed of fills' },
  cash: { type: 'string', default: DEFAULT_CASH, describe: 'of an import: starting cash' },
  run: { type: 'string', describe: 'a fork of it that you made, such as NAME-fork-1' },
} as const;

interface ImportWords {
  readonly control: string | undefined;
  readonly bar: string | undefined;
  readonly seed: number;
  readonly cash: string;
  readonly run: string | undefined;
}

const runOf = (a: ImportWords) => ({
  control: a.control as ControlMode | undefined,
  bar: microseconds('bar', a.bar),
  seed: wholeNumber('seed', a.seed, 0, 0xffffffff),
  cash: cash(a.cash),
  run: a.run,
});

function addReplay(yargs: Argv, finish: Finish): Argv {
  return yargs.command(
    'replay <session>',
    'step through a recorded session; --headless folds it and prints the result',
    (y) =>
      common(y)
        .positional('session', SESSION_OPTION)
        .options(importOptions)
        .option('headless', { type: 'boolean', default: false, describe: 'no console: print what came of it' })
        .options(plainOption)
        .option('at', {
          type: 'string',
          requiresArg: true,
          describe: 'stand there at the start: a sequence number, or a time such as 14:03:22',
        }),
    async (a) => {
      const { runReplay } = await import('./replay.ts');
      const { 'data-dir': dataDir, session, headless, json, at, plain } = a;
      finish(await runReplay({ dataDir, session, ...runOf(a), headless, json, at, plain }));
    },
  );
}

const LARGEST_ID = 2 ** 48;

/** The words that make this run anew, but for those that say what is so anyway. */
function wordsOf(a: ImportWords): string[] {
  const { control, bar, run } = a;
  const seed = a.seed === DEFAULT_SEED ? undefined : a.seed;
  const startingCash = a.cash === DEFAULT_CASH ? undefined : a.cash;
  return Object.entries({ control, bar, seed, cash: startingCash, run }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, String(value)],
  );
}

function addExplain(yargs: Argv, finish: Finish): Argv {
  return yargs.command(
    'explain <session>',
    'one decision layer by layer: votes, gates, orders, result, and what would have changed it',
    (y) =>
      common(y)
        .positional('session', SESSION_OPTION)
        .option('decision', {
          type: 'number',
          demandOption: true,
          describe:
            'its number: the 12 of d12 in a line of the log; chimera export has all of them, in the table decisions',
        })
        .options(importOptions),
    async (a) => {
      const { runExplain } = await import('./explain.ts');
      const { 'data-dir': dataDir, session, json } = a;
      const decision = wholeNumber('decision', a.decision, 0, LARGEST_ID);
      finish(runExplain({ dataDir, session, ...runOf(a), decision, json, runWords: wordsOf(a) }));
    },
  );
}

function printVersion(json: boolean): ExitCode {
  if (json) printJson({ build: BUILD });
  else printLine(BUILD);
  return EXIT.done;
}

function addControl(yargs: Argv, finish: Finish): Argv {
  return yargs
    .command(
      'attach',
      'a console on an engine that runs headless or has lost its own',
      (y) => common(y).options(plainOption).options(notifyOption),
      async (a) => {
        const { runAttach } = await import('./console.ts');
        finish(await runAttach(a['data-dir'], { plain: a.plain, notify: notifyWays(a.notify) }));
      },
    )
    .command(
      'status',
      'what a running engine says about itself',
      (y) => common(y),
      async (a) => {
        const { runStatus } = await import('./control.ts');
        finish(await runStatus({ dataDir: a['data-dir'], json: a.json }));
      },
    )
    .command(
      'kill',
      'stop entries, cancel what can increase exposure; survives restarts',
      (y) =>
        common(y)
          .option('flatten', { type: 'boolean', default: false, describe: 'second step: close all positions' })
          .epilogue('Needs no console. Where no engine runs the next one starts halted; chimera resume clears a halt.'),
      async (a) => {
        const { runKill } = await import('./control.ts');
        finish(await runKill({ dataDir: a['data-dir'], json: a.json, flatten: a.flatten }));
      },
    )
    .command(
      'resume',
      'clear a halt, after a typed phrase',
      (y) => common(y).option('confirm', { type: 'string', describe: 'the phrase "resume trading", for scripts' }),
      async (a) => {
        const { runResume } = await import('./control.ts');
        finish(await runResume({ dataDir: a['data-dir'], json: a.json, confirm: a.confirm }));
      },
    );
}
