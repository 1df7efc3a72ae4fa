/** The parser of each format. */
import { headerlessBars, jsonBars, klines, leanBars, namedBars, octobotBars } from './formats/bars.ts';
import { binanceDepth, unfazedDepth, unfazedSnapshots } from './formats/depth-rows.ts';
import { CryptofeedParser, RawFrameParser } from './formats/frames.ts';
import { nautilusQuotes, tardisQuotes } from './formats/quotes.ts';
import { fearGreed, fundingRates, leanFunding } from './formats/readings.ts';
import * as trades from './formats/trades.ts';
import type { LineParser, ParserContext } from './market-event.ts';
import type { FormatName } from './types.ts';

type ParserFactory = (context: ParserContext) => LineParser;

const PARSERS: Readonly<Record<FormatName, ParserFactory>> = {
  'binance-frames': (context) => new RawFrameParser(context),
  'cryptofeed-binance': (context) => new CryptofeedParser(context),
  'trade-events': trades.tradeEvents,
  'binance-trades': trades.binanceTrades,
  'binance-aggtrades': trades.binanceAggregates,
  'binance-depth': binanceDepth,
  'tardis-trades': trades.tardisTrades,
  'tardis-quotes': tardisQuotes,
  'unfazed-trades': trades.unfazedTrades,
  'unfazed-depth': unfazedDepth,
  'unfazed-snapshots': unfazedSnapshots,
  'nautilus-trades': trades.nautilusTrades,
  'nautilus-quotes': nautilusQuotes,
  'freqtrade-trades': trades.freqtradeTrades,
  bars: namedBars,
  'bars-json': jsonBars,
  'bars-headerless': headerlessBars,
  'klines-headerless': klines,
  'lean-bars': leanBars,
  'octobot-bars': octobotBars,
  'funding-rates': fundingRates,
  'funding-lean': leanFunding,
  'fear-greed': fearGreed,
};

/** The venue whose data a format always holds; undefined where it may be any. */
const FORMAT_VENUES: Partial<Readonly<Record<FormatName, string>>> = {
  'binance-frames': 'binance',
  'cryptofeed-binance': 'binance',
  'trade-events': 'binance',
  'binance-trades': 'binance',
  'binance-aggtrades': 'binance',
  'binance-depth': 'binance',
  'tardis-trades': 'binance',
  'tardis-quotes': 'binance',
  'unfazed-trades': 'binance',
  'unfazed-depth': 'binance',
  'unfazed-snapshots': 'binance',
  'klines-headerless': 'binance',
};

export function createParser(format: FormatName, context: ParserContext): LineParser {
  return PARSERS[format](context);
}

export function venueOfFormat(format: FormatName): string | undefined {
  return FORMAT_VENUES[format];
}

/** Whether a format is lines or one list of rows. */
export function framingOf(format: FormatName): 'lines' | 'json-rows' {
  return format === 'bars-json' ? 'json-rows' : 'lines';
}
