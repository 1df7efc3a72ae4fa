/** What a signal producer is: what it needs, how it judges, and what it says. */
import { asDirection, type Direction, type SignalPolicy } from '../domain/index.ts';
import type { Heard } from './heard.ts';

/** Result of one producer. A neutral one has conviction 0. */
export interface Signal {
  direction: Direction;
  /** 1–10, or 0 when neutral. */
  conviction: number;
  /** The two numbers that the rationale speaks of. */
  first: number;
  second: number;
}

/** What the feed of an instrument has shown so far; prices come from any of it. */
export interface Feed {
  readonly trades: boolean;
  readonly quotes: boolean;
  readonly book: boolean;
}

/** Reads feature `f` of the instrument; call only when all of `needs` are valid. */
type Read = (feature: number) => number;

interface Judge {
  /** Features that must be valid. */
  readonly needs: readonly number[];
  judge(read: Read, velocity: number, limits: SignalPolicy, out: Signal, heard: Heard): void;
}

/**
 * With the kind of data that it cannot do without: when the feed lacks it, the producer says so instead of warming. One of
 * readings names its slow source (a place of `READING`), and judges only where that is known.
 */
export type Producer = Judge &
  ({ readonly source: 'prices' | keyof Feed } | { readonly source: 'readings'; readonly reading: number });

function conviction(value: number): number {
  return Math.max(1, Math.min(10, Math.round(value)));
}

/** Fills in what a producer says; a direction of 0 is neutral, any other number counts by its sign. */
export function decide(out: Signal, direction: number, strength: number, first: number, second: number): void {
  out.direction = asDirection(direction);
  out.conviction = direction === 0 ? 0 : conviction(strength);
  out.first = first;
  out.second = second;
}
