/** The forks of sessions in the list of sessions: what was changed in each, and what came of it. */
import type { OperatorCommand } from '../../engine/domain/index.ts';
import { cleanText } from '../../logs/index.ts';
import { sideText } from '../../state/text/names.ts';
import { clock, count } from '../../state/text/numbers.ts';
import { type ForkFile, isForkOf, type ListedFork } from '../fork-file.ts';
import type { ForkResult } from '../host/fork-result.ts';
import { answersLine, equityText, tradesText } from './replay-fork.ts';

export interface ForkRow {
  readonly name: string;
  /** Null of a damaged one, as all that follows. */
  readonly session: string | null;
  readonly build: string | null;
  readonly currency: string | null;
  /** What the operator's keys have done in it, by time. */
  readonly changes: readonly string[];
  /** Null where it was left before it was read to its end; `replay --headless` reads it. */
  readonly result: ForkResult | null;
  /** Why it cannot be read; null where it can. */
  readonly damaged: string | null;
}

/** More are counted only. */
const CHANGES_TOLD = 6;

export const forksOf = (session: string, forks: readonly ListedFork[]): ForkRow[] =>
  forks.filter((each) => isForkOf(session, each)).map(rowOf);

/** Forks whose session is not there. */
export const forksOfOthers = (sessions: readonly string[], forks: readonly ListedFork[]): ForkRow[] =>
  forks.filter((each) => !sessions.some((session) => isForkOf(session, each))).map(rowOf);

function rowOf(listed: ListedFork): ForkRow {
  const { name } = listed;
  if ('damaged' in listed) {
    const nothing = { session: null, build: null, currency: null, changes: [], result: null };
    return { name, ...nothing, damaged: cleanText(listed.damaged) };
  }
  const { session, build, config, commands, result } = listed.fork;
  const changes = commands.map((each) => changeText(each, config.instruments));
  return { name, session, build, currency: config.accountCurrency, changes, result, damaged: null };
}

/** A command with its time, such as `22:16:33.001 approve #15 SELL ETH/USDT:USDT`. */
function changeText(
  { command, atUs, subject }: ForkFile['commands'][number],
  instruments: ForkFile['config']['instruments'],
) {
  const symbol = subject && instruments[subject.instrument]?.symbol;
  const what = subject === undefined ? '' : ` ${sideText(subject.side)} ${symbol ?? ''}`;
  const at = atUs === undefined ? '' : `${clock(atUs)} `;
  return cleanText(`${at}${commandText(command)}${what}`);
}

function commandText(command: OperatorCommand): string {
  if ('proposalId' in command) return `${command.kind} #${command.proposalId}`;
  if ('suggestionId' in command) return `${command.kind} #${command.suggestionId}`;
  return command.kind === 'set-control' ? `control ${command.mode.toUpperCase()}` : command.kind;
}

/** Two or three lines: what was changed, what came of it, and what became of recorded answers. */
export function forkLines({ name, session, currency, changes, result, damaged }: ForkRow, isThere: boolean): string[] {
  if (damaged !== null) return [`  ${name}  [${damaged}]`];
  const more = changes.length - CHANGES_TOLD;
  const told = [...changes.slice(0, CHANGES_TOLD), ...(more > 0 ? [`and ${count(more)} more`] : [])].join(', ');
  const lines = [`  ${name}  fork${isThere ? '' : ` of ${session}, which is not here`}: ${told}`];
  if (result === null && !isThere) return lines;
  if (result === null) return [...lines, `    not read to its end: chimera replay ${session} --run ${name} --headless`];
  const { trades, wins } = result;
  return [
    ...lines,
    `    equity ${equityText(result)} ${currency} against the recording, ${tradesText(trades, wins)}`,
    `    recorded answers: ${answersLine(result.answers)}`,
  ];
}
