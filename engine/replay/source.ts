/** Random access to the inputs of a session: what time travel folds. */
import type { InputCursor } from '../domain/index.ts';

export interface InputSource {
  readonly count: number;
  /**
   * Places `cursor` on input `index` (0-based; sequences have no holes). The bytes stay valid until the next call of
   * this source.
   */
  seek(index: number, cursor: InputCursor): void;
  /** Receive time of input `index`. */
  timeAt(index: number): number;
}
