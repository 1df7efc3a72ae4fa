/** The weighted vote, by hand. */
import { describe, expect, it } from 'vitest';
import { PRODUCER_COUNT, PRODUCERS, type ProducerName } from '../../../../engine/domain/index.ts';
import { SIGNAL, SignalTable } from '../../../../engine/index.ts';
import { Arena } from '../../../../engine/kernel/arena.ts';
import { castVote } from '../../../../engine/models/vote.ts';

type Ballot = readonly [direction: number, conviction: number, status?: number];

/** Votes of instrument 1 of 2; producers that are not named warm. */
function vote(ballots: Partial<Record<ProducerName, Ballot>>, weights: readonly number[] = PRODUCERS.map(() => 1)) {
  const signals = new SignalTable(new Arena(), 2);
  signals.weight.set(weights);
  signals.status.fill(SIGNAL.warming);
  signals.contribution.fill(9);
  for (const [name, [direction, conviction, status]] of Object.entries(ballots)) {
    const cell = PRODUCER_COUNT + PRODUCERS.indexOf(name as ProducerName);
    signals.direction[cell] = direction;
    signals.conviction[cell] = conviction;
    signals.status[cell] = status ?? (direction === 0 ? SIGNAL.neutral : SIGNAL.voted);
  }
  castVote(signals, 1, 77);
  expect(signals.contribution.slice(0, PRODUCER_COUNT).every((c) => c === 9)).toBe(true);
  const { score, consensus, disagreement, contribution, votedAtUs } = signals;
  return {
    score: score[1]!,
    consensus: consensus[1]!,
    disagreement: disagreement[1]!,
    contributions: [...contribution.slice(PRODUCER_COUNT)],
    votedAtUs: votedAtUs[1],
  };
}

describe('castVote', () => {
  it('averages direction × conviction / 10 over the weight of all that could speak', () => {
    const { score, consensus, disagreement, contributions, votedAtUs } = vote(
      { rsi: [1, 10], momentum: [-1, 5], ofi: [0, 0], energy: [1, 8] },
      [1, 2, 3, 0.5, 9, 9],
    );
    // (1·1 + 2·(−0.5) + 3·0 + 0.5·0.8) / 6.5, with 1.5 of 3.5 voting weight on its side.
    expect(score).toBeCloseTo(0.4 / 6.5, 15);
    expect(consensus).toBeCloseTo(1.5 / 3.5, 15);
    const mean = 0.4 / 6.5;
    const squares = (1 - mean) ** 2 + 2 * (-0.5 - mean) ** 2 + 3 * mean ** 2 + 0.5 * (0.8 - mean) ** 2;
    expect(disagreement).toBeCloseTo(Math.sqrt(squares / 6.5), 15);
    expect(contributions.map((c) => c * 6.5)).toEqual([
      expect.closeTo(1, 12),
      expect.closeTo(-1, 12),
      0,
      expect.closeTo(0.4, 12),
      ...PRODUCERS.slice(4).map(() => 0),
    ]);
    expect(contributions.reduce((sum, c) => sum + c, 0)).toBeCloseTo(score, 15);
    expect(votedAtUs).toBe(77);
  });

  it('is whole when one speaks alone, and split when two oppose', () => {
    expect(vote({ vacuum: [-1, 7] })).toMatchObject({ score: -0.7, consensus: 1, disagreement: 0 });
    expect(vote({ rsi: [1, 6], momentum: [-1, 6] })).toMatchObject({ score: 0, consensus: 0, disagreement: 0.6 });
  });

  it('hears nobody who is switched off, warming or without data', () => {
    const mute = { ofi: [-1, 10, SIGNAL.disabled], energy: [-1, 10, SIGNAL.noData] } as const;
    expect(vote({ rsi: [1, 5], ...mute })).toMatchObject({ score: 0.5, consensus: 1, disagreement: 0 });
    const nobody = vote({ gaussian: [1, 9, SIGNAL.warming] });
    expect(nobody).toMatchObject({ score: 0, consensus: 0, disagreement: 0, contributions: PRODUCERS.map(() => 0) });
  });

  it('has no score where all weight is 0', () => {
    expect(
      vote(
        { rsi: [1, 9] },
        PRODUCERS.map(() => 0),
      ),
    ).toMatchObject({ score: 0, consensus: 0, disagreement: 0 });
  });
});
