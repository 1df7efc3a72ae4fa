/** `chimera models …` as data for yargs. */
import type { Argv } from 'yargs';
import { MODEL_KINDS, type ModelKind } from '../../engine/domain/index.ts';
import { common, type Finish, microseconds, usage } from './options.ts';

const MODEL = {
  type: 'string',
  demandOption: true,
  describe: 'its name, its id, or the first digits of it: see chimera models list',
} as const;

const KIND = { choices: MODEL_KINDS, demandOption: true, describe: 'the kind of model' } as const;

/** Longer ones are cut where they are kept; nobody types one by mistake. */
const LONGEST_REASON = 200;

export function addModels(yargs: Argv, finish: Finish): Argv {
  return yargs.command('models', 'the models that vote: what they are worth, which of them serve', (y) =>
    addPlacing(addTaking(addReading(y, finish), finish), finish),
  );
}

function addReading(yargs: Argv, finish: Finish): Argv {
  return yargs
    .command(
      ['list', '$0'],
      'every model: where it stands, and what it was worth on bars that it had not seen',
      (y) => common(y),
      async (a) => {
        const { runModelsList } = await import('./models.ts');
        finish(runModelsList({ dataDir: a['data-dir'], json: a.json }));
      },
    )
    .command(
      'show <model>',
      'the report of one model: data, plan, folds, figures, comparison, and all that was done with it',
      (y) => common(y).positional('model', MODEL),
      async (a) => {
        const { runModelsShow } = await import('./models.ts');
        finish(runModelsShow({ dataDir: a['data-dir'], json: a.json, model: a.model }));
      },
    );
}

function addTaking(yargs: Argv, finish: Finish): Argv {
  return yargs
    .command(
      'add <file>',
      'take in a model that was trained elsewhere, such as with XGBoost or LightGBM in Python, as a challenger',
      (y) =>
        common(y)
          .positional('file', { type: 'string', demandOption: true, describe: 'a saved model over the 64 features' })
          .option('kind', KIND)
          .option('bar', {
            type: 'string',
            default: '1s',
            describe: 'the bars that it was trained on, such as 1s or 5m',
          })
          .option('name', { type: 'string', requiresArg: true, describe: 'what to call it [default: by its kind]' }),
      async (a) => {
        const { runModelsAdd } = await import('./models.ts');
        const { file, kind, name } = a;
        const barIntervalUs = microseconds('bar', a.bar) ?? 0;
        const args = { dataDir: a['data-dir'], json: a.json };
        finish(runModelsAdd({ ...args, file, kind: kind as ModelKind, name, barIntervalUs }));
      },
    )
    .command(
      'shadow <model>',
      'ask it along from now on: its votes are recorded and do not count',
      (y) => common(y).positional('model', MODEL),
      async (a) => {
        const { runModelsShadow } = await import('./models.ts');
        finish(await runModelsShadow({ dataDir: a['data-dir'], json: a.json, model: a.model }));
      },
    )
    .command(
      'retire <model>',
      'put it away: it is asked no more, and the place that it had is empty',
      (y) => common(y).positional('model', MODEL),
      async (a) => {
        const { runModelsRetire } = await import('./models.ts');
        finish(await runModelsRetire({ dataDir: a['data-dir'], json: a.json, model: a.model }));
      },
    );
}

function addPlacing(yargs: Argv, finish: Finish): Argv {
  return yargs
    .command(
      'promote <model>',
      'let it serve in the place of the one that does, where its figures say that it is better',
      (y) =>
        common(y)
          .positional('model', MODEL)
          .option('without-evidence', {
            type: 'boolean',
            default: false,
            describe: 'although its figures do not say so: kept, and shown for ever',
          })
          .option('reason', { type: 'string', requiresArg: true, describe: 'why, with --without-evidence' }),
      async (a) => {
        const { runModelsPromote } = await import('./models.ts');
        const insists = a['without-evidence'];
        const reason = a.reason?.trim();
        if (insists && !reason) usage('--without-evidence needs --reason "why"');
        if (!insists && reason !== undefined) usage('--reason belongs to --without-evidence');
        if (reason !== undefined && reason.length > LONGEST_REASON)
          usage(`--reason: at most ${LONGEST_REASON} letters`);
        const args = { dataDir: a['data-dir'], json: a.json, model: a.model };
        finish(await runModelsPromote({ ...args, insistsBecause: insists ? reason : undefined }));
      },
    )
    .command(
      'rollback <kind>',
      'let the last stable model of a kind serve again',
      (y) => common(y).positional('kind', KIND),
      async (a) => {
        const { runModelsRollback } = await import('./models.ts');
        finish(await runModelsRollback({ dataDir: a['data-dir'], json: a.json, kind: a.kind as ModelKind }));
      },
    );
}
