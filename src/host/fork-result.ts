/** What a fork came to, beside what was recorded: plain figures, which lie in the fork's file. */
import { type EngineConfig, formatMoney } from '../../engine/domain/index.ts';
import { computeEquity, type EngineState, type ForkAnswer, type ForkAnswers } from '../../engine/index.ts';
import { cleanText } from '../../logs/index.ts';
import { ANSWER_TEXT, OUTCOME_TEXT, refusalText, sideText } from '../../state/text/names.ts';
import { clock } from '../../state/text/numbers.ts';
import type { AnswersView } from '../../state/view.ts';
import { countsOf } from './view-builder.ts';

export interface ForkResult {
  readonly inputs: number;
  readonly stateHash: string;
  /** Decimal texts in the account's currency. */
  readonly equity: string;
  readonly recordedEquity: string;
  readonly trades: number;
  readonly wins: number;
  readonly recordedTrades: number;
  readonly recordedWins: number;
  readonly answers: AnswersView;
}

/** Of a fork that has been folded to its end, and of the recording's end. */
export function resultOfFork(here: EngineState, recorded: EngineState, inputs: number, told: ForkAnswers): ForkResult {
  const [mine, theirs] = [countsOf(here), countsOf(recorded)];
  return {
    inputs,
    stateHash: here.arena.hash(),
    equity: formatMoney(computeEquity(here), 2),
    recordedEquity: formatMoney(computeEquity(recorded), 2),
    trades: mine.trades,
    wins: mine.wins,
    recordedTrades: theirs.trades,
    recordedWins: theirs.wins,
    answers: countedAnswers(told),
  };
}

const isOfProposal = ({ answer }: ForkAnswer): boolean => !answer.endsWith('-suggestion');

export function countedAnswers({ differing, noQuestion, overruled, refused, ...counts }: ForkAnswers): AnswersView {
  const noProposal = noQuestion.filter(isOfProposal).length;
  return {
    ...counts,
    differing: differing.length,
    noProposal,
    noSuggestion: noQuestion.length - noProposal,
    overruled: overruled.length,
    refused: refused.length,
  };
}

/** Each recorded answer that did not come to what it was, in a line, by time. */
export function answerLines(
  { differing, noQuestion, overruled, refused }: ForkAnswers,
  instruments: EngineConfig['instruments'],
): string[] {
  return [...differing, ...noQuestion, ...overruled, ...refused]
    .sort((a, b) => a.index - b.index)
    .map((each) => cleanText(`${clock(each.atUs)} ${answerText(each, instruments)}`));
}

function answerText(told: ForkAnswer, instruments: EngineConfig['instruments']): string {
  const { answer, recorded, subject, here, refusedHere, overruled, differs } = told;
  const what = subject && `${sideText(subject.side)} ${instruments[subject.instrument]?.symbol ?? ''}`;
  const whose = `${ANSWER_TEXT[answer]} of #${recorded}${what === undefined ? '' : `, ${what}`}`;
  if (here === undefined) return `${whose}: not given, nothing such was asked here`;
  const number = here === recorded ? '' : ` as #${here}`;
  if (overruled) return `${whose}: overruled${number} by an answer of the fork`;
  if (refusedHere === 'refused-at-clearing') return `${whose}: ${OUTCOME_TEXT[refusedHere]}${number && `,${number}`}`;
  if (refusedHere !== undefined) return `${whose}: refused${number}, ${refusalText(refusedHere)}`;
  return `${whose}: given${number} to another ${differs.join(', ')}`;
}
