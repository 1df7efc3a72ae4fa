/** The commands around recorded sessions as data for yargs: import, sessions, verify. */
import type { Argv } from 'yargs';
import { INSTRUMENT_KINDS, type InstrumentKind } from '../../engine/domain/index.ts';
import { FORMATS, type FormatName } from '../importers/types.ts';
import { common, type Finish, SESSION_OPTION, sessionName, usage } from './options.ts';

export function addRecorded(yargs: Argv, finish: Finish): Argv {
  return addVerify(addSessions(addImport(yargs, finish), finish), finish);
}

function addSessions(yargs: Argv, finish: Finish): Argv {
  return yargs.command(
    'sessions',
    'list what is recorded; make a session small, or delete it',
    (y) =>
      common(y)
        .option('compress', {
          type: 'string',
          describe: 'compress the ended segments of this session (zstd): it verifies and replays as before',
        })
        .option('remove', { type: 'string', describe: 'delete this session, after its name was typed' })
        .option('yes', { type: 'string', describe: 'the name that --remove asks for, for scripts' }),
    async (a) => {
      const args = { dataDir: a['data-dir'], json: a.json };
      const compress = sessionName('compress', a.compress);
      if (compress !== undefined && a.remove !== undefined) usage('--compress and --remove are two commands');
      if (a.yes !== undefined && a.remove === undefined) usage('--yes belongs to --remove');
      if (compress !== undefined) {
        const { runCompress } = await import('./compress.ts');
        finish(runCompress({ ...args, session: compress }));
      } else if (a.remove !== undefined) {
        const { runRemove } = await import('./remove.ts');
        finish(await runRemove({ ...args, session: a.remove, yes: a.yes }));
      } else {
        const { runSessions } = await import('./sessions.ts');
        finish(await runSessions(args));
      }
    },
  );
}

function addVerify(yargs: Argv, finish: Finish): Argv {
  return yargs.command(
    'verify <session>',
    'check frames, hash chain, counts, and that replay gives the same',
    (y) =>
      common(y)
        .positional('session', SESSION_OPTION)
        .option('anchor', {
          type: 'boolean',
          default: false,
          describe: 'print the head of the chain, to be kept elsewhere',
        })
        .option('against', {
          type: 'string',
          requiresArg: true,
          describe: 'a head that was kept (the text, or a file of it): fails when the journal no longer holds it',
        }),
    async (a) => {
      const { runVerify } = await import('./verify.ts');
      const { session, anchor, against } = a;
      finish(runVerify({ dataDir: a['data-dir'], json: a.json, session, anchor, against }));
    },
  );
}

function addImport(yargs: Argv, finish: Finish): Argv {
  return yargs.command(
    'import <files..>',
    'recorded market data into a session',
    (y) =>
      common(y)
        .positional('files', { type: 'string', array: true, demandOption: true, describe: 'plain or gzip' })
        .option('out', { type: 'string', demandOption: true, describe: 'name of the session to make' })
        .option('instruments', {
          type: 'string',
          describe: "the venue's exchangeInfo, ccxt markets, or own list (JSON)",
        })
        .option('format', { choices: FORMATS, describe: 'layout of the data, where it cannot be told' })
        .option('symbol', { type: 'string', describe: 'symbol, where the data names none' })
        .option('market', { choices: INSTRUMENT_KINDS, describe: 'market, where the data does not tell' })
        .option('time-frame', { type: 'string', describe: 'one of several time frames in a file, such as 1m' })
        .option('max-bad-share', { type: 'number', describe: 'largest share of bad lines [default: 0.0001]' }),
    async (a) => {
      const { runImport } = await import('./import.ts');
      const share = a['max-bad-share'];
      if (share !== undefined && !(share >= 0 && share <= 1)) usage('--max-bad-share must be from 0 to 1');
      finish(
        await runImport({
          dataDir: a['data-dir'],
          files: a.files,
          out: sessionName('out', a.out) ?? usage('--out is missing'),
          instruments: a.instruments,
          format: a.format as FormatName | undefined,
          symbol: a.symbol,
          market: a.market as InstrumentKind | undefined,
          timeFrame: a['time-frame'],
          maxBadShare: share,
          json: a.json,
        }),
      );
    },
  );
}
