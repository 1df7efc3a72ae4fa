/** One execution as REST and stream tell it: both read the same, and nothing is made up of what is not said. */
import { describe, expect, it } from 'vitest';
import { readExecution, toldByRest, toldByStream } from '../../../../src/brokers/binance/executions.ts';
import { Instruments } from '../../../../src/brokers/binance/instruments.ts';
import { bitcoin, listedFreely } from '../../../sim/broker/listing.ts';

const TRADED = new Instruments([listedFreely(bitcoin('spot', '0.01', '0.0001'))]).at(0);
const NO_PRICE = (): undefined => undefined;
const ROW = { id: 7, qty: '0.5', price: '64000.00', commission: '0.32', commissionAsset: 'USDT', isMaker: true };

const byRest = (row: Readonly<Record<string, unknown>>) => readExecution(toldByRest(row), TRADED, NO_PRICE);

describe('an execution that REST tells', () => {
  it.each([
    ['isBuyer of spot', { isBuyer: true }, 1],
    ['isBuyer of spot', { isBuyer: false }, -1],
    ['buyer of USD-M', { buyer: false }, -1],
    ['its side, whatever else is said', { side: 'BUY', buyer: false }, 1],
  ])('has its side by %s', (_by, words, side) => {
    expect(byRest({ ...ROW, ...words })).toMatchObject({
      execution: { executionId: 7, side, lots: 5_000, maker: true },
    });
  });

  it.each([{}, { isBuyer: 'true' }, { isBuyer: 1 }, { side: 'buy' }, { isBuyer: null }])(
    'is none without a side that is told: %o',
    (words) => {
      expect(byRest({ ...ROW, ...words })).toEqual({ misfit: 'execution 7 without a side' });
    },
  );

  it.each([
    [{ id: -1 }, /number/],
    [{ id: '7.5' }, /number/],
    [{ qty: '0.00005' }, /lots/],
    [{ qty: '0' }, /lots/],
    [{ price: '64000.005' }, /grid/],
    [{ price: '0' }, /grid/],
  ])('is none with %o', (words, why) => {
    expect(byRest({ ...ROW, isBuyer: true, ...words })).toEqual({ misfit: expect.stringMatching(why) });
  });

  it('is the one that the stream tells', () => {
    const report = { t: 7, S: 'BUY', l: '0.5', L: '64000.00', n: '0.32', N: 'USDT', m: true };
    const told = readExecution(toldByStream(report), TRADED, NO_PRICE);
    expect(told).toEqual(byRest({ ...ROW, isBuyer: true }));
    expect(told).toMatchObject({ execution: { fee: 3_200_000_000_000_000n }, unpriced: undefined });
  });

  it('whose fee is in an asset without a price says so', () => {
    expect(byRest({ ...ROW, isBuyer: true, commissionAsset: 'BNB' })).toMatchObject({
      execution: { fee: 0n },
      unpriced: 'BNB',
    });
  });
});
