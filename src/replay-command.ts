/** Commands about a recording, as a person types them. */
import { defaultDataDir } from './data-dir.ts';

/**
 * By the input to stand behind. `runWords` name a fork; the data directory is named, at the end, where it is not the default
 * one.
 */
export function replayCommand(
  session: string,
  root: string,
  runWords: readonly string[] = [],
): (seq: number) => string {
  const where = dataDirWords(root);
  return (seq) => `${['chimera replay', session, ...runWords, '--at', seq].join(' ')}${where}`;
}

/** ` --data-dir DIRECTORY` behind any command; nothing where it is the default one. */
export const dataDirWords = (root: string): string =>
  root === defaultDataDir(process.env) ? '' : ` --data-dir ${quoted(root)}`;

/** As a shell takes it for one word. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
