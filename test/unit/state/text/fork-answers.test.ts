/** What became of recorded answers, word for word. */
import { expect, it } from 'vitest';
import type { EngineEvent } from '../../../../engine/domain/index.ts';
import { eventText } from '../../../../state/event-text.ts';
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

const told = (changes: Partial<Extract<EngineEvent, { kind: 'recorded-answer' }>>, quantity?: string) => {
  const answer = { answer: 'approve', recorded: 3, here: undefined, differs: [], instrument: 0, lots: 0 } as const;
  const event = { seq: 9, atUs: 1, kind: 'recorded-answer', side: 1, ...answer, ...changes } as const;
  return eventText({ id: 1, event, symbol: 'ETH/USDT', price: undefined, quantity });
};

it.each([
  [told({}), 'approval of BUY #3 not given: no such proposal here'],
  [told({ answer: 'veto', side: -1 }), 'veto of SELL #3 not given: no such proposal here'],
  [told({ answer: 'undo-suggestion', side: undefined }), 'undoing of #3 not given: no such suggestion here'],
  [told({ here: 3, differs: ['size'], lots: 400 }, '0.400'), 'approval of BUY #3, to another size: 0.4'],
  [told({ here: 4, differs: ['limit', 'stop'], lots: 400 }), 'approval of BUY #3, #4 here, to another limit, stop'],
])('a line of the log %j', (line, text) => {
  expect(line).toEqual({ label: 'RECORDED', text, tone: 'warn' });
});
