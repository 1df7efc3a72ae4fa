/** Entry point: reads the command line, runs one command, turns every fault into one line and an exit code. */
import { enableCompileCache } from 'node:module';
import type { ExitCode } from './exit-codes.ts';

enableCompileCache();
process.env.NODE_ENV ??= 'production';
/** Nothing this program makes is for anybody else's eyes. */
process.umask(0o077);
/** A file that may not grow any further is an error of whoever writes to it, and not the end of an engine. */
process.on('SIGXFSZ', () => {});

if (process.argv[2] === 'kill') {
  const { killEarly } = await import('./control/early-kill.ts');
  killEarly(process.argv.slice(2), process.env);
}

const { commandLine } = await import('./cli/commands.ts');
const { CommandError, EXIT } = await import('./exit-codes.ts');
const { tell } = await import('./cli/output.ts');
const { redactText } = await import('../logs/redact.ts');

/** The last line of defence: what a message quotes may come from anywhere. */
function complain(message: string): void {
  tell(`chimera: ${redactText(message)}`);
}

let exitCode: ExitCode = EXIT.done;

/** `chimera … | head` closes the pipe early, and a terminal may hang up: neither is a fault of the command. */
process.stdout.on('error', (cause: NodeJS.ErrnoException) => {
  if (cause.code === 'EPIPE') process.exit(exitCode);
  if (cause.code !== 'EIO') throw cause;
});
process.stderr.on('error', () => {});

try {
  // The words that a shell asks about are not parsed: none of them may run.
  if (process.argv[2] === 'complete') await (await import('./cli/completion.ts')).runComplete(process.argv.slice(3));
  else
    await commandLine(process.argv.slice(2), (code) => {
      exitCode = code;
    }).parseAsync();
} catch (cause) {
  exitCode = cause instanceof CommandError ? cause.exitCode : EXIT.fault;
  const known = cause instanceof CommandError;
  complain(known ? cause.message : cause instanceof Error ? (cause.stack ?? cause.message) : String(cause));
}
process.exitCode = exitCode;
