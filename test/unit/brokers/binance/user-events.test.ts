/** Frames of the user stream, as recorded and as documented, and what they become; nothing that comes makes it throw. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Instruments } from '../../../../src/brokers/binance/instruments.ts';
import { OrderNames } from '../../../../src/brokers/binance/order-names.ts';
import { UserEvents } from '../../../../src/brokers/binance/user-events.ts';
import { dataFolder } from '../../../fixtures/recorded.ts';
import { bitcoin, listedFreely } from '../../../sim/broker/listing.ts';

const NONE = (): undefined => undefined;

function reader(kind: 'spot' | 'linear', symbol = 'BTCUSDT', base = 'BTC', tick = '0.1', lot = '0.001'): UserEvents {
  const listed = listedFreely(bitcoin(kind, tick, lot));
  const spec = { ...listed.spec, venueSymbol: symbol, base };
  return new UserEvents(new Instruments([{ ...listed, spec }]), new OrderNames(), NONE);
}

const order = (fields: Record<string, unknown>): string =>
  JSON.stringify({
    e: 'ORDER_TRADE_UPDATE',
    E: 1,
    o: { s: 'BTCUSDT', c: 'run-1', S: 'BUY', o: 'LIMIT', X: 'NEW', i: '8389765543210987654', z: '0', ...fields },
  }).replace('"8389765543210987654"', '8389765543210987654');

const updates = (events: ReturnType<UserEvents['read']>) =>
  events.flatMap((event) => (event.kind === 'update' ? [event.update] : []));

describe('the user stream of USD-M', () => {
  it.each(['CANCELED', 'EXPIRED', 'EXPIRED_IN_MATCH', 'FILLED', 'REJECTED'])('tells of an end by %s', (status) => {
    const told = updates(reader('linear').read(order({ x: 'EXPIRED', X: status, z: '0.002' })));
    expect(told).toContainEqual(expect.objectContaining({ kind: 'closed', filledLots: 2 }));
  });

  it.each(['NEW', 'PARTIALLY_FILLED', 'PENDING_CANCEL'])('tells of no end by %s', (status) => {
    const told = updates(reader('linear').read(order({ x: 'AMENDMENT', X: status, z: '0.002' })));
    expect(told.map(({ kind }) => kind)).not.toContain('closed');
  });

  it('tells of an order’s life, whose number has more digits than a double', () => {
    const events = reader('linear');
    const accepted = events.read(order({ x: 'NEW' }));
    expect(accepted).toContainEqual({ kind: 'number', clientOrderId: 'run-1', orderId: '8389765543210987654' });
    expect(updates(accepted)).toEqual([
      { kind: 'accepted', instrument: 0, clientOrderId: 'run-1', conditional: false },
    ]);
    const fill = {
      x: 'TRADE',
      X: 'FILLED',
      l: '0.005',
      z: '0.005',
      L: '64000.1',
      n: '0.16',
      N: 'USDT',
      t: 77,
      m: true,
    };
    expect(updates(events.read(order(fill)))).toMatchObject([
      {
        kind: 'execution',
        execution: { executionId: 77, side: 1, lots: 5, priceTicks: 640_001, fee: 1_600_000_000_000_000n, maker: true },
      },
      { kind: 'closed', filledLots: 5 },
    ]);
    expect(updates(events.read(order({ x: 'CANCELED', X: 'CANCELED' })))).toMatchObject([
      { kind: 'closed', filledLots: 0 },
    ]);
  });

  it('leads from an order that waited for its price to the fills of the one that it became', () => {
    const events = reader('linear');
    const algo = (fields: Record<string, unknown>): string =>
      JSON.stringify({
        e: 'ALGO_UPDATE',
        o: { caid: 'run-9', aid: 1, s: 'BTCUSDT', S: 'SELL', q: '0.005', ai: '', ...fields },
      });
    expect(updates(events.read(algo({ X: 'NEW' })))).toMatchObject([
      { kind: 'accepted', clientOrderId: 'run-9', conditional: true },
    ]);
    expect(updates(events.read(algo({ X: 'TRIGGERED', ai: '8389765543210987654' })))).toEqual([]);
    const fill = {
      c: 'another',
      x: 'TRADE',
      X: 'FILLED',
      l: '0.005',
      z: '0.005',
      L: '64000.1',
      n: '0',
      N: 'USDT',
      t: 78,
    };
    expect(updates(events.read(order(fill)))).toMatchObject([
      { kind: 'execution', clientOrderId: 'run-9' },
      { kind: 'closed', clientOrderId: 'run-9', filledLots: 5 },
    ]);
    expect(updates(events.read(algo({ X: 'CANCELED' })))).toMatchObject([{ kind: 'closed', filledLots: 0 }]);
    expect(updates(events.read(algo({ X: 'REJECTED' })))).toMatchObject([{ kind: 'rejected' }, { kind: 'closed' }]);
  });

  it('gives reasons to compare the account: trades elsewhere, liquidations, transfers, what does not fit', () => {
    const events = reader('linear');
    const kinds = (text: string) => events.read(text).map(({ kind }) => kind);
    const misfit = { x: 'TRADE', X: 'PARTIALLY_FILLED', l: '0.0005', z: '0.0005', L: '64000.1', t: 79 };
    expect(kinds(order({ s: 'ETHUSDT', x: 'TRADE' }))).toEqual(['doubt']);
    expect(kinds(order({ x: 'CALCULATED', X: 'NEW' }))).toContain('doubt');
    expect(kinds(order(misfit))).toContain('doubt');
    expect(updates(events.read(order(misfit)))).toEqual([]);
    expect(kinds('{"e":"ACCOUNT_UPDATE","a":{"m":"WITHDRAW"}}')).toEqual(['doubt']);
    expect(kinds('{"e":"ACCOUNT_UPDATE","a":{"m":"ORDER"}}')).toEqual([]);
    expect(kinds('{"e":"listenKeyExpired"}')).toEqual(['ended']);
    expect(kinds('no json')).toEqual(['doubt']);
  });

  it('never throws, whatever it is told', () => {
    const readers = [reader('linear'), reader('spot', 'BTCUSDT', 'BTC', '1', '0.00000001')];
    const huge = fc.constantFrom('9007199254740991', '90071992.54740991', '9999999999999999', '0', '-1', '1e9', 7);
    fc.assert(
      fc.property(
        fc.json(),
        fc.oneof(fc.jsonValue(), huge),
        fc.constantFrom('x', 'X', 's', 'i', 'l', 'L', 't', 'n', 'N', 'z', 'c'),
        huge,
        fc.constantFrom('BTC', 'USDT', 'BNB'),
        (text, value, name, number, asset) => {
          const fill = { x: 'TRADE', X: 'FILLED', l: number, L: number, n: number, N: asset, t: 1, [name]: value };
          for (const events of readers) {
            events.read(text);
            events.read(order(fill));
            events.read(JSON.stringify({ e: 'executionReport', s: 'BTCUSDT', S: 'BUY', c: 'a', i: 1, ...fill }));
          }
        },
      ),
    );
  });
});

describe('the user stream of spot', () => {
  const folder = dataFolder();

  it('tells of an order in the place of another that was cancelled, and that is not taken', () => {
    const report = (fields: Record<string, unknown>): string =>
      JSON.stringify({ e: 'executionReport', s: 'BTCUSDT', S: 'SELL', z: '0.000', ...fields });
    const events = reader('spot');
    const stop = { c: 'x1', C: 'run-2', o: 'STOP_LOSS', x: 'CANCELED', X: 'CANCELED', i: 7 };
    expect(updates(events.read(report(stop)))).toMatchObject([{ kind: 'closed', clientOrderId: 'run-2' }]);
    // The only frame of which the documentation says REJECTED.
    const exit = { c: 'run-3', C: '', o: 'MARKET', x: 'REJECTED', X: 'REJECTED', r: 'INSUFFICIENT_BALANCES', i: -1 };
    expect(updates(events.read(report(exit)))).toMatchObject([
      { kind: 'rejected', clientOrderId: 'run-3' },
      { kind: 'closed', clientOrderId: 'run-3', filledLots: 0 },
    ]);
  });

  it.skipIf(folder === undefined)('reads as it was recorded', () => {
    const file = join(folder!, 'e_ws_frames/nautilus/binance_spot_and_futures_market_payloads.json');
    const all: Record<string, unknown> = JSON.parse(readFileSync(file, 'utf8'));
    const frames = Object.entries(all).filter(([name]) => name.includes('/spot/user_data_json/execution_report_'));
    const events = reader('spot', 'ETHUSDT', 'ETH', '0.01', '0.0001');
    const read = Object.fromEntries(
      frames.map(([name, frame]) => [
        name.replace(/^.*report_|\.json$/g, ''),
        updates(events.read(JSON.stringify(frame))),
      ]),
    );
    expect(read.new).toMatchObject([{ kind: 'accepted', clientOrderId: 'x-TD67BGP9-T0000000000000' }]);
    expect(read.canceled).toMatchObject([{ kind: 'closed', filledLots: 0 }]);
    expect(read.expired).toMatchObject([{ kind: 'closed' }]);
    expect(read.stop_loss).toMatchObject([{ kind: 'accepted', conditional: true }]);
    expect(read.trade).toMatchObject([
      {
        kind: 'execution',
        execution: {
          executionId: 98_765_432,
          lots: 10_000,
          priceTicks: 250_000,
          feeLots: 10,
          fee: 25_000_000_000_000_000n,
          maker: true,
        },
      },
      { kind: 'closed', filledLots: 10_000 },
    ]);
  });

  it('names a cancelled order by its own name, and not by that of the cancel', () => {
    const frame = {
      e: 'executionReport',
      s: 'BTCUSDT',
      c: 'the-cancel',
      C: 'run-3',
      S: 'BUY',
      o: 'LIMIT',
      x: 'CANCELED',
      X: 'CANCELED',
      i: 5,
      z: '0.002',
    };
    expect(updates(reader('spot').read(JSON.stringify({ subscriptionId: 0, event: frame })))).toMatchObject([
      { kind: 'closed', clientOrderId: 'run-3', filledLots: 2 },
    ]);
  });

  it('says so when a fee comes in something whose price nobody knows', () => {
    const frame = {
      e: 'executionReport',
      s: 'BTCUSDT',
      c: 'run-4',
      S: 'BUY',
      o: 'LIMIT',
      x: 'TRADE',
      X: 'PARTIALLY_FILLED',
      i: 5,
      z: '0.002',
      l: '0.002',
      L: '64000.0',
      t: 3,
      n: '0.1',
      N: 'BNB',
    };
    const read = reader('spot').read(JSON.stringify(frame));
    expect(read).toContainEqual({ kind: 'notice', level: 'error', text: expect.stringContaining('BNB') });
    expect(updates(read)).toMatchObject([{ execution: { fee: 0n } }]);
  });
});
