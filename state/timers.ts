/** The clock and timers that the console is given: the real ones by the shell, made-up ones by tests. */

export interface Timers {
  /** Milliseconds on a clock that never goes back. */
  now(): number;
  /** Milliseconds since 1970 by the wall clock, which may be set: for times that people read, and nothing else. */
  utcMs(): number;
  /** Runs `task` once after `ms`; the returned function calls it off. */
  after(ms: number, task: () => void): () => void;
}
