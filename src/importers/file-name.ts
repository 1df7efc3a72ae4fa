/** What the name of a file tells about the data in it: symbol, market, venue, date, time frame. */
import type { InstrumentKind } from '../../engine/domain/index.ts';
import { COMMON_QUOTES, splitSymbol } from './symbols.ts';
import { dayStartMs, timeFrameUs } from './times.ts';

export interface FileNameHints {
  readonly symbol: string | undefined;
  readonly market: InstrumentKind | undefined;
  readonly venue: string | undefined;
  /** Midnight of the one date in the name. */
  readonly dateUs: number | undefined;
  readonly timeFrameUs: number | undefined;
}

const MARKET_WORDS: ReadonlyMap<string, InstrumentKind> = new Map([
  ['spot', 'spot'],
  ['usdm', 'linear'],
  ['um', 'linear'],
  ['perp', 'linear'],
  ['perpetual', 'linear'],
  ['swap', 'linear'],
  ['future', 'linear'],
  ['futures', 'linear'],
  ['linear', 'linear'],
  ['coinm', 'inverse'],
  ['cm', 'inverse'],
  ['inverse', 'inverse'],
]);

const VENUES = new Set([
  ...['binance', 'bitfinex', 'bitmex', 'bitstamp', 'bybit', 'coinbase', 'deribit', 'ftx', 'gateio', 'gemini', 'huobi'],
  ...['kraken', 'kucoin', 'mexc', 'okx', 'poloniex'],
]);

const FRAME_WORDS: ReadonlyMap<string, string> = new Map([
  ['second', '1s'],
  ['minute', '1m'],
  ['hour', '1h'],
  ['hourly', '1h'],
  ['day', '1d'],
  ['daily', '1d'],
]);

/** Reads the hints of a file name; what is not there, or is there twice with two meanings, stays undefined. */
export function fileNameHints(name: string): FileNameHints {
  const stem = name.replace(/(?:\.(?:csv|json|jsonl|txt|gz|data|zip))+$/i, '');
  const tokens = stem.split(/[^A-Za-z0-9]+/).filter((token) => token !== '');
  const words = tokens.map((token) => token.toLowerCase());
  const market = only(words.map((word) => MARKET_WORDS.get(word)).filter((kind) => kind !== undefined));
  return {
    symbol: findSymbol(tokens),
    market: words.includes('cm') || words.includes('coinm') ? 'inverse' : market,
    venue: only(words.filter((word) => VENUES.has(word))),
    dateUs: only(tokens.map(dateOf).filter((date) => date !== undefined)),
    timeFrameUs: only(tokens.map(frameOf).filter((us) => us !== undefined)),
  };
}

function only<T>(found: readonly T[]): T | undefined {
  return new Set(found).size === 1 ? found[0] : undefined;
}

/** `5m`, `1H`, `minute`; a capital `1M` is a month, which has no fixed length. */
function frameOf(token: string): number | undefined {
  if (/^\d+M$/.test(token)) return undefined;
  const word = token.toLowerCase();
  return timeFrameUs(FRAME_WORDS.get(word) ?? word);
}

function dateOf(token: string): number | undefined {
  const match = /^(20\d\d)(\d\d)(\d\d)$/.exec(token);
  const ms = match ? dayStartMs(Number(match[1]), Number(match[2]), Number(match[3])) : undefined;
  return ms === undefined ? undefined : ms * 1000;
}

function findSymbol(tokens: readonly string[]): string | undefined {
  for (let i = 0; i < tokens.length; i++) {
    const token = (tokens[i] ?? '').toUpperCase();
    const next = (tokens[i + 1] ?? '').toUpperCase();
    if (!/^[A-Z0-9]{2,20}$/.test(token)) continue;
    const whole = pairSymbol(tokens[i] ?? '');
    if (whole !== undefined) {
      const contract = next === 'PERP' || /^\d{6}$/.test(next) ? splitSymbol(`${whole}_${next}`) : undefined;
      return contract?.kind === 'inverse' ? `${whole}_${next}` : whole;
    }
    if (!/^[A-Z]/.test(token) || VENUES.has(token.toLowerCase()) || token.length > 10) continue;
    if (COMMON_QUOTES.some((quote) => quote === next)) return token + next;
    if (next === 'PERP' && !MARKET_WORDS.has(token.toLowerCase())) return `${token}-PERP`;
  }
  return undefined;
}

/** A token that is a base of two letters or more and a quote; a rare quote counts only in capitals. */
function pairSymbol(token: string): string | undefined {
  const upper = token.toUpperCase();
  const parts = splitSymbol(upper);
  if (parts === undefined || parts.base.length < 2) return undefined;
  return token === upper || COMMON_QUOTES.some((quote) => quote === parts.quote) ? upper : undefined;
}
