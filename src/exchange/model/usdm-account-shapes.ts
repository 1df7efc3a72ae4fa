/** What the USD-M market says of wallets, margin and positions, in each version of its endpoints. */
import type { Account, Core } from './core.ts';
import { formatE8 } from './decimal.ts';
import { quantityText } from './instrument.ts';
import { capOf, type Exposure, marginAssets, type Wallet, wallet, withdrawableE8 } from './positions.ts';
import { breakEvenText, entryText, liquidationText } from './usdm-shapes.ts';

type Shape = Record<string, unknown>;

const atLeastZero = (value: bigint) => (value > 0n ? value : 0n);

function assetShape(of: Wallet, updateMs: number): Shape {
  return {
    asset: of.asset,
    walletBalance: formatE8(of.walletE8),
    unrealizedProfit: formatE8(of.unrealizedE8),
    marginBalance: formatE8(of.walletE8 + of.unrealizedE8),
    maintMargin: formatE8(of.maintenanceE8),
    initialMargin: formatE8(of.positionMarginE8 + of.orderMarginE8),
    positionInitialMargin: formatE8(of.positionMarginE8),
    openOrderInitialMargin: formatE8(of.orderMarginE8),
    crossWalletBalance: formatE8(of.crossE8),
    crossUnPnl: formatE8(of.crossUnrealizedE8),
    availableBalance: formatE8(atLeastZero(of.availableE8)),
    maxWithdrawAmount: formatE8(withdrawableE8(of)),
    updateTime: updateMs,
  };
}

/** Sums are of the first quote, as Binance gives them for USDT only. */
function totals(of: Wallet): Shape {
  return {
    totalInitialMargin: formatE8(of.positionMarginE8 + of.orderMarginE8),
    totalMaintMargin: formatE8(of.maintenanceE8),
    totalWalletBalance: formatE8(of.walletE8),
    totalUnrealizedProfit: formatE8(of.unrealizedE8),
    totalMarginBalance: formatE8(of.walletE8 + of.unrealizedE8),
    totalPositionInitialMargin: formatE8(of.positionMarginE8),
    totalOpenOrderInitialMargin: formatE8(of.orderMarginE8),
    totalCrossWalletBalance: formatE8(of.crossE8),
    totalCrossUnPnl: formatE8(of.crossUnrealizedE8),
    availableBalance: formatE8(atLeastZero(of.availableE8)),
    maxWithdrawAmount: formatE8(withdrawableE8(of)),
  };
}

function positionV3(of: Exposure): Shape {
  const { position, market } = of;
  return {
    symbol: position.symbol,
    positionSide: 'BOTH',
    positionAmt: quantityText(market.instrument, position.lots),
    unrealizedProfit: formatE8(of.unrealizedE8),
    isolatedMargin: formatE8(isolatedMargin(of)),
    notional: formatE8(of.notionalE8),
    isolatedWallet: formatE8(position.isolatedE8),
    initialMargin: formatE8(of.positionMarginE8 + of.orderMarginE8),
    maintMargin: formatE8(of.maintenanceE8),
    updateTime: position.updateMs,
  };
}

function positionV2(of: Exposure): Shape {
  const { position, market } = of;
  return {
    symbol: position.symbol,
    initialMargin: formatE8(of.positionMarginE8 + of.orderMarginE8),
    maintMargin: formatE8(of.maintenanceE8),
    unrealizedProfit: formatE8(of.unrealizedE8),
    positionInitialMargin: formatE8(of.positionMarginE8),
    openOrderInitialMargin: formatE8(of.orderMarginE8),
    leverage: `${position.leverage}`,
    isolated: position.isolated,
    entryPrice: entryText(market.instrument, position),
    breakEvenPrice: breakEvenText(market.instrument, position),
    maxNotional: capText(position.leverage),
    bidNotional: formatE8(of.bidsE8),
    askNotional: formatE8(of.asksE8),
    positionSide: 'BOTH',
    positionAmt: quantityText(market.instrument, position.lots),
    updateTime: position.updateMs,
    notional: formatE8(of.notionalE8),
    isolatedWallet: formatE8(position.isolatedE8),
  };
}

const isolatedMargin = ({ position, unrealizedE8 }: Exposure) =>
  position.isolated ? position.isolatedE8 + unrealizedE8 : 0n;
export const capText = (leverage: number) => formatE8(capOf(leverage), 0);

/** V3 names only symbols with a position or an order at work. */
const isUsed = ({ position, bidsE8, asksE8 }: Exposure) => position.lots !== 0 || bidsE8 > 0n || asksE8 > 0n;

function wallets(core: Core, account: Account): Wallet[] {
  return marginAssets(core, account).map((asset) => wallet(core, account, asset));
}

function mainWallet(core: Core, all: readonly Wallet[]): Wallet {
  const first = [...core.markets.values()][0]?.instrument.quote ?? 'USDT';
  return all.find(({ asset }) => asset === 'USDT') ?? all.find(({ asset }) => asset === first) ?? all[0]!;
}

export function accountV3(core: Core, account: Account): Shape {
  const all = wallets(core, account);
  return {
    ...totals(mainWallet(core, all)),
    assets: all.map((one) => assetShape(one, account.state.updateMs)),
    positions: all.flatMap(({ exposures }) => exposures.filter(isUsed).map(positionV3)),
  };
}

export function accountV2(core: Core, account: Account): Shape {
  const all = wallets(core, account);
  const canTrade = account.spec.trading ?? true;
  return {
    feeTier: 0,
    feeBurn: false,
    canTrade,
    canDeposit: true,
    canWithdraw: account.spec.withdrawals ?? false,
    updateTime: 0,
    multiAssetsMargin: false,
    tradeGroupId: -1,
    ...totals(mainWallet(core, all)),
    assets: all.map((one) => ({ ...assetShape(one, account.state.updateMs), marginAvailable: true })),
    positions: all.flatMap(({ exposures }) => exposures.map(positionV2)),
  };
}

export function balances(core: Core, account: Account): Shape[] {
  return wallets(core, account).map((of) => ({
    accountAlias: `u${account.state.uid}`,
    asset: of.asset,
    balance: formatE8(of.walletE8),
    crossWalletBalance: formatE8(of.crossE8),
    crossUnPnl: formatE8(of.crossUnrealizedE8),
    availableBalance: formatE8(atLeastZero(of.availableE8)),
    maxWithdrawAmount: formatE8(withdrawableE8(of)),
    marginAvailable: true,
    updateTime: account.state.updateMs,
  }));
}

/** What a position may lose besides its own profit: its isolated wallet, or all that is cross and not needed elsewhere. */
function backing(of: Exposure, all: Wallet): bigint {
  if (of.position.isolated) return of.position.isolatedE8;
  const others = all.exposures.filter((one) => one !== of && !one.position.isolated);
  return others.reduce((sum, one) => sum + one.unrealizedE8 - one.maintenanceE8, all.crossE8);
}

export function risksV2(core: Core, account: Account, symbol: string | undefined): Shape[] {
  return exposures(core, account, symbol).map(({ of, all }) => ({
    symbol: of.position.symbol,
    positionAmt: quantityText(of.market.instrument, of.position.lots),
    entryPrice: entryText(of.market.instrument, of.position),
    breakEvenPrice: breakEvenText(of.market.instrument, of.position),
    markPrice: formatE8(of.markE8),
    unRealizedProfit: formatE8(of.unrealizedE8),
    liquidationPrice: liquidationText(of.market.instrument, of, backing(of, all)),
    leverage: `${of.position.leverage}`,
    maxNotionalValue: capText(of.position.leverage),
    marginType: of.position.isolated ? 'isolated' : 'cross',
    isolatedMargin: formatE8(isolatedMargin(of)),
    isAutoAddMargin: 'false',
    positionSide: 'BOTH',
    notional: formatE8(of.notionalE8),
    isolatedWallet: formatE8(of.position.isolatedE8),
    updateTime: of.position.updateMs,
  }));
}

export function risksV3(core: Core, account: Account, symbol: string | undefined): Shape[] {
  return exposures(core, account, symbol)
    .filter(({ of }) => isUsed(of))
    .map(({ of, all }) => ({
      symbol: of.position.symbol,
      positionSide: 'BOTH',
      positionAmt: quantityText(of.market.instrument, of.position.lots),
      entryPrice: entryText(of.market.instrument, of.position),
      breakEvenPrice: breakEvenText(of.market.instrument, of.position),
      markPrice: formatE8(of.markE8),
      unRealizedProfit: formatE8(of.unrealizedE8),
      liquidationPrice: liquidationText(of.market.instrument, of, backing(of, all)),
      isolatedMargin: formatE8(isolatedMargin(of)),
      notional: formatE8(of.notionalE8),
      marginAsset: of.market.instrument.quote,
      isolatedWallet: formatE8(of.position.isolatedE8),
      initialMargin: formatE8(of.positionMarginE8 + of.orderMarginE8),
      maintMargin: formatE8(of.maintenanceE8),
      positionInitialMargin: formatE8(of.positionMarginE8),
      openOrderInitialMargin: formatE8(of.orderMarginE8),
      adl: of.position.lots === 0 ? 0 : 1,
      bidNotional: formatE8(of.bidsE8),
      askNotional: formatE8(of.asksE8),
      updateTime: of.position.updateMs,
    }));
}

function exposures(core: Core, account: Account, symbol: string | undefined) {
  if (symbol !== undefined) core.market(symbol);
  const found = wallets(core, account).flatMap((all) => all.exposures.map((of) => ({ of, all })));
  return found.filter(({ of }) => symbol === undefined || of.position.symbol === symbol);
}
