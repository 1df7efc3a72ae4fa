/** What a live run's host needs of the side that sends real orders: it is loaded only where there is one. */
import type { EngineConfig, EngineEvent, InputEncoder } from '../../engine/domain/index.ts';
import type { EngineState } from '../../engine/index.ts';
import type { FilePort } from '../../logs/index.ts';
import type { LiveView } from '../../state/view.ts';
import type { Clock } from '../clock.ts';
import type { Ownership } from '../owner.ts';
import type { EffectGate } from './effects.ts';
import type { OpenedVenue } from './open-venue.ts';

export interface TradingSideOptions {
  readonly config: EngineConfig;
  readonly state: EngineState;
  readonly gate: EffectGate;
  /** Sends an input to the engine: now, or when the one under way is done. */
  readonly input: (write: (encoder: InputEncoder) => void) => void;
  readonly nowUs: () => number;
  readonly notice: (level: 'info' | 'warn' | 'error', text: string) => void;
}

export interface TradingSide {
  start(): void;
  /** Every event of the engine, in order. */
  onEvent(event: EngineEvent): void;
  /** Does what is due. */
  tick(nowUs: number): void;
  view(nowUs: number): LiveView;
  close(): void;
}

/** What was opened before, and what tests put in the place of the real ones. */
export interface LiveHostParts {
  readonly venue?: VenueParts;
  readonly files?: FilePort;
  readonly gate?: EffectGate;
}

/** A venue that has been opened, under an ownership that was taken for it. */
export interface VenueParts {
  readonly owner: Ownership;
  /** By which the venue's side tells time. */
  readonly clock: Clock;
  readonly opened: OpenedVenue;
  /** Sends real orders; undefined on paper. */
  readonly trading: ((options: TradingSideOptions) => TradingSide) | undefined;
}
