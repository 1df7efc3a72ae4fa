/** The only thing the order management takes: an order that somebody has cleared. Minted in `approval/` alone. */
import type { OrderPurpose } from './events.ts';
import type { Money } from './money.ts';
import type { Clearance } from './proposal.ts';
import type { Side } from './side.ts';

/** What an order is to do. */
export interface OrderIntent {
  readonly instrument: number;
  readonly side: Side;
  readonly lots: number;
  /** 0 is a market order. */
  readonly limitTicks: number;
  readonly reduceOnly: boolean;
  readonly purpose: OrderPurpose;
  readonly decisionId: number;
  readonly stopTicks: number;
  readonly targetTicks: number;
  /** Waits at the venue until the market reaches this price; 0 works at once. */
  readonly triggerTicks: number;
}

declare const mark: unique symbol;
export type ClearedOrder = OrderIntent & { readonly clearance: Clearance; readonly [mark]: true };

/** One execution as the paper venue makes it or a broker reports it. */
export interface Fill {
  readonly lots: number;
  readonly priceTicks: number;
  readonly fee: Money;
  /** Of what was bought, the lots that the venue kept as its fee: `fee` is their worth. */
  readonly feeLots: number;
  readonly maker: boolean;
  /** True where the data has no quotes and the price comes from an assumed spread. */
  readonly assumed: boolean;
}

/** What the paper venue tells about orders, by slot of the order table. */
export interface VenueReports {
  accepted(slot: number): void;
  rejected(slot: number): void;
  filled(slot: number, lots: number, priceTicks: number, maker: boolean, assumed: boolean): void;
  cancelled(slot: number): void;
}
