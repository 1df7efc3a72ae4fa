/** Instruments from Binance's exchangeInfo: the symbols that were asked for, checked field by field. */
import { z } from 'zod';
import { parseGrid, parseMoney } from '../../../engine/domain/index.ts';
import { cleanText } from '../../../logs/index.ts';
import { CommandError, EXIT } from '../../exit-codes.ts';
import { comparable } from '../../importers/decimals.ts';
import { splitSymbol, unifiedName } from '../../importers/symbols.ts';
import { readSymbol } from '../../importers/text.ts';
import type { Bounds, OrderRules, VenueInstrument } from '../venue-instrument.ts';
import type { BinanceMarket } from './market.ts';

const Decimal = z.string().regex(/^\d{1,20}(?:\.\d{1,16})?$/);

/** A filter by its name, and what is used of it. */
const filter = <T>(name: string, schema: z.ZodType<T>) => ({ name, schema });

const FILTER = {
  price: filter('PRICE_FILTER', z.object({ minPrice: Decimal, maxPrice: Decimal, tickSize: Decimal })),
  lot: filter('LOT_SIZE', z.object({ minQty: Decimal, maxQty: Decimal, stepSize: Decimal })),
  marketLot: filter('MARKET_LOT_SIZE', z.object({ minQty: Decimal, maxQty: Decimal, stepSize: Decimal })),
  notional: filter('NOTIONAL', z.object({ minNotional: Decimal, applyMinToMarket: z.boolean() })),
  /** Futures give `notional`, spot of before 2023 the other two. */
  minNotional: filter(
    'MIN_NOTIONAL',
    z.object({ notional: Decimal.optional(), minNotional: Decimal.optional(), applyToMarket: z.boolean().optional() }),
  ),
  percent: filter('PERCENT_PRICE', z.object({ multiplierUp: Decimal, multiplierDown: Decimal })),
  percentBySide: filter(
    'PERCENT_PRICE_BY_SIDE',
    z.object({
      bidMultiplierUp: Decimal,
      bidMultiplierDown: Decimal,
      askMultiplierUp: Decimal,
      askMultiplierDown: Decimal,
    }),
  ),
  /** Futures call every such number `limit`. */
} as const;

/** Looked at to find what was asked for; most entries are not, and may be of any form. */
const Entry = z.object({
  symbol: z.string(),
  baseAsset: z.string(),
  quoteAsset: z.string(),
  marginAsset: z.string().optional(),
  contractType: z.string().optional(),
  status: z.string().optional(),
  contractStatus: z.string().optional(),
  cancelReplaceAllowed: z.boolean().optional(),
  filters: z.array(z.looseObject({ filterType: z.string() })),
});
type Entry = z.infer<typeof Entry>;

const Listing = z.object({ symbols: z.array(z.unknown()).max(50_000) });

/** The symbol that Binance gives to a unified one: `BTC/USDT` and `BTC/USDT:USDT` are `BTCUSDT`. */
export function venueSymbolOf(market: BinanceMarket, symbol: string): string {
  const parts = readSymbol(symbol) === symbol ? splitSymbol(symbol) : undefined;
  if (parts === undefined || unifiedName(parts, market.kind) !== symbol) {
    const example = { spot: 'BTC/USDT', linear: 'BTC/USDT:USDT', inverse: 'BTC/USD:BTC' }[market.kind];
    throw new CommandError(EXIT.usage, `${cleanText(symbol)} is no symbol of ${market.title}, such as ${example}`);
  }
  return parts.venueSymbol;
}

/** The instruments of these symbols, in their order. Refuses with a line what is not listed or does not read. */
export function readInstruments(market: BinanceMarket, body: string, symbols: readonly string[]): VenueInstrument[] {
  const listing = Listing.safeParse(parsed(body));
  if (!listing.success) throw new CommandError(EXIT.venue, `${market.title} sent an exchangeInfo that does not read`);
  const wanted = new Map(symbols.map((symbol) => [venueSymbolOf(market, symbol), symbol]));
  const found = new Map<string, VenueInstrument>();
  for (const listed of listing.data.symbols) {
    const symbol = wanted.get(nameOf(listed));
    if (symbol === undefined) continue;
    const entry = Entry.safeParse(listed);
    if (!entry.success)
      throw new CommandError(EXIT.venue, `${market.title} lists ${symbol} in a form that does not read`);
    found.set(symbol, instrumentOf(market, entry.data, symbol));
  }
  return symbols.map((symbol) => {
    const instrument = found.get(symbol);
    if (instrument === undefined) throw new CommandError(EXIT.badInput, `${market.title} does not list ${symbol}`);
    return instrument;
  });
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function nameOf(listed: unknown): string {
  const named = z.object({ symbol: z.string() }).safeParse(listed);
  return named.success ? named.data.symbol : '';
}

function instrumentOf(market: BinanceMarket, entry: Entry, symbol: string): VenueInstrument {
  const rules = new Filters(market, symbol, entry);
  const price = rules.find(FILTER.price) ?? rules.refuse('has no tick');
  const lot = rules.find(FILTER.lot) ?? rules.refuse('has no lot');
  const quantity = { least: lot.minQty, most: lot.maxQty, step: lot.stepSize };
  const { least, forMarket } = leastNotional(rules);
  const spec = {
    symbol,
    venueSymbol: entry.symbol,
    venue: market.venue,
    kind: market.kind,
    base: entry.baseAsset,
    quote: entry.quoteAsset,
    tickSize: price.tickSize,
    lotSize: lot.stepSize,
    minNotional: least,
    inferred: false,
    // Futures never say so.
    ...(entry.cancelReplaceAllowed === true && { replacesOrders: true }),
  };
  const parts = { ...spec, delivery: /_(\d{6})$/.exec(entry.symbol)?.[1] };
  const named = [spec.base, spec.quote].every((text) => readSymbol(text) === text);
  const contract = market.kind === 'spot' || (entry.marginAsset ?? spec.quote) === marginOf(market, spec);
  if (!named || !contract || unifiedName(parts, market.kind) !== symbol)
    rules.refuse('is listed under other currencies');
  if (parseGrid(spec.tickSize) === undefined || parseGrid(spec.lotSize) === undefined)
    rules.refuse('has no tick or lot');
  if (parseMoney(spec.minNotional) === undefined) rules.refuse('has a least notional that does not read');
  const orders: OrderRules = {
    price: { least: price.minPrice, most: price.maxPrice, step: price.tickSize },
    quantity,
    marketQuantity: marketBounds(rules, quantity),
    minNotional: least,
    minNotionalForMarket: forMarket,
    priceBand: bandOf(rules),
  };
  return { spec, rules: orders, trading: (entry.status ?? entry.contractStatus) === 'TRADING' };
}

const marginOf = (market: BinanceMarket, { base, quote }: { base: string; quote: string }): string =>
  market.kind === 'inverse' ? base : quote;

/** The filters of one entry, each read when it is asked for. */
class Filters {
  readonly #market: BinanceMarket;
  readonly #symbol: string;
  readonly #entry: Entry;

  constructor(market: BinanceMarket, symbol: string, entry: Entry) {
    this.#market = market;
    this.#symbol = symbol;
    this.#entry = entry;
  }

  find<T>({ name, schema }: { readonly name: string; readonly schema: z.ZodType<T> }): T | undefined {
    const listed = this.#entry.filters.find(({ filterType }) => filterType === name);
    if (listed === undefined) return undefined;
    const read = schema.safeParse(listed);
    return read.success ? read.data : this.refuse(`has a ${name} that does not read`);
  }

  refuse(what: string): never {
    throw new CommandError(EXIT.venue, `${this.#symbol} at ${this.#market.title} ${what}`);
  }
}

/** Reduce-only orders on futures may be smaller; on spot the filter itself says whether market orders may. */
function leastNotional(rules: Filters): { least: string; forMarket: boolean } {
  const notional = rules.find(FILTER.notional);
  if (notional !== undefined) return { least: notional.minNotional, forMarket: notional.applyMinToMarket };
  const old = rules.find(FILTER.minNotional);
  return { least: old?.minNotional ?? old?.notional ?? '0', forMarket: old?.applyToMarket ?? false };
}

/** Zeros in the filter for market orders mean that the one for all orders holds. */
function marketBounds(rules: Filters, quantity: Bounds): Bounds {
  const market = rules.find(FILTER.marketLot);
  if (market === undefined) return quantity;
  const or = (text: string, otherwise: string): string => (/[1-9]/.test(text) ? text : otherwise);
  return {
    least: or(market.minQty, quantity.least),
    most: or(market.maxQty, quantity.most),
    step: or(market.stepSize, quantity.step),
  };
}

/** Where buys and sells have bands of their own, what lies in both. */
function bandOf(rules: Filters): OrderRules['priceBand'] {
  const one = rules.find(FILTER.percent);
  if (one !== undefined) return { up: one.multiplierUp, down: one.multiplierDown };
  const sides = rules.find(FILTER.percentBySide);
  if (sides === undefined) return undefined;
  const { bidMultiplierUp, askMultiplierUp, bidMultiplierDown, askMultiplierDown } = sides;
  return {
    up: isBelow(askMultiplierUp, bidMultiplierUp) ? askMultiplierUp : bidMultiplierUp,
    down: isBelow(askMultiplierDown, bidMultiplierDown) ? bidMultiplierDown : askMultiplierDown,
  };
}

function isBelow(a: string, b: string): boolean {
  const [x = 0, y = 0] = comparable([a, b]) ?? [];
  return x < y;
}
