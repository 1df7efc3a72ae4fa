/** Trades and quotes in CSV: each layout once by hand, and the lines that are bad in them. */
import { describe, expect, test } from 'vitest';
import { importTexts, refusal, T0_MS, T0_US } from './helpers.ts';

const ids = (run: Awaited<ReturnType<typeof importTexts>>) => run.inputs.map((input) => input.values.id);

describe('layouts of trades', () => {
  test('recorded trade events, with ns or µs', async () => {
    const header = 'E,T,s,t,p,q,X,m';
    const row = `${T0_MS},${T0_MS - 2},BTCUSDT,7,100.10,0.020,MARKET,true`;
    for (const [name, received] of [
      ['recv_ns', `${T0_US}999`],
      ['recv_us', `${T0_US}`],
    ]) {
      const { inputs, header: session } = await importTexts({ 'x.csv': `${name},${header}\n${received},${row}\n` });
      expect(session.instruments[0]).toMatchObject({ symbol: 'BTC/USDT:USDT', tickSize: '0.1', lotSize: '0.01' });
      expect(inputs[0]).toMatchObject({ receivedAtUs: T0_US, venueAtUs: T0_US - 2000 });
      expect(inputs[0]?.values).toEqual({ price: 1001, quantity: 2, id: 7, buyerIsMaker: true });
    }
  });

  test('an order type other than MARKET is left out', async () => {
    const rows = ['7,100,1,INSURANCE_FUND,true', '8,100,1,MARKET,false', '9,100,1,\u001b[m,true'];
    const lines = rows.map((row) => `${T0_US},${T0_MS},${T0_MS},BTCUSDT,${row}`);
    const run = await importTexts(
      { 'x.csv': ['recv_us,E,T,s,t,p,q,X,m', ...lines].join('\n') },
      { maxBadLineShare: 0.5 },
    );
    expect(ids(run)).toEqual([8]);
    expect(run.result.files[0]).toMatchObject({ badLines: 1, ignored: { header: 1, 'trade INSURANCE_FUND': 1 } });
  });

  test('public trades without header: the best-match column makes them spot', async () => {
    const spot = await importTexts({ 'BTCUSDT-trades-2024-08-08.csv': `1,100.5,2,201,${T0_MS},True,True\n` });
    const futures = await importTexts({ 'BTCUSDT-trades-2024-08-08.csv': `1,100.5,2,201,${T0_US},false\n` });
    const coin = await importTexts({ 'BTCUSD_PERP-trades-2024-08-08.csv': `1,100.5,2,0.01,${T0_MS},false\n` });
    expect([spot, futures, coin].map(({ header }) => header.instruments[0]?.symbol)).toEqual([
      ...['BTC/USDT', 'BTC/USDT:USDT', 'BTC/USD:BTC'],
    ]);
    expect(spot.inputs[0]).toMatchObject({ receivedAtUs: T0_US, values: { buyerIsMaker: true, price: 1005 } });
    expect(futures.inputs[0]).toMatchObject({ receivedAtUs: T0_US, values: { buyerIsMaker: false } });
    expect(spot.result.files[0]?.notes[0]).toMatch(/^taken as spot/);
  });

  test('public aggregated trades, with and without header, and the raw fields', async () => {
    const row = `9,100.5,2,11,13,${T0_MS},true`;
    const files: ReadonlyArray<readonly [string, string, string]> = [
      ['BTCUSDT-aggTrades.csv', `${row},true\n`, 'spot'],
      ['BTCUSDT-aggTrades.csv', `${row}\n`, 'linear'],
      [
        'BTCUSDT-aggTrades.csv',
        `agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker\n${row}\n`,
        'linear',
      ],
      ['XRPETH.csv', `a,p,q,f,l,T,m,M,side\n${row},true,sell\n`, 'spot'],
    ];
    for (const [name, text, kind] of files) {
      const run = await importTexts({ [name]: text });
      expect([run.header.instruments[0]?.kind, ids(run)]).toEqual([kind, [9]]);
    }
  });

  test('public trades with a header', async () => {
    const text = `id,price,qty,quote_qty,time,is_buyer_maker\n4,100,1,100,${T0_MS},false\n`;
    const run = await importTexts({ 'ETHUSDT-trades.csv': text });
    expect([run.header.instruments[0]?.symbol, ids(run)]).toEqual(['ETH/USDT:USDT', [4]]);
  });

  test('tardis: side of the taker, exchange tells the market, others than Binance are bad', async () => {
    const header = 'exchange,symbol,timestamp,local_timestamp,id,side,price,amount';
    const row = (exchange: string, id: number, side: string) =>
      `${exchange},BTCUSDT,${T0_US},${T0_US + 300_000},${id},${side},9682,0.132`;
    const run = await importTexts({
      'x.csv': `${header}\n${row('binance-futures', 1, 'buy')}\n${row('binance-futures', 2, 'sell')}\n`,
    });
    expect(run.header).toMatchObject({ recorderOffsetUs: 0, instruments: [{ kind: 'linear' }] });
    expect(run.inputs.map((input) => input.values.buyerIsMaker)).toEqual([false, true]);
    expect(run.inputs[0]).toMatchObject({ venueAtUs: T0_US, receivedAtUs: T0_US + 300_000 });
    expect(await refusal({ 'x.csv': `${header}\n${row('deribit', 1, 'buy')}\n` })).toMatch(
      /^x.csv, line 2: "deribit" is no Binance exchange of tardis; 1 bad line of 2/,
    );
    expect(await refusal({ 'x.csv': `${header}\n${row('binance', 1, 'unknown')}\n` })).toMatch(/side of the trade/);
  });

  const unfazedHeader = [
    ...['TimestampOfReceive', 'Stream', 'EventType', 'EventTime', 'TransactionTime', 'Symbol', 'TradeId', 'Price'],
    ...['Quantity', 'IsBuyerMarketMaker', 'MUnknownParameter'],
  ].join();
  const unfazed = (received: number, stream: string, type: string, id: number) =>
    `${received},${stream},${type},${T0_US},${T0_US},TRXUSDT,${id},0.2312,2619.4,1,True`;

  test('unfazed: stream and symbol must agree, ids go forward, clocks are near one another', async () => {
    const good = unfazed(T0_US + 300, 'trxusdt@trade', 'trade', 5);
    const bad = [
      unfazed(T0_US + 400, 'btcusdt@trade', 'trade', 6),
      unfazed(T0_US + 400, 'trxusdt@trade', 'aggTrade', 6),
      unfazed(T0_US + 400, 'trxusdt@trade', 'trade', 5),
      unfazed(T0_US + 83_454_000_000, 'trxusdt@trade', 'trade', 7),
    ];
    const { result } = await importTexts(
      { 'x.csv': [unfazedHeader, good, ...bad, ''].join('\r\n') },
      { maxBadLineShare: 0.9 },
    );
    expect(result.files[0]).toMatchObject({ lines: 6, records: 1, badLines: 4 });
    expect(result.files[0]?.firstBad.map(({ line, reason }) => `${line} ${reason}`)).toEqual([
      '3 symbol TRXUSDT is not that of the stream btcusdt@trade',
      '4 "aggTrade" is no trade event',
      '5 trade id 5 a second time',
      '6 received 23 h 10 min after its event time',
    ]);
  });

  test('nautilus: calendar times, noise of doubles', async () => {
    const text =
      'index,timestamp,trade_id,price,quantity,buyer_maker\n' +
      '0,2024-08-08 23:54:15.278000+00:00,5,39439.22,0.00031099999999999997,True\n' +
      '1,2024-08-08 23:54:15.310000+00:00,6,39439.2,3e-06,False\n';
    const run = await importTexts({ 'btcusdt-trades.csv': text });
    expect(run.inputs.map((input) => input.values.quantity)).toEqual([311, 3]);
    expect(run.inputs[0]?.receivedAtUs).toBe(T0_US + 278_000);
    expect(run.result.files[0]?.denoised).toBe(1);
  });

  const freqtrade = ',timestamp,id,type,side,price,amount,cost,date\n0,1675329600138,7,,sell,1666.8,26.062,1,2023\n';

  test('freqtrade names no symbol: the option or the file name must', async () => {
    expect(await refusal({ 'public_trades_list.csv': freqtrade })).toBe(
      'public_trades_list.csv, line 2: the record names no symbol, and neither does the file name; give --symbol',
    );
    const run = await importTexts({ 'public_trades_list.csv': freqtrade }, { symbol: 'eth/usdt:usdt' });
    expect(run.header).toMatchObject({ venue: 'unknown', instruments: [{ symbol: 'ETH/USDT:USDT', kind: 'linear' }] });
    expect(run.inputs[0]?.values).toEqual({ price: 16_668, quantity: 26_062, id: 7, buyerIsMaker: true });
    expect(await refusal({ 'public_trades_list.csv': freqtrade }, { symbol: 'nonsense' })).toBe(
      '--symbol: base and quote of "nonsense" are not known',
    );
  });
});

describe('layouts of quotes', () => {
  test('tardis', async () => {
    const text =
      'exchange,symbol,timestamp,local_timestamp,ask_amount,ask_price,bid_price,bid_amount\n' +
      `binance-futures,BTCUSDT,${T0_US},${T0_US + 5},0.84,9682,9681.92,0.67\n`;
    const { inputs } = await importTexts({ 'x.csv': text });
    expect(inputs[0]?.values).toEqual({ bid: 968_192, bidQuantity: 67, ask: 968_200, askQuantity: 84, updateId: 0 });
  });

  test('nautilus', async () => {
    const text =
      'index,timestamp,symbol,ask_size,ask,bid_size,bid\n' +
      '0,2024-08-08 23:54:15+00:00,BTC/USDT,0.066851,39433.62,0.0031,39432.99\n' +
      '1,2024-08-08 23:54:16+00:00,BTC/USDT,0.066851,39433.62,0.0031,39434\n';
    const { inputs, result } = await importTexts({ 'q.csv': text }, { maxBadLineShare: 0.5 });
    expect(inputs.map((input) => input.values)).toEqual([
      { bid: 3_943_299, bidQuantity: 3100, ask: 3_943_362, askQuantity: 66_851, updateId: 0 },
    ]);
    expect(result.files[0]?.firstBad).toEqual([{ line: 3, reason: 'bid 39434 is above ask 39433.62' }]);
  });
});

test('rows of another width, times and numbers that are none', async () => {
  const rows = [
    '1,100,1,100,x,false',
    '2,100,1',
    `3,,1,1,${T0_MS},false`,
    `4,1,0,1,${T0_MS},false`,
    `x,1,1,1,${T0_MS},no`,
  ];
  const good = `0,100,1,100,${T0_MS},false`;
  const { result } = await importTexts(
    { 'BTCUSDT-trades.csv': ['id,price,qty,quote_qty,time,is_buyer_maker', good, ...rows].join('\n') },
    { maxBadLineShare: 0.9 },
  );
  expect(result.files[0]?.firstBad.map(({ reason }) => reason)).toEqual([
    '"x" is no time',
    'has 3 fields instead of 6',
    '"" is no price',
    '"0" is no quantity',
    '"x" is no trade id',
  ]);
});
