/** What a model's figures come to, in a few words: a model without skill is said to have none. */
import type { ModelJudgement } from './manifest.ts';

/** Why the judgement of a walk refuses a model. */
export const REFUSAL_TEXT: Readonly<Record<ModelJudgement['refusals'][number], string>> = {
  'too-few-rows': 'too few bars to say anything',
  'no-skill': 'no skill: its chances are no better than the share of rises',
  'no-gain': 'not enough better after costs',
  luck: 'better after costs, but it may be luck',
};

/** The judgement in a line; `base` is what it was judged against. */
export function verdictOf(judgement: ModelJudgement | undefined, base = 'buying nothing'): string {
  if (judgement === undefined) return 'not judged here';
  const { promoted, refusals } = judgement;
  return promoted ? `better than ${base}` : refusals.map((each) => REFUSAL_TEXT[each]).join('; ');
}

/** The same in a word or two. */
export function shortVerdict(judgement: ModelJudgement | undefined): string {
  if (judgement === undefined) return 'not judged';
  const [first] = judgement.refusals;
  if (first === undefined) return 'better';
  return { 'too-few-rows': 'too few bars', 'no-skill': 'no skill', 'no-gain': 'no gain', luck: 'may be luck' }[first];
}
