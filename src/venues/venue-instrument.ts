/** An instrument as a venue lists it: what the engine is told of it, and the venue's own rules for orders. */
import type { InstrumentSpec } from '../../engine/domain/index.ts';

/** Bounds on a price or quantity as decimal texts, as the venue gives them; '0' is no bound. */
export interface Bounds {
  readonly least: string;
  readonly most: string;
  readonly step: string;
}

/** What a venue checks before it takes an order. Ratios are decimal texts. */
export interface OrderRules {
  readonly price: Bounds;
  readonly quantity: Bounds;
  /** Market orders; the same as `quantity` where the venue knows no other. */
  readonly marketQuantity: Bounds;
  readonly minNotional: string;
  /** False where reduce-only (or market) orders may be below it. */
  readonly minNotionalForMarket: boolean;
  /** A limit price lies between reference × down and reference × up (PERCENT_PRICE); undefined without the rule. */
  readonly priceBand: { readonly up: string; readonly down: string } | undefined;
}

export interface VenueInstrument {
  readonly spec: InstrumentSpec;
  readonly rules: OrderRules;
  /** False while the venue has halted it. */
  readonly trading: boolean;
}
