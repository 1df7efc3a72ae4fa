/** An order on the desk, between its submit and the venue's last word on it. */
import { Backoff } from '../venues/backoff.ts';

export const NEVER = Number.POSITIVE_INFINITY;

/** What is known of an order of an earlier life. */
export interface AdoptedOrder {
  readonly orderId: number;
  readonly instrument: number;
  readonly conditional: boolean;
  readonly lots: number;
  /** The engine takes it for sent, and not answered yet. */
  readonly inFlight?: boolean;
}

/** One order between its submit and the venue's last word on it. */
export interface DeskOrder {
  readonly orderId: number;
  readonly instrument: number;
  readonly clientOrderId: string;
  readonly conditional: boolean;
  /** What was ordered. */
  readonly lots: number;
  readonly seen: Set<number>;
  seenLots: number;
  /** Nothing is known of it but that it was sent. */
  unanswered: boolean;
  /** The engine counts it as over. */
  isLate: boolean;
  submitDueUs: number;
  cancelDueUs: number;
  queryDueUs: number;
  absentSinceUs: number;
  /** Lots that were filled in all when the venue closed it; −1 while it has not. */
  closedAtLots: number;
  /** Taken away by the request that this one went out with. */
  replaces: DeskOrder | undefined;
  readonly cancels: Backoff;
  readonly queries: Backoff;
}

/** One of which nobody knows anything yet. */
export function deskOrder({ orderId, instrument, conditional, lots }: AdoptedOrder, clientOrderId: string): DeskOrder {
  return {
    orderId,
    instrument,
    clientOrderId,
    conditional,
    lots,
    seen: new Set(),
    seenLots: 0,
    unanswered: true,
    isLate: false,
    submitDueUs: NEVER,
    cancelDueUs: NEVER,
    queryDueUs: NEVER,
    absentSinceUs: NEVER,
    closedAtLots: -1,
    replaces: undefined,
    cancels: new Backoff(250_000, 2_000_000),
    queries: new Backoff(500_000, 5_000_000),
  };
}

/** Surely at work, and nothing of it filled. */
export const isUntouched = ({ unanswered, closedAtLots, seenLots, cancelDueUs }: DeskOrder): boolean =>
  !unanswered && closedAtLots < 0 && seenLots === 0 && cancelDueUs === NEVER;
