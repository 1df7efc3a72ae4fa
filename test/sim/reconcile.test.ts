/** A small count of the pairs that must be told apart, and bugs that must not pass. */
import { describe, expect, it } from 'vitest';
import { compare } from '../../src/brokers/reconcile.ts';
import { MISMATCH_KINDS } from '../../src/brokers/reconcile-kinds.ts';
import { KINDS, reconcilePairs } from './reconcile.ts';

describe('comparison with the account', () => {
  it('finds every kind and nothing else', () => {
    expect(reconcilePairs(60, 1)).toMatchObject({ agreeing: 60, single: 60 * 27, kinds: 27 });
    expect([...KINDS].sort()).toEqual(Object.keys(MISMATCH_KINDS).sort());
  });

  it.each(KINDS)('is caught when it overlooks %s', (kind) => {
    expect(() =>
      reconcilePairs(3, 1, (...each) => compare(...each).filter((mismatch) => mismatch.kind !== kind)),
    ).toThrow(`not found: ${kind}`);
  });

  it('is caught when an execution that is missing is held against the position as well', () => {
    expect(() =>
      reconcilePairs(3, 1, (belief, account, known) => [
        ...compare(belief, account, known),
        ...compare(belief, { ...account, executions: [] }, { ...known, expected: 0 }).filter(
          ({ kind }) => kind === 'position-size-differs',
        ),
      ]),
    ).toThrow('found for nothing: position-size-differs');
  });
});
