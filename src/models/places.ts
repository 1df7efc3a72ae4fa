/** Where each model stands, told from all that was done with the models: one serves and one is in the shadow of each kind. */
import type { ModelKind } from '../../engine/domain/index.ts';

/**
 * challenger: waits · shadow: asked along, its votes recorded and not counted · serving: its votes count · stable-before: served
 * until another was promoted, and serves again after a rollback · muted: the engine found that it had drifted · retired: put away.
 */
const MODEL_STATES = ['challenger', 'shadow', 'serving', 'stable-before', 'muted', 'retired'] as const;
export type ModelState = (typeof MODEL_STATES)[number];

/** What can be done with a model: from which states, and where it stands afterwards; `same` leaves it where it is. */
const CHANGES = {
  evaluated: { from: MODEL_STATES, to: 'same' },
  shadowed: { from: ['challenger', 'stable-before', 'muted', 'retired'], to: 'shadow' },
  promoted: { from: ['challenger', 'shadow', 'stable-before', 'muted', 'retired'], to: 'serving' },
  restored: { from: ['stable-before'], to: 'serving' },
  withdrawn: { from: ['serving', 'shadow'], to: 'challenger' },
  muted: { from: ['serving', 'shadow'], to: 'muted' },
  retired: { from: ['challenger', 'shadow', 'serving', 'stable-before', 'muted'], to: 'retired' },
} as const satisfies Record<string, { readonly from: readonly ModelState[]; readonly to: ModelState | 'same' }>;

/** `added` comes first, and once; it makes a challenger. */
export const MODEL_CHANGES = ['added', ...(Object.keys(CHANGES) as Array<keyof typeof CHANGES>)] as const;
export type ModelChange = (typeof MODEL_CHANGES)[number];

/** One thing that was done. */
export interface Step {
  readonly model: string;
  readonly what: ModelChange;
}

export class Places {
  readonly #kinds: ReadonlyMap<string, ModelKind>;
  readonly #states = new Map<string, ModelState>();
  readonly #decided = new Set<ModelKind>();
  /** By kind: models that were displaced by a promotion, the latest last. */
  readonly #displaced = new Map<ModelKind, string[]>();

  /** Nothing done yet; `kinds` has every model's. */
  constructor(kinds: ReadonlyMap<string, ModelKind>) {
    this.#kinds = kinds;
  }

  state(model: string): ModelState | undefined {
    return this.#states.get(model);
  }

  /** Somebody has said by now which model of the kind serves. */
  isDecided(kind: ModelKind): boolean {
    return this.#decided.has(kind);
  }

  /** The model of a kind in a state that one at most is in. */
  holder(kind: ModelKind, state: 'serving' | 'shadow'): string | undefined {
    for (const [model, current] of this.#states) if (current === state && this.#kinds.get(model) === kind) return model;
    return undefined;
  }

  /** The one that served last before the one that serves, and still may; undefined without any. */
  lastStable(kind: ModelKind): string | undefined {
    return (this.#displaced.get(kind) ?? []).findLast((model) => this.#states.get(model) === 'stable-before');
  }

  /** Does a step. @returns why it cannot be done; then nothing is. */
  take({ model, what }: Step): string | undefined {
    const kind = this.#kinds.get(model);
    if (kind === undefined) return 'there is no such model';
    const state = this.#states.get(model);
    if (what === 'added') {
      if (state !== undefined) return 'it is there already';
      this.#states.set(model, 'challenger');
      return undefined;
    }
    if (state === undefined) return 'there is no such model';
    const { from, to } = CHANGES[what];
    if (!(from as readonly ModelState[]).includes(state)) return `it is ${state}`;
    if (what === 'restored' && this.holder(kind, 'serving') !== undefined) return 'another one serves';
    if (to === 'same') return undefined;
    this.#makeRoom(kind, to);
    this.#states.set(model, to);
    if (to === 'serving' || state === 'serving') this.#decided.add(kind);
    return undefined;
  }

  #makeRoom(kind: ModelKind, to: ModelState): void {
    if (to !== 'serving' && to !== 'shadow') return;
    const holder = this.holder(kind, to);
    if (holder === undefined) return;
    this.#states.set(holder, to === 'serving' ? 'stable-before' : 'challenger');
    if (to === 'serving') this.#displaced.set(kind, [...(this.#displaced.get(kind) ?? []), holder]);
  }
}
