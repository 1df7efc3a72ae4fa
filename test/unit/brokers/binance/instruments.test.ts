/** Decimal texts to ticks, lots and money, and the fee in each of the assets that venues take it in. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { money, parseMoney } from '../../../../engine/domain/index.ts';
import { VenueClient } from '../../../../src/brokers/binance/client.ts';
import { SPOT, USDM } from '../../../../src/brokers/binance/dialect.ts';
import { decimalText, feeOf, Instruments, wholeLots } from '../../../../src/brokers/binance/instruments.ts';
import { OrderNames } from '../../../../src/brokers/binance/order-names.ts';
import { Credentials } from '../../../../src/brokers/credentials.ts';
import type { VenueOrder } from '../../../../src/brokers/gateway.ts';
import { bitcoin, listedFreely } from '../../../sim/broker/listing.ts';

const spot = new Instruments([listedFreely(bitcoin('spot', '0.01', '0.00001'))]).at(0);
const NONE = (): undefined => undefined;

describe('the fee of an execution', () => {
  const bought = { side: 1, lots: 12_345, priceTicks: 6_400_000 } as const;

  it('in the account’s currency is what was told, to the last digit', () => {
    expect(feeOf(bought, '0.00790012345678', 'USDT', spot, NONE)).toEqual({
      fee: parseMoney('0.00790012345678'),
      feeLots: 0,
    });
    expect(feeOf(bought, '-0.5', 'USDT', spot, NONE)).toEqual({ fee: parseMoney('-0.5'), feeLots: 0 });
    expect(feeOf(bought, undefined, undefined, spot, NONE)).toEqual({ fee: 0n, feeLots: 0 });
  });

  it('in what was bought is whole lots, rounded against us, and their worth', () => {
    expect(feeOf(bought, '0.00012345', 'BTC', spot, NONE)).toEqual({ fee: parseMoney('8.32'), feeLots: 13 });
    expect(feeOf(bought, '0.00013000', 'BTC', spot, NONE)).toEqual({ fee: parseMoney('8.32'), feeLots: 13 });
    expect(feeOf({ ...bought, lots: 1 }, '0.00002', 'BTC', spot, NONE)).toBeUndefined();
  });

  it('in another asset is its worth, rounded against us, or not known', () => {
    const price = (asset: string) => (asset === 'BNB' ? money(600_5000000000000000n) : undefined);
    expect(feeOf(bought, '0.00000001', 'BNB', spot, price)?.fee).toBe(parseMoney('0.000006005'));
    expect(feeOf(bought, '1', 'XYZ', spot, price)).toBeUndefined();
    expect(feeOf(bought, 'NaN', 'USDT', spot, price)).toBeUndefined();
  });

  it('never gives back a lot that the venue took', () => {
    fc.assert(
      fc.property(fc.bigInt(1n, 10n ** 12n), fc.integer({ min: 1, max: 100_000 }), (taken, lots) => {
        const text = decimalText(taken * 10n ** 8n);
        const fee = feeOf({ side: 1, lots, priceTicks: 1 }, text, 'BTC', spot, NONE);
        const exact = taken * 10n ** 8n;
        if (fee === undefined) expect(exact).toBeGreaterThan(BigInt(lots) * 10n ** 11n);
        else expect(BigInt(fee.feeLots) * 10n ** 11n - exact).toBeGreaterThanOrEqual(0n);
      }),
    );
  });
});

it('splits what is owned into whole lots and dust', () => {
  expect(wholeLots('1.23456789', spot)).toEqual({ lots: 123_456, dust: '0.00000789' });
  expect(wholeLots('-0.010', spot)).toEqual({ lots: -1000, dust: '0' });
  expect(wholeLots('1e5', spot)).toBeUndefined();
});

describe('an order on its way', () => {
  it('has at the venue the digits that its ticks and lots have here, on any grid, by ccxt', async () => {
    const client = await VenueClient.load(
      'binanceusdm',
      undefined,
      new Credentials('k'.repeat(16), 's'.repeat(16)),
      () => 1,
    );
    fc.assert(
      fc.property(
        fc.constantFrom('0.00000001', '0.0001', '0.01', '0.05', '0.1', '1', '5'),
        fc.constantFrom('0.00001', '0.001', '0.1', '1', '1000'),
        fc.integer({ min: 1, max: 2 ** 40 }),
        fc.integer({ min: 1, max: 2 ** 40 }),
        fc.constantFrom(SPOT, USDM),
        fc.boolean(),
        (tick, lot, limitTicks, lots, dialect, waits) => {
          const traded = new Instruments([listedFreely(bitcoin('linear', tick, lot))]).at(0);
          const order: VenueOrder = {
            instrument: 0,
            clientOrderId: 'run-1',
            conditional: waits,
            side: 1,
            lots,
            limitTicks,
            reduceOnly: waits,
            stopTicks: waits ? limitTicks : 0,
            trigger: waits ? 'stop' : undefined,
          };
          const { endpoint, parameters } = dialect.order(order, traded);
          const { body } = client.request(endpoint.name, parameters);
          const sent = new URLSearchParams(body);
          const exact = (value: number, step: string): bigint => BigInt(value) * parseMoney(step)!;
          expect(parseMoney(sent.get('quantity') ?? '')).toBe(exact(lots, lot));
          expect(parseMoney(sent.get('price') ?? '')).toBe(exact(limitTicks, tick));
          if (waits)
            expect(parseMoney(sent.get('stopPrice') ?? sent.get('triggerPrice') ?? '')).toBe(exact(limitTicks, tick));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('goes where today’s venue takes it', () => {
    const traded = new Instruments([listedFreely(bitcoin('linear', '0.1', '0.001'))]).at(0);
    const order: VenueOrder = {
      instrument: 0,
      clientOrderId: 'run-2',
      conditional: true,
      side: -1,
      lots: 5,
      limitTicks: 0,
      reduceOnly: true,
      stopTicks: 640_000,
      trigger: 'stop',
    };
    expect(USDM.order(order, traded)).toMatchObject({
      endpoint: { name: 'fapiPrivatePostAlgoOrder' },
      parameters: {
        algoType: 'CONDITIONAL',
        type: 'STOP_MARKET',
        triggerPrice: '64000.0',
        quantity: '0.005',
        reduceOnly: 'true',
        clientAlgoId: 'run-2',
      },
    });
    expect(USDM.order({ ...order, trigger: 'target' }, traded).parameters).toMatchObject({
      type: 'TAKE_PROFIT_MARKET',
    });
    expect(SPOT.order(order, traded)).toMatchObject({
      endpoint: { name: 'privatePostOrder' },
      parameters: { type: 'STOP_LOSS', stopPrice: '64000.0', newClientOrderId: 'run-2' },
    });
    expect(SPOT.order(order, traded).parameters).not.toHaveProperty('reduceOnly');
  });
});

it('gives the venue names that it takes, and finds ours again', () => {
  const names = new OrderNames();
  expect(names.toVenue('20261121-113000-17')).toBe('20261121-113000-17');
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z0-9._-]{1,64}$/), fc.integer({ min: 1, max: 9_999_999_999 }), (run, number) => {
      const name = `${run}-${number}`;
      const sent = names.toVenue(name);
      expect(sent).toMatch(/^[.A-Z:/a-z0-9_-]{1,36}$/);
      expect(names.fromVenue(sent!)).toBe(name);
      // Of a run that goes on, in a life that has sent none yet.
      expect(new OrderNames(run).fromVenue(sent!)).toBe(name);
    }),
  );
  expect(names.toVenue('with space-1')).toMatch(/^h/);
  expect(names.toVenue('nothing')).toBe('nothing');
  expect(names.toVenue('no number behind it, and too long for the venue')).toBeUndefined();
});
