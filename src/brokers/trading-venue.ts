/**
 * The trading side of a venue, agnostic of what is traded there: orders by {@link VenueGateway}, and what the account holds.
 * Numbers come in ticks, lots and exact money; whatever does not fit these is told as a mismatch, never rounded.
 */
import type { Money, Side } from '../../engine/domain/index.ts';
import type { Quantiles } from '../venues/latency.ts';
import type { Busy, Unknown, VenueExecution, VenueGateway, VenueUpdate } from './gateway.ts';

export interface AssetBalance {
  /** Such as `USDT`. */
  readonly asset: string;
  readonly free: Money;
  readonly locked: Money;
}

/** A position of a margined account, or what a spot account owns of an instrument's base. */
export interface VenuePosition {
  readonly instrument: number;
  /** Signed; whole lots, the rest of a lot (dust) left out. */
  readonly lots: number;
  /** What of a lot is left over, as decimal text in the base; '0' on margined accounts. */
  readonly dust: string;
}

export interface VenueOpenOrder {
  /** −1 for an instrument that this run does not have. */
  readonly instrument: number;
  /** The venue's own symbol, cleaned. */
  readonly venueSymbol: string;
  /** Cleaned; of an order of ours it is the name it was sent under. */
  readonly clientOrderId: string;
  readonly side: Side;
  readonly lots: number;
  readonly filledLots: number;
  readonly reduceOnly: boolean;
  /** A stop or target that waits at the venue for its price. */
  readonly conditional: boolean;
}

/** An execution of the account with the order it is of. */
export interface AccountExecution extends VenueExecution {
  readonly instrument: number;
  readonly clientOrderId: string;
  readonly atUs: number;
}

/** Everything that reconciliation compares, asked for at one time. */
export interface AccountSnapshot {
  readonly atUs: number;
  readonly balances: readonly AssetBalance[];
  /** One for each instrument of the run that the account has anything of, and unknown symbols as foreign. */
  readonly positions: readonly VenuePosition[];
  /** Positions in instruments that this run does not have: cleaned venue symbol and decimal quantity. */
  readonly foreign: ReadonlyArray<{ readonly venueSymbol: string; readonly quantity: string }>;
  readonly openOrders: readonly VenueOpenOrder[];
  /** Newer than the time asked for, oldest first. */
  readonly executions: readonly AccountExecution[];
}

export type AccountReply = { readonly kind: 'account'; readonly account: AccountSnapshot } | Busy | Unknown | Denied;

/** The venue does not let this key do that; `why` is one line for the operator. */
export interface Denied {
  readonly kind: 'denied';
  readonly why: string;
}

/** What the host must know at any moment about the line to the venue; each is a reason to let no entry out. */
export interface TradingHealth {
  /** The user stream is connected and has been heard of lately (an event, a ping, or a check by REST that agrees). */
  readonly userStream: boolean;
  /** Venue time minus ours, and how far it may be wrong; undefined before the first measurement. */
  readonly clock:
    | {
        readonly offsetUs: number;
        readonly uncertaintyUs: number;
        /** Venue time minus this machine's, without the correction that signatures get. */
        readonly rawOffsetUs: number;
      }
    | undefined;
  /** Share of the tightest limit of requests in use, 0–1, and until when the venue wants to hear nothing. */
  readonly limitUsed: number;
  readonly pausedUntilUs: number;
}

export interface TradingVenueEvents {
  update(update: VenueUpdate): void;
  /** The user stream was away, or something moved that no order of ours explains: reconcile. */
  doubt(why: string): void;
  notice(level: 'info' | 'warn' | 'error', text: string): void;
}

/** Ask {@link open} first. Replies come once, or never. */
export interface TradingVenue extends VenueGateway {
  /** Measures the clock, opens the user stream. Rejects with a `CommandError` in words when the key or line is no good. */
  open(events: TradingVenueEvents): Promise<void>;
  /** Account, positions, open orders, and executions since `sinceUs`. */
  account(sinceUs: number, reply: (reply: AccountReply) => void): void;
  /**
   * Tells the venue to cancel every order of an instrument after `afterUs` unless told again (0 calls it off); undefined
   * where the venue has no such countdown.
   */
  readonly deadMan: ((instrument: number, afterUs: number) => void) | undefined;
  health(): TradingHealth;
  /** From the sending of an order to the venue's reply. */
  ackLatency(): Quantiles;
  /** Does what is due: keep-alives, clock, silent stream. Call often. */
  tick(): void;
  close(): void;
}
