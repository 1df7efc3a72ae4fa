/** A journal's fault as a command's one line with its exit code. */
import { JournalError, JournalRotError } from '../logs/index.ts';
import { CommandError, EXIT } from './exit-codes.ts';

/**
 * Rot is a failed verification, an unreadable file bad input, one that cannot be written a fault; anything else is
 * returned as it is.
 */
export function asCommandError(cause: unknown, doing: 'reading' | 'writing' = 'reading'): unknown {
  if (cause instanceof JournalRotError) return new CommandError(EXIT.verification, cause.message);
  if (cause instanceof JournalError)
    return new CommandError(doing === 'reading' ? EXIT.badInput : EXIT.fault, cause.message);
  return cause;
}
