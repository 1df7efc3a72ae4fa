/** Decimal texts, grids and money: what goes in comes out, exactly, or is refused. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addMoney,
  formatMoney,
  formatOnGrid,
  type Grid,
  gridToNumber,
  MONEY_DECIMALS,
  type Money,
  money,
  notional,
  notionalUnit,
  parseGrid,
  parseMoney,
  parseOnGrid,
  ratio,
  readMoney,
  shareDown,
  shareUp,
  writeMoney,
} from '../../engine/domain/index.ts';

const grids: fc.Arbitrary<Grid> = fc
  .record({ step: fc.integer({ min: 1, max: 99_999 }), decimals: fc.integer({ min: 0, max: 8 }) })
  .filter(({ step, decimals }) => decimals === 0 || step % 10 !== 0);
const amounts = fc.bigInt({ min: -(2n ** 110n) + 1n, max: 2n ** 110n - 1n });
const rates = fc.integer({ min: 0, max: 5_000_000 });

/** The text of `digits × 10^-decimals`, written independently of the engine. */
function decimalText(digits: bigint, decimals: number): string {
  const text = digits.toString().padStart(decimals + 1, '0');
  return decimals === 0 ? text : `${text.slice(0, -decimals)}.${text.slice(-decimals)}`;
}

describe('grids', () => {
  it('reads back every grid, also with zeros behind', () => {
    fc.assert(
      fc.property(grids, fc.integer({ min: 0, max: 8 }), ({ step, decimals }, zeros) => {
        const text = decimalText(BigInt(step), decimals);
        expect(parseGrid(decimals === 0 ? text : text + '0'.repeat(zeros))).toEqual({ step, decimals });
        expect(gridToNumber({ step, decimals })).toBe(Number(text));
      }),
    );
  });

  it.each(['', '0', '0.000', '-1', '1e-8', '.5', '5.', '1,5', 'NaN', '0x10', '1'.repeat(16), '9007199254740993.5'])(
    'is none: %j',
    (text) => expect(parseGrid(text)).toBeUndefined(),
  );
});

describe('texts on a grid', () => {
  it('come back from any number of steps', () => {
    fc.assert(
      fc.property(grids, fc.double({ min: 0, max: 1, noNaN: true }), (grid, share) => {
        const steps = Math.floor((share * Number.MAX_SAFE_INTEGER) / grid.step);
        const text = formatOnGrid(steps, grid);
        expect(text).toBe(decimalText(BigInt(steps) * BigInt(grid.step), grid.decimals));
        expect(parseOnGrid(text, grid)).toBe(steps);
        expect(parseOnGrid(grid.decimals > 0 ? `${text}00` : `${text}.00`, grid)).toBe(steps);
        if (steps > 0) expect(formatOnGrid(-steps, grid)).toBe(`-${text}`);
      }),
    );
  });

  it('are refused when off the grid, however near', () => {
    fc.assert(
      fc.property(grids, fc.maxSafeNat(), fc.integer({ min: 1, max: 9 }), (grid, units, digit) => {
        const text = decimalText(BigInt(units), grid.decimals);
        const finer = grid.decimals === 0 ? `${text}.${digit}` : text + digit;
        expect(parseOnGrid(finer, grid)).toBeUndefined();
        const onGrid = units % grid.step === 0;
        expect(parseOnGrid(text, grid)).toBe(onGrid ? units / grid.step : undefined);
      }),
    );
  });

  it('are refused when too large to be exact', () => {
    const whole: Grid = { step: 1, decimals: 0 };
    expect(parseOnGrid('9007199254740991', whole)).toBe(Number.MAX_SAFE_INTEGER);
    for (const text of ['9007199254740992', '9007199254740993', '99999999999999999999999']) {
      expect(parseOnGrid(text, whole), text).toBeUndefined();
    }
    expect(parseOnGrid('90071992547.40992', { step: 1, decimals: 5 })).toBeUndefined();
    expect(parseOnGrid('90071992547', { step: 1, decimals: 5 })).toBe(9007199254700000);
    expect(parseOnGrid('90071992548', { step: 1, decimals: 8 })).toBeUndefined();
  });

  it.each(['', '.', '1.', '.1', '-1', '+1', '1e3', ' 1', '1 ', '1.2.3', '１', 'NaN', '0'.repeat(33)])(
    'are no plain decimal: %j',
    (text) => expect(parseOnGrid(text, { step: 1, decimals: 4 })).toBeUndefined(),
  );
});

describe('money', () => {
  it('goes through a column of two halves unchanged, beside its neighbours', () => {
    fc.assert(
      fc.property(amounts, amounts, amounts, (a, b, c) => {
        const column = new BigInt64Array(6);
        writeMoney(column, 0, a);
        writeMoney(column, 2, c);
        writeMoney(column, 1, b);
        expect([readMoney(column, 0), readMoney(column, 1), readMoney(column, 2)]).toEqual([a, b, c]);
        const sum = a / 2n + b / 2n;
        writeMoney(column, 1, b / 2n);
        addMoney(column, 1, a / 2n);
        expect(readMoney(column, 1)).toBe(sum);
      }),
    );
  });

  it('keeps halves whose bits are all set or all clear', () => {
    const column = new BigInt64Array(2);
    for (const edge of [
      0n,
      1n,
      -1n,
      2n ** 63n,
      2n ** 64n - 1n,
      2n ** 64n,
      -(2n ** 63n),
      -(2n ** 64n),
      -(2n ** 64n) - 1n,
    ]) {
      writeMoney(column, 0, edge);
      expect(readMoney(column, 0)).toBe(edge);
    }
  });

  it('overflows loudly', () => {
    const limit = 2n ** 110n;
    expect(money(limit - 1n)).toBe(limit - 1n);
    for (const beyond of [limit, -limit, limit * 5n]) expect(() => money(beyond)).toThrow('ledger overflow');
    const column = new BigInt64Array(2);
    writeMoney(column, 0, limit - 1n);
    expect(() => addMoney(column, 0, 1n)).toThrow('ledger overflow');
    expect(readMoney(column, 0)).toBe(limit - 1n);
    expect(() => notional(2 ** 53 - 1, 2 ** 53 - 1, money(10n ** 10n))).toThrow('ledger overflow');
    expect(() => notional(1.5, 1, money(1n))).toThrow();
  });

  it('reads and writes decimal texts to the last of 16 places', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 32n) + 1n, max: 10n ** 32n - 1n }), (value) => {
        const text = formatMoney(money(value), MONEY_DECIMALS);
        const magnitude = value < 0n ? -value : value;
        expect(text).toBe(`${value < 0n ? '-' : ''}${decimalText(magnitude, MONEY_DECIMALS)}`);
        expect(parseMoney(text)).toBe(value);
      }),
    );
    for (const bad of ['', '-', '1.', '.5', '1e5', '1,000', '0.12345678901234567', '12345678901234567', '+1', '--1']) {
      expect(parseMoney(bad), bad).toBeUndefined();
    }
  });

  it.each([
    ['0.005', '0.01'],
    ['0.0049999999999999', '0.00'],
    ['-0.005', '-0.01'],
    ['-0.0049', '0.00'],
    ['9.995', '10.00'],
    ['-1234.5', '-1234.50'],
  ])('rounds %s to cents as %s', (exact, text) => expect(formatMoney(parseMoney(exact)!, 2)).toBe(text));

  it('takes shares: costs against us, limits toward zero, never off by a whole unit', () => {
    const small = fc.bigInt({ min: -(10n ** 28n), max: 10n ** 28n }).map((value) => money(value));
    fc.assert(
      fc.property(small, rates, (value, rate) => {
        const exact = value * BigInt(rate);
        const [up, down] = [shareUp(value, rate), shareDown(value, rate)];
        const magnitude = (x: bigint): bigint => (x < 0n ? -x : x);
        expect(magnitude(up) * 1_000_000n).toBeGreaterThanOrEqual(magnitude(exact));
        expect((magnitude(up) - 1n) * 1_000_000n).toBeLessThan(magnitude(exact) === 0n ? 1n : magnitude(exact));
        expect(magnitude(down) * 1_000_000n).toBeLessThanOrEqual(magnitude(exact));
        expect((magnitude(down) + 1n) * 1_000_000n).toBeGreaterThan(magnitude(exact));
        expect(up * exact >= 0n && down * exact >= 0n).toBe(true);
      }),
    );
  });

  it('values a tick of a lot exactly, and refuses a grid finer than the ledger', () => {
    fc.assert(
      fc.property(grids, grids, fc.nat(1_000), fc.integer({ min: -1_000, max: 1_000 }), (tick, lot, p, q) => {
        const unit = notionalUnit(tick, lot);
        if (unit === undefined) {
          expect(tick.decimals + lot.decimals).toBeGreaterThan(MONEY_DECIMALS);
          return;
        }
        const scale = 10n ** BigInt(MONEY_DECIMALS - tick.decimals - lot.decimals);
        expect(notional(p, q, unit)).toBe(BigInt(p * tick.step) * BigInt(q) * BigInt(lot.step) * scale);
      }),
    );
    expect(notionalUnit({ step: 1, decimals: 9 }, { step: 1, decimals: 8 })).toBeUndefined();
    expect(notionalUnit({ step: 1, decimals: 8 }, { step: 1, decimals: 8 })).toBe(1n);
  });

  it('gives a ratio, and 0 for a whole that is nothing', () => {
    expect(ratio(money(-1n), money(4n))).toBe(-0.25);
    expect([ratio(money(5n), money(0n)), ratio(money(5n), money(-4n) as Money)]).toEqual([0, 0]);
  });
});
