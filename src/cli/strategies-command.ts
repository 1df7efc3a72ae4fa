/** `chimera strategies …` as data for yargs. */
import type { Argv } from 'yargs';
import { common, type Finish } from './options.ts';

const EPILOGUE = `A strategy is a file in the folder "strategies" of the data directory:
  {"format": "chimera-tome-1", "name": "dip", "title": "A dip in a calm hour",
   "when": [{"block": "rsi", "oversold": 25}, {"block": "regime", "is": "calm"}],
   "unless": [{"block": "vote", "score": "decision.minScore"}]}
It has a direction when all blocks of "when" hold and agree on one, and none
where a block of "unless" holds or points the other way. A number may be a
figure of policy. Runs that start from then on take the files; one that runs
keeps what it started with. Which strategies count is policy:
  chimera policy set decision.strategies=confluence,dip
All others observe: they are asked and measured, and decide nothing.`;

export function addStrategies(yargs: Argv, finish: Finish): Argv {
  return yargs.command('strategies', 'what decides: those that ship, and your own', (y) =>
    addLists(addOnes(y, finish), finish).epilogue(EPILOGUE),
  );
}

function addLists(yargs: Argv, finish: Finish): Argv {
  return yargs
    .command(
      ['list', '$0'],
      'every strategy, and whether it counts',
      (y) => common(y),
      async (a) => {
        const { runStrategyList } = await import('./strategies.ts');
        finish(runStrategyList({ dataDir: a['data-dir'], json: a.json }));
      },
    )
    .command(
      'blocks',
      'what strategies are put together from',
      (y) => common(y),
      async (a) => {
        const { runBlockList } = await import('./strategies.ts');
        finish(runBlockList({ dataDir: a['data-dir'], json: a.json }));
      },
    );
}

function addOnes(yargs: Argv, finish: Finish): Argv {
  return yargs
    .command(
      'show <name>',
      'one strategy with the numbers it judges by; --json is its file',
      (y) => common(y).positional('name', { type: 'string', demandOption: true, describe: 'see chimera strategies' }),
      async (a) => {
        const { runStrategyShow } = await import('./strategies.ts');
        finish(runStrategyShow({ dataDir: a['data-dir'], json: a.json, name: a.name }));
      },
    )
    .command(
      'check <file>',
      'whether a file holds a strategy that could run',
      (y) => common(y).positional('file', { type: 'string', demandOption: true, describe: 'of a strategy, JSON' }),
      async (a) => {
        const { runStrategyCheck } = await import('./strategies.ts');
        finish(runStrategyCheck({ dataDir: a['data-dir'], json: a.json, file: a.file }));
      },
    );
}
