/** What became of recorded answers, word for word. */
import { expect, it } from 'vitest';
import { answersText, isSilent } from '../../../../state/text/fork-answers.ts';
import type { AnswersView } from '../../../../state/view.ts';
import { recordedAnswers } from '../../../fixtures/console-view.ts';

const NOTHING: AnswersView = {
  given: 0,
  differing: 0,
  noProposal: 0,
  noSuggestion: 0,
  overruled: 0,
  refused: 0,
  unanswered: 0,
  newExpired: 0,
  newCleared: 0,
};

it.each([
  [{}, [], []],
  [{ given: 5 }, ['5 given'], ['5 given']],
  [{ noProposal: 2 }, ['2 had no such proposal here'], ['2 no such proposal']],
  [
    { given: 1, noSuggestion: 1, refused: 2 },
    ['1 given, 1 had no such suggestion here, 2 refused here'],
    ['1 given, 1 no such suggestion, 2 refused'],
  ],
  [{ unanswered: 1, newExpired: 1 }, ['1 proposal expired unanswered, not in the recording'], ['1 expired, new']],
  [{ unanswered: 2 }, ['2 proposals expired unanswered'], ['2 expired']],
  [{ newCleared: 3 }, ['3 not in the recording cleared by policy'], ['3 new cleared']],
  [
    recordedAnswers(),
    [
      '12 given (1 of them to another size or price), 1 overruled by an answer of the fork, 2 had no such proposal here',
      '3 proposals expired unanswered, 1 of them not in the recording',
    ],
    ['12 given (1 differ), 1 overruled, 2 no such proposal', '3 expired, 1 new'],
  ],
])('%j', (changes, inFull, short) => {
  const answers = { ...NOTHING, ...changes };
  expect(answersText(answers, true)).toEqual(inFull);
  expect(answersText(answers, false)).toEqual(short);
  expect(isSilent(answers)).toBe(inFull.length === 0);
});
