/** The terminal while the console has it: taken over, written to by frames, read from, and given back. */
import { CellDiffStdout } from '../terminal/cell-diff-stdout.ts';
import { ENTER_TERMINAL, KEEP_TITLE } from '../terminal/modes.ts';
import { ScreenTurns } from '../terminal/screen-turns.ts';
import { type EndCause, guardTerminal } from '../terminal/terminal-guard.ts';
import { AsyncTerminalWriter, openSink } from '../terminal/terminal-writer.ts';

export interface TerminalSessionOptions {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream & { readonly fd: number };
  readonly onInput: (chunk: string) => void;
  /** Told before Ink is, so that the screen is laid out anew once only. */
  readonly onResize: (columns: number, rows: number) => void;
  /** Asked to stop from outside: the owner hides the console, for a stopped process is a stopped engine. */
  readonly onStop: () => void;
  /** The process was stopped all the same and goes on: the terminal is ours again. */
  readonly onContinue: () => void;
  /** A signal or fault came; the terminal is restored. */
  readonly onEnd: (cause: EndCause) => void;
  /** The terminal takes or gives nothing any more. */
  readonly onLost: (error: Error) => void;
}

export interface TerminalSession {
  /** What Ink writes to. */
  readonly screen: CellDiffStdout;
  readonly writer: AsyncTerminalWriter;
  /** Who has the screen: the console, or what was there before. */
  readonly turns: ScreenTurns;
  /** Gives the terminal back; idempotent. */
  release(): void;
}

export function terminalSize(stdout: NodeJS.WriteStream): { readonly columns: number; readonly rows: number } {
  return { columns: Math.max(1, stdout.columns || 80), rows: Math.max(1, stdout.rows || 24) };
}

export function openTerminal(options: TerminalSessionOptions): TerminalSession {
  const { stdin, stdout, onInput, onLost } = options;
  const { columns, rows } = terminalSize(stdout);
  const writer: AsyncTerminalWriter = new AsyncTerminalWriter(openSink(stdout.fd), {
    onIdle: () => turns.next(),
    // Later: the first write may fail before the caller has put everything together.
    onDead: (error) => setImmediate(onLost, error),
  });
  const screen = new CellDiffStdout(writer, columns, rows);
  const turns = new ScreenTurns(writer, screen, stdin);
  const guard = guardTerminal({
    fd: stdout.fd,
    stdin,
    leaveText: () => turns.leaveText,
    onStop: options.onStop,
    onContinue: options.onContinue,
    stopOutput() {
      screen.close();
      writer.close();
    },
    onEnd: options.onEnd,
  });
  const onInputEnd = (): void => onLost(new Error('the terminal gives no input any more'));
  const onResize = (): void => {
    const size = terminalSize(stdout);
    options.onResize(size.columns, size.rows);
    screen.resize(size.columns, size.rows);
  };
  writer.write(`${KEEP_TITLE}${ENTER_TERMINAL}`);
  stdin.setEncoding('utf8');
  stdin.setRawMode?.(true);
  stdin.on('data', onInput);
  stdin.on('end', onInputEnd);
  // One that a console before this one has paused does not begin to flow by itself.
  stdin.resume();
  // Not taken away again: a stream whose error nobody hears would throw.
  stdin.on('error', onLost);
  stdout.on('error', onLost);
  stdout.on('resize', onResize);
  return {
    screen,
    writer,
    turns,
    release() {
      guard.dispose();
      stdin.off('data', onInput);
      stdin.off('end', onInputEnd);
      stdin.pause();
      stdout.off('resize', onResize);
    },
  };
}
