/** What clients ask of /sapi: permissions of the key, coins and fees. Nothing is ever paid in or out there. */
import type { Account, Core } from './core.ts';
import { formatE8 } from './decimal.ts';
import type { Routes } from './route.ts';

type Shape = Record<string, unknown>;
const NAMES: Readonly<Record<string, string>> = { BTC: 'Bitcoin', ETH: 'Ethereum', BNB: 'BNB', USDT: 'TetherUS' };

export function walletRoutes(core: Core): Routes {
  return {
    'GET /sapi/v1/account/apiRestrictions': {
      security: 'user',
      weight: 1,
      answer: ({ account }) => permissions(account),
    },
    'GET /sapi/v1/account/status': { security: 'user', weight: 1, answer: () => ({ data: 'Normal' }) },
    'GET /sapi/v1/account/apiTradingStatus': {
      security: 'user',
      weight: 1,
      answer: ({ account }) => ({
        data: {
          isLocked: account.spec.trading === false,
          plannedRecoverTime: 0,
          triggerCondition: { GCR: 150, IFER: 150, UFR: 300 },
          updateTime: 0,
        },
      }),
    },
    'GET /sapi/v1/capital/config/getall': {
      security: 'user',
      weight: 10,
      answer: ({ account }) => coins(core, account),
    },
    'GET /sapi/v1/asset/tradeFee': {
      security: 'user',
      weight: 1,
      answer: ({ account, params }) => {
        const symbol = params.text('symbol');
        const markets = symbol === undefined ? [...core.markets.values()] : [core.market(symbol)];
        return markets.map(({ instrument }) => ({
          symbol: instrument.symbol,
          makerCommission: trimmed(account.makerE8),
          takerCommission: trimmed(account.takerE8),
        }));
      },
    },
    'GET /sapi/v1/bnbBurn': {
      security: 'user',
      weight: 1,
      answer: () => ({ spotBNBBurn: false, interestBNBBurn: false }),
    },
    // Asked for whenever ccxt loads its markets with a key: there is no margin trading here.
    'GET /sapi/v1/margin/allPairs': { security: 'key', weight: 1, answer: () => [] },
    'GET /sapi/v1/margin/isolated/allPairs': { security: 'user', weight: 10, answer: () => [] },
    'GET /sapi/v1/capital/withdraw/history': { security: 'user', weight: 1, answer: () => [] },
    'GET /sapi/v1/capital/deposit/hisrec': { security: 'user', weight: 1, answer: () => [] },
  };
}

const trimmed = (value: bigint) => formatE8(value).replace(/\.?0+$/, '');

/** A key is of one person, who may trade on both markets: which of them answers for the wallet does not matter. */
function permissions({ spec }: Account): Shape {
  const isTrading = spec.trading ?? true;
  return {
    ipRestrict: spec.ipAllowed !== undefined,
    createTime: 1_698_645_219_000,
    enableReading: true,
    enableWithdrawals: spec.withdrawals ?? false,
    enableInternalTransfer: false,
    enableMargin: false,
    enableFutures: isTrading,
    permitsUniversalTransfer: false,
    enableVanillaOptions: false,
    enableFixApiTrade: false,
    enableFixReadOnly: true,
    enableSpotAndMarginTrading: isTrading,
    enablePortfolioMarginTrading: false,
  };
}

/** Every asset of the exchange, with one network that is closed both ways. */
function coins(core: Core, { state }: Account): Shape[] {
  const assets = new Set(state.balances.keys());
  for (const { instrument } of core.markets.values()) assets.add(instrument.base).add(instrument.quote);
  return [...assets].sort().map((coin) => {
    const { freeE8, lockedE8 } = state.balances.get(coin) ?? { freeE8: 0n, lockedE8: 0n };
    return {
      coin,
      depositAllEnable: false,
      withdrawAllEnable: false,
      name: NAMES[coin] ?? coin,
      free: formatE8(freeE8),
      locked: formatE8(lockedE8),
      freeze: '0',
      withdrawing: '0',
      ipoing: '0',
      ipoable: '0',
      storage: '0',
      isLegalMoney: false,
      trading: true,
      networkList: [network(coin)],
    };
  });
}

function network(coin: string): Shape {
  return {
    network: coin,
    coin,
    withdrawIntegerMultiple: '0.00000001',
    isDefault: true,
    depositEnable: false,
    withdrawEnable: false,
    depositDesc: 'Deposit Suspended',
    withdrawDesc: 'Withdrawal Suspended',
    specialTips: '',
    name: coin,
    resetAddressStatus: false,
    addressRegex: '^[0-9A-Za-z]{20,90}$',
    memoRegex: '',
    withdrawFee: '0',
    withdrawMin: '0',
    withdrawMax: '0',
    minConfirm: 1,
    unLockConfirm: 0,
    sameAddress: false,
    estimatedArrivalTime: 1,
    busy: false,
  };
}
