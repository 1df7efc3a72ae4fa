/** What has become of the recorded answers of a fork, in words: for the timeline, the list of sessions, the end of a replay. */
import type { AnswersView } from '../view.ts';
import { count } from './numbers.ts';

/** What came of the answers, and of the proposals that nobody answered; each part only where there is any. */
export function answersText(answers: AnswersView, inFull: boolean): readonly string[] {
  const { noProposal, noSuggestion, overruled, refused, newCleared } = answers;
  const some = (n: number, full: string, short: string): readonly string[] =>
    n === 0 ? [] : [`${count(n)} ${inFull ? full : short}`];
  const answered = [
    ...givenText(answers, inFull),
    ...some(overruled, 'overruled by an answer of the fork', 'overruled'),
    ...some(noProposal, 'had no such proposal here', 'no such proposal'),
    ...some(noSuggestion, 'had no such suggestion here', 'no such suggestion'),
    ...some(refused, 'refused here', 'refused'),
  ];
  return [
    ...(answered.length > 0 ? [answered.join(', ')] : []),
    ...expiredText(answers, inFull),
    ...some(newCleared, 'not in the recording cleared by policy', 'new cleared'),
  ];
}

function givenText({ given, differing }: AnswersView, inFull: boolean): readonly string[] {
  if (given === 0) return [];
  if (differing === 0) return [`${count(given)} given`];
  return [`${count(given)} given (${count(differing)} ${inFull ? 'of them to another size or price' : 'differ'})`];
}

function expiredText({ unanswered, newExpired }: AnswersView, inFull: boolean): readonly string[] {
  if (unanswered === 0) return [];
  const some = newExpired === unanswered ? '' : `${count(newExpired)} ${inFull ? 'of them ' : ''}`;
  const onlyHere = newExpired === 0 ? '' : `, ${some}${inFull ? 'not in the recording' : 'new'}`;
  const proposals = unanswered === 1 ? 'proposal' : 'proposals';
  return [`${count(unanswered)} ${inFull ? `${proposals} expired unanswered` : 'expired'}${onlyHere}`];
}

/** True when there was nothing to answer and nothing that waited for an answer. */
export const isSilent = (answers: AnswersView): boolean => Object.values(answers).every((each) => each === 0);
