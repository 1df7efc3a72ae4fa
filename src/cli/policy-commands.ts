/** `chimera policy …` as data for yargs. */
import type { Argv } from 'yargs';
import { common, type Finish, usage } from './options.ts';

const MOST_VERSIONS = 1_000_000;

function version(value: number | undefined): number | undefined {
  if (Number.isNaN(value))
    usage('chimera policy takes show, history, set, rollback, or a version: see chimera policy --help');
  if (value !== undefined && !(Number.isSafeInteger(value) && value >= 1 && value <= MOST_VERSIONS))
    usage('a version is a whole number from 1: see chimera policy history');
  return value;
}

export function addPolicy(yargs: Argv, finish: Finish): Argv {
  return yargs.command('policy', 'the figures under which the engine trades', (y) =>
    addReading(addChanging(y, finish), finish),
  );
}

function addReading(yargs: Argv, finish: Finish): Argv {
  return yargs
    .command(
      ['show [version]', '$0'],
      'every figure with its bounds: what is in force, or an older version',
      (y) => common(y).positional('version', { type: 'number', describe: 'an older one: see chimera policy history' }),
      async (a) => {
        const { runPolicyShow } = await import('./policy.ts');
        finish(runPolicyShow({ dataDir: a['data-dir'], json: a.json, version: version(a.version) }));
      },
    )
    .command(
      'history',
      'every version: who changed what, and when',
      (y) => common(y),
      async (a) => {
        const { runPolicyHistory } = await import('./policy.ts');
        finish(runPolicyHistory({ dataDir: a['data-dir'], json: a.json }));
      },
    );
}

function addChanging(yargs: Argv, finish: Finish): Argv {
  return yargs
    .command(
      'set <figures..>',
      'change figures, such as risk.maxDrawdownPct=15: all of them or none',
      (y) =>
        common(y).positional('figures', {
          type: 'string',
          array: true,
          demandOption: true,
          describe: 'NAME=VALUE, as chimera policy show names them',
        }),
      async (a) => {
        const { runPolicySet } = await import('./policy.ts');
        finish(runPolicySet({ dataDir: a['data-dir'], json: a.json, figures: a.figures }));
      },
    )
    .command(
      'rollback [version]',
      'put an older version in force again: the one before, unless another is named',
      (y) => common(y).positional('version', { type: 'number', describe: 'which: see chimera policy history' }),
      async (a) => {
        const { runPolicyRollback } = await import('./policy.ts');
        finish(runPolicyRollback({ dataDir: a['data-dir'], json: a.json, version: version(a.version) }));
      },
    );
}
