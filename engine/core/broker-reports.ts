/**
 * Reports of an external venue, which may come twice, late and out of order. What it has filled is posted exactly once;
 * what does not fit what we know halts the engine, for then nobody knows what is held.
 */
import { clearProtective } from '../approval/clearance.ts';
import {
  AT,
  addMoney,
  type BrokerReport,
  decodeReport,
  FLAG_MAKER,
  FLAG_SOLD,
  formatMoney,
  isLive,
  MONEY_DECIMALS,
  type Money,
  money,
  type ReportRefusal,
} from '../domain/index.ts';
import { ACCOUNT, EXECUTIONS_KEPT } from '../domain/tables/index.ts';
import { createOrder, findOrder, isLiveSlot, openLots, stateOf, transition } from '../oms/orders.ts';
import type { PaperVenue } from '../sim/paper-broker.ts';
import { nowUs } from './context.ts';
import { cancelOrder, engageKill } from './execution.ts';
import { endOrder, takeFill, takeStrayFill } from './fills.ts';
import { advanceKill, halt, killStage } from './halt.ts';
import type { EngineState } from './state.ts';

type Filled = Extract<BrokerReport, { kind: 'filled' }>;
type Adopted = Extract<BrokerReport, { kind: 'adopted' }>;
type TakenOver = Extract<BrokerReport, { kind: 'taken-over' }>;

/** Refusals after which the books of the venue and ours are known to differ. */
const MISMATCHES: ReadonlySet<ReportRefusal> = new Set([
  'stray-fill',
  'wrong-instrument',
  'overfill',
  'illegal',
  'unreadable',
]);

/** Reads the report at `offset` and takes it, or refuses it with a reason; both are events. */
export function applyReport(state: EngineState, venue: PaperVenue, view: DataView, offset: number): void {
  const flags = view.getUint8(offset + AT.flags);
  const side = (flags & FLAG_SOLD) !== 0 ? -1 : 1;
  const report = decodeReport(view, offset + AT.reportKind, side, (flags & FLAG_MAKER) !== 0);
  const instrument = view.getUint16(offset + AT.instrument, true);
  const refused = state.config.venue === 'external' ? taken(state, venue, report, instrument) : 'paper-run';
  if (refused !== undefined) refuse(state, venue, report, refused);
}

function refuse(state: EngineState, venue: PaperVenue, report: BrokerReport | undefined, reason: ReportRefusal): void {
  const orderId = report?.orderId ?? 0;
  state.outbox.push({ kind: 'report-refused', report: report?.kind ?? 'report', orderId, reason });
  if (!MISMATCHES.has(reason)) return;
  halt(state, 'venue-mismatch', orderId, 0);
  engageKill(state, venue, 'engine');
}

function taken(
  state: EngineState,
  venue: PaperVenue,
  report: BrokerReport | undefined,
  instrument: number,
): ReportRefusal | undefined {
  if (report === undefined) return 'unreadable';
  if (report.kind === 'taken-over') return takenOver(state, report, instrument);
  if (report.kind === 'ledger') return takeMoney(state, report.amount);
  if (report.kind === 'in-doubt') return takeDoubt(state, instrument, report.doubt);
  const slot = findOrder(state.orders, report.orderId);
  if (report.kind === 'filled' && isKnownExecution(state, instrument, report.executionId)) return 'duplicate';
  if (report.kind === 'adopted') return slot < 0 ? adopted(state, report, instrument) : 'duplicate';
  if (slot < 0) return report.kind === 'filled' ? strayFill(state, instrument, report) : 'unknown-order';
  if (state.orders.instrument[slot] !== instrument) return 'wrong-instrument';
  switch (report.kind) {
    case 'accepted':
      return accepted(state, venue, slot);
    case 'rejected':
      return rejected(state, slot);
    case 'lost':
      return lost(state, slot);
    case 'cancelled':
      return cancelled(state, slot, report.filledLots);
    case 'filled':
      return filled(state, slot, report);
  }
}

/** What the account has more or less by: limits reckon from now on as if it had always been so. */
function takeMoney(state: EngineState, amount: Money): undefined {
  for (const row of [ACCOUNT.cash, ACCOUNT.equity, ACCOUNT.peakEquity, ACCOUNT.dayOpenEquity])
    addMoney(state.account.money, row, amount);
  state.outbox.push({ kind: 'ledger', amount: formatMoney(amount, MONEY_DECIMALS) });
}

function takeDoubt({ positions, outbox }: EngineState, instrument: number, doubt: boolean): undefined {
  positions.inDoubt[instrument] = doubt ? 1 : 0;
  outbox.push({ kind: 'in-doubt', instrument, doubt });
}

/** What it opens has no stop, and what it closes takes its stops at the venue along. */
function takenOver(state: EngineState, report: TakenOver, instrument: number): undefined {
  const { lots, priceTicks, side } = report;
  const fill = { lots, priceTicks, fee: money(0n), feeLots: 0, maker: false, assumed: true };
  takeStrayFill(state, instrument, 0, side, fill);
  advanceKill(state);
}

/** Sent, and nothing known of what became of it. No other exit is sent meanwhile. */
function adopted(state: EngineState, report: Adopted, instrument: number): undefined {
  const { orders, outbox, positions } = state;
  const { orderId, side, lots } = report;
  const decisionId = positions.decisionId[instrument]!;
  const order = { instrument, side, lots, limitTicks: 0, decisionId, stopTicks: 0, targetTicks: 0, triggerTicks: 0 };
  const cleared = clearProtective({ ...order, reduceOnly: true, purpose: 'flatten' });
  const slot = createOrder(orders, cleared, orderId, nowUs(state), 0);
  transition(orders, outbox, slot, 'adopt');
  positions.exiting[instrument] = 1;
}

/** The order works. One that must not be open any more is cancelled (again): the venue may not have known it before. */
function accepted(state: EngineState, venue: PaperVenue, slot: number): ReportRefusal | undefined {
  const { orders, outbox } = state;
  const before = stateOf(orders, slot);
  if (before === 'rejected') return 'illegal';
  if (before !== 'in-flight' && before !== 'unknown' && before !== 'cancel-pending') return 'duplicate';
  transition(orders, outbox, slot, 'accept');
  if (orders.triggerTicks[slot] !== 0) state.positions.coverPauseUs[orders.instrument[slot]!] = 0;
  if (before === 'cancel-pending') transition(orders, outbox, slot, 'request-cancel');
  else if (orders.reduceOnly[slot] === 0 && killStage(state) !== 'armed') cancelOrder(state, venue, slot);
  return undefined;
}

function rejected(state: EngineState, slot: number): ReportRefusal | undefined {
  const before = stateOf(state.orders, slot);
  if (!isLive(before)) return before === 'rejected' ? 'duplicate' : 'illegal';
  const { filledLots, closedAtLots } = state.orders;
  const worked = before === 'open' || before === 'partially-filled' || filledLots[slot] !== 0;
  if (worked || closedAtLots[slot]! > 0) return 'illegal';
  transition(state.orders, state.outbox, slot, 'reject');
  endOrder(state, slot);
  return undefined;
}

function lost(state: EngineState, slot: number): ReportRefusal | undefined {
  if (stateOf(state.orders, slot) !== 'in-flight') return 'duplicate';
  transition(state.orders, state.outbox, slot, 'lose');
  return undefined;
}

/**
 * Closed at the venue; executions that have not been reported yet keep it alive here until they come. It is over as well
 * when the venue counts fewer than it has told, which does not fit, but nothing of it is open any more: a kill that
 * waited for it would never be confirmed.
 */
function cancelled(state: EngineState, slot: number, totalLots: number): ReportRefusal | undefined {
  const { orders } = state;
  const known = orders.filledLots[slot]!;
  const counted = orders.closedAtLots[slot]!;
  const total = totalLots < 0 ? Math.max(known, counted) : totalLots;
  if (total > orders.lots[slot]!) return 'illegal';
  if (!isLiveSlot(orders, slot)) return total === known ? 'duplicate' : 'illegal';
  orders.closedAtLots[slot] = Math.max(total, counted);
  settleClosed(state, slot);
  return total < known || total < counted ? 'illegal' : undefined;
}

function settleClosed(state: EngineState, slot: number): void {
  const { orders, outbox } = state;
  const closedAt = orders.closedAtLots[slot]!;
  if (closedAt < 0 || orders.filledLots[slot]! < closedAt || !isLiveSlot(orders, slot)) return;
  if (stateOf(orders, slot) === 'in-flight') transition(orders, outbox, slot, 'accept');
  transition(orders, outbox, slot, 'confirm-cancel');
  endOrder(state, slot);
}

function filled(state: EngineState, slot: number, report: Filled): ReportRefusal | undefined {
  const { orders } = state;
  if (orders.side[slot] !== report.side) return 'illegal';
  rememberExecution(state, orders.instrument[slot]!, report.executionId);
  const over = report.lots > openLots(orders, slot);
  const late = !isLiveSlot(orders, slot);
  takeFill(state, slot, { ...report, assumed: false });
  settleClosed(state, slot);
  if (late) advanceKill(state);
  else if (stateOf(orders, slot) === 'filled') endOrder(state, slot);
  return over ? 'overfill' : undefined;
}

/** Made under a name of ours by an order of which the record was lost: what it has done to the position is ours. */
function strayFill(state: EngineState, instrument: number, report: Filled): ReportRefusal {
  rememberExecution(state, instrument, report.executionId);
  takeStrayFill(state, instrument, report.orderId, report.side, { ...report, assumed: false });
  return 'stray-fill';
}

function isKnownExecution(state: EngineState, instrument: number, id: number): boolean {
  const { executions } = state;
  for (let at = executions.id.indexOf(id); at >= 0; at = executions.id.indexOf(id, at + 1)) {
    if (executions.instrument[at] === instrument + 1) return true;
  }
  return false;
}

/** Instruments are kept from 1, so that a place never used is nobody's. */
function rememberExecution(state: EngineState, instrument: number, id: number): void {
  const { executions } = state;
  const head = executions.head[0]!;
  executions.id[head] = id;
  executions.instrument[head] = instrument + 1;
  executions.head[0] = (head + 1) % EXECUTIONS_KEPT;
}
