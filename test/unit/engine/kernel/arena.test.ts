/** The arena: snapshots restore everything, every leaf counts in the hash, and a NaN stops it. */
import { describe, expect, it } from 'vitest';
import { Arena } from '../../../../engine/kernel/arena.ts';
import { assert, InvariantError, unreachable } from '../../../../engine/kernel/assert.ts';

/** Columns of every kind, with lengths that are no multiple of a word. */
function sample() {
  const arena = new Arena();
  const columns = {
    prices: arena.f64('prices', 3),
    flags: arena.u8('flags', 7),
    lone: arena.u8('lone', 1),
    counts: arena.i32('counts', 5),
    money: arena.i64('money', 4),
    last: arena.u8('last', 6),
  };
  columns.prices.set([1.5, -2, 1e300]);
  columns.flags.set([1, 2, 3, 4, 5, 6, 7]);
  columns.counts.set([1, -2, 3, -4, 5]);
  columns.money.set([1n, -1n, 2n ** 62n, -(2n ** 62n)]);
  columns.last.set([9, 8, 7, 6, 5, 4]);
  return { arena, ...columns };
}

const snapshotOf = (arena: Arena): Uint8Array => {
  const bytes = new Uint8Array(arena.byteLength);
  arena.save(bytes);
  return bytes;
};

describe('save and load', () => {
  it('restores every column, and the hash with them', () => {
    const { arena, prices, flags, counts, money, lone, last } = sample();
    expect(arena.byteLength).toBe(24 + 7 + 1 + 20 + 32 + 6);
    const kept = snapshotOf(arena);
    const hash = arena.hash();
    for (const column of [prices, counts, flags, lone, last]) column.fill(3);
    money.fill(3n);
    expect(arena.hash()).not.toBe(hash);
    arena.load(kept);
    expect(arena.hash()).toBe(hash);
    expect([...prices, ...flags, ...counts]).toEqual([1.5, -2, 1e300, 1, 2, 3, 4, 5, 6, 7, 1, -2, 3, -4, 5]);
    expect([...money]).toEqual([1n, -1n, 2n ** 62n, -(2n ** 62n)]);
    expect([...last]).toEqual([9, 8, 7, 6, 5, 4]);
  });

  it('refuses a buffer that is too small, either way', () => {
    const { arena } = sample();
    expect(() => arena.save(new Uint8Array(arena.byteLength - 1))).toThrow(InvariantError);
    expect(() => arena.load(new Uint8Array(arena.byteLength - 1))).toThrow(InvariantError);
  });
});

describe('hash', () => {
  it('is the same for the same state, and another for every leaf that differs', () => {
    const { arena } = sample();
    expect(sample().arena.hash()).toBe(arena.hash());
    const seen = new Set([arena.hash()]);
    let leaves = 0;
    for (const { array } of arena.columns()) {
      for (let i = 0; i < array.length; i++) {
        leaves++;
        const before = array[i]!;
        if (array instanceof BigInt64Array) array[i] = (before as bigint) ^ 1n;
        else array[i] = before === 0 ? 1 : 0;
        seen.add(arena.hash());
        if (array instanceof BigInt64Array) array[i] = before as bigint;
        else array[i] = before as number;
      }
    }
    expect(seen.size).toBe(1 + leaves);
    expect(arena.hash()).toBe(sample().arena.hash());
  });

  it('refuses a NaN by name', () => {
    const { arena, prices } = sample();
    prices[2] = Number.NaN;
    expect(() => arena.hash()).toThrow('NaN in state column prices[2]');
  });
});

describe('changedSince', () => {
  it('names what differs with both values, in order, at most as many as asked for', () => {
    const { arena, prices, money, last } = sample();
    const kept = snapshotOf(arena);
    expect(arena.changedSince(kept, 10)).toEqual([]);
    prices[1] = 4;
    money[3] = 8n;
    last[5] = 0;
    expect(arena.changedSince(kept, 10)).toEqual([
      { name: 'prices', index: 1, before: -2, after: 4 },
      { name: 'money', index: 3, before: -(2n ** 62n), after: 8n },
      { name: 'last', index: 5, before: 4, after: 0 },
    ]);
    expect(arena.changedSince(kept, 2).map((change) => change.name)).toEqual(['prices', 'money']);
  });
});

describe('declaration', () => {
  it('describes the layout and refuses a name twice', () => {
    const { arena } = sample();
    expect(arena.describe()).toBe(
      'prices:Float64Array[3]\nflags:Uint8Array[7]\nlone:Uint8Array[1]\ncounts:Int32Array[5]\nmoney:BigInt64Array[4]\nlast:Uint8Array[6]',
    );
    expect(() => arena.i32('flags', 1)).toThrow('declared twice');
  });
});

describe('assertions', () => {
  it('stay on and say what is broken', () => {
    expect(() => assert(true, 'never')).not.toThrow();
    expect(() => assert(false, 'cost is lost')).toThrow(new InvariantError('cost is lost'));
    expect(() => unreachable('kind' as never)).toThrow('unreachable value kind');
    expect(new InvariantError('x').name).toBe('InvariantError');
  });
});
