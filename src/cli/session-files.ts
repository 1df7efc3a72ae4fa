/** Finding sessions below the data directory and telling their faults in one line. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  isSessionName,
  type LoadedSession,
  loadSession,
  readManifest,
  type SessionManifest,
} from '../../logs/index.ts';
import { dataDirAt } from '../data-dir.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { asCommandError } from '../journal-faults.ts';

/** Folder of a session that exists. */
export function sessionDirectory(dataDir: string, name: string): string {
  if (!isSessionName(name)) {
    throw new CommandError(
      EXIT.usage,
      `${JSON.stringify(name)} is no session name (a-z 0-9 . _ -); see \`chimera sessions\``,
    );
  }
  const directory = join(dataDirAt(dataDir).sessions, name);
  if (!existsSync(directory)) {
    throw new CommandError(
      EXIT.badInput,
      `there is no session ${name} in ${dataDirAt(dataDir).sessions}; see \`chimera sessions\``,
    );
  }
  return directory;
}

/** Reads what a session says of itself; faults as in {@link openSession}. */
export function manifestOf(directory: string): SessionManifest {
  try {
    return readManifest(directory);
  } catch (cause) {
    throw asCommandError(cause);
  }
}

/** Loads a session; rot ends the command with code 4, an unreadable file with 3. */
export function openSession(directory: string): LoadedSession {
  try {
    return loadSession(directory);
  } catch (cause) {
    throw asCommandError(cause);
  }
}
