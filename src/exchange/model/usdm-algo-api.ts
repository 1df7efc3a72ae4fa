/** The USD-M market's endpoints for conditional orders, where they have been since the end of 2025. */
import type { Account, Core } from './core.ts';
import { ApiError, eitherMissing, FIXED } from './errors.ts';
import { page } from './history.ts';
import { oneOrder } from './limits.ts';
import type { Params } from './params.ts';
import type { Call, Routes } from './route.ts';
import type { AlgoOrder } from './state.ts';
import type { UsdmDesk } from './usdm-desk.ts';
import { algoQueried, algoShape } from './usdm-shapes.ts';
import { ALGO_NAMES, isConditionalType, readUsdmTicket, usdmName } from './usdm-ticket.ts';

const MOST_OF_PAGE = 1000;

export function usdmAlgoRoutes(core: Core, desk: UsdmDesk): Routes {
  const { algos } = desk;
  const find = (account: Account, params: Params): AlgoOrder | undefined => {
    const id = params.whole('algoId');
    const name = usdmName(params, 'clientAlgoId');
    if (id === undefined && name === undefined) throw eitherMissing('clientAlgoId', 'algoId');
    return algos.find(account.state.id, id, name);
  };
  return {
    'POST /fapi/v1/algoOrder': {
      security: 'trade',
      weight: 0,
      orders: oneOrder,
      answer: ({ account, params }) => {
        params.mustWord('algoType', ['CONDITIONAL'] as const);
        if (!isConditionalType(params.mustText('type'))) throw FIXED.invalidType();
        return algoShape(core, algos.place(account, readUsdmTicket(core, params, ALGO_NAMES)));
      },
    },
    'DELETE /fapi/v1/algoOrder': {
      security: 'trade',
      weight: 1,
      answer: ({ account, params }) => {
        const algo = find(account, params);
        if (algo?.status !== 'NEW') throw FIXED.unknownCancel();
        algos.cancel(algo);
        return { algoId: algo.id, clientAlgoId: algo.clientAlgoId, code: '200', msg: 'success' };
      },
    },
    'DELETE /fapi/v1/algoOpenOrders': {
      security: 'trade',
      weight: 1,
      answer: ({ account, params }) => {
        const { instrument } = core.market(params.mustText('symbol'));
        for (const algo of algos.open(account.state.id, instrument.symbol)) algos.cancel(algo);
        return { code: 200, msg: 'The operation of cancel all open order is done.' };
      },
    },
    'GET /fapi/v1/algoOrder': {
      security: 'user',
      weight: 1,
      answer: ({ account, params }) => {
        const algo = find(account, params);
        if (algo === undefined) throw FIXED.noSuchOrder();
        return algoQueried(core, algo);
      },
    },
    'GET /fapi/v1/openAlgoOrders': {
      security: 'user',
      weight: (params) => (params.has('symbol') ? 1 : 40),
      answer: ({ account, params }) => {
        const symbol = params.text('symbol');
        if (symbol !== undefined) core.market(symbol);
        const id = params.whole('algoId');
        const open = algos.open(account.state.id, symbol).filter((algo) => id === undefined || algo.id === id);
        return open.map((algo) => algoQueried(core, algo));
      },
    },
    'GET /fapi/v1/allAlgoOrders': { security: 'user', weight: 5, answer: (call) => allAlgos(core, desk, call) },
  };
}

function allAlgos(core: Core, desk: UsdmDesk, { account, params }: Call): unknown {
  const { instrument } = core.market(params.mustText('symbol'));
  if ((params.whole('page') ?? 0) > 0) throw new ApiError(-1020, 'This operation is not supported.');
  const all = desk.algos.all(account.state.id, instrument.symbol);
  const by = {
    idName: 'algoId',
    idOf: (algo: AlgoOrder) => algo.id,
    atMs: (algo: AlgoOrder) => algo.updateMs,
    isFine: false,
  };
  return page(all, params, params.limit('limit', 500, MOST_OF_PAGE), by).map((algo) => algoQueried(core, algo));
}
