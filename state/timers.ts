/** The clock and timers that the console is given: the real ones by the shell, made-up ones by tests. */

export interface Timers {
  /** Milliseconds on a clock that never goes back. */
  now(): number;
  /** Runs `task` once after `ms`; the returned function calls it off. */
  after(ms: number, task: () => void): () => void;
}
