/** The votes panel: a row for each producer while there is room, all of them named when there is not, and the slow sources. */
import { describe, expect, it } from 'vitest';
import { formatVotes, type VotesSlice } from '../../../../components/format/votes.ts';
import { plainText } from '../../../../components/text/line.ts';
import { type EnsembleTrace, PRODUCERS } from '../../../../engine/domain/index.ts';
import { ENSEMBLE, modelVoteView } from '../../../fixtures/console-models.ts';
import { voteView } from '../../../fixtures/console-view.ts';
import { PRODUCER_VOTES } from '../../../fixtures/console-votes.ts';

const slice = (changes: Partial<VotesSlice> = {}): VotesSlice => ({
  votes: [voteView()],
  sources: [],
  simulated: false,
  selected: 0,
  changed: new Set(),
  stale: new Set(),
  ...changes,
});
const rows = (height: number, changes: Partial<VotesSlice> = {}, width = 78): string[] =>
  formatVotes(slice(changes), width, height).map(plainText);
/** Producers that have a row of their own. */
const rowed = (lines: readonly string[]): string[] =>
  PRODUCERS.filter((producer) => lines.some((text) => text.startsWith(` ${producer} `)));

describe('producers', () => {
  it('have a row each where there is room', () => {
    expect(rowed(rows(20))).toEqual(PRODUCERS);
    expect(rows(20).join('\n')).not.toContain(' quiet ');
  });

  it('that say nothing share a line where there is not, then those that are flat too', () => {
    const nine = rows(10);
    expect(rowed(nine)).toEqual(['rsi', 'momentum', 'ofi', 'gaussian', 'social', 'funding']);
    expect(nine.find((text) => text.startsWith(' quiet'))).toBe(' quiet energy warming, vacuum no-data, whale no-data');
    expect(rowed(rows(9))).toEqual(['rsi', 'momentum', 'ofi', 'gaussian', 'funding']);
    const seven = rows(8);
    expect(rowed(seven)).toEqual(['rsi', 'momentum', 'gaussian', 'funding']);
    expect(seven.find((text) => text.startsWith(' quiet'))).toBe(
      ' quiet ofi flat, energy warming, vacuum no-data, social flat, whale no-data',
    );
    for (const height of [8, 9, 10, 11, 12]) expect(rows(height).slice(0, height).join('\n')).toContain('strategies');
  });

  it('that all speak keep their rows as long as they vote', () => {
    const producers = PRODUCER_VOTES.map(
      (vote) => ({ ...vote, direction: 1, conviction: 3, status: 'voted' }) as const,
    );
    expect(rowed(rows(9, { votes: [voteView({ producers })] }))).toEqual(PRODUCERS);
  });
});

describe('what models say together', () => {
  const told = (changes: Partial<EnsembleTrace>) =>
    rows(20, { votes: [modelVoteView({ ensemble: { ...ENSEMBLE, ...changes } })] }, 80).find((text) =>
      text.startsWith(' ensemble'),
    );

  it('has what it needs beside what falls short of it, and fits 80 columns then', () => {
    expect(told({})).toMatch(/ensemble ▲ LONG {2}score \+0\.164 {2}consensus 69 % {2}speaking 3 of 4/);
    expect(told({ score: -0.038, direction: -1, consensus: 0.2, speaking: 4 })).toBe(
      ' ensemble ▼ SHORT  score -0.038 of 0.10  consensus 20 % of 60 %  speaking 4 of 4',
    );
  });
});

describe('slow sources', () => {
  const sources = [
    { source: 'funding', state: 'ok', failures: 0, ageMs: 42_000 },
    { source: 'social', state: 'degraded', failures: 3, ageMs: 312_000 },
    { source: 'news', state: 'down', failures: 7, ageMs: undefined },
  ] as const;

  it('say how they are, and how often they have failed', () => {
    const text = rows(20, { sources }, 120).join('\n');
    expect(text).toContain('funding ok 42.0 s  social degraded 5m 12s, fails 3×  news down, fails 7×');
    expect(text).not.toContain('simulated');
    expect(rows(20, { sources, simulated: true }, 120).join('\n')).toContain('simulated sources');
    expect(rows(20).join('\n')).not.toContain('sources');
  });
});
