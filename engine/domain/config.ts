/** The configuration under which a session is folded: with the inputs it determines every result. */
import { assert } from '../kernel/assert.ts';
import { hashText } from '../kernel/hash.ts';
import type { ControlMode } from './control.ts';
import type { InstrumentSpec } from './instrument.ts';
import type { ModelKind } from './models.ts';
import type { Policy } from './policy.ts';
import type { Tome } from './tome.ts';

export interface EngineConfig {
  /** Prefix of all ids that leave the engine. */
  readonly runId: string;
  readonly seed: number;
  readonly accountCurrency: string;
  /** Decimal text. */
  readonly startingCash: string;
  readonly control: ControlMode;
  readonly barIntervalUs: number;
  /** Price levels kept for each side of each book; farther ones are dropped. */
  readonly bookLevels: number;
  readonly instruments: readonly InstrumentSpec[];
  /** paper: orders are filled in the engine · external: they leave as events, and reports of a broker come back. */
  readonly venue: VenueKind;
  readonly policy: Policy;
  /** Every strategy of the run; those that ship where it is missing. */
  readonly strategies?: readonly Tome[] | undefined;
  /** Ids of the models that serve from the start; a kind that is missing has none, and a run without this has none at all. */
  readonly models?: Readonly<Partial<Record<ModelKind, string>>> | undefined;
}

export const VENUE_KINDS = ['paper', 'external'] as const;
export type VenueKind = (typeof VENUE_KINDS)[number];

/** Hash over the whole configuration, independent of the order of keys. */
export function configHash(config: EngineConfig): string {
  return hashText(canonical(config));
}

/** JSON with sorted keys. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value)
      .filter(([, v]) => v !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${canonical(v)}`).join(',')}}`;
  }
  const text = JSON.stringify(value);
  assert(text !== undefined, `a value of type ${typeof value} has no canonical text`);
  return text;
}
