/** Binance frames, raw and as cryptofeed writes them: what becomes an input, what is left out, what is bad. */
import { describe, expect, test } from 'vitest';
import { importTexts, refusal, T0_MS, T0_US } from './helpers.ts';

/** A line of a raw recording, `ms` after the start. */
function line(ms: number, frame: unknown): string {
  return `${T0_US + ms * 1000}000 ${JSON.stringify(frame)}`;
}

const stream = (name: string, data: object) => ({ stream: name, data });

function spotDepth(first: number, last: number, bids: string[][] = [['100.5', '1']], asks: string[][] = []) {
  return stream('btcusdt@depth@100ms', {
    e: 'depthUpdate',
    E: T0_MS,
    s: 'BTCUSDT',
    U: first,
    u: last,
    b: bids,
    a: asks,
  });
}

function futuresDepth(first: number, last: number, previous: number) {
  const ids = { U: first, u: last, pu: previous };
  return stream('btcusdt@depth@0ms', {
    e: 'depthUpdate',
    E: T0_MS,
    T: T0_MS,
    s: 'BTCUSDT',
    ...ids,
    b: [['100.5', '1']],
    a: [],
  });
}

function spotTrade(id: number, price = '100.25', quantity = '0.5') {
  const data = { e: 'trade', E: T0_MS, s: 'BTCUSDT', t: id, p: price, q: quantity, T: T0_MS - 1, m: true, M: true };
  return stream('btcusdt@trade', data);
}

const spotTicker = stream('btcusdt@bookTicker', { u: 7, s: 'BTCUSDT', b: '100.25', B: '3', a: '100.50', A: '4' });
const snapshot = (id: number) => ({
  lastUpdateId: id,
  bids: [
    ['100.25', '2'],
    ['100.00', '1'],
  ],
  asks: [['100.50', '3']],
});
const text = (...lines: string[]) => `${lines.join('\n')}\n`;

describe('spot', () => {
  test('trade, quote, snapshot and difference become inputs in ticks and lots', async () => {
    const { inputs, header } = await importTexts({
      'spot.jsonl': text(
        line(0, snapshot(10)),
        line(10, spotDepth(11, 12)),
        line(20, spotTicker),
        line(30, spotTrade(5)),
      ),
    });
    expect(header.instruments).toEqual([
      {
        symbol: 'BTC/USDT',
        venueSymbol: 'BTCUSDT',
        venue: 'binance',
        kind: 'spot',
        base: 'BTC',
        quote: 'USDT',
        tickSize: '0.01',
        lotSize: '0.1',
        minNotional: '5',
        inferred: true,
      },
    ]);
    expect(inputs.map(({ kind, seq, receivedAtUs }) => [kind, seq, receivedAtUs - T0_US])).toEqual([
      ['snapshot', 1, 0],
      ['depth', 2, 10_000],
      ['quote', 3, 20_000],
      ['trade', 4, 30_000],
    ]);
    expect(inputs[0]).toMatchObject({ bids: [10_025, 20, 10_000, 10], asks: [10_050, 30], values: { last: 10 } });
    expect(inputs[1]).toMatchObject({ bids: [10_050, 10], asks: [], values: { first: 11, last: 12, previous: -1 } });
    expect(inputs[1]?.venueAtUs).toBe(T0_US);
    const quote = { bid: 10_025, bidQuantity: 30, ask: 10_050, askQuantity: 40, updateId: 7 };
    expect(inputs[2]?.values).toEqual(quote);
    expect(inputs[3]?.values).toEqual({ price: 10_025, quantity: 5, id: 5, buyerIsMaker: true });
    expect(inputs[3]?.venueAtUs).toBe(T0_US - 1000);
  });

  test('a quote without event time bears its receive time after calibration', async () => {
    const behind = stream('btcusdt@trade', { ...spotTrade(5).data, E: T0_MS + 1250, T: T0_MS + 1250 });
    const { inputs, header } = await importTexts({ 'spot.jsonl': text(line(0, behind), line(20, spotTicker)) });
    expect(header.recorderOffsetUs).toBe(1_250_000);
    expect(inputs.map((input) => input.receivedAtUs - T0_US)).toEqual([1_250_000, 1_270_000]);
    expect(inputs[1]?.venueAtUs).toBe(T0_US + 1_270_000);
  });

  test('aggregated trades count where there are no single ones, and are left out beside them', async () => {
    const aggregate = stream('btcusdt@aggTrade', { ...spotTrade(5).data, e: 'aggTrade', a: 9 });
    const alone = await importTexts({ 'a.jsonl': text(line(0, aggregate)) });
    expect(alone.inputs.map((input) => input.values.id)).toEqual([9]);
    const both = await importTexts({ 'b.jsonl': text(line(0, aggregate), line(1, spotTrade(5))) });
    expect(both.inputs.map((input) => input.values.id)).toEqual([5]);
    expect(both.result.files[0]?.ignored).toEqual({ 'aggTrade beside trades': 1 });
  });
});

describe('futures', () => {
  test('differences with pu are linear, and their rule is pu', async () => {
    const { inputs, result } = await importTexts({
      'x.jsonl': text(line(0, snapshot(10)), line(1, futuresDepth(9, 12, 8)), line(2, futuresDepth(20, 22, 12))),
    });
    expect(result.instruments[0]).toMatchObject({ symbol: 'BTC/USDT:USDT', kind: 'linear' });
    expect(inputs.map((input) => input.kind)).toEqual(['snapshot', 'depth', 'depth']);
    expect(inputs[2]?.values.previous).toBe(12);
    expect(result.series[0]?.sequenceBreaks).toBe(0);
  });

  test('coin-margined contracts are inverse and account in nothing of theirs', async () => {
    const data = { e: 'bookTicker', u: 7, s: 'BTCUSD_PERP', ps: 'BTCUSD', b: '100.1', B: '3', a: '100.2', A: '4' };
    const ticker = stream('btcusd_perp@bookTicker', { ...data, T: T0_MS, E: T0_MS });
    const { header } = await importTexts({ 'x.jsonl': text(line(0, ticker)) });
    expect(header.instruments[0]).toMatchObject({ symbol: 'BTC/USD:BTC', kind: 'inverse', minNotional: '0' });
    expect(header.accountCurrency).toBe('USD');
  });

  test('trades that are no market trades are left out by type', async () => {
    const insurance = stream('btcusdt@trade', { ...spotTrade(6).data, X: 'INSURANCE_FUND' });
    const market = stream('btcusdt@trade', { ...spotTrade(7).data, X: 'MARKET' });
    const { inputs, result } = await importTexts({ 'x.jsonl': text(line(0, insurance), line(1, market)) });
    expect(inputs.map((input) => input.values.id)).toEqual([7]);
    expect(result.files[0]?.ignored).toEqual({ 'trade INSURANCE_FUND': 1 });
  });

  test('spot and futures frames of one symbol in one file are refused', async () => {
    expect(await refusal({ 'x.jsonl': text(line(0, spotDepth(1, 2)), line(1, futuresDepth(3, 4, 2))) })).toBe(
      'x.jsonl, line 1: holds linear and spot records of BTCUSDT; import them one by one',
    );
  });
});

test('other frames are counted by kind, nothing is dropped in silence', async () => {
  const other = (e: string) => stream('btcusdt@x', { e, E: T0_MS, s: 'BTCUSDT' });
  const partial = stream('btcusdt@depth20@100ms', { lastUpdateId: 3, bids: [], asks: [] });
  const oneSided = stream('btcusdt@bookTicker', { ...spotTicker.data, b: '0.00', B: '0' });
  const lines = [other('markPriceUpdate'), other('kline'), other('forceOrder'), partial, oneSided];
  const more = [{ result: null, id: 1 }, { code: -1003, msg: 'x' }, stream('!ticker@arr', [{}] as object)];
  const { result } = await importTexts({
    'x.jsonl': text(line(0, spotTrade(1)), ...[...lines, ...more].map((frame, i) => line(i + 1, frame)), ''),
  });
  expect(result.files[0]).toMatchObject({ lines: 10, records: 1, badLines: 0 });
  expect(result.files[0]?.ignored).toEqual({
    'error reply': 1,
    forceOrder: 1,
    kline: 1,
    'list of events': 1,
    markPrice: 1,
    'one-sided quote': 1,
    partialDepth: 1,
    reply: 1,
    blank: 1,
  });
});

const BAD: ReadonlyArray<readonly [string, unknown, RegExp]> = [
  ['broken JSON', '{"stream":"x","data":{"e":"tra', /no JSON object/],
  ['a number', '5', /no JSON object/],
  ['no data', { stream: 'btcusdt@trade' }, /no data object/],
  ['of no kind', { hello: 1 }, /no known kind/],
  ['number as price', stream('btcusdt@trade', { ...spotTrade(2).data, p: 100.25 }), /no decimal/],
  ['NaN', spotTrade(2, 'NaN'), /no decimal/],
  ['1e309', spotTrade(2, '1e309'), /no decimal/],
  ['price 0', spotTrade(2, '0.00'), /zero/],
  ['negative quantity', spotTrade(2, '1', '-1'), /no decimal/],
  ['id as text', stream('btcusdt@trade', { ...spotTrade(2).data, t: '2' }), /no id/],
  ['id beyond 2^53', stream('btcusdt@trade', { ...spotTrade(2).data, t: 2 ** 60 }), /no id/],
  ['no side', stream('btcusdt@trade', { ...spotTrade(2).data, m: 'true' }), /no side/],
  ['a time of 1970', stream('btcusdt@trade', { ...spotTrade(2).data, T: 5 }), /time/],
  ['symbol of another stream', stream('ethusdt@trade', spotTrade(2).data), /not that of the stream/],
  ['symbol with an escape', stream('x', { ...spotTrade(2).data, s: '\u001b[2J' }), /not that of the stream/],
  ['unknown quote', stream('foobar@trade', { ...spotTrade(2).data, s: 'FOOBAR' }), /"FOOBAR" are not known/],
  ['same id', spotTrade(1), /trade id 1 a second time/],
  ['earlier id', spotTrade(0), /trade id 0 after 1/],
  ['ids backwards', spotDepth(9, 8), /run backwards/],
  ['level of numbers', stream('btcusdt@depth', { ...spotDepth(1, 2).data, b: [[1, 2]] }), /level/],
  ['level without quantity', spotDepth(1, 2, [['100.5']]), /level/],
  ['level at price 0', spotDepth(1, 2, [['0.0', '1']]), /level/],
  ['bids no list', stream('btcusdt@depth', { ...spotDepth(1, 2).data, b: 'x' }), /level/],
  ['crossed', stream('btcusdt@bookTicker', { ...spotTicker.data, b: '101' }), /bid 101 is above ask 100.50/],
  ['snapshot without id', { lastUpdateId: null, bids: [], asks: [] }, /no last update id/],
  ['event name', stream('x', { e: '\u001b[31mx' }), /no event name/],
];

describe('a bad frame is counted with its line and reason, and skipped', () => {
  test.each(BAD)('%s', async (_name, frame, reason) => {
    const bad = typeof frame === 'string' ? `${T0_US}000 ${frame}` : line(2, frame);
    const { result, inputs } = await importTexts(
      { 'x.jsonl': text(line(0, spotTrade(1)), bad, line(3, spotTrade(10))) },
      { maxBadLineShare: 0.5 },
    );
    expect(result.files[0]).toMatchObject({ badLines: 1, records: 2, firstBad: [{ line: 2 }] });
    expect(result.files[0]?.firstBad[0]?.reason).toMatch(reason);
    expect(inputs.map((input) => input.values.id)).toEqual([1, 10]);
  });

  test('a depth change a second time, so that it is no break', async () => {
    const lines = [
      line(0, snapshot(10)),
      line(1, spotDepth(11, 12)),
      line(2, spotDepth(11, 12)),
      line(3, spotDepth(13, 13)),
    ];
    const { result, inputs } = await importTexts({ 'x.jsonl': text(...lines) }, { maxBadLineShare: 0.5 });
    expect(result.files[0]?.firstBad).toEqual([{ line: 3, reason: 'depth update 12 after 12' }]);
    expect(inputs.map(({ kind }) => kind)).toEqual(['snapshot', 'depth', 'depth']);
  });

  test('a line without receive time, and a receive time a day off', async () => {
    const { result } = await importTexts(
      { 'x.jsonl': text(line(0, spotTrade(1)), 'x {}', line(86_400_000, spotTrade(2)), '17 {}') },
      { maxBadLineShare: 1 },
    );
    expect(result.files[0]?.firstBad).toEqual([
      { line: 2, reason: '"x {}" is no receive time followed by a frame' },
      { line: 3, reason: 'received 24 h 0 min after its event time' },
      { line: 4, reason: '"17 {}" is no receive time followed by a frame' },
    ]);
  });

  test('keys that could reach a prototype are only keys', async () => {
    const frame = `{"__proto__":{"e":"trade"},"stream":"btcusdt@trade","data":{"__proto__":{"p":"1"},"constructor":1}}`;
    const { result } = await importTexts(
      { 'x.jsonl': text(line(0, spotTrade(1)), `${T0_US}000 ${frame}`) },
      { maxBadLineShare: 0.5 },
    );
    expect(result.files[0]?.firstBad[0]?.reason).toBe('the frame is of no known kind');
    expect(({} as Record<string, unknown>).p).toBeUndefined();
  });
});

describe('the text of cryptofeed', () => {
  const feed = (host: string) => `wss://${host}:9443/stream?streams=btcusdt@trade <-> 1723161255.1`;
  const seconds = (ms: number) => (T0_MS + ms) / 1000;

  test('connection, frames and HTTP snapshots', async () => {
    const http = `https://fapi.binance.com/fapi/v1/depth?symbol=BTCUSDT&limit=1000 -> ${seconds(5)}: ${JSON.stringify(snapshot(10))}`;
    const { inputs, result } = await importTexts({
      'http.txt': text(http, ''),
      'ws.txt': text(
        feed('fstream.binance.com'),
        `wss://fstream.binance.com <- ${seconds(0)}: {"method":"SUBSCRIBE"}`,
        `${seconds(1)}: ${JSON.stringify(futuresDepth(9, 12, 8))}`,
        `${seconds(9)}: ${JSON.stringify(futuresDepth(13, 14, 12))}`,
      ),
    });
    expect(result.instruments[0]?.symbol).toBe('BTC/USDT:USDT');
    expect(inputs.map(({ kind, receivedAtUs }) => [kind, receivedAtUs - T0_US])).toEqual([
      ['snapshot', 5000],
      ['depth', 5000],
      ['depth', 9000],
    ]);
    expect(result.files.map((file) => file.ignored)).toEqual([{ connection: 1, sent: 1 }, { blank: 1 }]);
  });

  test('the host tells the market where the frames do not', async () => {
    const aggregate = stream('btcusdt@aggTrade', { ...spotTrade(5).data, M: undefined, e: 'aggTrade', a: 9 });
    const frame = `${seconds(1)}: ${JSON.stringify(aggregate)}`;
    const linear = await importTexts({ 'ws.txt': text(feed('fstream.binance.com'), frame) });
    const spot = await importTexts({ 'ws.txt': text(feed('stream.binance.com'), frame) });
    expect([linear, spot].map(({ header }) => header.instruments[0]?.kind)).toEqual(['linear', 'spot']);
  });

  test('recordings of other venues are refused by host', async () => {
    expect(await refusal({ 'ws.txt': text('wss://ws-feed.pro.coinbase.com <-> 1618677816.8434298') })).toBe(
      'ws.txt, line 1: looks like a recording of ws-feed.pro.coinbase.com, which this version does not read',
    );
    const later = text(feed('stream.binance.com'), 'wss://www.deribit.com/ws <-> 1723161255.2', `${seconds(1)}: {}`);
    expect(await refusal({ 'ws.txt': later })).toMatch(/line 2: www.deribit.com is no market data host of Binance/);
  });
});
