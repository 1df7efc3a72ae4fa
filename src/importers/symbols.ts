/** Venue symbols taken apart into base, quote and kind, and the unified names made of them. */
import type { InstrumentKind } from '../../engine/domain/index.ts';

/** A symbol as a venue writes it, taken apart. */
export interface SymbolParts {
  readonly venueSymbol: string;
  readonly base: string;
  readonly quote: string;
  /** The kind, where the form of the symbol tells it. */
  readonly kind: InstrumentKind | undefined;
  /** Delivery date `YYMMDD` of a dated contract. */
  readonly delivery: string | undefined;
}

/** Quotes that may stand in lower-case file names; short fiat codes would be found in ordinary words. */
export const COMMON_QUOTES = ['FDUSD', 'USDT', 'USDC', 'BUSD', 'TUSD', 'BTC', 'ETH', 'BNB', 'EUR', 'USD'] as const;

const OTHER_QUOTES = [
  ...['USDP', 'USDS', 'BIDR', 'IDRT', 'DAI', 'PAX', 'NGN', 'RUB', 'UAH', 'BRL', 'AUD', 'GBP', 'TRY', 'JPY', 'PLN'],
  ...['RON', 'ZAR', 'ARS', 'MXN', 'CZK', 'XRP', 'TRX', 'DOGE', 'DOT', 'SOL'],
];

const QUOTES: readonly string[] = [...COMMON_QUOTES, ...OTHER_QUOTES].sort((a, b) => b.length - a.length);

/** Bases whose last letter makes `…USD` look like BUSD or TUSD. */
const BASES_BEFORE_USD = new Set([
  ...['BNB', 'ARB', 'SHIB', 'TRB', 'DOT', 'BAT', 'ANT', 'GRT', 'QNT', 'FTT', 'APT', 'MNT', 'JST', 'HOT', 'WBT', 'ONT'],
]);

const UNIFIED = /^([A-Z0-9]+)\/([A-Z0-9]+)(?::([A-Z0-9]+)(?:-(\d{6}))?)?$/;
const CONTRACT = /^([A-Z0-9]+)[-_](PERP|PERPETUAL|SWAP|\d{6})$/;
const DASHED = /^([A-Z0-9]+)[-_]([A-Z0-9]+)$/;

/** Takes a cleaned symbol apart, or undefined when its quote currency is not known. */
export function splitSymbol(symbol: string): SymbolParts | undefined {
  const unified = UNIFIED.exec(symbol);
  if (unified) return splitUnified(unified);
  const contract = CONTRACT.exec(symbol);
  if (contract) return splitContract(symbol, contract[1] ?? '', contract[2] ?? '');
  const dashed = DASHED.exec(symbol);
  if (dashed) {
    const [, base = '', quote = ''] = dashed;
    return QUOTES.includes(quote) ? spot(symbol, base, quote) : undefined;
  }
  const pair = splitPair(symbol);
  return pair && spot(symbol, pair[0], pair[1]);
}

function spot(venueSymbol: string, base: string, quote: string): SymbolParts {
  return { venueSymbol, base, quote, kind: undefined, delivery: undefined };
}

function splitUnified(match: RegExpExecArray): SymbolParts {
  const [, base = '', quote = '', settle, delivery] = match;
  const kind = settle === undefined ? undefined : settle === base ? 'inverse' : 'linear';
  const suffix = delivery === undefined ? (kind === 'inverse' ? '_PERP' : '') : `_${delivery}`;
  return { venueSymbol: `${base}${quote}${suffix}`, base, quote, kind, delivery };
}

/** `BTCUSD_PERP` and `BTCUSD_240927` are coin-margined, `BTCUSDT_240927` and `BTC-PERP` are not. */
function splitContract(symbol: string, root: string, term: string): SymbolParts {
  const pair = splitPair(root);
  const [base, quote] = pair ?? [root, 'USD'];
  const kind = pair !== undefined && quote === 'USD' ? 'inverse' : 'linear';
  return { venueSymbol: symbol, base, quote, kind, delivery: /^\d/.test(term) ? term : undefined };
}

function splitPair(text: string): [string, string] | undefined {
  if (!/^[A-Z0-9]+$/.test(text)) return undefined;
  const dollarBase = text.endsWith('USD') ? text.slice(0, -3) : '';
  if (BASES_BEFORE_USD.has(dollarBase)) return [dollarBase, 'USD'];
  const quote = QUOTES.find((q) => text.length > q.length && text.endsWith(q));
  return quote === undefined ? undefined : [text.slice(0, -quote.length), quote];
}

/** The unified name: `BTC/USDT` spot, `BTC/USDT:USDT` linear, `BTC/USD:BTC` inverse, dated ones with `-YYMMDD`. */
export function unifiedName(parts: SymbolParts, kind: InstrumentKind): string {
  const pair = `${parts.base}/${parts.quote}`;
  if (kind === 'spot') return pair;
  const settle = kind === 'inverse' ? parts.base : parts.quote;
  return `${pair}:${settle}${parts.delivery === undefined ? '' : `-${parts.delivery}`}`;
}
