/** What the console tells of strategies: in the votes, in the governor's panel, and in an explanation. */
import { describe, expect, it } from 'vitest';
import { formatExplain } from '../../../../components/format/explain.ts';
import { formatScorecards } from '../../../../components/format/scorecards.ts';
import { formatVotes } from '../../../../components/format/votes.ts';
import { lineWidth, plainText } from '../../../../components/text/line.ts';
import type { CombinationTrace } from '../../../../engine/domain/index.ts';
import type { StrategyAnswer } from '../../../../state/strategy-view.ts';
import { explainView } from '../../../fixtures/console-log.ts';
import { voteView } from '../../../fixtures/console-view.ts';
import { STRATEGY_VIEWS } from '../../../fixtures/strategy-views.ts';

const rows = (width: number, height: number, views = STRATEGY_VIEWS): string[] =>
  formatScorecards(views, width, height, false).map(plainText);

describe('scorecards', () => {
  it('stand under a heading, those that count first, as many as there is room for', () => {
    const mixed = [...STRATEGY_VIEWS].reverse();
    const found = rows(80, 4, mixed);
    expect(found).toHaveLength(4);
    expect(found[0]).toMatch(/strategy +times right +net bp Sharpe +fall bp/);
    expect(found.slice(1).map((row) => row.trim().split(/ +/)[0])).toEqual([
      'momentum-volume',
      'confluence',
      'volatility-regime',
    ]);
    expect(rows(80, 1)).toEqual([]);
    expect(rows(80, 9, [])).toEqual([]);
  });

  it('keep to any width, and say nothing of what was never measured', () => {
    for (const width of [12, 24, 48, 70]) {
      for (const each of formatScorecards(STRATEGY_VIEWS, width, 9, true))
        expect(lineWidth(each)).toBeLessThanOrEqual(width);
    }
    expect(rows(80, 9).at(-1)).toMatch(/volatility-regime +observes +0 +– +– +– +–/);
    expect(rows(80, 9).at(-2)).toMatch(/rsi-support +observes +1 +61 % +\+10\.80 +– +0\.9/);
  });

  it('have weights where strategies are weighted', () => {
    const weighted = STRATEGY_VIEWS.map((each) => ({ ...each, weight: each.counts ? 0.5 : undefined }));
    expect(rows(80, 9, weighted)[0]).toMatch(/weight$/);
    expect(rows(80, 9, weighted)[1]).toMatch(/ 50 %$/);
    expect(rows(80, 9, weighted)[3]).toMatch(/–$/);
  });
});

describe('the line of the strategies in the votes', () => {
  const lineOf = (strategies: readonly StrategyAnswer[]): string =>
    formatVotes(
      {
        votes: [voteView({ strategies })],
        sources: [],
        simulated: false,
        selected: 0,
        changed: new Set(),
        stale: new Set(),
      },
      140,
      20,
    )
      .map(plainText)
      .find((row) => row.includes('strategies')) ?? '';
  const answer = (name: string, counts: boolean, direction: 1 | 0 | -1, weight?: number): StrategyAnswer => ({
    name,
    counts,
    direction,
    weight,
  });

  it('has those that count, and of those that observe the ones that speak', () => {
    const line = lineOf([answer('a', true, 1), answer('b', true, 0), answer('c', false, -1), answer('d', false, 0)]);
    expect(line).toBe(' strategies a LONG, b flat  observing c SHORT');
  });

  it('has their weights where they do not count alike', () => {
    expect(lineOf([answer('a', true, 1, 0.75), answer('b', true, -1, 0.25)])).toBe(
      ' strategies a LONG 75 %, b SHORT 25 %',
    );
  });
});

describe('an explanation', () => {
  const told = (combination: CombinationTrace, weights: readonly number[]): string => {
    const { trace, ...view } = explainView();
    const strategies = trace.strategies.map((each, i) => ({ ...each, weight: weights[i] ?? 0 }));
    return formatExplain({ ...view, trace: { ...trace, strategies, combination } }, 120)
      .map(plainText)
      .join('\n');
  };

  it('says how directions became one', () => {
    const weighted = told({ rule: 'weighted', leastWeight: 0.3 }, [0.6, 0.4]);
    expect(weighted).toMatch(/strategies {2}30 % of the weight must point one way/);
    expect(weighted).toMatch(/confluence {2}\S+ LONG {2}weight 60 %/);
    const learned = told({ rule: 'learned', leastWeight: 0 }, [1, 0]);
    expect(learned).toMatch(/strategies {2}follows the one that has done best in this regime/);
    expect(learned).toMatch(/confluence {2}\S+ LONG {2}followed/);
    expect(learned).not.toMatch(/momentum-volume {2}\S+ flat {2}followed/);
    expect(told({ rule: 'agreement', leastWeight: 0 }, [1, 1])).not.toMatch(
      /weight \d+ %|LONG {2}followed|in this regime/,
    );
  });

  it('says what must be less, and by how much it is more', () => {
    const { trace, ...view } = explainView();
    const strategies = trace.strategies.map((each) => ({
      ...each,
      inputs: [['spread in ppm', 120, 100, 'most']] as const,
    }));
    const text = formatExplain({ ...view, trace: { ...trace, strategies } }, 120)
      .map(plainText)
      .join('\n');
    expect(text).toMatch(/spread in ppm 120 \(needs 100 or less, 20 over\)/);
  });
});
