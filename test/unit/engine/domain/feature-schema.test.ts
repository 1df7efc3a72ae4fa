/** The feature schema: 64 names whose places stay, and a hash that follows what they mean. */
import { describe, expect, it } from 'vitest';
import {
  F,
  FEATURE_COUNT,
  FEATURE_DEFINITIONS,
  FEATURE_SCHEMA_HASH,
  FEATURES,
} from '../../../../engine/domain/index.ts';
import { createState, schemaHash } from '../../../../engine/index.ts';
import { hashText } from '../../../../engine/kernel/hash.ts';
import { testConfig } from '../../../fixtures/engine-session.ts';

describe('the feature schema', () => {
  it('has 64 features, each with a unit and a meaning, the oldest in their old places', () => {
    expect([FEATURE_COUNT, new Set(FEATURES).size]).toEqual([64, 64]);
    for (const [i, name] of FEATURES.entries()) {
      expect(F[name]).toBe(i);
      const [unit, meaning] = FEATURE_DEFINITIONS[name];
      expect(unit.length).toBeGreaterThan(1);
      expect(meaning.length).toBeGreaterThan(10);
    }
    expect([F.close, F.rsi, F.atr, F.momentum, F.vacuum, F.spreadPpm]).toEqual([0, 3, 6, 10, 13, 17]);
  });

  it('keeps its hash: whoever changes it makes every trained model abstain, and raises the version', () => {
    expect(FEATURE_SCHEMA_HASH).toBe('c45d4cc71730599ae3c9f93954725dee');
  });

  it('is part of what a snapshot must match', () => {
    const state = createState(testConfig());
    expect(schemaHash(state)).not.toBe(hashText(state.arena.describe()));
  });
});
