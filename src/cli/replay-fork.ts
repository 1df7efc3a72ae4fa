/** `chimera replay SESSION --run FORK --headless`: a fork folded to its end, and what it came to beside the recording. */
import { formatMoney, type Money, parseMoney } from '../../engine/domain/index.ts';
import { answersText } from '../../state/text/fork-answers.ts';
import { count, signedMoney } from '../../state/text/numbers.ts';
import type { AnswersView } from '../../state/view.ts';
import { dataDirAt } from '../data-dir.ts';
import { CommandError, EXIT, type ExitCode } from '../exit-codes.ts';
import { type ForkFile, forkWarnings, keepResult, loadFork } from '../fork-file.ts';
import type { ForkResult } from '../host/fork-result.ts';
import { orWarn } from '../host/replay-places.ts';
import { refuseEmpty, replayWarnings } from '../host/session-run.ts';
import { asCommandError } from '../journal-faults.ts';
import { type FoldedFork, foldFork } from './fold-session.ts';
import { printJson, printLine, printSummary, tell } from './output.ts';
import { openSession } from './session-files.ts';

export interface ReplayForkArguments {
  readonly dataDir: string;
  readonly session: string;
  readonly run: string;
  readonly json: boolean;
}

/** `directory` is the session's. A fork that had been left early has its result noted in its file. */
export function runReplayFork(directory: string, { dataDir, session, run, json }: ReplayForkArguments): ExitCode {
  const dir = dataDirAt(dataDir);
  const fork = loadFork(dir, run, session);
  for (const warning of forkWarnings(run, fork)) tell(warning);
  const { mismatch, result, answerLines, ...folded } = fold(directory, fork);
  if (mismatch !== undefined)
    throw new CommandError(EXIT.verification, `replay of ${run} differs from what it was: ${mismatch}`);
  orWarn(
    () => keepResult(dir, run, fork, result),
    (why) => tell(`its result is not noted: ${why}`),
  );
  const { equity, recordedEquity, answers } = result;
  if (json) printJson({ session, run, ...folded, equity, recordedEquity, recordedAnswers: answers, answerLines });
  else {
    printSummary(`replay of ${run}`, { ...folded, ...comparedRow(result, fork.config.accountCurrency) });
    for (const each of answerLines) printLine(`    ${each}`);
  }
  return EXIT.done;
}

function fold(directory: string, fork: ForkFile): FoldedFork {
  try {
    const session = openSession(directory);
    refuseEmpty(session.manifest, session.source.count);
    for (const warning of replayWarnings(session)) tell(warning);
    return foldFork(directory, session, fork);
  } catch (cause) {
    throw asCommandError(cause);
  }
}

/** Equity of a fork with what it has more than the recording, such as `10,012.30 (+12.30)`. */
export function equityText({ equity, recordedEquity }: ForkResult): string {
  const more = ((parseMoney(equity) ?? 0n) - (parseMoney(recordedEquity) ?? 0n)) as Money;
  return `${equity} (${signedMoney(formatMoney(more, 2))})`;
}

function comparedRow(result: ForkResult, currency: string) {
  const { recordedTrades, recordedWins, recordedEquity, answers } = result;
  return {
    equity: `${equityText(result)} ${currency}`,
    recorded: `${recordedEquity} ${currency}, ${tradesText(recordedTrades, recordedWins)}`,
    recordedAnswers: answersLine(answers),
  };
}

export const tradesText = (trades: number, wins: number): string =>
  `${count(trades)} ${trades === 1 ? 'trade' : 'trades'}, ${count(wins)} won`;

export const answersLine = (answers: AnswersView): string => answersText(answers, true).join('; ') || 'none';
