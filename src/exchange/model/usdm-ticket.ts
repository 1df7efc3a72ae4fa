/** A new USD-M order, plain or conditional, as the client wrote it: checked for form and against the symbol's filters. */
import type { Core, Market } from './core.ts';
import { decimalsOf, E8, formatE8 } from './decimal.ts';
import { ApiError, FIXED, missing, notRequired } from './errors.ts';
import { USDM_TYPES } from './exchange-info.ts';
import { notionalE8, priceE8 } from './instrument.ts';
import type { Params } from './params.ts';
import { SELF_TRADE_MODES } from './spot-ticket.ts';
import type { SelfTradeMode, Side, TimeInForce, WorkingType } from './state.ts';

const SIDES: readonly Side[] = ['BUY', 'SELL'];
const TIMES: readonly TimeInForce[] = ['GTC', 'IOC', 'FOK', 'GTX'];
const WORKING: readonly WorkingType[] = ['CONTRACT_PRICE', 'MARK_PRICE'];
const LONGEST_NAME = 36;

export interface UsdmTicket {
  readonly market: Market;
  readonly side: Side;
  readonly type: (typeof USDM_TYPES)[number];
  readonly timeInForce: TimeInForce;
  readonly lots: number;
  readonly priceTicks: number;
  readonly stopTicks: number;
  readonly clientOrderId: string | undefined;
  readonly workingType: WorkingType;
  readonly reduceOnly: boolean;
  readonly closePosition: boolean;
  readonly priceProtect: boolean;
  readonly selfTradeMode: SelfTradeMode;
  readonly wantsResult: boolean;
}

/** What matters when an order goes to work. */
export type WorkTerms = Pick<
  UsdmTicket,
  'market' | 'side' | 'timeInForce' | 'lots' | 'priceTicks' | 'reduceOnly' | 'closePosition' | 'selfTradeMode'
>;

/** What the plain and the algo endpoint call the same things. */
export interface TicketNames {
  readonly stop: 'stopPrice' | 'triggerPrice';
  readonly client: 'newClientOrderId' | 'clientAlgoId';
}
const PLAIN_NAMES: TicketNames = { stop: 'stopPrice', client: 'newClientOrderId' };
export const ALGO_NAMES: TicketNames = { stop: 'triggerPrice', client: 'clientAlgoId' };

export const isConditionalType = (type: string) => type.startsWith('STOP') || type.startsWith('TAKE');

export function readUsdmTicket(core: Core, params: Params, names: TicketNames = PLAIN_NAMES): UsdmTicket {
  const market = core.market(params.mustText('symbol'));
  const { tickE8, lotE8 } = market.instrument;
  const side = params.mustWord('side', SIDES, FIXED.invalidSide);
  const type = params.mustWord('type', USDM_TYPES, FIXED.invalidType);
  const isConditional = isConditionalType(type);
  const hasLimit = type === 'LIMIT' || type === 'STOP' || type === 'TAKE_PROFIT';
  const closePosition = params.flag('closePosition') ?? false;
  refuseOthers(params, type, closePosition);
  if (closePosition && params.has('quantity')) throw notRequired('quantity');
  if (!closePosition) params.mustText('quantity');
  if (hasLimit) params.mustText('price');
  else if (params.has('price')) throw notRequired('price');
  if (isConditional) params.mustText(names.stop);
  else if (params.has(names.stop)) throw notRequired(names.stop);
  const timeInForce = params.word('timeInForce', TIMES, FIXED.invalidTimeInForce);
  if (type === 'LIMIT' && timeInForce === undefined) throw missing('timeInForce');
  if (type === 'MARKET' && timeInForce !== undefined) throw notRequired('timeInForce');
  const reduceOnly = params.flag('reduceOnly') ?? false;
  if (closePosition && params.has('reduceOnly')) throw notRequired('reduceOnly');
  const quantityE8 = fine(params, 'quantity', lotE8);
  const limitE8 = fine(params, 'price', tickE8);
  const stopE8 = fine(params, names.stop, tickE8);
  if (!closePosition) checkQuantity(market, type, quantityE8);
  if (hasLimit) checkPrice(core, market, side, limitE8, isConditional);
  if (isConditional) checkStop(market, stopE8);
  const ticket: UsdmTicket = {
    market,
    side,
    type,
    timeInForce: timeInForce ?? 'GTC',
    lots: Number(quantityE8 / lotE8),
    priceTicks: Number(limitE8 / tickE8),
    stopTicks: Number(stopE8 / tickE8),
    clientOrderId: usdmName(params, names.client),
    workingType: params.word('workingType', WORKING) ?? 'CONTRACT_PRICE',
    reduceOnly,
    closePosition,
    priceProtect: params.flag('priceProtect') ?? false,
    selfTradeMode: params.word('selfTradePreventionMode', SELF_TRADE_MODES) ?? 'EXPIRE_MAKER',
    wantsResult: params.word('newOrderRespType', ['ACK', 'RESULT'] as const) === 'RESULT',
  };
  if (!reduceOnly && !closePosition) checkNotional(core, ticket);
  return ticket;
}

/** A client's name of an order; longer than 36 has a refusal of its own here. */
export function usdmName(params: Params, name: string): string | undefined {
  if ((params.text(name)?.length ?? 0) > LONGEST_NAME) {
    throw new ApiError(-4015, 'Client order id length should be less than 36 chars');
  }
  return params.orderName(name);
}

function refuseOthers(params: Params, type: string, closePosition: boolean): void {
  const positionSide = params.text('positionSide') ?? 'BOTH';
  if (positionSide !== 'BOTH') {
    throw new ApiError(-4061, "Order's position side does not match user's setting.");
  }
  if (!['NONE', undefined].includes(params.text('priceMatch')) || params.has('goodTillDate')) {
    throw new ApiError(-1020, 'This operation is not supported.');
  }
  if (closePosition && type !== 'STOP_MARKET' && type !== 'TAKE_PROFIT_MARKET') {
    throw new ApiError(-4136, `Target strategy invalid for orderType ${type},closePosition true`);
  }
}

function fine(params: Params, name: string, unitE8: bigint): bigint {
  const value = params.decimal(name);
  if (value === undefined) return 0n;
  // A quantity or price may be written with zeros beyond the precision, not with more digits than it.
  if (value % 10n ** BigInt(8 - decimalsOf(unitE8)) !== 0n) {
    throw new ApiError(-1111, 'Precision is over the maximum defined for this asset.');
  }
  return value;
}

export function checkQuantity({ instrument }: Market, type: string, quantityE8: bigint): void {
  const isMarket = type === 'MARKET' || type.endsWith('_MARKET');
  const most = isMarket ? instrument.maxMarketQuantityE8 : instrument.maxQuantityE8;
  if (quantityE8 <= 0n) throw new ApiError(-4003, 'Quantity less than or equal to zero.');
  if (quantityE8 < instrument.minQuantityE8) throw new ApiError(-4004, 'Quantity less than min quantity.');
  if (quantityE8 > most) throw new ApiError(-4005, 'Quantity greater than max quantity.');
  if (quantityE8 % instrument.lotE8 !== 0n) throw new ApiError(-4023, 'Qty not increased by step size.');
}

export function checkPrice(core: Core, market: Market, side: Side, limitE8: bigint, isConditional = false): void {
  const { instrument } = market;
  if (limitE8 <= 0n) throw new ApiError(-4001, 'Price less than 0.');
  if (limitE8 < instrument.minPriceE8) throw new ApiError(-4013, 'Price less than min price.');
  if (limitE8 > instrument.maxPriceE8) throw new ApiError(-4002, 'Price greater than max price.');
  if (limitE8 % instrument.tickE8 !== 0n) throw new ApiError(-4014, 'Price not increased by tick size.');
  const markE8 = core.markE8(market);
  if (isConditional || markE8 === 0n) return;
  const bound = (ratioE8: bigint) => (markE8 * ratioE8) / E8;
  const text = (value: bigint) => formatE8(value, instrument.priceDecimals);
  if (side === 'BUY' && limitE8 > bound(instrument.percentUpE8)) {
    throw new ApiError(-4016, `Limit price can't be higher than ${text(bound(instrument.percentUpE8))}.`);
  }
  if (side === 'SELL' && limitE8 < bound(instrument.percentDownE8)) {
    throw new ApiError(-4024, `Limit price can't be lower than ${text(bound(instrument.percentDownE8))}.`);
  }
}

function checkStop({ instrument }: Market, stopE8: bigint): void {
  if (stopE8 <= 0n) throw new ApiError(-4006, 'Stop price less than zero.');
  if (stopE8 > instrument.maxPriceE8) throw new ApiError(-4007, 'Stop price greater than max price.');
  if (stopE8 % instrument.tickE8 !== 0n) throw new ApiError(-4014, 'Price not increased by tick size.');
}

/** A price of its own counts; without one, where it waits; without that, the mark price. */
export function checkNotional(
  core: Core,
  ticket: Pick<UsdmTicket, 'market' | 'priceTicks' | 'stopTicks' | 'lots'>,
): void {
  const { market, lots } = ticket;
  const { instrument } = market;
  const ticks = ticket.priceTicks || ticket.stopTicks;
  const atMarkE8 = (core.markE8(market) * BigInt(lots) * instrument.lotE8) / E8;
  const notional = ticks > 0 ? notionalE8(instrument, ticks, lots) : atMarkE8;
  if (ticks === 0 && priceE8(instrument, market.state.lastTicks) + core.markE8(market) === 0n) return;
  if (notional >= instrument.minNotionalE8) return;
  const least = formatE8(instrument.minNotionalE8).replace(/\.?0+$/, '');
  throw new ApiError(-4164, `Order's notional must be no smaller than ${least} (unless you choose reduce only).`);
}
