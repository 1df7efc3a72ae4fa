/**
 * `chimera kill` speaks to the engine before the command line is read: parsing it properly takes longer than the kill
 * is given. Only what can mean nothing else is taken; the command itself then finds the answer under way.
 */
import { type DataDir, dataDirAt, defaultDataDir } from '../data-dir.ts';
import { exchange } from './exchange.ts';

let early: { readonly socket: string; readonly answer: Promise<string | undefined> } | undefined;

/** Where `kill` and nothing but a data directory and `--json` is asked for: the directory; else undefined. */
export function plainKill(words: readonly string[], env: NodeJS.ProcessEnv): DataDir | undefined {
  const [command, ...rest] = words;
  const options = rest.filter((word) => word !== '--json').join('\n');
  const asked = /^--data-dir[=\n]([^-\n][^\n]*)$/.exec(options)?.[1];
  if (command !== 'kill' || (asked === undefined && options !== '')) return undefined;
  return dataDirAt(asked ?? defaultDataDir(env));
}

/** Sends the kill at once where it is plain. Whatever goes wrong is the command's to tell. */
export function killEarly(words: readonly string[], env: NodeJS.ProcessEnv): void {
  try {
    const dir = plainKill(words, env);
    if (dir === undefined) return;
    const answer = exchange(dir, 'kill');
    answer.catch(() => {});
    early = { socket: dir.socket, answer };
  } catch {
    // A directory that cannot be: the command says so.
  }
}

/** The answer to a kill that was sent already, once. */
export function earlyAnswer(dir: DataDir): Promise<string | undefined> | undefined {
  const taken = early?.socket === dir.socket ? early.answer : undefined;
  early = undefined;
  return taken;
}
