/** What the console is told of models: what each said of a symbol at its last bar, and what they came to together. */
import type { EnsembleTrace, ModelVote } from '../engine/domain/index.ts';

export interface ModelAnswers {
  /** Serving ones in their order, then those in the shadow; empty in a run without any. */
  readonly models: readonly ModelVote[];
  readonly ensemble: EnsembleTrace | undefined;
}
