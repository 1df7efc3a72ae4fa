/** The engine's synthetic market as the crowd of an exchange: the same seed and start give the same acts. */
import { AT, cursorOver, InputEncoder, type InstrumentSpec, RECORD } from '../../../engine/domain/index.ts';
import { SyntheticMarket } from '../../../engine/index.ts';
import { actOf } from './decode.ts';
import type { MarketAct, MarketSource, SourceInstrument } from './source.ts';

export interface SyntheticSourceOptions {
  readonly seed: number;
  readonly startUs: number;
  /** `BTC/USDT` is spot, `BTC/USDT:USDT` USD-M. */
  readonly symbols: readonly string[];
  readonly ratePerSecond: number;
}

/** Lots of the largest order, by market: for BTC 9,000 on spot and 1,000 on USD-M, as at the venue. */
const MOST_LOTS = { spot: 900_000_000, usdm: 1_000_000 } as const;

/** Undefined for coin-margined contracts, which the exchange does not list. */
export function listed(spec: InstrumentSpec): SourceInstrument | undefined {
  if (spec.kind === 'inverse') return undefined;
  const market = spec.kind === 'spot' ? 'spot' : 'usdm';
  const { venueSymbol: symbol, base, quote, tickSize, lotSize, minNotional } = spec;
  const most = timesLot(lotSize, MOST_LOTS[market]);
  const bounds = { maxQuantity: most, maxMarketQuantity: most };
  return { market, instrument: { symbol, base, quote, tickSize, lotSize, minNotional, ...bounds } };
}

/** Decimal text of `times` × a decimal text. */
function timesLot(lotSize: string, times: number): string {
  const decimals = lotSize.split('.')[1]?.length ?? 0;
  const units = BigInt(lotSize.replace('.', '')) * BigInt(times);
  const digits = units.toString().padStart(decimals + 1, '0');
  return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

export class SyntheticSource implements MarketSource {
  readonly instruments: readonly SourceInstrument[];
  readonly #market: SyntheticMarket;
  readonly #encoder = new InputEncoder();

  constructor(options: SyntheticSourceOptions) {
    this.#market = new SyntheticMarket(options);
    this.instruments = this.#market.instruments.map((spec) => listed(spec)!);
  }

  nextAtUs(): number {
    return this.#market.nextAtUs();
  }

  next(tradesOnly = false): MarketAct | undefined {
    this.#market.emit(this.#encoder);
    const bytes = this.#encoder.bytes();
    return tradesOnly && bytes[AT.type] !== RECORD.trade ? undefined : actOf(cursorOver(bytes));
  }

  skipTo(atUs: number): void {
    this.#market.skipTo(atUs);
  }
}
