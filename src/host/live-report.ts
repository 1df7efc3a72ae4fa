/** What a live run says of itself to whoever is no console: the control socket while it runs, the summary at its end. */
import { type EngineEvent, formatMoney, type OperatorCommand, readMoney } from '../../engine/domain/index.ts';
import { ACCOUNT, computeEquity, type EngineState, isHalted } from '../../engine/index.ts';
import { JournalError } from '../../logs/index.ts';
import type { StoppedMessage } from '../../state/protocol.ts';
import type { EngineView } from '../../state/view.ts';
import type { ControlStatus } from '../control/messages.ts';
import { EXIT } from '../exit-codes.ts';
import type { Ending } from './departure.ts';
import { proposalOutcomes } from './proposal-outcomes.ts';
import { countsOf } from './view-builder.ts';

export function statusOf(view: EngineView): ControlStatus {
  return {
    pid: process.pid,
    mode: view.mode,
    control: view.control,
    venue: view.venue,
    session: view.session,
    seq: view.seq,
    feed: view.feed,
    halted: view.halted,
    kill: view.kill,
    openEntryOrders: view.orders.filter((order) => !order.reduceOnly).length,
    orders: view.orders.length,
    positions: view.positions.map(({ symbol, side, quantity, unrealised }) => ({
      symbol,
      side,
      quantity,
      unrealised,
    })),
    equity: view.account.equity,
    currency: view.account.currency,
    dayPnl: view.account.dayPnl,
    armed: view.live?.armed,
    blockers: view.live === undefined ? undefined : [...view.live.blockers],
    comparison: view.live?.comparison,
    unrecorded: view.unrecorded,
  };
}

export function summaryOf(
  { state, inputs }: { readonly state: EngineState; readonly inputs: number },
  recorded: { readonly name: string; readonly directory: string },
  tookUp: Readonly<Record<string, string | number>>,
  stateHash: string,
): NonNullable<StoppedMessage['summary']> {
  return {
    session: recorded.name,
    directory: recorded.directory,
    ...tookUp,
    inputs,
    ...countsOf(state),
    ...proposalOutcomes(state),
    equity: formatMoney(computeEquity(state), 2),
    currency: state.config.accountCurrency,
    fees: formatMoney(readMoney(state.account.money, ACCOUNT.fees), 2),
    openPositions: state.instruments.filter((i) => state.positions.lots[i.index] !== 0).length,
    halted: isHalted(state),
    stateHash,
  };
}

/** Ends the journal. @returns the hash of the final state, or why the journal does not have it. */
export async function finishJournal(
  sequencer: { finish(): Promise<string> },
  recorder: { abandon(): void },
): Promise<string | JournalError> {
  try {
    return await sequencer.finish();
  } catch (cause) {
    recorder.abandon();
    if (cause instanceof JournalError) return cause;
    throw cause;
  }
}

/** What a run says at its end; `ended` is what {@link finishJournal} gave. */
export function lastWord(
  ending: Ending,
  run: { readonly state: EngineState; readonly inputs: number },
  recorded: { readonly name: string; readonly directory: string },
  tookUp: Readonly<Record<string, string | number>>,
  ended: string | JournalError,
): Omit<StoppedMessage, 'type'> {
  if (typeof ended === 'string') return { ...ending, fault: false, summary: summaryOf(run, recorded, tookUp, ended) };
  const reason = `session ${recorded.name} is not whole: ${ended.message}`;
  return { reason, fault: true, exitCode: EXIT.fault };
}

/** Events that the structured log repeats: what a person looks for after the fact. */
export const LOGGED: ReadonlySet<EngineEvent['kind']> = new Set([
  'kill',
  'halt',
  'resume',
  'model',
  'control',
  'command-refused',
  'position-closed',
]);
/** What an engine that cannot record any more still does for its operator. */
export const TIGHTENING: ReadonlySet<OperatorCommand['kind']> = new Set(['kill', 'flatten', 'veto']);
