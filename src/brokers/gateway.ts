/** What the order desk needs of a venue's trading side. An adapter turns it into the venue's own requests. */
import type { Money, Side } from '../../engine/domain/index.ts';

/** How an order is named at the venue: by us, so that one whose reply was lost can be asked for. */
export interface OrderName {
  readonly instrument: number;
  readonly clientOrderId: string;
  /** It was sent to wait for its price ({@link VenueOrder.stopTicks}): a venue may keep such orders elsewhere. */
  readonly conditional: boolean;
}

export interface VenueOrder extends OrderName {
  readonly side: Side;
  readonly lots: number;
  /** 0 is a market order. */
  readonly limitTicks: number;
  readonly reduceOnly: boolean;
  /** Rests at the venue until the market reaches this price, then trades at market; 0 is no such order. */
  readonly stopTicks: number;
  /** Which way the price must come through `stopTicks`: against the position (stop) or with it (target). */
  readonly trigger: 'stop' | 'target' | undefined;
}

export interface VenueExecution {
  /** The venue's number, unique for the instrument. */
  readonly executionId: number;
  readonly side: Side;
  readonly lots: number;
  readonly priceTicks: number;
  /** In the account's currency; the worth of `feeLots` where the venue took the fee out of what was bought. */
  readonly fee: Money;
  /** Whole lots of the base that a spot venue kept as its fee, rounded against us; else 0. */
  readonly feeLots: number;
  readonly maker: boolean;
}

/** The venue was asked too often and did nothing; not before `retryAfterUs` have passed. */
export interface Busy {
  readonly kind: 'busy';
  readonly retryAfterUs: number;
}

/** Time-out, broken connection, 5xx: whether it was done is not known. */
export interface Unknown {
  readonly kind: 'unknown';
}

export type SubmitReply = { readonly kind: 'accepted' } | { readonly kind: 'rejected' } | Busy | Unknown;

/** no-order: the venue knows no open order of this name, for it is over, or has not come there yet. */
export type CancelReply =
  | { readonly kind: 'cancelled'; readonly filledLots: number }
  | { readonly kind: 'no-order' }
  | Busy
  | Unknown;

/** `executions` are all of the order's, however often they were told before. */
export type QueryReply =
  | { readonly kind: 'open' | 'closed'; readonly filledLots: number; readonly executions: readonly VenueExecution[] }
  | { readonly kind: 'absent' }
  | Busy
  | Unknown;

/**
 * What became of both halves of a replacement. The new order is sent only where the old one was taken away untouched;
 * kept: the old order is as it was · unable: so it is, for the venue does no such thing with this instrument.
 */
export interface ReplaceReply {
  readonly cancelled: Exclude<CancelReply, Busy> | { readonly kind: 'kept' | 'unable' };
  readonly submitted: SubmitReply;
}

/** What the venue tells by itself about an order (its user stream), in any order, possibly twice, possibly never. */
export type VenueUpdate = Omit<OrderName, 'conditional'> &
  (
    | { readonly kind: 'accepted' | 'rejected' }
    | { readonly kind: 'execution'; readonly execution: VenueExecution }
    | { readonly kind: 'closed'; readonly filledLots: number }
  );

/** Each request goes out once; its reply is told once, or never. Nothing is sent again by the gateway itself. */
export interface VenueGateway {
  submit(order: VenueOrder, reply: (reply: SubmitReply) => void): void;
  cancel(order: OrderName, reply: (reply: CancelReply) => void): void;
  query(order: OrderName, reply: (reply: QueryReply) => void): void;
  /**
   * Takes `old` away and places `order` in one request, if nothing of `old` has been filled; undefined where the venue has
   * no such request.
   */
  readonly replace?: ((old: OrderName, order: VenueOrder, reply: (reply: ReplaceReply) => void) => void) | undefined;
}
