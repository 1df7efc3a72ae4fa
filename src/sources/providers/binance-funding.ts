/** Funding rates of Binance USD-M: mark price and funding rate of every symbol in one reply, without a key. */
import { z } from 'zod';
import type { InstrumentSpec } from '../../../engine/domain/index.ts';
import { numberOf, replyOf, timeOf } from '../reply.ts';
import type { SlowSource } from '../slow-source.ts';

export const BINANCE_FUNDING_URL = 'https://fapi.binance.com';

/** Of "Mark Price" in the documentation of USDⓈ-M futures; contracts with an end have no rate. */
const Item = z.looseObject({ symbol: z.string().max(64), lastFundingRate: z.string().max(40), time: z.number() });
const Reply = z.union([z.array(Item).max(10_000), Item.transform((item) => [item])]);

/** Of the linear instruments; undefined where there are none. */
export function binanceFunding(
  specs: readonly InstrumentSpec[],
  { url, everyUs }: { readonly url: string; readonly everyUs: number },
): SlowSource | undefined {
  const bySymbol = new Map(specs.flatMap(({ kind, venueSymbol }, i) => (kind === 'linear' ? [[venueSymbol, i]] : [])));
  const only = bySymbol.size === 1 ? `?symbol=${encodeURIComponent([...bySymbol.keys()][0]!)}` : '';
  if (bySymbol.size === 0) return undefined;
  return {
    gives: 'funding',
    provider: 'Binance USD-M',
    perMinute: 10,
    instruments: [...bySymbol.values()],
    everyUs,
    request: () => ({ url: `${url}/fapi/v1/premiumIndex${only}`, headers: {} }),
    read: (body) =>
      replyOf(Reply, body).flatMap(({ symbol, lastFundingRate, time }) => {
        const instrument = bySymbol.get(symbol);
        if (instrument === undefined || lastFundingRate === '') return [];
        return [{ instrument, providerUs: timeOf(time), value: numberOf(lastFundingRate, 'a rate'), second: 0 }];
      }),
  };
}
