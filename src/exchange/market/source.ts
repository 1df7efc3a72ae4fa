/** Where prices come from: what happens to the crowd's book and what it trades, one act at a time. */
import type { CrowdLevel, ExchangeInstrument, ExchangeMarket } from '../model/port.ts';

/** Instruments are those of the source, by number. `isWhole` comes before the levels of a whole book. */
export type MarketAct =
  | { readonly kind: 'levels'; readonly instrument: number; readonly levels: readonly CrowdLevel[]; isWhole: boolean }
  | {
      readonly kind: 'trade';
      readonly instrument: number;
      readonly priceTicks: number;
      readonly lots: number;
      readonly buyerIsMaker: boolean;
    };

export interface SourceInstrument {
  readonly market: ExchangeMarket;
  readonly instrument: ExchangeInstrument;
}

export interface MarketSource {
  readonly instruments: readonly SourceInstrument[];
  /** Wall time in microseconds of the next act; infinite when there are no more. */
  nextAtUs(): number;
  /** The next act, or undefined for a record that is none of the market's; of books nothing with `tradesOnly`. */
  next(tradesOnly?: boolean): MarketAct | undefined;
  /** Passes over what lies before, and tells whole books next. */
  skipTo(atUs: number): void;
}
