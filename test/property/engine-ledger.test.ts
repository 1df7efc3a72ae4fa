/** The position book against cash counted by hand: nothing is lost or made, to the last of 16 places. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Money,
  notional,
  parseMoney,
  prepareInstrument,
  readMoney,
  writeMoney,
} from '../../engine/domain/index.ts';
import { ACCOUNT, AccountTable, entryTicks, PositionTable, unrealised } from '../../engine/index.ts';
import { Arena } from '../../engine/kernel/arena.ts';
import { beginRoundTrip, postFill } from '../../engine/oms/positions.ts';
import { linearSpec } from '../fixtures/engine-session.ts';

const START = parseMoney('10000')!;
/** A coarse grid, and one at the limit of what the ledger resolves. */
const INSTRUMENTS = [
  prepareInstrument(linearSpec('BTC/USDT:USDT'), 1, 'USDT'),
  prepareInstrument(linearSpec('SHIB/USDT:USDT', { tickSize: '0.00000003', lotSize: '0.00000007' }), 1, 'USDT'),
];

const fill = fc.record({
  side: fc.constantFrom(1, -1),
  lots: fc.integer({ min: 1, max: 1_000 }),
  price: fc.integer({ min: 1, max: 2_000_000 }),
  fee: fc.bigInt({ min: -(10n ** 14n), max: 10n ** 15n }),
});

/** What a bank would know: money that went out and came in, and the lots held. */
interface Hand {
  flow: bigint;
  fees: bigint;
  lots: number;
}

function books() {
  const arena = new Arena();
  const positions = new PositionTable(arena, 3);
  const account = new AccountTable(arena);
  writeMoney(account.money, ACCOUNT.cash, START);
  return { positions, account };
}

const absolute = (x: bigint): bigint => (x < 0n ? -x : x);

describe.each(INSTRUMENTS)('fills of $symbol', (instrument) => {
  it('conserve cash, cost and fees exactly', () => {
    fc.assert(
      fc.property(fc.array(fill, { minLength: 1, maxLength: 40 }), fc.nat(2_000_000), (fills, mark) => {
        const { positions, account } = books();
        const hand: Hand = { flow: 0n, fees: 0n, lots: 0 };
        for (const { side, lots, price, fee } of fills) {
          const before = { lots: hand.lots, cost: readMoney(positions.cost, 1) };
          const posting = postFill(positions, account, instrument, side, lots, price, fee as Money);
          const worth = notional(price, lots, instrument.unit);
          hand.flow -= BigInt(side) * worth;
          hand.fees += fee;
          hand.lots += side * lots;
          const cost = readMoney(positions.cost, 1);
          const realised = readMoney(account.money, ACCOUNT.realised);
          expect(positions.lots[1]).toBe(hand.lots);
          // Everything that was paid is either realised or is the cost of what is held.
          expect(realised).toBe(hand.flow + cost);
          expect(readMoney(account.money, ACCOUNT.cash)).toBe(START + realised - hand.fees);
          expect(readMoney(account.money, ACCOUNT.fees)).toBe(hand.fees);
          expect(readMoney(positions.fees, 1)).toBe(hand.fees);
          expect(readMoney(positions.realised, 1)).toBe(realised);
          if (hand.lots === 0) expect(cost).toBe(0n);
          else expect(cost * BigInt(hand.lots) > 0n, 'cost has the side of the lots').toBe(true);
          expect(posting).toEqual({ opened: before.lots === 0, closed: before.lots !== 0 && hand.lots === 0 });
          // Closing takes a fair part of the cost: the mean entry moves by less than a unit for each lot.
          if (before.lots * hand.lots > 0 && Math.abs(hand.lots) < Math.abs(before.lots)) {
            const drift = cost * BigInt(before.lots) - before.cost * BigInt(hand.lots);
            expect(absolute(drift)).toBeLessThan(absolute(BigInt(before.lots)));
          }
        }
        // Equity is cash as it moved, and the worth of what is held.
        const equity = readMoney(account.money, ACCOUNT.cash) + unrealised(positions, instrument, mark);
        expect(equity).toBe(START + hand.flow - hand.fees + notional(mark, hand.lots, instrument.unit));
        for (const other of [0, 2]) expect([positions.lots[other], readMoney(positions.cost, other)]).toEqual([0, 0n]);
      }),
    );
  });

  it('opened and closed at any prices in any parts leave nothing behind', () => {
    const prices = fc.array(fc.integer({ min: 1, max: 2_000_000 }), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(
        fc.constantFrom(1, -1),
        prices,
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 5, maxLength: 5 }),
        (side, at, parts) => {
          const { positions, account } = books();
          let flow = 0n;
          const post = (way: number, lots: number, price: number): void => {
            postFill(positions, account, instrument, way, lots, price, 0n as Money);
            flow -= BigInt(way) * notional(price, lots, instrument.unit);
          };
          for (const [i, lots] of parts.entries()) post(side, lots, at[i]!);
          const total = parts.reduce((sum, lots) => sum + lots, 0);
          for (const [i, lots] of [...parts].reverse().entries()) post(-side, lots, at[6 + i]!);
          expect(total).toBeGreaterThan(0);
          expect([positions.lots[1], readMoney(positions.cost, 1)]).toEqual([0, 0n]);
          expect(readMoney(account.money, ACCOUNT.realised)).toBe(flow);
          expect(readMoney(account.money, ACCOUNT.cash)).toBe(START + flow);
        },
      ),
    );
  });
});

describe('a fill larger than the position', () => {
  it('closes it at its cost and opens the rest at the new price', () => {
    const instrument = INSTRUMENTS[0]!;
    const { positions, account } = books();
    postFill(positions, account, instrument, 1, 10, 100_000, 0n as Money);
    expect(postFill(positions, account, instrument, -1, 25, 110_000, 0n as Money)).toEqual({
      opened: false,
      closed: false,
    });
    expect([positions.lots[1], entryTicks(positions, instrument)]).toEqual([-15, 110_000]);
    expect(readMoney(account.money, ACCOUNT.realised)).toBe(notional(10_000, 10, instrument.unit));
    expect(unrealised(positions, instrument, 100_000)).toBe(notional(10_000, 15, instrument.unit));
  });
});

describe('a round trip', () => {
  it('has books of its own, and the account keeps the sum of all', () => {
    const instrument = INSTRUMENTS[0]!;
    const { positions, account } = books();
    for (let trip = 1; trip <= 3; trip++) {
      beginRoundTrip(positions, 1, 1_000 * trip, trip);
      postFill(positions, account, instrument, 1, 4, 100_000, 5n as Money);
      postFill(positions, account, instrument, -1, 4, 100_100, 7n as Money);
      expect([positions.openedAtUs[1], positions.decisionId[1]]).toEqual([1_000 * trip, trip]);
      expect(readMoney(positions.realised, 1)).toBe(notional(100, 4, instrument.unit));
      expect(readMoney(positions.fees, 1)).toBe(12n);
      expect(readMoney(account.money, ACCOUNT.realised)).toBe(notional(100, 4 * trip, instrument.unit));
    }
    expect([entryTicks(positions, instrument), unrealised(positions, instrument, 5)]).toEqual([0, 0n]);
  });
});
