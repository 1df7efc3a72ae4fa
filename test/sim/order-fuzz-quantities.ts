/** Sizes, roundings and filters of real instruments, held against the venue's own texts in naive decimals. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  DEFAULT_POLICY,
  type ExecutionPolicy,
  formatOnGrid,
  type Instrument,
  type Money,
  parseOnGrid,
  prepareInstrument,
  type RiskPolicy,
} from '../../engine/domain/index.ts';
import { type GateContext, passGates } from '../../engine/risk/gates.ts';
import { sizeEntry } from '../../engine/risk/sizing.ts';
import { breachOf, type CheckedOrder } from '../../src/brokers/order-rules.ts';
import { readInstruments } from '../../src/venues/binance/instruments.ts';
import { BINANCE_MARKETS } from '../../src/venues/binance/market.ts';
import type { VenueInstrument } from '../../src/venues/venue-instrument.ts';
import { repeatWith } from '../soak/check.ts';
import { exact } from './order-fuzz-oracle.ts';
import { Chance } from './world/virtual-time.ts';

const ONE = 10n ** 16n;
const MILLION = 1_000_000n;
const FOLDER = 'j_exchange_fixtures/exchangeInfo';

type Filter = Readonly<Record<string, unknown>>;
interface Listed {
  readonly symbol: string;
  readonly baseAsset: string;
  readonly quoteAsset: string;
  readonly filters: readonly Filter[];
}

/** An instrument as the product reads it, beside what the venue said. */
export interface Real {
  readonly venue: VenueInstrument;
  readonly instrument: Instrument;
  readonly listed: Listed;
}

/** Every instrument of the recorded exchangeInfo that this product can trade; `every` takes one in so many. */
export function realInstruments(data: string, every = 1): Real[] {
  const read = (name: string): unknown => JSON.parse(gunzipSync(readFileSync(join(data, FOLDER, name))).toString());
  const symbolsOf = (name: string): Listed[] => (read(name) as { symbols: Listed[] }).symbols;
  const ccxt = Object.values(read('ccxt_markets_binanceusdm_2025-03.json.gz') as Record<string, { info: Listed }>);
  return [
    ...kept(symbolsOf('binance_spot_exchangeInfo_2021-10-12.json.gz'), 'spot', every),
    ...kept(symbolsOf('binance_usdm_exchangeInfo_2021-07-22.json.gz'), 'linear', every),
    ...kept(
      ccxt.map((market) => asSent(market.info)),
      'linear',
      every,
    ),
  ];
}

/** ccxt gives the venue's numbers as texts. */
function asSent(listed: Listed): Listed {
  const filters = listed.filters.map((each) => ('limit' in each ? { ...each, limit: Number(each.limit) } : each));
  return { ...listed, filters };
}

function kept(listings: readonly Listed[], kind: 'spot' | 'linear', every: number): Real[] {
  const market = Object.values(BINANCE_MARKETS).find((each) => each.kind === kind)!;
  return listings.flatMap((listed, i) => {
    const { baseAsset, quoteAsset, symbol } = listed;
    // Deliveries are not traded here.
    if (i % every !== 0 || symbol.includes('_')) return [];
    const unified = `${baseAsset}/${quoteAsset}${kind === 'spot' ? '' : `:${quoteAsset}`}`;
    const [venue] = readInstruments(market, JSON.stringify({ symbols: [listed] }), [unified]);
    const instrument = prepareInstrument(venue!.spec, 0, quoteAsset);
    return instrument.untradable === undefined ? [{ venue: venue!, instrument, listed }] : [];
  });
}

const filterOf = (listed: Listed, name: string): Filter | undefined =>
  listed.filters.find((each) => each.filterType === name);
const figure = (filter: Filter | undefined, name: string): bigint => {
  const value = filter?.[name];
  return typeof value === 'string' ? exact(value) : 0n;
};
const least = (...values: bigint[]): bigint => values.reduce((a, b) => (a < b ? a : b));

interface Draw {
  readonly equity: bigint;
  readonly priceTicks: number;
  readonly limitTicks: number;
  readonly atrTicks: number;
  readonly gross: bigint;
  readonly risk: RiskPolicy;
  readonly execution: ExecutionPolicy;
}

function drawOf(chance: Chance): Draw {
  const priceTicks = chance.between(1, 10 ** chance.between(1, 9));
  const ppm = (most: number): number => chance.between(1, most);
  return {
    equity: BigInt(chance.between(1, 10 ** chance.between(1, 9))) * 10n ** BigInt(chance.between(8, 15)),
    priceTicks,
    limitTicks: Math.max(1, Math.round(priceTicks * (1 + chance.between(-300, 300) / 1e6))),
    atrTicks: chance.between(0, Math.max(1, Math.floor(priceTicks / 50))),
    gross: BigInt(chance.between(0, 1_000)) * ONE,
    risk: {
      ...DEFAULT_POLICY.risk,
      orderLimitPpm: ppm(1_000_000),
      positionLimitPpm: ppm(1_000_000),
      leverageLimitPpm: ppm(3_000_000),
    },
    execution: {
      ...DEFAULT_POLICY.execution,
      riskPerTradePpm: ppm(50_000),
      minStopPpm: ppm(200_000),
      stopAtr: chance.between(1, 5),
    },
  };
}

/** What the product makes of it: lots to order, 0 when none. */
function ordered({ instrument }: Real, draw: Draw): number {
  const { equity, priceTicks, limitTicks, atrTicks, gross, risk, execution } = draw;
  const sizing = sizeEntry(instrument, execution, equity as Money, priceTicks, atrTicks);
  const context: GateContext = {
    instrument,
    policy: risk,
    side: 1,
    halted: false,
    blockers: 0,
    dataAgeUs: 0,
    staleAfterUs: 1,
    bookGapped: false,
    referenceTicks: limitTicks,
    limitTicks,
    stopTicks: 0,
    targetTicks: 2 * limitTicks,
    riskTicks: limitTicks,
    costPpm: 0,
    volatilityKnown: true,
    spreadPpm: 0,
    heldLots: 0,
    pendingEntries: 0,
    barsSinceEntry: 1e9,
    ordersLastMinute: 0,
    openPositions: 0,
    equity: equity as Money,
    grossExposure: gross as Money,
  };
  return passGates(context, sizing.wantedLots).lots;
}

/** The same from the venue's texts. Decimals of 10^-16 are whole numbers here, their products of 10^-32 as well. */
function expected({ listed }: Real, draw: Draw): bigint {
  const { equity, limitTicks, gross, risk, execution } = draw;
  const lotWorth =
    figure(filterOf(listed, 'LOT_SIZE'), 'stepSize') * figure(filterOf(listed, 'PRICE_FILTER'), 'tickSize');
  const up = (value: bigint, by: bigint): bigint => (value + by - 1n) / by;
  const stops = [
    BigInt(draw.atrTicks) * BigInt(execution.stopAtr),
    up(BigInt(draw.priceTicks) * BigInt(execution.minStopPpm), MILLION),
    1n,
  ];
  const stop = stops.reduce((a, b) => (a > b ? a : b));
  const share = (ppm: number): bigint => ((equity * BigInt(ppm)) / MILLION) * ONE;
  const perLot = BigInt(limitTicks) * lotWorth;
  const room = share(risk.leverageLimitPpm) - gross * ONE;
  const lots = least(
    share(execution.riskPerTradePpm) / (stop * lotWorth),
    share(risk.orderLimitPpm) / perLot,
    share(risk.positionLimitPpm) / perLot,
    room < 0n ? 0n : room / perLot,
  );
  return lots * perLot < leastWorth(listed) * ONE ? 0n : lots;
}

function leastWorth(listed: Listed): bigint {
  const filter = filterOf(listed, 'MIN_NOTIONAL');
  return figure(filter, 'minNotional') || figure(filter, 'notional');
}

/** Whether the venue would refuse it, by its documents, from its texts. */
function refused({ listed, venue }: Real, order: CheckedOrder, referenceTicks: number): boolean {
  const price = filterOf(listed, 'PRICE_FILTER');
  const tick = figure(price, 'tickSize');
  const lot = filterOf(listed, 'LOT_SIZE');
  const quantity = BigInt(order.lots) * figure(lot, 'stepSize');
  const isMarket = order.limitTicks === 0;
  const bounds = isMarket ? [lot, filterOf(listed, 'MARKET_LOT_SIZE')] : [lot];
  for (const filter of bounds) {
    const most = figure(filter, 'maxQty');
    if (quantity < figure(filter, 'minQty') || (most > 0n && quantity > most)) return true;
    const step = figure(filter, 'stepSize');
    if (step > 0n && quantity % step !== 0n) return true;
  }
  const reference = BigInt(referenceTicks) * tick;
  const limit = isMarket ? reference : BigInt(order.limitTicks) * tick;
  const isFuture = venue.spec.kind === 'linear';
  const appliesToMarket = filterOf(listed, 'MIN_NOTIONAL')?.applyToMarket === true;
  const exempt = isFuture ? order.reduceOnly : isMarket && !appliesToMarket;
  if (!exempt && limit * quantity < leastWorth(listed) * ONE) return true;
  if (isMarket) return false;
  const most = figure(price, 'maxPrice');
  if (limit < figure(price, 'minPrice') || (most > 0n && limit > most)) return true;
  const band = filterOf(listed, 'PERCENT_PRICE');
  if (band === undefined) return false;
  const scaled = limit * ONE;
  return scaled > reference * figure(band, 'multiplierUp') || scaled < reference * figure(band, 'multiplierDown');
}

/** A quantity as people write it, longhand. */
function longhand(lots: bigint, step: string): string {
  const decimals = (/\.(\d*?)0*$/.exec(step)?.[1] ?? '').length;
  const value = (lots * exact(step)).toString().padStart(17, '0');
  return decimals === 0
    ? value.slice(0, -16)
    : `${value.slice(0, -16)}.${value.slice(-16, value.length - 16 + decimals)}`;
}

export interface QuantityFigures {
  readonly calculations: number;
  readonly instruments: number;
  readonly orders: number;
  readonly withinRules: number;
  readonly refusedByVenue: number;
  /** Entries that the venue would take and an exit at the market could not leave. */
  readonly keptBack: number;
}

/** What a test may spoil. */
export interface Planted {
  readonly ordered?: (lots: number) => number;
  readonly breach?: typeof breachOf;
}

/** @throws Error at the first size that is not the oracle's, or order that the venue would refuse and we would send. */
export function quantities(all: readonly Real[], count: number, from: number, planted: Planted = {}): QuantityFigures {
  const figures = {
    calculations: count,
    instruments: all.length,
    orders: 0,
    withinRules: 0,
    refusedByVenue: 0,
    keptBack: 0,
  };
  const breach = planted.breach ?? breachOf;
  for (let seed = from; seed < from + count; seed++) {
    const chance = new Chance(seed);
    const real = all[chance.between(0, all.length - 1)]!;
    const draw = drawOf(chance);
    const fail = (what: string): never => {
      throw new Error(`calculation ${seed}, ${real.listed.symbol}: ${what}; ${repeatWith('quantities', seed)}`);
    };
    const made = ordered(real, draw);
    const lots = planted.ordered?.(made) ?? made;
    const right = expected(real, draw);
    if (BigInt(lots) !== least(right, BigInt(Number.MAX_SAFE_INTEGER))) fail(`${lots} lots, not ${right}`);
    const { stepSize } = filterOf(real.listed, 'LOT_SIZE') as { stepSize: string };
    const text = formatOnGrid(lots, real.instrument.lot);
    if (text !== longhand(right, stepSize) && lots < Number.MAX_SAFE_INTEGER) fail(`${text} for ${right} lots`);
    if (text.length <= 32 && parseOnGrid(text, real.instrument.lot) !== lots) fail(`${text} does not read back`);
    const between = `${text.includes('.') ? text : `${text}.0`}0000000000000005`.slice(0, 32);
    if (between.endsWith('5') && parseOnGrid(between, real.instrument.lot) !== undefined) fail(`${between} reads`);
    const wanted = lots > 0 ? lots : chance.between(1, 1_000_000);
    const referenceTicks = Math.max(1, Math.round(draw.limitTicks * (1 + chance.between(-80_000, 80_000) / 1e6)));
    const entry: CheckedOrder = { side: 1, lots: wanted, limitTicks: draw.limitTicks, stopTicks: 0, reduceOnly: false };
    for (const order of [entry, { ...entry, side: -1, limitTicks: 0, reduceOnly: true } as const]) {
      const told = breach(order, { ...real.venue, trading: true }, referenceTicks);
      const isRefused = refused(real, order, referenceTicks);
      if (isRefused && told === undefined) fail(`${wanted} lots would be sent and refused`);
      if (!isRefused && told !== undefined && !told.includes('could not be left')) fail(`is kept back: ${told}`);
      figures.orders++;
      if (isRefused) figures.refusedByVenue++;
      else if (told !== undefined) figures.keptBack++;
      else figures.withinRules++;
    }
  }
  return figures;
}
