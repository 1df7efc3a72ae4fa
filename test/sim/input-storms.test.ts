/** No paste, no held key and no late yes acts; and the same checks see it where somebody means what is pressed. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../../engine/domain/index.ts';
import { heldKeys, lateAnswers, pasteStorms } from './input-storms.ts';

const SEED = 1;

describe('a paste', () => {
  it('approves, loosens, flattens and leaves nothing, in whatever form it comes', () => {
    expect(pasteStorms(12, SEED, 2_000).acted).toEqual([]);
  });

  it('is seen to act where its bytes come at the pace of a person', () => {
    expect(pasteStorms(3, SEED, 200, 3_000).acted.length).toBeGreaterThan(0);
  });
});

describe('a key held for thirty seconds over several proposals', () => {
  it('approves one at most, and Enter none', () => {
    const { mostApproved, nothing, acted } = heldKeys(4, SEED);
    expect({ mostApproved, acted }).toEqual({ mostApproved: 1, acted: [] });
    expect(nothing).toBeLessThan(4);
  });

  it('is seen to approve several where it is pressed anew each time', () => {
    expect(heldKeys(2, SEED, false).mostApproved).toBeGreaterThan(1);
  });
});

describe('a yes that comes too late', () => {
  it('is refused and leads to no order', () => {
    expect(lateAnswers(40, SEED)).toEqual({ answers: 40, refused: 40, orders: [] });
  });

  it('is seen to lead to one where it comes in time', () => {
    expect(lateAnswers(5, SEED, 500_000 - DEFAULT_POLICY.execution.proposalTtlUs).orders).toHaveLength(5);
  });
});
