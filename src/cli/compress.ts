/** `chimera sessions --compress`: makes the segments of one session that have ended small. */
import { compressSession, verifyJournal } from '../../logs/index.ts';
import { dataDirAt } from '../data-dir.ts';
import { CommandError, EXIT, type ExitCode } from '../exit-codes.ts';
import { asCommandError } from '../journal-faults.ts';
import { ownerOf } from '../owner.ts';
import { printJson, printSummary } from './output.ts';
import { manifestOf, sessionDirectory } from './session-files.ts';
import type { SessionsArguments } from './sessions.ts';

/** Only what holds is compressed, and never what an engine may be writing. */
export function runCompress(args: SessionsArguments & { readonly session: string }): ExitCode {
  const directory = sessionDirectory(args.dataDir, args.session);
  const dir = dataDirAt(args.dataDir);
  const owner = manifestOf(directory).complete ? undefined : ownerOf(dir);
  if (owner !== undefined)
    throw new CommandError(
      EXIT.refused,
      `${args.session} is not closed and an engine runs on ${dir.root} (${owner}): compress it when that has stopped`,
    );
  try {
    if (!verifyJournal(directory).holds)
      throw new CommandError(EXIT.verification, `${args.session} has lost its end, and is left as it is`);
    const { segments, bytes, compressedBytes } = compressSession(directory);
    const result = { session: args.session, segments, bytes, compressedBytes };
    if (args.json) printJson(result);
    else if (segments === 0) process.stdout.write(`${args.session}: no segment that has ended is left to compress\n`);
    else printSummary(`${args.session} compressed`, result);
    return EXIT.done;
  } catch (cause) {
    throw asCommandError(cause, 'writing');
  }
}
