/** What can be traded or watched: names, grids, filters and fees of one market at one venue. */
import { assert } from '../kernel/assert.ts';
import { type Money, notionalUnit, parseMoney } from './money.ts';
import { type Grid, gridToNumber, parseGrid } from './units.ts';

export const INSTRUMENT_KINDS = ['spot', 'linear', 'inverse'] as const;
/** Spot, USD-margined perpetual (linear), or coin-margined contract (inverse: book and features, no trading). */
export type InstrumentKind = (typeof INSTRUMENT_KINDS)[number];

/** An instrument as it stands in a manifest; sizes are decimal texts as the venue gives them. */
export interface InstrumentSpec {
  /** Unified name: `BTC/USDT` spot, `BTC/USDT:USDT` linear, `BTC/USD:BTC` inverse. */
  readonly symbol: string;
  readonly venueSymbol: string;
  readonly venue: string;
  readonly kind: InstrumentKind;
  readonly base: string;
  readonly quote: string;
  readonly tickSize: string;
  readonly lotSize: string;
  readonly minNotional: string;
  /** True when the sizes were inferred from the data instead of taken from the venue. */
  readonly inferred: boolean;
  /** The venue takes an order away and places another one in one request. */
  readonly replacesOrders?: boolean | undefined;
}

/** An instrument ready for use in the engine. */
export interface Instrument extends InstrumentSpec {
  readonly index: number;
  readonly tick: Grid;
  readonly lot: Grid;
  /** Worth of one tick × one lot. */
  readonly unit: Money;
  readonly minNotionalMoney: Money;
  /** Tick and lot as doubles, for indicators and display. */
  readonly tickNumber: number;
  readonly lotNumber: number;
  /** Why no order may be sent for it, or undefined when trading is possible. */
  readonly untradable: 'coin-margined' | 'other-quote-currency' | 'grid-too-fine' | undefined;
}

/** Prepares a specification; the schema at the edge has checked the texts, so a bad one here is a bug. */
export function prepareInstrument(spec: InstrumentSpec, index: number, accountCurrency: string): Instrument {
  const tick = parseGrid(spec.tickSize);
  const lot = parseGrid(spec.lotSize);
  const minNotionalMoney = parseMoney(spec.minNotional);
  assert(tick !== undefined && lot !== undefined && minNotionalMoney !== undefined, `sizes of ${spec.symbol}`);
  const unit = notionalUnit(tick, lot);
  const untradable =
    spec.kind === 'inverse'
      ? 'coin-margined'
      : spec.quote !== accountCurrency
        ? 'other-quote-currency'
        : unit === undefined
          ? 'grid-too-fine'
          : undefined;
  return {
    ...spec,
    index,
    tick,
    lot,
    unit: unit ?? (0n as Money),
    minNotionalMoney,
    tickNumber: gridToNumber(tick),
    lotNumber: gridToNumber(lot),
    untradable,
  };
}
