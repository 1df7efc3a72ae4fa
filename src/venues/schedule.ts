/** Time and timers for what talks to a venue: the real ones in the product, virtual ones in simulations. */
export interface Schedule {
  /** Microseconds since 1970 that never go back. */
  nowUs(): number;
  /** Runs `task` once after `delayUs`; the returned function calls it off. */
  after(delayUs: number, task: () => void): () => void;
}
