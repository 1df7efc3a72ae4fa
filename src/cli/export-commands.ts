/** `chimera export` as data for yargs. */
import type { Argv } from 'yargs';
import { common, type Finish, sessionName } from './options.ts';

export function addExport(yargs: Argv, finish: Finish): Argv {
  return yargs.command(
    'export [session]',
    'brain.db from the journals; with --csv the tables of one session as files',
    (y) =>
      common(y)
        .positional('session', { type: 'string', describe: 'the session to write as CSV' })
        .option('csv', { type: 'string', requiresArg: true, describe: 'new folder for a file of each table' })
        .option('rebuild', { type: 'boolean', default: false, describe: 'make brain.db anew from all journals' }),
    async (a) => {
      const { runExport } = await import('./export.ts');
      const session = sessionName('session', a.session);
      finish(runExport({ dataDir: a['data-dir'], json: a.json, session, csv: a.csv, rebuild: a.rebuild }));
    },
  );
}
