/** How an exchange opens: its markets with their models, and the history that clients find. */
import type { MarketAct, MarketSource } from '../market/source.ts';
import { Venue } from '../market/venue.ts';
import { makeModel, restoreModel } from '../model/exchange.ts';
import type { ExchangeEvents, ExchangeInstrument, ExchangeMarket, LimitSettings } from '../model/port.ts';
import type { ExchangeKeys } from './keys-file.ts';
import type { OpenMarket } from './socket-door.ts';
import { Users } from './users.ts';

/** What each account begins with, by asset. */
export type Balances = Readonly<Record<string, string>>;

export interface OpeningOptions {
  readonly markets: readonly ExchangeMarket[];
  readonly source: MarketSource;
  readonly keys: ExchangeKeys;
  readonly balances: Readonly<Record<ExchangeMarket, Balances>> | undefined;
  readonly limits: LimitSettings | undefined;
  readonly seed: number;
  readonly nowMs: () => number;
  /** When the market's history begins. */
  readonly openedMs: number;
  /** Of an earlier life, by market. */
  readonly saved: Readonly<Partial<Record<ExchangeMarket, string>>>;
}

/** What an account has when nothing else is said: enough of each coin to sell some. */
const COINS: Balances = { BTC: '5', ETH: '50', BNB: '200', SOL: '1000', LTC: '1000' };
const OTHER_COIN = '100000';
const MONEY = '100000';

export function openMarkets(options: OpeningOptions): Map<ExchangeMarket, OpenMarket> {
  const { markets, source, nowMs, saved } = options;
  return new Map(
    markets.map((market) => {
      const instruments = source.instruments.filter((one) => one.market === market).map((one) => one.instrument);
      const users = new Users(market);
      const make = (events: ExchangeEvents) => {
        const { keys, limits, seed, openedMs } = options;
        const balances = options.balances?.[market] ?? balancesFor(market, instruments);
        const accounts = keys.accounts.map((account) => ({ ...account, balances }));
        const text = saved[market];
        const settings = { market, instruments, accounts, nowMs: openedMs, events, seed, ...(limits && { limits }) };
        return text === undefined ? makeModel(settings) : restoreModel(text, settings);
      };
      return [market, { venue: new Venue({ market, instruments, nowMs, makeModel: make, users }), users }];
    }),
  );
}

function balancesFor(market: ExchangeMarket, instruments: readonly ExchangeInstrument[]): Balances {
  const quotes = instruments.map(({ quote }) => [quote, MONEY] as const);
  const bases = instruments.map(({ base }) => [base, COINS[base] ?? OTHER_COIN] as const);
  return Object.fromEntries(market === 'spot' ? [...bases, ...quotes] : quotes);
}

/** The market that an instrument of the source is listed on; undefined where this exchange does not have it. */
export function venueOf(
  markets: ReadonlyMap<ExchangeMarket, OpenMarket>,
  source: MarketSource,
  instrument: number,
): { readonly venue: Venue; readonly symbol: string } | undefined {
  const listed = source.instruments[instrument];
  const open = listed === undefined ? undefined : markets.get(listed.market);
  return open === undefined ? undefined : { venue: open.venue, symbol: listed!.instrument.symbol };
}

type Trade = Extract<MarketAct, { kind: 'trade' }>;

/**
 * Runs the market through to now: its trades become klines and lists, its books are told whole. A restored market has
 * printed the trades already, under the numbers that end with its last one.
 */
export function runThrough(
  markets: ReadonlyMap<ExchangeMarket, OpenMarket>,
  source: MarketSource,
  nowUs: number,
  isRestored: boolean,
): void {
  if (isRestored) recallAll(markets, source, nowUs);
  else
    for (const { act, atMs } of tradesUntil(source, nowUs)) {
      const place = venueOf(markets, source, act.instrument);
      place?.venue.past(place.symbol, act, atMs);
    }
  openBooks(markets, source, nowUs);
}

function* tradesUntil(source: MarketSource, nowUs: number): Generator<{ readonly act: Trade; readonly atMs: number }> {
  while (source.nextAtUs() <= nowUs) {
    const atMs = Math.floor(source.nextAtUs() / 1_000);
    const act = source.next(true);
    if (act?.kind === 'trade') yield { act, atMs };
  }
}

/** How many there are must be known before the first has its number, so they wait as plain numbers. */
function recallAll(markets: ReadonlyMap<ExchangeMarket, OpenMarket>, source: MarketSource, nowUs: number): void {
  const past: number[] = [];
  const left = new Map<number, number>();
  for (const { act, atMs } of tradesUntil(source, nowUs)) {
    past.push(act.instrument, act.priceTicks, act.lots, act.buyerIsMaker ? 1 : 0, atMs);
    left.set(act.instrument, (left.get(act.instrument) ?? 0) + 1);
  }
  for (let i = 0; i < past.length; i += 5) {
    const instrument = past[i]!;
    const behind = left.get(instrument)! - 1;
    left.set(instrument, behind);
    const place = venueOf(markets, source, instrument);
    if (place === undefined) continue;
    const { venue, symbol } = place;
    const tradeId = venue.model.lastTradeId(symbol) - behind;
    const figures = {
      priceTicks: past[i + 1]!,
      lots: past[i + 2]!,
      buyerIsMaker: past[i + 3] === 1,
      atMs: past[i + 4]!,
    };
    if (tradeId > 0) venue.recall({ symbol, tradeId, ...figures });
  }
}

/** Acts, whose time has not quite come, until every instrument has its book. */
function openBooks(markets: ReadonlyMap<ExchangeMarket, OpenMarket>, source: MarketSource, nowUs: number): void {
  source.skipTo(nowUs);
  const without = new Set(source.instruments.keys());
  while (without.size > 0 && Number.isFinite(source.nextAtUs())) {
    const act = source.next();
    if (act === undefined) continue;
    const place = venueOf(markets, source, act.instrument);
    place?.venue.act(place.symbol, act);
    if (act.kind === 'levels' && act.isWhole) without.delete(act.instrument);
  }
}
