/** An instrument made ready for calculation: steps, bounds and ratios as integers, and the way between lots and amounts. */
import { decimalsOf, E8, formatE8, mustE8 } from './decimal.ts';
import type { ExchangeInstrument, ExchangeMarket } from './port.ts';

export interface Instrument {
  readonly spec: ExchangeInstrument;
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly tickE8: bigint;
  readonly lotE8: bigint;
  readonly minPriceE8: bigint;
  readonly maxPriceE8: bigint;
  readonly minQuantityE8: bigint;
  readonly maxQuantityE8: bigint;
  readonly maxMarketQuantityE8: bigint;
  readonly minNotionalE8: bigint;
  readonly percentUpE8: bigint;
  readonly percentDownE8: bigint;
  readonly maxOpenOrders: number;
  readonly maxAlgoOrders: number;
  /** Decimals of prices and quantities as they are printed: 8 on spot, those of the steps on USD-M. */
  readonly priceDecimals: number;
  readonly quantityDecimals: number;
}

const SYMBOL = /^[A-Z0-9_-]{1,20}$/;

/** Throws in words when the settings make no sense. */
export function makeInstrument(spec: ExchangeInstrument, market: ExchangeMarket): Instrument {
  const { symbol, base, quote } = spec;
  if (!SYMBOL.test(symbol))
    throw new RangeError(`symbol '${symbol}' is not one: capital letters and digits, at most 20`);
  const read = (text: string | undefined, standard: string, what: string) =>
    mustE8(text ?? standard, `${symbol}: ${what}`);
  const tickE8 = read(spec.tickSize, '', 'tick size');
  const lotE8 = read(spec.lotSize, '', 'lot size');
  if (tickE8 <= 0n || lotE8 <= 0n) throw new RangeError(`${symbol}: tick and lot size are above zero`);
  const isSpot = market === 'spot';
  const maxPriceE8 = read(spec.maxPrice, '10000000', 'highest price');
  const maxQuantityE8 = read(spec.maxQuantity, '9000', 'largest quantity');
  if (maxPriceE8 / tickE8 > 2n ** 53n || maxQuantityE8 / lotE8 > 2n ** 53n) {
    throw new RangeError(`${symbol}: bounds of price and quantity are within 2^53 steps`);
  }
  return {
    spec,
    symbol,
    base,
    quote,
    tickE8,
    lotE8,
    minPriceE8: read(spec.minPrice, spec.tickSize, 'lowest price'),
    maxPriceE8,
    minQuantityE8: read(spec.minQuantity, spec.lotSize, 'smallest quantity'),
    maxQuantityE8,
    maxMarketQuantityE8: read(spec.maxMarketQuantity, formatE8(maxQuantityE8), 'largest market quantity'),
    minNotionalE8: read(spec.minNotional, '5', 'smallest notional'),
    percentUpE8: read(spec.percentUp, isSpot ? '5' : '1.05', 'highest ratio of price'),
    percentDownE8: read(spec.percentDown, isSpot ? '0.2' : '0.95', 'lowest ratio of price'),
    maxOpenOrders: spec.maxOpenOrders ?? 200,
    maxAlgoOrders: spec.maxAlgoOrders ?? (isSpot ? 5 : 10),
    priceDecimals: isSpot ? 8 : decimalsOf(tickE8),
    quantityDecimals: isSpot ? 8 : decimalsOf(lotE8),
  };
}

export const priceE8 = (instrument: Instrument, ticks: number) => BigInt(ticks) * instrument.tickE8;
export const quantityE8 = (instrument: Instrument, lots: number) => BigInt(lots) * instrument.lotE8;

/** What lots cost at a price, towards zero where price × quantity has more than eight decimals. */
export function notionalE8(instrument: Instrument, ticks: number, lots: number): bigint {
  return (priceE8(instrument, ticks) * quantityE8(instrument, lots)) / E8;
}

export const priceText = (instrument: Instrument, ticks: number) =>
  formatE8(priceE8(instrument, ticks), instrument.priceDecimals);
export const quantityText = (instrument: Instrument, lots: number) =>
  formatE8(quantityE8(instrument, lots), instrument.quantityDecimals);
