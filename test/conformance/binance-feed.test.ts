/** Binance's feed, spot and USD-M, against the exchange of this repository. */
import { binanceFeedRig, ccxtFeedRig } from './binance-feed-rig.ts';
import { conformsToMarketFeed } from './market-feed.ts';

conformsToMarketFeed('Binance spot', () => binanceFeedRig('binance'));
// Two connections instead of one, and changes that name the one before them.
conformsToMarketFeed('Binance USD-M', () => binanceFeedRig('binanceusdm'), /begins each|is missing|that broke/);

conformsToMarketFeed('ccxt', () => ccxtFeedRig());
