/** Tells in a running engine, once, that models are due to be trained anew. It trains nothing: that costs what trading needs. */
import { MODEL_ID_WORDS, MODEL_KINDS, modelIdAt } from '../../engine/domain/index.ts';
import type { EngineState } from '../../engine/index.ts';
import type { DataDir } from '../data-dir.ts';
import { CommandError } from '../exit-codes.ts';
import { dueText, type Taught, taughtModels } from '../models/retraining.ts';
import { type RetrainRules, retrainRules } from '../stores/training-store.ts';
import type { LiveStart } from './live-start.ts';
import { countsOf } from './view-builder.ts';

const LOOK_EVERY_MS = 60_000;

export class RetrainWatch {
  readonly #rules: RetrainRules | undefined;
  readonly #tell: (level: 'info' | 'warn', text: string) => void;
  /** Those that nothing has been told of. */
  #waiting: readonly Taught[] = [];
  #fault: string | undefined;
  #tradesBefore: number | undefined;
  #nextMs = 0;

  /** Reads what it needs from the disk, before the run takes inputs. */
  constructor(dir: DataDir, run: LiveStart, tell: (level: 'info' | 'warn', text: string) => void) {
    this.#tell = tell;
    try {
      this.#rules = retrainRules(dir);
      this.#waiting = taughtModels(dir, run.registry, this.#rules).map((taught) => withRun(taught, run));
    } catch (cause) {
      if (!(cause instanceof CommandError)) throw cause;
      this.#fault = `nothing is told of retraining: ${cause.message}`;
    }
  }

  /** Call often; it looks once a minute. */
  poll(state: EngineState, nowMs: number): void {
    if (this.#fault !== undefined) this.#tell('warn', this.#fault);
    this.#fault = undefined;
    if (this.#waiting.length === 0 || this.#rules === undefined || nowMs < this.#nextMs) return;
    this.#nextMs = nowMs + LOOK_EVERY_MS;
    const { trades } = countsOf(state);
    this.#tradesBefore ??= trades;
    const serving = MODEL_KINDS.map((_, k) => modelIdAt(state.models.id, k * MODEL_ID_WORDS));
    const left: Taught[] = [];
    for (const taught of this.#waiting) {
      // Another one serves by now: what was read at the start is not about it.
      if (!taught.ids.every((id) => serving.includes(id))) continue;
      const text = dueText(taught, this.#rules, nowMs, trades - this.#tradesBefore);
      if (text === undefined) left.push(taught);
      else this.#tell('info', text);
    }
    this.#waiting = left;
  }
}

/** The run itself is something new to learn from, where it is of the models' bars and market; its folder may be there already. */
function withRun(taught: Taught, { name, config, draft }: LiveStart): Taught {
  const isAlike = config.barIntervalUs === taught.barIntervalUs && (draft.venue === 'sim') === taught.simulated;
  if (!isAlike || taught.sessions.includes(name)) return taught;
  return { ...taught, sessions: [...taught.sessions, name], newRuns: taught.newRuns + 1 };
}
