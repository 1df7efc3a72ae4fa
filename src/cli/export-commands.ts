/** `chimera export` as data for yargs. */
import type { Argv } from 'yargs';
import { common, type Finish, sessionName, usage } from './options.ts';

export function addExport(yargs: Argv, finish: Finish): Argv {
  return yargs.command(
    'export [session]',
    'brain.db from the journals; with --csv the tables of one session as files, with --features its feature vectors',
    (y) =>
      common(y)
        .positional('session', { type: 'string', describe: 'the session to write' })
        .option('csv', { type: 'string', requiresArg: true, describe: 'new folder for a file of each table' })
        .option('features', { type: 'boolean', default: false, describe: 'the feature vector of every closed bar' })
        .option('format', {
          choices: ['csv', 'parquet'] as const,
          default: 'csv' as const,
          describe: 'of the features',
        })
        .option('out', { type: 'string', requiresArg: true, describe: 'new folder for the features' })
        .option('rebuild', { type: 'boolean', default: false, describe: 'make brain.db anew from all journals' }),
    async (a) => {
      const session = sessionName('session', a.session);
      const plain = { dataDir: a['data-dir'], json: a.json };
      if (a.features) {
        if (session === undefined || a.csv !== undefined || a.rebuild)
          usage('the features are of one session: chimera export SESSION --features --out FOLDER');
        const { runExportFeatures } = await import('./export-features.ts');
        finish(runExportFeatures({ ...plain, session, format: a.format, out: a.out }));
        return;
      }
      if (a.out !== undefined) usage('--out goes with --features');
      const { runExport } = await import('./export.ts');
      finish(runExport({ ...plain, session, csv: a.csv, rebuild: a.rebuild }));
    },
  );
}
