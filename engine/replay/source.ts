/** Random access to the inputs of a session: what time travel folds. */
import type { InputCursor } from '../domain/index.ts';

export interface InputSource {
  readonly count: number;
  /** Places `cursor` on input `index` (0-based; its sequence is `index + 1`). The bytes stay valid until the next seek. */
  seek(index: number, cursor: InputCursor): void;
  /** Receive time of input `index`. */
  timeAt(index: number): number;
}
