/** Exit codes, and the error that ends a command with one clear line. */
export const EXIT = { done: 0, fault: 1, usage: 2, badInput: 3, verification: 4, venue: 5, refused: 6 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends the command: its message is the one line the user sees. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}
