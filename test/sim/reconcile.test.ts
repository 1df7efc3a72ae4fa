/** A small count of the pairs that must be told apart, and bugs that must not pass. */
import { describe, expect, it } from 'vitest';
import { compare } from '../../src/brokers/reconcile.ts';
import { MISMATCH_KINDS } from '../../src/brokers/reconcile-kinds.ts';
import type { VenueOpenOrder } from '../../src/brokers/trading-venue.ts';
import { KINDS, reconcilePairs } from './reconcile.ts';
import { reconcileRaces, type Tamper } from './reconcile-races.ts';

const STRANGE: VenueOpenOrder = {
  instrument: 1,
  venueSymbol: 'DOGEUSDT',
  clientOrderId: 'web_1',
  side: -1,
  lots: 4,
  filledLots: 0,
  reduceOnly: false,
  conditional: false,
};

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

describe('reconciliation beside a session that trades', () => {
  it('calls nothing a mismatch that is only under way', async () => {
    const figures = await reconcileRaces(3, 1);
    // One that believes a single look would have called each of these a mismatch.
    expect(figures.passing).toBeGreaterThan(3);
    expect(figures.agreed).toBeGreaterThan(100);
  });

  it.each<[string, Tamper]>([
    [
      'trades in it',
      (account) => ({ ...account, positions: [...account.positions, { instrument: 0, lots: 3, dust: '0' }] }),
    ],
    ['lays an order', (account) => ({ ...account, openOrders: [...account.openOrders, STRANGE] })],
    ['holds something else', (account) => ({ ...account, foreign: [{ venueSymbol: 'XYZ', quantity: '1' }] })],
  ])('sees within five seconds that somebody else %s', async (_name, tamper) => {
    expect(await reconcileRaces(2, 1, tamper)).toMatchObject({ differs: 2 });
  });
});
