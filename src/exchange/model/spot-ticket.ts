/** A new spot order as the client wrote it, checked for form and against the symbol's filters before anything happens. */
import type { Account, Core, Market } from './core.ts';
import { E8 } from './decimal.ts';
import { ApiError, eitherMissing, FIXED, filterFailure, notRequired, rejected } from './errors.ts';
import type { Params } from './params.ts';
import type { SelfTradeMode, Side, TimeInForce } from './state.ts';

export const SPOT_TYPES = [
  'LIMIT',
  'LIMIT_MAKER',
  'MARKET',
  'STOP_LOSS',
  'STOP_LOSS_LIMIT',
  'TAKE_PROFIT',
  'TAKE_PROFIT_LIMIT',
] as const;
export const SELF_TRADE_MODES: readonly SelfTradeMode[] = ['NONE', 'EXPIRE_TAKER', 'EXPIRE_MAKER', 'EXPIRE_BOTH'];
const SIDES: readonly Side[] = ['BUY', 'SELL'];

export interface SpotTicket {
  readonly market: Market;
  readonly side: Side;
  readonly type: (typeof SPOT_TYPES)[number];
  readonly timeInForce: TimeInForce;
  readonly lots: number;
  readonly quoteE8: bigint;
  readonly priceTicks: number;
  readonly stopTicks: number;
  readonly clientOrderId: string | undefined;
  readonly selfTradeMode: SelfTradeMode;
  readonly response: 'ACK' | 'RESULT' | 'FULL';
}

/** The form alone. */
export function readTicket(core: Core, params: Params): SpotTicket {
  const market = core.market(params.mustText('symbol'));
  const { tickE8, lotE8 } = market.instrument;
  const side = params.mustWord('side', SIDES, FIXED.invalidSide);
  const type = params.mustWord('type', SPOT_TYPES, FIXED.invalidType);
  const isLimit = type === 'LIMIT' || type === 'LIMIT_MAKER' || type.endsWith('_LIMIT');
  const isConditional = type.startsWith('STOP') || type.startsWith('TAKE');
  if (params.has('trailingDelta')) throw rejected('Trailing stop orders are not supported for this symbol.');
  if ((params.decimal('icebergQty') ?? 0n) > 0n) throw rejected('Iceberg orders are not supported for this symbol.');
  const quote = params.decimal('quoteOrderQty');
  if (quote !== undefined && type !== 'MARKET') throw notRequired('quoteOrderQty');
  if (type === 'MARKET' && !params.has('quantity') && quote === undefined)
    throw eitherMissing('quantity', 'quoteOrderQty');
  if (type === 'MARKET' && params.has('quantity') && quote !== undefined) throw FIXED.badCombination();
  if (quote === undefined) params.mustText('quantity');
  for (const [name, wanted] of [
    ['price', isLimit],
    ['stopPrice', isConditional],
    ['timeInForce', isLimit && type !== 'LIMIT_MAKER'],
  ] as const) {
    if (wanted) params.mustText(name);
    else if (params.has(name)) throw notRequired(name);
  }
  const timeInForce = params.word('timeInForce', ['GTC', 'IOC', 'FOK'] as const, FIXED.invalidTimeInForce);
  const quantityE8 = params.decimal('quantity') ?? 0n;
  const priceE8 = params.decimal('price') ?? 0n;
  const stopE8 = params.decimal('stopPrice') ?? 0n;
  if (quote === undefined && quantityE8 <= 0n) throw new ApiError(-1013, 'Invalid quantity.');
  if (quote !== undefined && quote <= 0n) throw new ApiError(-1013, 'Invalid quoteOrderQty.');
  if (isLimit && priceE8 <= 0n) throw new ApiError(-1013, 'Invalid price.');
  if (isConditional && stopE8 <= 0n) throw new ApiError(-1013, 'Invalid stopPrice.');
  const response = params.word('newOrderRespType', ['ACK', 'RESULT', 'FULL'] as const);
  checkPrices(core, market, priceE8, stopE8);
  checkQuantity(market, type, quantityE8, quote);
  checkNotional(core, market, isLimit ? priceE8 : stopE8, quantityE8, quote);
  return {
    market,
    side,
    type,
    timeInForce: timeInForce ?? 'GTC',
    lots: Number(quantityE8 / lotE8),
    quoteE8: quote ?? 0n,
    priceTicks: Number(priceE8 / tickE8),
    stopTicks: Number(stopE8 / tickE8),
    clientOrderId: params.orderName('newClientOrderId'),
    selfTradeMode: params.word('selfTradePreventionMode', SELF_TRADE_MODES) ?? 'EXPIRE_MAKER',
    response: response ?? (type === 'MARKET' || type === 'LIMIT' ? 'FULL' : 'ACK'),
  };
}

function checkPrices(core: Core, market: Market, priceE8: bigint, stopE8: bigint): void {
  const { minPriceE8, maxPriceE8, tickE8, percentDownE8, percentUpE8 } = market.instrument;
  for (const price of [priceE8, stopE8]) {
    if (price === 0n) continue;
    if (price < minPriceE8 || price > maxPriceE8 || price % tickE8 !== 0n) throw filterFailure('PRICE_FILTER');
  }
  const averageE8 = core.averageE8(market);
  if (priceE8 === 0n || averageE8 === 0n) return;
  // The filter names bounds for each side; both sides have the same here.
  const isWithin = priceE8 * E8 <= averageE8 * percentUpE8 && priceE8 * E8 >= averageE8 * percentDownE8;
  if (!isWithin) throw filterFailure('PERCENT_PRICE_BY_SIDE');
}

function checkQuantity(market: Market, type: SpotTicket['type'], quantityE8: bigint, quote: bigint | undefined): void {
  if (quote !== undefined) return;
  const { minQuantityE8, maxQuantityE8, maxMarketQuantityE8, lotE8 } = market.instrument;
  if (quantityE8 < minQuantityE8 || quantityE8 > maxQuantityE8 || quantityE8 % lotE8 !== 0n) {
    throw filterFailure('LOT_SIZE');
  }
  const isMarket = type === 'MARKET' || type === 'STOP_LOSS' || type === 'TAKE_PROFIT';
  if (isMarket && quantityE8 > maxMarketQuantityE8) throw filterFailure('MARKET_LOT_SIZE');
}

/** A market order is held against the average price. */
function checkNotional(
  core: Core,
  market: Market,
  priceE8: bigint,
  quantityE8: bigint,
  quote: bigint | undefined,
): void {
  const unitE8 = priceE8 > 0n ? priceE8 : core.averageE8(market);
  if (quote === undefined && unitE8 === 0n) return;
  const notional = quote ?? (unitE8 * quantityE8) / E8;
  if (notional < market.instrument.minNotionalE8) throw filterFailure('NOTIONAL');
}

/** Filters on how many orders the account has open. */
export function checkCounts(core: Core, account: Account, ticket: SpotTicket): void {
  const { instrument } = ticket.market;
  const open = core.openOrders(account.state.id, instrument.symbol);
  if (open.length >= instrument.maxOpenOrders) throw filterFailure('MAX_NUM_ORDERS');
  if (ticket.stopTicks === 0) return;
  if (open.filter(({ waiting }) => waiting).length >= instrument.maxAlgoOrders)
    throw filterFailure('MAX_NUM_ALGO_ORDERS');
}
