/** `chimera completion` as data for yargs. */
import type { Argv } from 'yargs';
import type { Finish } from './options.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

const EPILOGUE = `Commands, options, what an option may be, and names of sessions:
  bash  eval "$(chimera completion bash)"     in ~/.bashrc
  zsh   eval "$(chimera completion zsh)"      in ~/.zshrc, after compinit
  fish  chimera completion fish > ~/.config/fish/completions/chimera.fish
The shell must find chimera in its PATH: npm link puts it there.`;

export function addCompletion(yargs: Argv, finish: Finish): Argv {
  return yargs.command(
    'completion <shell>',
    'a script by which a shell completes what you type',
    (y) => y.positional('shell', { choices: SHELLS, demandOption: true, describe: 'which one' }).epilogue(EPILOGUE),
    async (a) => {
      const { runCompletion } = await import('./completion-scripts.ts');
      finish(runCompletion(a.shell));
    },
  );
}
