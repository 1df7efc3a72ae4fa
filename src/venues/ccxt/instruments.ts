/** Instruments from a market of ccxt: steps as decimal texts, and what of the venue's rules ccxt tells. */
import { z } from 'zod';
import { type InstrumentKind, parseGrid, parseMoney } from '../../../engine/domain/index.ts';
import { cleanText } from '../../../logs/index.ts';
import { CommandError, EXIT } from '../../exit-codes.ts';
import { DecimalReader } from '../../importers/decimals.ts';
import type { Bounds, VenueInstrument } from '../venue-instrument.ts';

const DECIMAL_PLACES = 2;
const STEP_SIZES = 4;

const Size = z.union([z.number(), z.string()]).nullish();
const Range = z.object({ min: Size, max: Size }).partial().nullish();

const Market = z.object({
  id: z.string().min(1).max(80),
  symbol: z.string(),
  base: z.string().regex(/^[A-Z0-9]{1,20}$/),
  quote: z.string().regex(/^[A-Z0-9]{1,20}$/),
  spot: z.boolean().nullish(),
  linear: z.boolean().nullish(),
  inverse: z.boolean().nullish(),
  option: z.boolean().nullish(),
  active: z.boolean().nullish(),
  contractSize: Size,
  precision: z.object({ amount: Size, price: Size }),
  limits: z.object({ amount: Range, price: Range, cost: Range, market: Range }).partial().nullish(),
});
type Market = z.infer<typeof Market>;

/** The instruments of these symbols. Refuses with a line what is not listed, or cannot be told in whole ticks and lots. */
export function instrumentsOf(
  venue: string,
  precisionMode: number | undefined,
  markets: unknown,
  symbols: readonly string[],
): VenueInstrument[] {
  return symbols.map((symbol) => {
    const listed = typeof markets === 'object' && markets !== null && Object.hasOwn(markets, symbol);
    if (!listed) throw new CommandError(EXIT.badInput, `${venue} does not list ${cleanText(symbol).slice(0, 60)}`);
    const market = Market.safeParse(Reflect.get(markets, symbol));
    if (!market.success || market.data.symbol !== symbol) {
      throw new CommandError(EXIT.venue, `${venue} lists ${symbol} in a form that does not read`);
    }
    return instrumentOf(venue, precisionMode, market.data);
  });
}

function instrumentOf(venue: string, precisionMode: number | undefined, market: Market): VenueInstrument {
  const { symbol, limits, precision } = market;
  const refuse = (why: string): never => {
    throw new CommandError(EXIT.refused, `${symbol} at ${venue} ${why}`);
  };
  const kind: InstrumentKind = market.inverse === true ? 'inverse' : market.linear === true ? 'linear' : 'spot';
  if (market.option === true) refuse('is an option');
  if (kind === 'spot' && market.spot === false) refuse('is neither spot nor a contract that is known here');
  if (kind === 'linear' && !/^1(?:\.0+)?$/.test(textOf(market.contractSize) || '1')) {
    refuse(`is counted in contracts of ${textOf(market.contractSize)}, which is not built`);
  }
  if (precisionMode !== STEP_SIZES && precisionMode !== DECIMAL_PLACES)
    refuse('is told in significant digits, not in steps');
  const step = (size: z.infer<typeof Size>): string => {
    const text = precisionMode === STEP_SIZES ? textOf(size) : stepOf(textOf(size));
    return parseGrid(text) === undefined ? refuse('has no tick or lot') : text;
  };
  const spec = {
    symbol,
    venueSymbol: cleanText(market.id),
    venue,
    kind,
    base: market.base,
    quote: market.quote,
    tickSize: step(precision.price),
    lotSize: step(precision.amount),
    minNotional: textOf(limits?.cost?.min) || '0',
    inferred: false,
  };
  if (parseMoney(spec.minNotional) === undefined) refuse('has a least notional that does not read');
  const bounds = (range: z.infer<typeof Range>, by: string): Bounds => ({
    least: textOf(range?.min) || '0',
    most: textOf(range?.max) || '0',
    step: by,
  });
  const quantity = bounds(limits?.amount, spec.lotSize);
  const forMarket = bounds(limits?.market, spec.lotSize);
  const rules = {
    price: bounds(limits?.price, spec.tickSize),
    quantity,
    marketQuantity: {
      ...forMarket,
      least: forMarket.least === '0' ? quantity.least : forMarket.least,
      most: forMarket.most === '0' ? quantity.most : forMarket.most,
    },
    minNotional: spec.minNotional,
    minNotionalForMarket: true,
    priceBand: undefined,
  };
  return { spec, rules, trading: market.active !== false };
}

/** ccxt gives sizes as doubles or as texts: the shortest text of a double is what the venue wrote. Empty for none. */
function textOf(size: z.infer<typeof Size>): string {
  return size === null || size === undefined ? '' : (new DecimalReader().read(String(size)) ?? '');
}

/** Decimal places as a step: 2 is 0.01, 0 is 1. */
function stepOf(places: string): string {
  if (!/^\d{1,2}$/.test(places)) return '';
  return places === '0' ? '1' : `0.${'1'.padStart(Number(places), '0')}`;
}
