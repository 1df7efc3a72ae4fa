/** The configuration's hash: blind to the order of keys, not to any figure. */
import { describe, expect, it } from 'vitest';
import {
  canonical,
  configHash,
  DEFAULT_POLICY,
  type EngineConfig,
  type Policy,
} from '../../../../engine/domain/index.ts';
import { createState } from '../../../../engine/index.ts';
import { linearSpec, spotSpec, testConfig } from '../../../fixtures/engine-session.ts';

/** The same tree with the keys of every object the other way round. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, v]) => [key, reversed(v)]),
  );
}

/** All copies of a tree in which one leaf differs. */
function* changed(value: unknown): Generator<unknown> {
  if (typeof value === 'number') yield value + 1;
  else if (typeof value === 'string') yield `${value}0`;
  else if (typeof value === 'boolean') yield !value;
  else if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) for (const other of changed(item)) yield value.with(i, other);
  } else if (value !== null && typeof value === 'object') {
    for (const [key, item] of Object.entries(value))
      for (const other of changed(item)) yield { ...value, [key]: other };
  }
}

const config = testConfig({ instruments: [linearSpec(), spotSpec()], policy: DEFAULT_POLICY });

/** A word that {@link changed} has made up. */
const isOtherWord = (value: unknown): boolean => typeof value === 'string' && value.endsWith('0');

describe('canonical', () => {
  it('sorts keys at every depth, keeps the order of lists, leaves out what is undefined', () => {
    expect(canonical({ b: [2, 1, { d: null, c: 'x' }], a: undefined, '10': true, '9': -0.5 })).toBe(
      '{"10":true,"9":-0.5,"b":[2,1,{"c":"x","d":null}]}',
    );
    expect(() => canonical({ f: () => 1 })).toThrow('no canonical text');
  });
});

describe('configHash', () => {
  it('does not depend on the order of keys', () => {
    const other = reversed(config) as EngineConfig;
    expect(Object.keys(other)).not.toEqual(Object.keys(config));
    expect(configHash(other)).toBe(configHash(config));
  });

  it('depends on every leaf, and so does the state at sequence 0', () => {
    const variants = [...changed(config)] as EngineConfig[];
    const hashes = new Set([configHash(config), ...variants.map(configHash)]);
    expect(variants.length).toBeGreaterThan(60);
    expect(hashes.size).toBe(variants.length + 1);
    const numbers = [...changed(config.policy)] as Policy[];
    const words = [{ strategies: 'confluence' }, { combination: 'learned' }, { weighting: 'equal-risk' }] as const;
    const policies = [
      ...numbers.filter(({ decision }) => Object.values(decision).every((value) => !isOtherWord(value))),
      ...words.map((change) => ({ ...config.policy, decision: { ...config.policy.decision, ...change } })),
    ].map((policy): EngineConfig => ({ ...config, policy }));
    expect(policies).toHaveLength(numbers.length);
    const states = new Set(policies.map((variant) => createState(variant).arena.hash()));
    expect(states.size).toBe(policies.length);
  });
});
