/** `chimera keys` as data for yargs. */
import type { Argv } from 'yargs';
import { common, type Finish } from './options.ts';

const EPILOGUE = `Keys of your own stand in key-bindings.json in the data
directory:
  {"formatVersion": 1, "keys": {"zoom": "Z", "next-proposal": ["n", "Ctrl-N"]}}
By the name of a command (second column) one key or several, as they are shown
here; a command without a name has fixed keys. They are read when a console
starts, which refuses the file with exit code 3 where it names an unknown
command or key, gives two commands the same key where both are heard, takes
Ctrl-K or Ctrl-C away, or puts what acts on Enter, Space, Esc or an arrow up or
down. Keys for kill are further ones: Ctrl-K stays.`;

export function addKeys(yargs: Argv, finish: Finish): Argv {
  return yargs.command(
    'keys',
    'every key of the console, with those of your own',
    (y) => common(y).epilogue(EPILOGUE),
    async (a) => {
      const { runKeys } = await import('./keys.ts');
      finish(runKeys({ dataDir: a['data-dir'], json: a.json }));
    },
  );
}
