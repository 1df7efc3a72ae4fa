/** What exchangeInfo says: limits, symbols, and every filter that orders are held against. */
import type { Core } from './core.ts';
import { formatE8, mulE8 } from './decimal.ts';
import type { Instrument } from './instrument.ts';
import { SELF_TRADE_MODES, SPOT_TYPES } from './spot-ticket.ts';

type Shape = Record<string, unknown>;

export const USDM_TYPES = ['LIMIT', 'MARKET', 'STOP', 'STOP_MARKET', 'TAKE_PROFIT', 'TAKE_PROFIT_MARKET'] as const;
/** Perpetual contracts are delivered never: this is how Binance writes it. */
const NEVER_MS = 4_133_404_800_000;
const ONBOARD_MS = 1_569_398_400_000;

export function exchangeInfo(core: Core, atMs: number): Shape {
  const instruments = [...core.markets.values()].map(({ instrument }) => instrument);
  const isSpot = core.options.market === 'spot';
  const common = { timezone: 'UTC', serverTime: atMs };
  const rest = { rateLimits: rateLimits(core), exchangeFilters: [] };
  if (isSpot) return { ...common, ...rest, symbols: instruments.map(spotSymbol) };
  const assets = [...new Set(instruments.map(({ quote }) => quote))].map((asset) => ({
    asset,
    marginAvailable: true,
    autoAssetExchange: '-10000',
  }));
  return { ...common, futuresType: 'U_MARGINED', ...rest, assets, symbols: instruments.map(usdmSymbol) };
}

function rateLimits(core: Core): Shape[] {
  const { weightPerMinute, orderWindows } = core.limits;
  const limits: Shape[] = [
    { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: weightPerMinute },
  ];
  for (const { interval, intervalNum, limit } of orderWindows) {
    limits.push({ rateLimitType: 'ORDERS', interval, intervalNum, limit });
  }
  return limits;
}

function spotSymbol(instrument: Instrument): Shape {
  return {
    symbol: instrument.symbol,
    status: 'TRADING',
    baseAsset: instrument.base,
    baseAssetPrecision: 8,
    quoteAsset: instrument.quote,
    quotePrecision: 8,
    quoteAssetPrecision: 8,
    baseCommissionPrecision: 8,
    quoteCommissionPrecision: 8,
    orderTypes: SPOT_TYPES,
    icebergAllowed: false,
    ocoAllowed: false,
    otoAllowed: false,
    opoAllowed: false,
    quoteOrderQtyMarketAllowed: true,
    allowTrailingStop: false,
    cancelReplaceAllowed: true,
    amendAllowed: false,
    pegInstructionsAllowed: false,
    isSpotTradingAllowed: true,
    isMarginTradingAllowed: false,
    filters: spotFilters(instrument),
    permissions: [],
    permissionSets: [['SPOT']],
    defaultSelfTradePreventionMode: 'EXPIRE_MAKER',
    allowedSelfTradePreventionModes: SELF_TRADE_MODES,
  };
}

function spotFilters(instrument: Instrument): Shape[] {
  const ratio = (value: bigint) => formatE8(value, 4).replace(/\.?0+$/, '');
  const up = ratio(instrument.percentUpE8);
  const down = ratio(instrument.percentDownE8);
  return [
    {
      filterType: 'PRICE_FILTER',
      minPrice: formatE8(instrument.minPriceE8),
      maxPrice: formatE8(instrument.maxPriceE8),
      tickSize: formatE8(instrument.tickE8),
    },
    {
      filterType: 'LOT_SIZE',
      minQty: formatE8(instrument.minQuantityE8),
      maxQty: formatE8(instrument.maxQuantityE8),
      stepSize: formatE8(instrument.lotE8),
    },
    {
      filterType: 'MARKET_LOT_SIZE',
      minQty: formatE8(0n),
      maxQty: formatE8(instrument.maxMarketQuantityE8),
      stepSize: formatE8(0n),
    },
    {
      filterType: 'PERCENT_PRICE_BY_SIDE',
      bidMultiplierUp: up,
      bidMultiplierDown: down,
      askMultiplierUp: up,
      askMultiplierDown: down,
      avgPriceMins: 5,
    },
    {
      filterType: 'NOTIONAL',
      minNotional: formatE8(instrument.minNotionalE8),
      applyMinToMarket: true,
      maxNotional: formatE8(mulE8(instrument.maxPriceE8, instrument.maxQuantityE8)),
      applyMaxToMarket: false,
      avgPriceMins: 5,
    },
    { filterType: 'MAX_NUM_ORDERS', maxNumOrders: instrument.maxOpenOrders },
    { filterType: 'MAX_NUM_ALGO_ORDERS', maxNumAlgoOrders: instrument.maxAlgoOrders },
  ];
}

function usdmSymbol(instrument: Instrument): Shape {
  return {
    symbol: instrument.symbol,
    pair: instrument.symbol,
    contractType: 'PERPETUAL',
    deliveryDate: NEVER_MS,
    onboardDate: ONBOARD_MS,
    status: 'TRADING',
    maintMarginPercent: '2.5000',
    requiredMarginPercent: '5.0000',
    baseAsset: instrument.base,
    quoteAsset: instrument.quote,
    marginAsset: instrument.quote,
    pricePrecision: instrument.priceDecimals,
    quantityPrecision: instrument.quantityDecimals,
    baseAssetPrecision: 8,
    quotePrecision: 8,
    underlyingType: 'COIN',
    underlyingSubType: [],
    settlePlan: 0,
    triggerProtect: '0.0500',
    liquidationFee: '0.012500',
    marketTakeBound: '0.30',
    maxMoveOrderLimit: 10_000,
    filters: usdmFilters(instrument),
    orderTypes: USDM_TYPES,
    timeInForce: ['GTC', 'IOC', 'FOK', 'GTX'],
  };
}

function usdmFilters(instrument: Instrument): Shape[] {
  const price = (value: bigint) => formatE8(value, instrument.priceDecimals);
  const quantity = (value: bigint) => formatE8(value, instrument.quantityDecimals);
  const lot = { minQty: quantity(instrument.minQuantityE8), stepSize: quantity(instrument.lotE8) };
  return [
    {
      filterType: 'PRICE_FILTER',
      minPrice: price(instrument.minPriceE8),
      maxPrice: price(instrument.maxPriceE8),
      tickSize: price(instrument.tickE8),
    },
    { filterType: 'LOT_SIZE', ...lot, maxQty: quantity(instrument.maxQuantityE8) },
    { filterType: 'MARKET_LOT_SIZE', ...lot, maxQty: quantity(instrument.maxMarketQuantityE8) },
    { filterType: 'MAX_NUM_ORDERS', limit: instrument.maxOpenOrders },
    { filterType: 'MAX_NUM_ALGO_ORDERS', limit: instrument.maxAlgoOrders },
    { filterType: 'MIN_NOTIONAL', notional: formatE8(instrument.minNotionalE8).replace(/\.?0+$/, '') },
    {
      filterType: 'PERCENT_PRICE',
      multiplierUp: formatE8(instrument.percentUpE8, 4),
      multiplierDown: formatE8(instrument.percentDownE8, 4),
      multiplierDecimal: '4',
    },
  ];
}
