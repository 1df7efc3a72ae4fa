/** What an exchange gives of the past, and how much of it it keeps. */
import { beforeEach, describe, expect, it } from 'vitest';
import { Core } from '../../../../src/exchange/model/core.ts';
import { makeModel } from '../../../../src/exchange/model/exchange.ts';
import { newOrder, type OrderTerms } from '../../../../src/exchange/model/order.ts';
import { type Body, Desk, type Json, START_MS } from './desk.ts';

const limit = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', price: '49000', quantity: '0.1' };

describe('a page', () => {
  let desk: Desk;
  beforeEach(() => {
    desk = new Desk();
    for (let i = 0; i < 5; i++) {
      desk.send('a', 'POST', '/api/v3/order', limit);
      desk.nowMs += 1_000;
    }
  });
  const ids = (params: Json): readonly Body[] =>
    desk.send('a', 'GET', '/api/v3/allOrders', { symbol: 'BTCUSDT', ...params }).list.map(({ orderId }) => orderId!);

  it.each([
    [{}, [1, 2, 3, 4, 5]],
    [{ limit: 2 }, [4, 5]],
    [{ limit: 2, orderId: 2 }, [2, 3]],
    [{ limit: 2, startTime: START_MS + 1_000 }, [2, 3]],
    [{ limit: 2, endTime: START_MS + 2_000 }, [2, 3]],
    [{ startTime: START_MS + 1_000, endTime: START_MS + 2_999 }, [2, 3]],
    [{ startTime: (START_MS + 1_000) * 1_000, endTime: (START_MS + 3_000) * 1_000 - 1 }, [2, 3]],
    [{ startTime: (START_MS + 1_000) * 1_000 + 1, endTime: START_MS + 3_000 }, [3, 4]],
    [{ orderId: 6 }, []],
  ])('of %j has %j, the oldest first', (params, wanted) => {
    expect(ids(params)).toEqual(wanted);
  });
});

describe('what is kept', () => {
  it('are the latest 20,000 finished orders of an account, and all that are open', () => {
    const core = new Core(new Desk().options);
    const account = core.account('a');
    const terms: Omit<OrderTerms, 'clientOrderId'> = {
      ...{ market: core.market('BTCUSDT'), side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', lots: 1 },
      ...{ priceTicks: 1, stopTicks: 0, selfTradeMode: 'NONE' },
    };
    const add = (clientOrderId: string) => {
      const order = newOrder(core, account, { ...terms, clientOrderId });
      core.addOrder(order);
      return order;
    };
    add('open');
    for (let i = 1; i <= 20_010; i++) {
      const order = add(`n${i}`);
      order.status = 'CANCELED';
      core.closed(order);
    }
    expect(core.state.orders.size).toBe(20_000);
    expect(core.allOrders('a', 'BTCUSDT').length).toBe(20_000);
    const named = (name: string) => core.orderByName('a', 'BTCUSDT', name)?.id;
    expect([named('open'), named('n11'), named('n12'), named('n20010')]).toEqual([1, undefined, 13, 20_011]);
    expect(core.openOrders('a')).toHaveLength(1);
  });

  it('are the latest trades of an account, 25,000 of them at least', () => {
    const desk = new Desk();
    // Without its events, which a desk would keep.
    const model = makeModel({ ...desk.options, events: {} });
    Object.assign(desk, { model });
    desk.send('a', 'POST', '/api/v3/order', { ...limit, quantity: '1' });
    const trade = (count: number) => {
      for (let i = 0; i < count; i++) model.marketTrade('BTCUSDT', 4_900_000, 1, true, desk.nowMs);
    };
    const oldest = () =>
      desk.send('a', 'GET', '/api/v3/myTrades', { symbol: 'BTCUSDT', fromId: 0, limit: 1 }).list[0]?.id;
    trade(50_000);
    expect(oldest()).toBe(1);
    trade(1);
    expect(oldest()).toBe(25_002);
  });
});
