/** Puts into a running engine what the registry says: a model is on the session's disk first, then an input names it. */
import {
  type EngineEvent,
  MODEL_CHANGES,
  MODEL_ID_WORDS,
  MODEL_KINDS,
  MODEL_ROLES,
  type ModelChange,
  type ModelKind,
  type ModelRole,
  modelIdAt,
  modelPlace,
} from '../../engine/domain/index.ts';
import { CommandError } from '../exit-codes.ts';
import type { ModelEntry, ModelRegistry } from '../models/registry.ts';
import { keepInSessionPooled, type SessionModels } from '../models/session-models.ts';
import type { Recorder } from './recorder.ts';
import type { Sequencer } from './sequencer.ts';

/** What a change of the registry's is called in an input. */
const CHANGE_OF: Readonly<Record<string, ModelChange>> = { promoted: 'promote', restored: 'rollback' };

type DeskSequencer = Pick<Sequencer, 'state' | 'encoder' | 'accept'>;
type DeskRecorder = Pick<Recorder, 'directory' | 'failure'>;
type ModelEvent = Extract<EngineEvent, { kind: 'model' }>;

/** An input has asked for it; else the engine has found a reason. */
const isAsked = (reason: string): boolean => MODEL_CHANGES.some((change) => change === reason);

export class ModelDesk {
  readonly #registry: ModelRegistry;
  readonly #models: SessionModels;
  readonly #sequencer: DeskSequencer;
  readonly #recorder: DeskRecorder;
  readonly #inputUs: () => number | undefined;
  /** Changes come one after the other, whoever asks for them. */
  #last: Promise<unknown> = Promise.resolve();

  /** `inputUs` gives the time of an input that comes now; undefined where the run takes none any more. */
  constructor(
    registry: ModelRegistry,
    models: SessionModels,
    sequencer: DeskSequencer,
    recorder: DeskRecorder,
    inputUs: () => number | undefined,
  ) {
    this.#registry = registry;
    this.#models = models;
    this.#sequencer = sequencer;
    this.#recorder = recorder;
    this.#inputUs = inputUs;
  }

  headerOf(id: string): ReturnType<SessionModels['headerOf']> {
    return this.#models.headerOf(id);
  }

  /** Brings the places of the engine to where the registry has them. @returns why not, in words; undefined where they are. */
  follow(): Promise<string | undefined> {
    return this.#after(() => this.#follow(undefined));
  }

  /** The same at the start of a run: models in the shadow, and those that serve since the run that it goes on from. */
  async deploy(trouble: (text: string) => void): Promise<void> {
    const why = await this.#after(() => this.#follow('deploy'));
    if (why !== undefined) trouble(`models are not as the registry has them: ${why}`);
  }

  /** Lets the last stable model of a kind serve again, in registry and engine, and tells of it. */
  async rollBack(kind: ModelKind, tell: (level: 'info' | 'warn', text: string) => void): Promise<void> {
    let told = '';
    const why = await this.#after(async () => {
      const { left, serves } = await this.#registry.rollbackPooled(kind, 'rolled back at the console');
      told = `${serves.name} serves again in the place of ${left.name}${this.#unlessWithheld(serves)}`;
      return this.#follow(undefined);
    });
    if (why === undefined) tell('info', told);
    else tell('warn', `not rolled back: ${why}`);
  }

  /**
   * The engine has muted a model that serves: the last stable one does in its place, in registry and engine. Without one the registry
   * stays as it is, for another run may find otherwise.
   */
  onEvent(event: EngineEvent, tell: (level: 'warn', text: string) => void): void {
    if (event.kind !== 'model' || event.role !== 'serve' || isAsked(event.reason)) return;
    void this.#replaceMuted(event, tell);
  }

  async #replaceMuted({ model, id, reason }: ModelEvent, tell: (level: 'warn', text: string) => void): Promise<void> {
    let told = '';
    const why = await this.#after(async () => {
      if (this.#registry.serving()[model] !== id) return this.#follow(undefined);
      const { left, serves } = await this.#registry.mute(model, `muted by the engine: ${reason}`);
      told = `${left.name} is muted (${reason}): ${serves.name} serves in its place${this.#unlessWithheld(serves)}`;
      return this.#follow(undefined);
    });
    if (why !== undefined) tell('warn', `${model} is muted (${reason}), and nothing serves in its place: ${why}`);
    else if (told !== '') tell('warn', told);
  }

  /** What is to be said as well of a model that the registry lets serve, and this market does not. */
  #unlessWithheld({ id, kind }: ModelEntry): string {
    return this.#registry.withheld()[kind] === id
      ? ', but not here: it has learnt from the simulated market alone'
      : '';
  }

  #after(act: () => Promise<string | undefined>): Promise<string | undefined> {
    const done = this.#last.then(act).catch((cause: unknown) => {
      if (cause instanceof CommandError) return cause.message;
      throw cause;
    });
    this.#last = done;
    return done;
  }

  async #follow(why: 'deploy' | undefined): Promise<string | undefined> {
    const wanted = { serve: this.#registry.serving(), shadow: this.#registry.shadows() };
    for (const role of MODEL_ROLES) {
      for (const kind of MODEL_KINDS) {
        const refused = await this.#put(kind, role, wanted[role][kind], why);
        if (refused !== undefined) return refused;
      }
    }
    return undefined;
  }

  async #put(
    kind: ModelKind,
    role: ModelRole,
    id: string | undefined,
    why: 'deploy' | undefined,
  ): Promise<string | undefined> {
    const { state, encoder } = this.#sequencer;
    if (modelIdAt(state.models.id, modelPlace(role, kind) * MODEL_ID_WORDS) === id) return undefined;
    if (id !== undefined) {
      const bytes = await this.#registry.bytesPooled(id);
      await keepInSessionPooled(this.#recorder.directory, bytes);
      // One that does not open is refused here, and not in a step.
      this.#models.open(id, bytes);
    }
    const atUs = this.#inputUs();
    if (atUs === undefined) return 'the engine is stopping';
    if (this.#recorder.failure !== undefined) return `the journal cannot be written: ${this.#recorder.failure.reason}`;
    encoder.model(kind, role, id, id === undefined ? 'remove' : (why ?? this.#changeOf(id)));
    this.#sequencer.accept(atUs);
    return undefined;
  }

  #changeOf(id: string): ModelChange {
    const last = this.#registry.events().findLast(({ model }) => model === id);
    return CHANGE_OF[last?.what ?? ''] ?? 'deploy';
  }
}
