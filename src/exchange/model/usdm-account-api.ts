/** The USD-M market's endpoints for accounts, positions and their settings under /fapi. */
import type { Account, Core, Market } from './core.ts';
import { formatE8 } from './decimal.ts';
import { ApiError } from './errors.ts';
import { page } from './history.ts';
import type { ListenKeys } from './listen-keys.ts';
import { BRACKETS, capOf, exposure, MOST_LEVERAGE, positionOf, wallet, withdrawableE8 } from './positions.ts';
import type { Call, Routes } from './route.ts';
import { orderLimits } from './spot-api.ts';
import type { Income } from './state.ts';
import * as accounts from './usdm-account-shapes.ts';
import { accountConfigUpdate, accountUpdate } from './usdm-shapes.ts';

const YES = { code: 200, msg: 'success' };

export function usdmAccountRoutes(core: Core, keys: ListenKeys): Routes {
  const api = new UsdmAccountApi(core);
  const idOf = ({ account }: Call) => account.state.id;
  return {
    'GET /fapi/v2/account': { security: 'user', weight: 5, answer: ({ account }) => accounts.accountV2(core, account) },
    'GET /fapi/v3/account': { security: 'user', weight: 5, answer: ({ account }) => accounts.accountV3(core, account) },
    'GET /fapi/v2/balance': { security: 'user', weight: 5, answer: ({ account }) => accounts.balances(core, account) },
    'GET /fapi/v3/balance': { security: 'user', weight: 5, answer: ({ account }) => accounts.balances(core, account) },
    'GET /fapi/v2/positionRisk': {
      security: 'user',
      weight: 5,
      answer: ({ account, params }) => accounts.risksV2(core, account, params.text('symbol')),
    },
    'GET /fapi/v3/positionRisk': {
      security: 'user',
      weight: 5,
      answer: ({ account, params }) => accounts.risksV3(core, account, params.text('symbol')),
    },
    'POST /fapi/v1/leverage': { security: 'trade', weight: 1, answer: (call) => api.leverage(call) },
    'POST /fapi/v1/marginType': { security: 'trade', weight: 1, answer: (call) => api.marginType(call) },
    'POST /fapi/v1/positionMargin': { security: 'trade', weight: 1, answer: (call) => api.positionMargin(call) },
    'GET /fapi/v1/positionSide/dual': { security: 'user', weight: 30, answer: () => ({ dualSidePosition: false }) },
    'POST /fapi/v1/positionSide/dual': { security: 'trade', weight: 1, answer: (call) => api.positionSide(call) },
    'GET /fapi/v1/multiAssetsMargin': { security: 'user', weight: 30, answer: () => ({ multiAssetsMargin: false }) },
    'GET /fapi/v1/feeBurn': { security: 'user', weight: 30, answer: () => ({ feeBurn: false }) },
    'GET /fapi/v1/rateLimit/order': {
      security: 'user',
      weight: 1,
      answer: ({ account }) => orderLimits(core, account),
    },
    'GET /fapi/v1/commissionRate': { security: 'user', weight: 20, answer: (call) => api.commission(call) },
    'GET /fapi/v1/leverageBracket': { security: 'user', weight: 1, answer: (call) => api.brackets(call) },
    'GET /fapi/v1/symbolConfig': { security: 'user', weight: 5, answer: (call) => api.symbolConfig(call) },
    'GET /fapi/v1/accountConfig': { security: 'user', weight: 5, answer: ({ account }) => accountConfig(account) },
    'GET /fapi/v1/income': { security: 'user', weight: 30, answer: (call) => api.income(call) },
    'POST /fapi/v1/listenKey': { security: 'key', weight: 1, answer: (call) => ({ listenKey: keys.open(idOf(call)) }) },
    'PUT /fapi/v1/listenKey': {
      security: 'key',
      weight: 1,
      answer: (call) => ({ listenKey: keys.keepAlive(idOf(call), call.params.text('listenKey')) }),
    },
    'DELETE /fapi/v1/listenKey': {
      security: 'key',
      weight: 1,
      answer: (call) => {
        keys.close(idOf(call), call.params.text('listenKey'));
        return {};
      },
    },
  };
}

class UsdmAccountApi {
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
  }

  leverage({ account, params }: Call): unknown {
    const market = this.#core.market(params.mustText('symbol'));
    const { symbol, quote } = market.instrument;
    const leverage = params.mustWhole('leverage');
    if (leverage < 1 || leverage > MOST_LEVERAGE) throw new ApiError(-4028, `Leverage ${leverage} is not valid`);
    const position = positionOf(account.state, symbol);
    const before = position.leverage;
    if (position.isolated && position.lots !== 0 && leverage < before) {
      throw new ApiError(-4161, 'Leverage reduction is not supported in Isolated Margin Mode with open positions.');
    }
    position.leverage = leverage;
    const { notionalE8: held, bidsE8, asksE8 } = exposure(this.#core, account.state, market);
    const isOver = held + bidsE8 > capOf(leverage) || asksE8 - held > capOf(leverage);
    if (isOver || (leverage < before && wallet(this.#core, account, quote).availableE8 < 0n)) {
      position.leverage = before;
      if (isOver) throw new ApiError(-2027, 'Exceeded the maximum allowable position at current leverage.');
      throw new ApiError(-2028, 'Leverage is smaller than permitted: insufficient margin balance.');
    }
    if (leverage !== before) this.#core.tell(account.state.id, accountConfigUpdate(this.#core, symbol, leverage));
    return { leverage, maxNotionalValue: accounts.capText(leverage), symbol };
  }

  marginType({ account, params }: Call): unknown {
    const { symbol } = this.#core.market(params.mustText('symbol')).instrument;
    const isolated = params.mustWord('marginType', ['ISOLATED', 'CROSSED'] as const) === 'ISOLATED';
    const position = positionOf(account.state, symbol);
    if (position.isolated === isolated) throw new ApiError(-4046, 'No need to change margin type.');
    if (this.#core.openOrders(account.state.id, symbol).length > 0) {
      throw new ApiError(-4047, 'Margin type cannot be changed if there exists open orders.');
    }
    if (position.lots !== 0) throw new ApiError(-4048, 'Margin type cannot be changed if there exists position.');
    position.isolated = isolated;
    return YES;
  }

  positionMargin({ account, params }: Call): unknown {
    const market = this.#core.market(params.mustText('symbol'));
    const { symbol, quote } = market.instrument;
    params.mustText('amount');
    const amountE8 = params.decimal('amount')!;
    const type = Number(params.mustWord('type', ['1', '2'] as const));
    const position = positionOf(account.state, symbol);
    if (amountE8 <= 0n) throw new ApiError(-4050, 'Cross balance insufficient.');
    if (!position.isolated || position.lots === 0) {
      throw new ApiError(-4054, 'Cannot add position margin: position is 0.');
    }
    const most = withdrawableE8(wallet(this.#core, account, quote));
    const { unrealizedE8, positionMarginE8 } = exposure(this.#core, account.state, market);
    const lossE8 = unrealizedE8 < 0n ? unrealizedE8 : 0n;
    if (type === 1 && most < amountE8) throw new ApiError(-4050, 'Cross balance insufficient.');
    if (type === 2 && position.isolatedE8 + lossE8 - amountE8 < positionMarginE8) {
      throw new ApiError(-4051, 'Isolated balance insufficient.');
    }
    const signedE8 = type === 1 ? amountE8 : -amountE8;
    position.isolatedE8 += signedE8;
    this.#core.balance(account.state, quote).freeE8 -= signedE8;
    const event = accountUpdate(this.#core, account, 'MARGIN_TRANSFER', quote, [market]);
    this.#core.tell(account.state.id, event);
    return { amount: Number(formatE8(amountE8)), code: 200, msg: 'Successfully modify position margin.', type };
  }

  positionSide({ params }: Call): unknown {
    if (params.flag('dualSidePosition') === undefined) params.mustText('dualSidePosition');
    if (params.flag('dualSidePosition') === true) throw new ApiError(-1020, 'This operation is not supported.');
    throw new ApiError(-4059, 'No need to change position side.');
  }

  commission({ account, params }: Call): unknown {
    const { symbol } = this.#core.market(params.mustText('symbol')).instrument;
    return {
      symbol,
      makerCommissionRate: formatE8(account.makerE8, 6),
      takerCommissionRate: formatE8(account.takerE8, 6),
    };
  }

  brackets({ params }: Call): unknown {
    return this.#markets(params.text('symbol')).map(({ instrument: { symbol } }) => ({
      symbol,
      brackets: BRACKETS.map(({ ratioE8: _, ...shown }) => shown),
    }));
  }

  symbolConfig({ account, params }: Call): unknown {
    return this.#markets(params.text('symbol')).map(({ instrument: { symbol } }) => {
      const { isolated, leverage } = positionOf(account.state, symbol);
      return {
        symbol,
        marginType: isolated ? 'ISOLATED' : 'CROSSED',
        isAutoAddMargin: 'false',
        leverage,
        maxNotionalValue: accounts.capText(leverage),
      };
    });
  }

  income({ account, params }: Call): unknown {
    const symbol = params.text('symbol');
    const type = params.text('incomeType');
    const entries = account.state.income.filter(
      (entry) => (symbol === undefined || entry.symbol === symbol) && (type === undefined || entry.type === type),
    );
    const by = {
      idName: 'fromId',
      idOf: (entry: Income) => entry.transferId,
      atMs: (entry: Income) => entry.atMs,
      isFine: false,
    };
    return page(entries, params, params.limit('limit', 100, 1000), by).map((entry) => ({
      symbol: entry.symbol,
      incomeType: entry.type,
      income: formatE8(entry.amountE8),
      asset: entry.asset,
      time: entry.atMs,
      info: entry.type === 'TRANSFER' ? 'TRANSFER' : entry.tradeId,
      tranId: entry.transferId,
      tradeId: entry.tradeId,
    }));
  }

  #markets(symbol: string | undefined): Market[] {
    return symbol === undefined ? [...this.#core.markets.values()] : [this.#core.market(symbol)];
  }
}

function accountConfig({ spec }: Account): unknown {
  return {
    feeTier: 0,
    canTrade: spec.trading ?? true,
    canDeposit: true,
    canWithdraw: spec.withdrawals ?? false,
    dualSidePosition: false,
    updateTime: 0,
    multiAssetsMargin: false,
    tradeGroupId: -1,
  };
}
