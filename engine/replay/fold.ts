/** Folding a whole session at full speed: the headless replay, and the oracle of every other way. */

import { createState, type EngineState } from '../core/state.ts';
import { createEngine, type Engine } from '../core/step.ts';
import type { EngineConfig, EngineEvent } from '../domain/index.ts';
import { type ModelLibrary, NO_MODELS } from '../models/library.ts';
import { ForkedSource } from './fork.ts';
import { type ForkAnswers, ForkedRun } from './forked-run.ts';
import type { InputSource } from './source.ts';

/** Folds inputs in slices, so that a host can report progress between them. */
export class Fold {
  readonly #engine: Engine;
  readonly #source: InputSource;
  readonly #run: ForkedRun;
  readonly #onEvent: (event: EngineEvent) => void;
  #cursor = 0;

  /** `base` is the state to begin with: what `Arena.save` gives. */
  constructor(
    source: InputSource,
    config: EngineConfig,
    onEvent: (event: EngineEvent) => void,
    base?: Uint8Array,
    models: ModelLibrary = NO_MODELS,
  ) {
    this.#source = source;
    this.#run = new ForkedRun(source instanceof ForkedSource ? source : new ForkedSource(source), models);
    this.#engine = createEngine(createState(config), models);
    if (base !== undefined) this.#engine.state.arena.load(base);
    this.#onEvent = onEvent;
  }

  get cursor(): number {
    return this.#cursor;
  }

  get state(): EngineState {
    return this.#engine.state;
  }

  /** What has become of the recorded answers of a fork; undefined where nothing is forked so far. */
  get answers(): ForkAnswers | undefined {
    return this.#run.answers(this.#cursor);
  }

  /** Folds at most `inputs` more. @returns true while there is more. */
  run(inputs: number): boolean {
    const end = Math.min(this.#cursor + inputs, this.#source.count);
    while (this.#cursor < end) {
      const events = this.#run.step(this.#engine, this.#cursor);
      this.#cursor++;
      for (let i = 0; i < events.length; i++) this.#onEvent(events[i]!);
    }
    return this.#cursor < this.#source.count;
  }
}
