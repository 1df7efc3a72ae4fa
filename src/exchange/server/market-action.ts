/** What a test may make happen in the market by hand: trades, levels, liquidations, transfers, funding. */
import { z } from 'zod';
import { parseOnGrid } from '../../../engine/domain/index.ts';
import type { Listing } from '../market/listing.ts';
import type { Venue } from '../market/venue.ts';
import { parseE8 } from '../model/port.ts';

const market = z.enum(['spot', 'usdm']);
const symbol = z.string().regex(/^[A-Z0-9]{2,24}$/);
const decimal = z.string().regex(/^\d{1,15}(?:\.\d{1,12})?$/);
const side = z.enum(['BUY', 'SELL']);

export const marketActionSchema = z.discriminatedUnion('act', [
  /** Somebody of the crowd takes at this price; `side` is the taker's. */
  z.strictObject({ act: z.literal('trade'), market, symbol, side, price: decimal, quantity: decimal }),
  /** A level of the crowd's book from now on; quantity 0 removes it. */
  z.strictObject({ act: z.literal('level'), market, symbol, side, price: decimal, quantity: decimal }),
  /** A trade that is told as a liquidation too. */
  z.strictObject({ act: z.literal('liquidation'), market, symbol, side, price: decimal, quantity: decimal }),
  z.strictObject({ act: z.literal('funding'), market, symbol, rate: z.string().regex(/^-?\d(?:\.\d{1,8})?$/) }),
  z.strictObject({
    act: z.literal('transfer'),
    market,
    account: z.string(),
    asset: z.string(),
    amount: z.string().regex(/^-?\d{1,15}(?:\.\d{1,8})?$/),
  }),
]);

export type MarketAction = z.infer<typeof marketActionSchema>;

/** Undefined when it was done, else why not. */
export function actOnMarket(venue: Venue, action: MarketAction): string | undefined {
  if (action.act === 'transfer') {
    if (parseE8(action.amount) === undefined) return 'amount is no decimal';
    try {
      venue.model.transfer(action.account, action.asset, action.amount, venue.nowMs());
    } catch (cause) {
      // An account that is not there, or has not that much: for whoever asks to hear, not the end of the exchange.
      if (cause instanceof RangeError) return cause.message;
      throw cause;
    }
    venue.settle();
    return undefined;
  }
  const listing = venue.listings.get(action.symbol);
  if (listing === undefined) return `${action.symbol} is not listed on ${venue.market}`;
  if (action.act === 'funding') {
    if (venue.market !== 'usdm') return 'funding is paid on usdm';
    venue.marks.pay(listing, action.rate, venue.nowMs());
    venue.settle();
    return undefined;
  }
  return actOnBook(venue, listing, action);
}

type BookAction = Extract<MarketAction, { act: 'trade' | 'level' | 'liquidation' }>;

function actOnBook(venue: Venue, listing: Listing, { act, symbol: name, side: taken, price, quantity }: BookAction) {
  const priceTicks = parseOnGrid(price, listing.price.grid);
  const lots = parseOnGrid(quantity, listing.quantity.grid);
  if (priceTicks === undefined || lots === undefined || priceTicks === 0)
    return `price or quantity is not on the grid of ${name}`;
  if (act === 'level') {
    const level = { side: taken === 'BUY' ? ('bid' as const) : ('ask' as const), priceTicks, lots };
    venue.act(name, { kind: 'levels', instrument: 0, levels: [level], isWhole: false });
    return undefined;
  }
  if (lots === 0) return 'nothing is traded';
  venue.act(name, { kind: 'trade', instrument: 0, priceTicks, lots, buyerIsMaker: taken === 'SELL' });
  if (act === 'liquidation') venue.streams.of(name)!.forceOrder({ side: taken, priceTicks, lots }, venue.nowMs());
  return undefined;
}
