/** Raw frames of one day: counts equal to those of the manifest. Days joined are in `../recorded-replay.test.ts`. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DATA, describeData, EXCHANGE_INFO, FRAMES, importData, only, orderCheck } from './data.ts';

describeData('raw frames', () => {
  test('spot, with instruments: 3,451 depth, 28,040 quotes, 9,757 trades', async () => {
    const instrumentsFile = join(DATA, `${EXCHANGE_INFO}binance_spot_exchangeInfo_2021-10-12.json.gz`);
    const result = await importData([`${FRAMES}spot_btcusdt_20240808.jsonl.gz`], { instrumentsFile }, orderCheck());
    expect(only(result)).toMatchObject({
      symbol: 'BTC/USDT',
      counts: { depth: 3451, quote: 28_040, trade: 9757, snapshot: 1 },
      sequenceBreaks: 0,
      heldBack: 3,
    });
    expect(result.instruments[0]).toMatchObject({ minNotional: '10.00000000', lotSize: '0.00001000', inferred: false });
    // Three levels hold quantities from before the lot grew to 0.00001.
    expect(result.files[0]?.ignored).toEqual({ 'part of a quantity below a lot': 3 });
    expect(result.recorderOffsetUs).toBe(1_274_362);
  });

  test('spot, the day after alone: 3,044 depth, 45,134 quotes, 10,147 trades, and no book', async () => {
    const result = await importData([`${FRAMES}spot_btcusdt_20240809.jsonl.gz`], {}, orderCheck());
    expect(only(result).counts).toEqual({ depth: 3044, quote: 45_134, trade: 10_147 });
    expect(only(result)).toMatchObject({ sequenceBreaks: 0, heldBack: 0 });
  });
});
