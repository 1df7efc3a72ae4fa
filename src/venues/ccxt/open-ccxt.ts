/** Opens a venue through ccxt. */
import { cleanText } from '../../../logs/index.ts';
import { CommandError, EXIT } from '../../exit-codes.ts';
import type { MarketFeed } from '../market-feed.ts';
import type { Schedule } from '../schedule.ts';
import { CcxtFeed } from './ccxt-feed.ts';
import { type CcxtExchange, loadExchange } from './exchange.ts';
import { instrumentsOf } from './instruments.ts';

export interface CcxtRequest {
  readonly venue: string;
  readonly symbols: readonly string[];
  readonly schedule: Schedule;
  readonly url?: string | undefined;
  readonly unit: () => number;
}

/** `exchange` is one of ccxt's, made already; it is loaded unless given. */
export async function openCcxt(request: CcxtRequest, exchange?: CcxtExchange): Promise<MarketFeed> {
  const { venue, symbols, schedule, url, unit } = request;
  const venueOf = exchange ?? (await loadExchange(venue, url));
  let markets: unknown;
  try {
    markets = await venueOf.loadMarkets();
  } catch (cause) {
    const why = cleanText(cause instanceof Error ? cause.message : String(cause)).slice(0, 200);
    throw new CommandError(EXIT.venue, `${venue} does not tell its markets: ${why}`);
  }
  const instruments = instrumentsOf(venue, venueOf.precisionMode, markets, symbols);
  return new CcxtFeed({ exchange: venueOf, instruments, schedule, unit });
}
