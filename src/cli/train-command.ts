/** `chimera train` as data for yargs. */
import type { Argv } from 'yargs';
import { MODEL_KINDS, type ModelKind } from '../../engine/domain/index.ts';
import { common, type Finish, microseconds, sessionName, symbolList, usage, wholeNumber } from './options.ts';

const DEFAULT_SEED = 1;
const MODEL_NAME = /^[a-z0-9][a-z0-9.-]{0,49}$/;

function kinds(text: string | undefined): ModelKind[] {
  if (text === undefined) return [...MODEL_KINDS];
  const words = [...new Set(text.split(',').map((word) => word.trim()))];
  return words.map(
    (word) => MODEL_KINDS.find((kind) => kind === word) ?? usage(`--kind ${text}: some of ${MODEL_KINDS.join(', ')}`),
  );
}

function modelName(text: string | undefined, session: string): string {
  if (text === undefined) return session.replaceAll('_', '-').slice(0, 50);
  return MODEL_NAME.test(text) ? text : usage('--name: small letters, digits, dots and dashes, at most 50 of them');
}

export function addTrain(yargs: Argv, finish: Finish): Argv {
  return yargs.command(
    'train <sessions..>',
    'train models on the closed bars of sessions, judge them on what they have not seen, and keep them as challengers',
    (y) =>
      common(y)
        .positional('sessions', { type: 'string', array: true, demandOption: true, describe: 'see chimera sessions' })
        .option('kind', {
          type: 'string',
          requiresArg: true,
          describe: `some of ${MODEL_KINDS.join(', ')}, comma-separated [default: all]`,
        })
        .option('instrument', {
          type: 'string',
          requiresArg: true,
          describe: 'symbols such as BTC/USDT, comma-separated [default: all of the sessions]',
        })
        .option('interval', {
          type: 'string',
          requiresArg: true,
          describe: "length of the bars, such as 1s or 1m [default: the sessions' own]",
        })
        .option('seed', { type: 'number', default: DEFAULT_SEED, describe: 'same bars and seed, same model' })
        .option('name', { type: 'string', requiresArg: true, describe: 'begins their names [default: the session]' })
        .option('out', {
          type: 'string',
          requiresArg: true,
          describe: 'a file for the one model of --kind, and its manifest beside it, instead of the registry',
        })
        .option('quick', { type: 'boolean', default: false, describe: 'fewer rounds and tests, for trying out' })
        .epilogue('Ctrl-C ends it: nothing is kept then. It makes way for an engine that runs beside it.'),
    async (a) => {
      const { runTrain } = await import('./train.ts');
      const sessions = a.sessions.map((name) => sessionName('sessions', name)!);
      if (new Set(sessions).size !== sessions.length) usage('a session is named twice');
      const chosen = kinds(a.kind);
      if (a.out !== undefined && chosen.length !== 1) usage('--out takes one model: name its --kind');
      finish(
        await runTrain({
          ...{ dataDir: a['data-dir'], json: a.json, sessions, kinds: chosen, out: a.out, quick: a.quick },
          instruments: a.instrument === undefined ? [] : symbolList(a.instrument),
          barIntervalUs: microseconds('interval', a.interval),
          seed: wholeNumber('seed', a.seed, 0, 0xffffffff),
          name: modelName(a.name, sessions[0]!),
        }),
      );
    },
  );
}
