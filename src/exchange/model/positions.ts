/**
 * Positions and margin of USD-M accounts, to 10⁻⁸: what a trade opens and closes, what is not realised yet, and what
 * positions and open orders keep of the wallet.
 */
import { remaining } from './book.ts';
import type { Account, Core, Market } from './core.ts';
import { E8, mulE8 } from './decimal.ts';
import { type Instrument, notionalE8, quantityE8 } from './instrument.ts';
import type { AccountState, Order, Position, Side } from './state.ts';

export interface Bracket {
  readonly bracket: number;
  readonly initialLeverage: number;
  readonly notionalFloor: number;
  readonly notionalCap: number;
  readonly maintMarginRatio: number;
  readonly ratioE8: bigint;
  readonly cum: number;
}

const bracket = (
  number: number,
  initialLeverage: number,
  notionalFloor: number,
  notionalCap: number,
  permille: number,
  cum: number,
): Bracket => {
  const ratioE8 = (BigInt(permille) * E8) / 1000n;
  return {
    bracket: number,
    initialLeverage,
    notionalFloor,
    notionalCap,
    maintMarginRatio: permille / 1000,
    ratioE8,
    cum,
  };
};

/** The same for every symbol; that of BTCUSDT for years. */
export const BRACKETS: readonly Bracket[] = [
  bracket(1, 125, 0, 50_000, 4, 0),
  bracket(2, 100, 50_000, 250_000, 5, 50),
  bracket(3, 50, 250_000, 1_000_000, 10, 1_300),
  bracket(4, 20, 1_000_000, 10_000_000, 25, 16_300),
  bracket(5, 10, 10_000_000, 20_000_000, 50, 266_300),
  bracket(6, 5, 20_000_000, 50_000_000, 100, 1_266_300),
  bracket(7, 4, 50_000_000, 100_000_000, 125, 2_516_300),
  bracket(8, 3, 100_000_000, 200_000_000, 150, 5_016_300),
  bracket(9, 2, 200_000_000, 300_000_000, 250, 25_016_300),
  bracket(10, 1, 300_000_000, 500_000_000, 500, 100_016_300),
];
export const MOST_LEVERAGE = 125;
const STANDARD_LEVERAGE = 20;

/** The largest position that a leverage allows, in quote. */
export function capOf(leverage: number): bigint {
  let cap = 0;
  for (const { initialLeverage, notionalCap } of BRACKETS) if (initialLeverage >= leverage) cap = notionalCap;
  return BigInt(cap) * E8;
}

export function maintenanceE8(notional: bigint): bigint {
  const size = abs(notional);
  const found = BRACKETS.find(({ notionalCap }) => size <= BigInt(notionalCap) * E8) ?? BRACKETS.at(-1)!;
  return mulE8(size, found.ratioE8) - BigInt(found.cum) * E8;
}

export const abs = (value: bigint) => (value < 0n ? -value : value);
export const signOf = (side: Side) => (side === 'BUY' ? 1 : -1);

export function positionOf(state: AccountState, symbol: string): Position {
  let position = state.positions.get(symbol);
  if (position === undefined) {
    position = {
      symbol,
      lots: 0,
      costE8: 0n,
      breakEvenE8: 0n,
      realizedE8: 0n,
      leverage: STANDARD_LEVERAGE,
      isolated: false,
      isolatedE8: 0n,
      updateMs: 0,
    };
    state.positions.set(symbol, position);
  }
  return position;
}

export interface Trade {
  readonly side: Side;
  readonly ticks: number;
  readonly lots: number;
  readonly quoteE8: bigint;
  readonly feeE8: bigint;
}

/** Carries a trade into position and wallet. Gives what it realised, before the fee. */
export function applyTrade(
  state: AccountState,
  instrument: Instrument,
  trade: Trade,
  wallet: { freeE8: bigint },
): bigint {
  const position = positionOf(state, instrument.symbol);
  const sign = signOf(trade.side);
  const before = Math.abs(position.lots);
  const closing = position.lots * sign < 0 ? Math.min(before, trade.lots) : 0;
  const closedE8 = closing === trade.lots ? trade.quoteE8 : notionalE8(instrument, trade.ticks, closing);
  const openedE8 = trade.quoteE8 - closedE8;
  const direction = BigInt(sign);
  let realizedE8 = 0n;
  if (closing > 0) {
    const isAll = closing === before;
    const costPart = isAll ? position.costE8 : (position.costE8 * BigInt(closing)) / BigInt(before);
    realizedE8 = -costPart - direction * closedE8;
    const freed = isAll ? position.isolatedE8 : (position.isolatedE8 * BigInt(closing)) / BigInt(before);
    position.costE8 -= costPart;
    position.isolatedE8 -= freed;
    position.realizedE8 += realizedE8;
    wallet.freeE8 += freed + realizedE8;
  }
  position.lots += sign * trade.lots;
  position.costE8 += direction * openedE8;
  if (position.lots === 0) position.breakEvenE8 = 0n;
  else if (closing === before && closing > 0) {
    // Turned round: only what opened counts, with its share of the fee.
    const share = trade.quoteE8 === 0n ? 0n : (trade.feeE8 * openedE8) / trade.quoteE8;
    position.breakEvenE8 = direction * openedE8 + share;
  } else position.breakEvenE8 += direction * trade.quoteE8 + trade.feeE8;
  if (position.isolated && openedE8 > 0n) {
    const margin = openedE8 / BigInt(position.leverage);
    position.isolatedE8 += margin;
    wallet.freeE8 -= margin;
  }
  wallet.freeE8 -= trade.feeE8;
  drawIsolated(position, wallet);
  return realizedE8;
}

/** What an empty wallet owes for an isolated position, that position's margin pays. */
function drawIsolated(position: Position, wallet: { freeE8: bigint }): void {
  if (wallet.freeE8 >= 0n || position.isolatedE8 <= 0n) return;
  const drawn = -wallet.freeE8 < position.isolatedE8 ? -wallet.freeE8 : position.isolatedE8;
  position.isolatedE8 -= drawn;
  wallet.freeE8 += drawn;
}

/** A cost per lot as a price; 0 without a position. */
export function perUnitE8(instrument: Instrument, costE8: bigint, lots: number): bigint {
  return lots === 0 ? 0n : (costE8 * E8) / quantityE8(instrument, lots);
}

/** What one symbol of an account comes to at the mark price. */
export interface Exposure {
  readonly position: Position;
  readonly market: Market;
  readonly markE8: bigint;
  /** Signed, as the position. */
  readonly notionalE8: bigint;
  readonly unrealizedE8: bigint;
  readonly positionMarginE8: bigint;
  readonly orderMarginE8: bigint;
  readonly maintenanceE8: bigint;
  /** Of orders at work that may open. */
  readonly bidsE8: bigint;
  readonly asksE8: bigint;
}

/** An order that is about to come, or to go where it counts below zero. */
export interface Pending {
  readonly symbol: string;
  readonly side: Side;
  readonly notionalE8: bigint;
}

export function exposure(core: Core, state: AccountState, market: Market, pending?: Pending): Exposure {
  const { instrument } = market;
  const position = positionOf(state, instrument.symbol);
  const markE8 = core.markE8(market);
  const notional = (markE8 * quantityE8(instrument, position.lots)) / E8;
  let bidsE8 = 0n;
  let asksE8 = 0n;
  const add = (side: Side, amount: bigint) => {
    if (side === 'BUY') bidsE8 += amount;
    else asksE8 += amount;
  };
  for (const order of core.openOrders(state.id, instrument.symbol)) {
    if (!order.waiting && !order.reduceOnly && !order.closePosition) add(order.side, openNotional(instrument, order));
  }
  if (pending?.symbol === instrument.symbol) add(pending.side, pending.notionalE8);
  const leverage = BigInt(position.leverage);
  const positionMarginE8 = abs(notional) / leverage;
  const long = abs(notional + bidsE8);
  const short = abs(notional - asksE8);
  const most = (long > short ? long : short) / leverage;
  return {
    position,
    market,
    markE8,
    notionalE8: notional,
    unrealizedE8: notional - position.costE8,
    positionMarginE8,
    orderMarginE8: most > positionMarginE8 ? most - positionMarginE8 : 0n,
    maintenanceE8: maintenanceE8(notional),
    bidsE8,
    asksE8,
  };
}

function openNotional(instrument: Instrument, order: Order): bigint {
  return notionalE8(instrument, order.priceTicks, remaining(order));
}

/** Everything of one margin asset of an account. */
export interface Wallet {
  readonly asset: string;
  readonly exposures: readonly Exposure[];
  readonly crossE8: bigint;
  readonly walletE8: bigint;
  readonly crossUnrealizedE8: bigint;
  readonly unrealizedE8: bigint;
  readonly positionMarginE8: bigint;
  readonly orderMarginE8: bigint;
  readonly maintenanceE8: bigint;
  readonly crossMaintenanceE8: bigint;
  /** Below zero when orders and positions keep more than there is. */
  readonly availableE8: bigint;
}

export function wallet(core: Core, account: Account, asset: string, pending?: Pending): Wallet {
  const { state } = account;
  const exposures = [...core.markets.values()]
    .filter(({ instrument }) => instrument.quote === asset)
    .map((market) => exposure(core, state, market, pending));
  const crossE8 = core.balance(state, asset).freeE8;
  const sum = (of: (one: Exposure) => bigint) => exposures.reduce((total, one) => total + of(one), 0n);
  const cross = (of: (one: Exposure) => bigint) => sum((one) => (one.position.isolated ? 0n : of(one)));
  const crossUnrealizedE8 = cross((one) => one.unrealizedE8);
  const orderMarginE8 = sum((one) => one.orderMarginE8);
  const crossMarginE8 = cross((one) => one.positionMarginE8);
  return {
    asset,
    exposures,
    crossE8,
    walletE8: crossE8 + sum((one) => one.position.isolatedE8),
    crossUnrealizedE8,
    unrealizedE8: sum((one) => one.unrealizedE8),
    positionMarginE8: sum((one) => one.positionMarginE8),
    orderMarginE8,
    maintenanceE8: sum((one) => one.maintenanceE8),
    crossMaintenanceE8: cross((one) => one.maintenanceE8),
    availableE8: crossE8 + crossUnrealizedE8 - crossMarginE8 - orderMarginE8,
  };
}

/** What could be taken out: not what is merely unrealised. */
export function withdrawableE8({ availableE8, crossUnrealizedE8 }: Wallet): bigint {
  const least = crossUnrealizedE8 > 0n ? availableE8 - crossUnrealizedE8 : availableE8;
  return least > 0n ? least : 0n;
}

/** Assets of an account: what it has, and what its symbols are margined in. */
export function marginAssets(core: Core, { state }: Account): string[] {
  const assets = new Set(state.balances.keys());
  for (const { instrument } of core.markets.values()) assets.add(instrument.quote);
  return [...assets].sort();
}
