/** The models' vote of one decision counted again with other votes. */
import type { Direction, ModelVote } from '../../engine/domain/index.ts';

/** It gave a chance, if only one near to a half. */
export const hasAnswered = ({ status }: Pick<ModelVote, 'status'>): boolean =>
  status === 'voted' || status === 'neutral';

/** Its vote counts: it answered, and does not stand in the shadow. */
export const isCounted = (vote: ModelVote): boolean => vote.role === 'serve' && hasAnswered(vote);

/** Which way a model points; none where it is neutral or abstains. */
export const modelDirection = ({ status, vote }: Pick<ModelVote, 'status' | 'vote'>): Direction =>
  status === 'voted' ? (Math.sign(vote) as Direction) : 0;

const opinion = ({ status, vote }: ModelVote): number => (status === 'voted' ? vote : 0);

/** Score and consensus of these votes, counted as the engine does: in the same order, to the same bits. */
export function countModels(
  models: readonly ModelVote[],
  minModels: number,
): { readonly score: number; readonly consensus: number; readonly speaking: number } {
  const counted = models.filter(isCounted);
  let active = 0;
  let sum = 0;
  for (const each of counted) {
    active += each.weight;
    sum += each.weight * opinion(each);
  }
  const speaking = counted.length;
  if (speaking < minModels || active <= 0) return { score: 0, consensus: 0, speaking };
  const score = sum / active;
  let agreeing = 0;
  for (const each of counted) if (opinion(each) * score > 0) agreeing += each.weight;
  return { score, consensus: agreeing / active, speaking };
}

/** What the block over the models makes of these votes. */
export function ensembleWith(
  models: readonly ModelVote[],
  minModels: number,
  parameters: Readonly<Record<string, number>>,
): Direction {
  const { score, consensus, speaking } = countModels(models, minModels);
  if (speaking < (parameters.models ?? 0)) return 0;
  if (Math.abs(score) < (parameters.score ?? 0) || consensus < (parameters.consensus ?? 0)) return 0;
  return Math.sign(score) as Direction;
}

/** The votes as if none of these kinds had a model. */
export const withoutModels = (models: readonly ModelVote[], gone: readonly string[]): readonly ModelVote[] =>
  models.map((each) => (gone.includes(each.model) ? { ...each, status: 'missing' } : each));
