/**
 * Gives the terminal back on every way out: normal end, signals, a throw, a rejection. After SIGKILL only a
 * launcher can.
 */
import fs from 'node:fs';
import { openNonBlocking } from './terminal-writer.ts';

export type EndCause =
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals }
  | { readonly kind: 'fault'; readonly error: unknown };

export interface TerminalGuardOptions {
  /** Descriptor of the terminal's output. */
  readonly fd: number;
  /** Raw mode is switched off on it. */
  readonly stdin: { setRawMode?(raw: boolean): unknown };
  /** The text that gives the terminal back as it is now. */
  readonly leaveText: () => string;
  /** A stop was asked for (SIGTSTP), which would stop the engine too; and something let the process go on (SIGCONT). */
  readonly onStop: () => void;
  readonly onContinue: () => void;
  /** Called first: stops further output. */
  readonly stopOutput: () => void;
  /** A signal or fault came and the terminal is restored; the process goes on until the owner ends it. */
  readonly onEnd: (cause: EndCause) => void;
}

export interface TerminalGuard {
  /** Restores the terminal, once. */
  restore(): void;
  /** Restores and takes the handlers away. */
  dispose(): void;
}

const ENDING_SIGNALS: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'];

/** Installs the handlers. */
export function guardTerminal(options: TerminalGuardOptions): TerminalGuard {
  let restored = false;
  const restore = (): void => {
    if (restored) return;
    restored = true;
    options.stopOutput();
    writeNow(options.fd, options.leaveText());
    try {
      options.stdin.setRawMode?.(false);
    } catch {
      // The terminal is gone: there is nothing left to restore.
    }
  };
  const end = (cause: EndCause): void => {
    restore();
    options.onEnd(cause);
  };
  const onSignal = (signal: NodeJS.Signals): void => end({ kind: 'signal', signal });
  const onFault = (error: unknown): void => end({ kind: 'fault', error });
  const { onStop, onContinue } = options;
  for (const signal of ENDING_SIGNALS) process.on(signal, onSignal);
  process.on('SIGTSTP', onStop);
  process.on('SIGCONT', onContinue);
  // A rejection that nobody handles becomes one of these.
  process.on('uncaughtException', onFault);
  process.on('exit', restore);
  return {
    restore,
    dispose() {
      restore();
      for (const signal of ENDING_SIGNALS) process.off(signal, onSignal);
      process.off('SIGTSTP', onStop);
      process.off('SIGCONT', onContinue);
      process.off('uncaughtException', onFault);
      process.off('exit', restore);
    },
  };
}

/**
 * Writes at once, but not to a terminal that takes nothing: an exit may not hang on it. Where the terminal may not
 * be opened again (it belongs to another user), the descriptor itself has to do.
 */
function writeNow(fd: number, text: string): void {
  const own = openNonBlocking(fd);
  try {
    fs.writeSync(own ?? fd, text);
  } catch {
    // Full or gone: nobody is reading.
  }
  if (own !== undefined) fs.closeSync(own);
}
