/** One process that trades live at the exchange of the test, to be shot, stopped, or asked what it sees. */
import { type ChildProcess, fork } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ChildJob, ChildWord } from '../../fixtures/live-child.ts';

const PROGRAM = fileURLToPath(new URL('../../fixtures/live-child.ts', import.meta.url));
/** What is compiled once serves every life. */
const CACHE = join(tmpdir(), 'chimera-live-child-cache');
const SAYS_WITHIN_MS = 60_000;

export class Child {
  readonly #process: ChildProcess;
  #said: ChildWord[] = [];
  readonly #ended: Promise<void>;

  /** `flags` are Node's own. */
  constructor(job: ChildJob, flags: readonly string[] = []) {
    this.#process = fork(PROGRAM, [JSON.stringify(job)], {
      execArgv: ['--disable-warning=ExperimentalWarning', ...flags],
      env: { ...process.env, NODE_COMPILE_CACHE: CACHE },
    });
    this.#process.on('message', (word: ChildWord) => this.#said.push(word));
    this.#ended = new Promise((resolve) => this.#process.on('exit', () => resolve()));
  }

  heard<K extends ChildWord['kind']>(kind: K): Extract<ChildWord, { kind: K }> | undefined {
    return this.#said.find((word): word is Extract<ChildWord, { kind: K }> => word.kind === kind);
  }

  /** Why it does not say that: it ended, failed or takes too long. */
  async says(kind: ChildWord['kind']): Promise<string | undefined> {
    const give = AbortSignal.timeout(SAYS_WITHIN_MS);
    while (this.heard(kind) === undefined) {
      const failed = this.heard('failed');
      if (failed !== undefined) return failed.why;
      if (give.aborted || this.#process.exitCode !== null) return `the process never came to say ${kind}`;
      await pause(5);
    }
    return undefined;
  }

  /** What it sees now; undefined when it does not answer. */
  async look(): Promise<Extract<ChildWord, { kind: 'sees' }> | undefined> {
    this.#said = this.#said.filter(({ kind }) => kind !== 'sees');
    this.#process.send('look');
    for (let n = 0; n < 400 && this.heard('sees') === undefined; n++) await pause(5);
    return this.heard('sees');
  }

  ended(): Promise<void> {
    return this.#ended;
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#process.kill(signal);
  }

  async shoot(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#ended;
  }
}
