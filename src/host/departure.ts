/** How a live run ends: what it leaves at the venue goes on without it, so its entries are taken back and its stops laid first. */
import { type EngineState, liveEntries } from '../../engine/index.ts';
import { whatIsOpen } from './what-is-open.ts';

/** A service manager gives ten seconds or more before it shoots. */
const SETTLED_WITHIN_US = 8_000_000;

export interface Ending {
  readonly reason: string;
  readonly next: 'live' | 'paper' | undefined;
}

export class Departure {
  /** Resolves when the run is over. */
  readonly over: Promise<void>;
  readonly done: () => void;
  readonly #ending: Ending;
  readonly #untilUs: number;

  constructor(ending: Ending, nowUs: number) {
    this.#ending = ending;
    this.#untilUs = nowUs + SETTLED_WITHIN_US;
    ({ promise: this.over, resolve: this.done } = Promise.withResolvers<void>());
  }

  isDue(state: EngineState, nowUs: number): boolean {
    return nowUs >= this.#untilUs || !mustSettle(state);
  }

  /** Says as well what nobody looks after from now on. */
  ending(state: EngineState): Ending {
    const open = state.config.venue === 'external' ? whatIsOpen(state) : undefined;
    return open === undefined ? this.#ending : { ...this.#ending, reason: `${this.#ending.reason}, though ${open}` };
  }
}

/** Whether waiting may help: an entry works, or a position waits for its stop. */
export function mustSettle(state: EngineState): boolean {
  const { config, orders } = state;
  if (config.venue !== 'external' || whatIsOpen(state) === undefined) return false;
  return config.policy.live.stopsAtVenue || liveEntries(orders, -1) > 0;
}
