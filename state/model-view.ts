/** What the console is told of models: what each said of a symbol at its last bar, and what they came to together. */
import type { EnsembleTrace, ModelVote } from '../engine/domain/index.ts';
import type { ModelHealth } from '../engine/index.ts';

/** What became of a model's chances, and how its features lie: of all symbols together. */
export type ModelHealthView = ModelHealth;

export interface ModelAnswers {
  /** Serving ones in their order, then those in the shadow; empty in a run without any. */
  readonly models: readonly ModelVote[];
  readonly ensemble: EnsembleTrace | undefined;
}
