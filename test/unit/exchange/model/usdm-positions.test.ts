/** Positions, margin, funding and liquidation of USD-M accounts, to the last digit. */
import { beforeEach, describe, expect, it } from 'vitest';
import { accountSpec, Desk, type Json, PERPETUAL } from './desk.ts';

const market = { symbol: 'BTCUSDT', type: 'MARKET' } as const;
let desk: Desk;
const take = (side: 'BUY' | 'SELL', quantity: string, account = 'a') =>
  desk.send(account, 'POST', '/fapi/v1/order', { ...market, side, quantity, newOrderRespType: 'RESULT' });
const risk = (account = 'a') => desk.send(account, 'GET', '/fapi/v2/positionRisk', { symbol: 'BTCUSDT' }).list[0];
const account = (id = 'a') => desk.send(id, 'GET', '/fapi/v3/account').body;
const mark = (price: number) => desk.model.markPrice('BTCUSDT', BigInt(Math.round(price * 1e8)), desk.nowMs);
const set = (path: string, params: Json) => desk.send('a', 'POST', path, { symbol: 'BTCUSDT', ...params });

const conserved = () => {
  for (const { held, deposited } of desk.model.audit().values()) expect(held).toBe(deposited);
};

beforeEach(() => {
  desk = new Desk({ market: 'usdm' });
  desk.crowd([[499_990, 10_000]], [[500_000, 10_000]]);
  mark(50_000);
});

describe('a position', () => {
  it('has the average of what it cost, and realises against it', () => {
    take('BUY', '1');
    desk.crowd(
      [[510_000, 10_000]],
      [
        [500_000, 0],
        [510_010, 10_000],
      ],
    );
    take('BUY', '0.5');
    mark(51_000);
    expect(risk()).toMatchObject({
      positionAmt: '1.500',
      entryPrice: '50333.66666666',
      unRealizedProfit: '999.50000000',
      notional: '76500.00000000',
      leverage: '20',
      marginType: 'cross',
    });
    const fees = 25 + 12.75025;
    expect(account().totalWalletBalance).toBe((100_000 - fees).toFixed(8));
    desk.events('a');
    take('SELL', '0.6');
    const [trade] = desk.send('a', 'GET', '/fapi/v1/userTrades', { symbol: 'BTCUSDT' }).list.slice(-1);
    expect(trade).toMatchObject({ realizedPnl: '399.80000000', commission: '15.30000000', maker: false, buyer: false });
    expect(desk.events('a', 'ACCOUNT_UPDATE')).toMatchObject([
      {
        a: { m: 'ORDER', B: [{ a: 'USDT', bc: '0.00000000' }], P: [{ s: 'BTCUSDT', pa: '0.900', cr: '399.80000000' }] },
      },
    ]);
    conserved();
  });

  it('loses nothing at its break-even price: fees are in it, and of a trade that turns it their share', () => {
    take('BUY', '1');
    expect(risk()).toMatchObject({ entryPrice: '50000.0', breakEvenPrice: '50025.0' });
    take('BUY', '1');
    expect(risk()?.breakEvenPrice).toBe('50025.0');
    take('SELL', '4');
    // A fee of 99.998, half of it for the two that are open.
    expect(risk()).toMatchObject({ positionAmt: '-2.000', breakEvenPrice: '49974.0005' });
  });

  it('is liquidated at a higher price when it is short, and maintained by the bracket of its size', () => {
    desk = new Desk({ market: 'usdm', accounts: [accountSpec('a', { USDT: '1000' })] });
    desk.crowd([[500_000, 10_000]], []);
    mark(50_000);
    take('SELL', '0.2');
    expect(Number(risk()?.liquidationPrice)).toBeCloseTo(50_000 + (995 - 0.004 * 10_000) / 0.2, 6);
    desk.model.transfer('a', 'USDT', '100000', desk.nowMs);
    take('SELL', '1.8');
    expect(account().totalMaintMargin).toBe('450.00000000');
  });

  it('turns round in one trade', () => {
    take('BUY', '1');
    take('SELL', '3');
    expect(risk()).toMatchObject({ positionAmt: '-2.000', entryPrice: '49999.0' });
    const [last] = desk.send('a', 'GET', '/fapi/v1/userTrades', { symbol: 'BTCUSDT' }).list.slice(-1);
    expect(last).toMatchObject({ realizedPnl: '-1.00000000' });
    expect(risk()?.unRealizedProfit).toBe('-2.00000000');
    conserved();
  });

  it('keeps margin by its leverage, and orders keep what they would add', () => {
    take('BUY', '1');
    expect(account()).toMatchObject({ totalPositionInitialMargin: '2500.00000000', totalMaintMargin: '200.00000000' });
    const order = { symbol: 'BTCUSDT', type: 'LIMIT', timeInForce: 'GTC', quantity: '1' };
    desk.send('a', 'POST', '/fapi/v1/order', { ...order, side: 'SELL', price: '51000' });
    expect(account().totalOpenOrderInitialMargin).toBe('0.00000000');
    desk.send('a', 'POST', '/fapi/v1/order', { ...order, side: 'BUY', price: '49000' });
    expect(account()).toMatchObject({
      totalOpenOrderInitialMargin: '2450.00000000',
      availableBalance: '95025.00000000',
    });
    const reduces = { ...order, side: 'SELL', price: '51000', reduceOnly: 'true' };
    for (let i = 0; i < 3; i++) expect(desk.send('a', 'POST', '/fapi/v1/order', reduces).status).toBe(200);
    expect(account().totalOpenOrderInitialMargin).toBe('2450.00000000');
    expect(set('/fapi/v1/leverage', { leverage: 10 }).body).toEqual({
      leverage: 10,
      maxNotionalValue: '20000000',
      symbol: 'BTCUSDT',
    });
    expect(account().totalInitialMargin).toBe('9900.00000000');
    expect(desk.events('a', 'ACCOUNT_CONFIG_UPDATE')).toMatchObject([{ ac: { s: 'BTCUSDT', l: 10 } }]);
  });

  it('is told in both versions of each endpoint', () => {
    take('BUY', '1');
    const v3 = desk.send('a', 'GET', '/fapi/v3/positionRisk').list;
    expect(v3).toMatchObject([{ symbol: 'BTCUSDT', positionAmt: '1.000', marginAsset: 'USDT', adl: 1 }]);
    expect(desk.send('b', 'GET', '/fapi/v3/positionRisk').list).toEqual([]);
    expect(desk.send('b', 'GET', '/fapi/v2/account').body.positions?.[0]).toMatchObject({ positionAmt: '0.000' });
    for (const version of ['v2', 'v3']) {
      expect(desk.send('a', 'GET', `/fapi/${version}/balance`).list).toMatchObject([
        { asset: 'USDT', balance: '99975.00000000' },
      ]);
    }
  });
});

describe('settings', () => {
  it('are refused as documented', () => {
    expect(set('/fapi/v1/leverage', { leverage: 126 }).body.code).toBe(-4028);
    expect(set('/fapi/v1/marginType', { marginType: 'CROSSED' }).body.code).toBe(-4046);
    take('BUY', '1');
    expect(set('/fapi/v1/marginType', { marginType: 'ISOLATED' }).body.code).toBe(-4048);
    expect(desk.send('a', 'GET', '/fapi/v1/positionSide/dual').body).toEqual({ dualSidePosition: false });
    expect(desk.send('a', 'POST', '/fapi/v1/positionSide/dual', { dualSidePosition: 'false' }).body.code).toBe(-4059);
    expect(set('/fapi/v1/leverage', { leverage: 1 }).status).toBe(200);
    expect(take('BUY', '5').body.code).toBe(-2019);
  });

  it.each([
    ['BUY', '49000'],
    ['SELL', '51000'],
  ])('of leverage count orders at work to %s, too', (side, price) => {
    const order = { symbol: 'BTCUSDT', type: 'LIMIT', timeInForce: 'GTC', side, price, quantity: '1.1' };
    desk.send('a', 'POST', '/fapi/v1/order', order);
    // 125 is for 50,000 at most, 100 for 250,000.
    expect(set('/fapi/v1/leverage', { leverage: 125 }).body.code).toBe(-2027);
    expect(set('/fapi/v1/leverage', { leverage: 100 }).status).toBe(200);
    expect(risk()?.leverage).toBe('100');
  });

  it('of leverage are not lowered below what the account carries, nor of an isolated position', () => {
    desk = new Desk({ market: 'usdm', accounts: [accountSpec('a', { USDT: '3000' })] });
    desk.crowd([], [[500_000, 10_000]]);
    mark(50_000);
    set('/fapi/v1/marginType', { marginType: 'ISOLATED' });
    take('BUY', '0.5');
    expect(set('/fapi/v1/leverage', { leverage: 19 }).body.code).toBe(-4161);
    desk.crowd([[500_000, 500]], []);
    take('SELL', '0.5');
    expect(set('/fapi/v1/marginType', { marginType: 'CROSSED' }).status).toBe(200);
    take('BUY', '1');
    expect(set('/fapi/v1/leverage', { leverage: 16 }).body.code).toBe(-2028);
    expect(risk()?.leverage).toBe('20');
    expect(set('/fapi/v1/leverage', { leverage: 17 }).status).toBe(200);
  });

  it('of margin stay while orders are open', () => {
    const order = {
      symbol: 'BTCUSDT',
      type: 'LIMIT',
      timeInForce: 'GTC',
      side: 'BUY',
      price: '49000',
      quantity: '0.1',
    };
    desk.send('a', 'POST', '/fapi/v1/order', order);
    expect(set('/fapi/v1/marginType', { marginType: 'ISOLATED' }).body.code).toBe(-4047);
    desk.send('a', 'DELETE', '/fapi/v1/allOpenOrders', { symbol: 'BTCUSDT' });
    expect(set('/fapi/v1/marginType', { marginType: 'ISOLATED' }).status).toBe(200);
  });

  it('bound the position that a leverage may have', () => {
    desk = new Desk({ market: 'usdm', accounts: [accountSpec('a', { USDT: '1000000' })] });
    desk.crowd([], [[500_000, 100_000]]);
    set('/fapi/v1/leverage', { leverage: 125 });
    expect(take('BUY', '1').status).toBe(200);
    expect(take('BUY', '0.5').body.code).toBe(-2027);
    desk.crowd([[499_990, 100_000]], []);
    expect(take('SELL', '1.9').status).toBe(200);
    expect(take('SELL', '0.5').body.code).toBe(-2027);
  });
});

describe('isolated', () => {
  beforeEach(() => set('/fapi/v1/marginType', { marginType: 'ISOLATED' }));

  it('has a wallet of its own, which comes back with the position', () => {
    take('BUY', '1');
    expect(risk()).toMatchObject({
      isolatedWallet: '2500.00000000',
      isolatedMargin: '2500.00000000',
      marginType: 'isolated',
    });
    expect(account()).toMatchObject({
      totalWalletBalance: '99975.00000000',
      totalCrossWalletBalance: '97475.00000000',
    });
    expect(set('/fapi/v1/positionMargin', { amount: '100', type: 1 }).body).toMatchObject({
      amount: 100,
      code: 200,
      type: 1,
    });
    expect(risk()?.isolatedWallet).toBe('2600.00000000');
    expect(set('/fapi/v1/positionMargin', { amount: '101', type: 2 }).body.code).toBe(-4051);
    take('SELL', '0.5');
    expect(risk()?.isolatedWallet).toBe('1300.00000000');
    take('SELL', '0.5');
    expect(account().totalCrossWalletBalance).toBe(account().totalWalletBalance);
    conserved();
  });

  it('pays and is paid funding out of it', () => {
    take('BUY', '1');
    const cross = account().totalCrossWalletBalance;
    desk.model.funding('BTCUSDT', '0.0001', desk.nowMs);
    expect(risk()?.isolatedWallet).toBe('2495.00000000');
    expect(account().totalCrossWalletBalance).toBe(cross);
    expect(desk.events('a', 'ACCOUNT_UPDATE').at(-1)?.a).toMatchObject({
      ...{ m: 'FUNDING_FEE', P: [{ s: 'BTCUSDT', iw: '2495.00000000' }] },
    });
    conserved();
  });

  it('pays what the wallet cannot of a loss', () => {
    desk = new Desk({ market: 'usdm', accounts: [accountSpec('a', { USDT: '1000' })] });
    set('/fapi/v1/marginType', { marginType: 'ISOLATED' });
    desk.crowd([[450_000, 10_000]], [[500_000, 10_000]]);
    mark(50_000);
    take('BUY', '0.38');
    expect(risk()?.isolatedWallet).toBe('950.00000000');
    expect(account().totalCrossWalletBalance).toBe('40.50000000');
    take('SELL', '0.15');
    // 375 come back, 750 are lost and 3.375 is the fee: 337.875 are missing, and 575 were left.
    expect(risk()).toMatchObject({ positionAmt: '0.230', isolatedWallet: '237.12500000' });
    expect(account().totalCrossWalletBalance).toBe('0.00000000');
    conserved();
  });

  it('loses no more than that when it is liquidated', () => {
    take('BUY', '1');
    const before = account().totalCrossWalletBalance;
    desk.crowd([[499_990, 0]], []);
    mark(40_000);
    expect(risk()).toMatchObject({ positionAmt: '0.000', isolatedWallet: '0.00000000' });
    expect(account().totalWalletBalance).toBe(before);
    conserved();
  });
});

describe('liquidation', () => {
  beforeEach(() => {
    desk = new Desk({ market: 'usdm', accounts: [accountSpec('a', { USDT: '1000' })], instruments: [PERPETUAL] });
    desk.crowd([[400_000, 50]], [[500_000, 10_000]]);
    mark(50_000);
    take('BUY', '0.2');
    desk.send('a', 'POST', '/fapi/v1/order', {
      ...market,
      type: 'LIMIT',
      timeInForce: 'GTC',
      side: 'BUY',
      price: '45000',
      quantity: '0.1',
    });
    desk.events('a');
  });

  it('is not needed for the crowd to pay: a loss beyond the wallet is enough', () => {
    desk.crowd([[400_000, 1_000]], []);
    take('SELL', '0.2');
    expect(risk()?.positionAmt).toBe('0.000');
    expect(account().totalWalletBalance).toBe('0.00000000');
    const income = desk.send('a', 'GET', '/fapi/v1/income', { incomeType: 'INSURANCE_CLEAR' }).list;
    // 995 were there, 2,000 are lost and 4 is the fee.
    expect(income).toMatchObject([{ income: '1009.00000000' }]);
    conserved();
  });

  it('is where positionRisk says', () => {
    const price = Number(risk()?.liquidationPrice);
    expect(price).toBeCloseTo(50_000 - (995 - 0.004 * 10_000) / 0.2, 6);
    mark(45_230);
    expect(risk()?.positionAmt).toBe('0.200');
    mark(45_150);
    expect(risk()?.positionAmt).toBe('0.000');
  });

  it('cancels orders, sells what the book takes, and the crowd pays what the account cannot', () => {
    mark(40_100);
    const orders = desk.events('a', 'ORDER_TRADE_UPDATE').map(({ o }) => Object(o));
    expect(orders.map(({ x, X }) => [x, X])).toEqual([
      ['EXPIRED', 'EXPIRED'],
      ['NEW', 'NEW'],
      ['TRADE', 'PARTIALLY_FILLED'],
      ['TRADE', 'FILLED'],
    ]);
    expect(orders[1].c).toMatch(/^autoclose-/);
    expect(orders.slice(2).map(({ L, l }) => [L, l])).toEqual([
      ['40000.0', '0.050'],
      ['40100.0', '0.150'],
    ]);
    expect(account().totalWalletBalance).toBe('0.00000000');
    const types = desk.send('a', 'GET', '/fapi/v1/income').list.map(({ incomeType }) => incomeType);
    expect(types).toContain('INSURANCE_CLEAR');
    conserved();
  });
});

it('pays funding from longs to shorts', () => {
  take('BUY', '1');
  take('SELL', '2', 'b');
  desk.model.funding('BTCUSDT', '0.0001', desk.nowMs);
  expect(desk.send('a', 'GET', '/fapi/v1/income', { incomeType: 'FUNDING_FEE' }).list).toMatchObject([
    { income: '-5.00000000', asset: 'USDT', symbol: 'BTCUSDT' },
  ]);
  expect(desk.events('b', 'ACCOUNT_UPDATE').at(-1)?.a).toMatchObject({
    m: 'FUNDING_FEE',
    B: [{ bc: '10.00000000' }],
    P: [],
  });
  conserved();
});

describe('a profit that is not realised', () => {
  const other = { ...PERPETUAL, symbol: 'ETHUSDT', base: 'ETH' };
  beforeEach(() => {
    const accounts = [accountSpec('a', { USDT: '1000' })];
    desk = new Desk({ market: 'usdm', accounts, instruments: [PERPETUAL, other] });
    for (const symbol of ['BTCUSDT', 'ETHUSDT']) {
      desk.crowd([[499_990, 10_000]], [[500_000, 10_000]], symbol);
      desk.model.markPrice(symbol, 5_000_000_000_000n, desk.nowMs);
    }
    take('BUY', '0.2');
  });
  const noneBelowZero = () => {
    for (const { least } of desk.model.audit().values()) expect(least).toBe(0n);
  };

  it('is not paid out', () => {
    mark(60_000);
    const { maxWithdrawAmount } = account();
    expect(maxWithdrawAmount).toBe('395.00000000');
    expect(() => desk.model.transfer('a', 'USDT', '-395.00000001', desk.nowMs)).toThrow(/has not that much USDT/);
    desk.model.transfer('a', 'USDT', '-395', desk.nowMs);
    noneBelowZero();
  });

  it('does not become the margin of another position', () => {
    set('/fapi/v1/marginType', { symbol: 'ETHUSDT', marginType: 'ISOLATED' });
    desk.send('a', 'POST', '/fapi/v1/order', { ...market, symbol: 'ETHUSDT', side: 'BUY', quantity: '0.1' });
    mark(60_000);
    const add = (amount: string) => set('/fapi/v1/positionMargin', { symbol: 'ETHUSDT', amount, type: 1 }).body.code;
    expect(add('1000')).toBe(-4050);
    expect(add('100')).toBe(200);
    noneBelowZero();
  });
});

it('takes deposits and pays out no more than is free', () => {
  desk.model.transfer('a', 'USDT', '10', desk.nowMs);
  expect(account().totalWalletBalance).toBe('100010.00000000');
  expect(() => desk.model.transfer('a', 'USDT', '-100010.00000001', desk.nowMs)).toThrow(/has not that much USDT/);
  expect(desk.events('a', 'ACCOUNT_UPDATE')).toMatchObject([{ a: { m: 'DEPOSIT', B: [{ bc: '10.00000000' }] } }]);
});
