/** Commands that open a recording at one of its moments, as a person types them. */
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
  const where = root === defaultDataDir(process.env) ? [] : ['--data-dir', quoted(root)];
  return (seq) => ['chimera replay', session, ...runWords, '--at', seq, ...where].join(' ');
}

/** As a shell takes it for one word. */
const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
