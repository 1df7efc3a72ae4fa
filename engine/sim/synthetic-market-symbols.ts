/** What the synthetic venue lists: grids, filters, prices and liquidity of the symbols a session asks for. */
import type { InstrumentKind, InstrumentSpec } from '../domain/index.ts';
import { hashText } from '../kernel/hash.ts';
import { exp } from '../kernel/math.ts';
import { nextUnit, seedPrng } from '../kernel/prng.ts';

/** One symbol as the synthetic venue trades it. Amounts of money are in the quote currency. */
export interface SyntheticListing {
  readonly spec: InstrumentSpec;
  readonly startPrice: number;
  /** Standard deviation of the log price over one second in a calm market. */
  readonly volatilityPerSecond: number;
  /** Spread in a calm market as a share of price; the tick is its floor. */
  readonly spreadShare: number;
  /** Worth of a typical price level and of a typical trade. */
  readonly levelWorth: number;
  readonly tradeWorth: number;
  /** Share of the venue's events, relative to the other symbols. */
  readonly activity: number;
}

interface Coin {
  readonly usd: number;
  readonly volatility: number;
  readonly levelUsd: number;
  readonly activity: number;
  /** Tick size, lot size and least worth of an order: linear perpetual, then spot. */
  readonly linear: readonly [string, string, string];
  readonly spot: readonly [string, string, string];
}

/** Grids and filters after Binance's exchangeInfo of 2024; prices and liquidity are orders of magnitude. */
const COINS: Readonly<Record<string, Coin>> = {
  BTC: coin(64_000, 1, 24_000, 1.5, ['0.1', '0.001', '50'], ['0.01', '0.00001', '5']),
  ETH: coin(3_200, 1.2, 18_000, 1.25, ['0.01', '0.001', '20'], ['0.01', '0.0001', '5']),
  SOL: coin(150, 1.6, 9_000, 1, ['0.01', '0.01', '5'], ['0.01', '0.001', '5']),
  BNB: coin(580, 1.1, 8_000, 0.8, ['0.01', '0.01', '5'], ['0.1', '0.001', '5']),
  XRP: coin(0.58, 1.4, 8_000, 0.8, ['0.0001', '0.1', '5'], ['0.0001', '1', '5']),
  DOGE: coin(0.13, 1.8, 7_000, 0.9, ['0.00001', '1', '5'], ['0.00001', '1', '1']),
  ADA: coin(0.4, 1.5, 5_000, 0.6, ['0.0001', '1', '5'], ['0.0001', '0.1', '5']),
  AVAX: coin(28, 1.7, 4_500, 0.6, ['0.001', '1', '5'], ['0.01', '0.01', '5']),
  LINK: coin(13, 1.6, 4_500, 0.6, ['0.001', '0.01', '5'], ['0.01', '0.01', '5']),
  LTC: coin(70, 1.3, 5_000, 0.5, ['0.01', '0.001', '5'], ['0.01', '0.001', '5']),
};

const DOLLARS = ['USDT', 'USDC', 'FDUSD', 'USD'];
const CALM_VOLATILITY = 1e-4;

function coin(
  usd: number,
  volatility: number,
  levelUsd: number,
  activity: number,
  linear: readonly [string, string, string],
  spot: readonly [string, string, string],
): Coin {
  return { usd, volatility, levelUsd, activity, linear, spot };
}

/** The parts of a unified symbol that the synthetic venue can list. */
export interface SyntheticSymbol {
  readonly base: string;
  readonly quote: string;
  readonly kind: InstrumentKind;
}

/**
 * Reads `BTC/USDT` (spot) or `BTC/USDT:USDT` (linear perpetual, which can be sold short). Undefined for
 * anything else: lower case, an unknown shape, a contract margined in its base coin.
 */
export function parseSyntheticSymbol(symbol: string): SyntheticSymbol | undefined {
  const match = /^([A-Z0-9]{1,12})\/([A-Z0-9]{1,12})(?::([A-Z0-9]{1,12}))?$/.exec(symbol);
  const base = match?.[1];
  const quote = match?.[2];
  if (base === undefined || quote === undefined || base === quote) return undefined;
  if (match?.[3] !== undefined && match[3] !== quote) return undefined;
  return { base, quote, kind: match?.[3] === undefined ? 'spot' : 'linear' };
}

/** The listing of a symbol; a coin that is not in the table gets price and liquidity drawn from the seed. */
export function listSymbol(symbol: string, parts: SyntheticSymbol, seed: number): SyntheticListing {
  const { base, quote, kind } = parts;
  const known = COINS[base];
  const traded = known ?? drawCoin(base, seed);
  const quoteUsd = DOLLARS.includes(quote) ? 1 : (COINS[quote] ?? drawCoin(quote, seed)).usd;
  const startPrice = traded.usd / quoteUsd;
  const tabled = known !== undefined && quoteUsd === 1;
  const tickDecimals = 4 - orderOfMagnitude(startPrice);
  const lotDecimals = Math.max(0, orderOfMagnitude(traded.usd) + 1);
  const [tickSize, lotSize, minNotional] = tabled
    ? traded[kind === 'linear' ? 'linear' : 'spot']
    : [powerOfTen(tickDecimals), powerOfTen(lotDecimals), powerOfTen(orderOfMagnitude(quoteUsd))];
  const spec: InstrumentSpec = {
    symbol,
    venueSymbol: base + quote,
    venue: 'sim',
    kind,
    base,
    quote,
    tickSize,
    lotSize,
    minNotional,
    inferred: false,
  };
  return {
    spec,
    startPrice,
    volatilityPerSecond: CALM_VOLATILITY * traded.volatility,
    spreadShare: 2e-5 * traded.volatility,
    levelWorth: traded.levelUsd / quoteUsd,
    tradeWorth: traded.levelUsd / 8 / quoteUsd,
    activity: traded.activity,
  };
}

/** A small coin: between 0.01 and 100 dollars, livelier and thinner than the large ones. */
function drawCoin(base: string, seed: number): Coin {
  const random = new Int32Array(4);
  seedPrng(random, seed ^ Number.parseInt(hashText(base).slice(0, 8), 16));
  const usd = exp((nextUnit(random) * 4 - 2) * Math.LN10);
  const none = ['1', '1', '1'] as const;
  return coin(usd, 1.5 + nextUnit(random), 2_000 + 3_000 * nextUnit(random), 0.5, none, none);
}

/** Largest whole n with 10^n ≤ value. */
function orderOfMagnitude(value: number): number {
  let n = 0;
  for (let x = value; x >= 10; x /= 10) n++;
  for (let x = value; x < 1; x *= 10) n--;
  return n;
}

/** Decimal text of 10^-decimals. */
function powerOfTen(decimals: number): string {
  if (decimals <= 0) return `1${'0'.repeat(-decimals)}`;
  return `0.${'0'.repeat(decimals - 1)}1`;
}
