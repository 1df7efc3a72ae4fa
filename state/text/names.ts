/** Words for the closed sets of names that the engine uses. */
import type {
  AnswerCommand,
  ControlMode,
  Direction,
  HaltReason,
  KillStage,
  OrderEvent,
  OrderState,
  ProposalState,
  RefusalReason,
  ReportRefusal,
  Side,
  VenueBlocker,
} from '../../engine/domain/index.ts';
import type { FeedState } from '../view.ts';

/** From tight to loose. */
export const CONTROL_ORDER: readonly ControlMode[] = ['observe', 'manual', 'veto', 'auto'];

export const CONTROL_MEANING: Readonly<Record<ControlMode, string>> = {
  observe: 'nothing is proposed',
  manual: 'only your approval trades; silence is no',
  veto: 'policy trades when you do not veto in time',
  auto: 'policy trades at once',
};

export const sideText = (side: Side): 'BUY' | 'SELL' => (side > 0 ? 'BUY' : 'SELL');
export const positionText = (side: Side): 'LONG' | 'SHORT' => (side > 0 ? 'LONG' : 'SHORT');
export const directionText = (direction: Direction): 'LONG' | 'SHORT' | 'flat' =>
  direction > 0 ? 'LONG' : direction < 0 ? 'SHORT' : 'flat';

export const HALT_TEXT: Readonly<Record<HaltReason, string>> = {
  none: 'not halted',
  operator: 'the operator',
  'halt-file': 'the HALT file',
  'drawdown-limit': 'the drawdown limit',
  'daily-loss-limit': 'the daily loss limit',
  restart: 'the last run (restart)',
  'venue-mismatch': 'the venue, whose books differ from ours',
  journal: 'the journal, which cannot be written',
  'order-storm': 'a strategy that decides without end',
};

export const KILL_TEXT: Readonly<Record<KillStage, string>> = {
  armed: 'ready',
  blocking: 'entries blocked',
  cancelling: 'cancelling',
  'none-open': 'no entry open',
  flattening: 'flattening',
  flat: 'flat',
  unconfirmed: 'UNCONFIRMED, the venue does not answer',
};

/** The state of a feed. `LIVE` is said of real money alone. */
export const FEED_TEXT: Readonly<Record<FeedState, string>> = {
  live: 'fresh',
  stale: 'STALE',
  gap: 'GAP',
  down: 'DOWN',
  waiting: 'WAITING',
};

const BLOCKER_TEXT: Readonly<Record<VenueBlocker, string>> = {
  account: 'the account is not compared yet',
  mismatch: 'the account differs',
  clock: "our clock is too far from the venue's",
  'user-stream': 'fills may not be heard of',
  limits: 'the venue wants no requests',
  connection: 'the venue does not answer',
  disarmed: 'not armed',
  'late-data': 'market data comes late',
};

/** What stands between the venue and an entry, in words. */
export const blockersText = (blockers: readonly VenueBlocker[]): string =>
  blockers.map((blocker) => BLOCKER_TEXT[blocker]).join(', ');

export const OUTCOME_TEXT: Readonly<Record<Exclude<ProposalState, 'free' | 'pending'>, string>> = {
  'cleared-by-operator': 'approved by the operator',
  'cleared-by-policy': 'cleared by policy',
  'vetoed-by-operator': 'vetoed by the operator',
  expired: 'expired without an answer',
  'refused-at-clearing': 'refused when risk was checked again',
  withdrawn: 'withdrawn',
};

export const ORDER_EVENT_TEXT: Readonly<Record<OrderEvent, string>> = {
  submit: 'sent',
  accept: 'working',
  reject: 'rejected',
  'partial-fill': 'partly filled',
  fill: 'filled',
  'request-cancel': 'cancel asked',
  'confirm-cancel': 'cancelled',
  lose: 'lost, outcome unknown',
  'late-fill': 'filled after its end',
  adopt: 'adopted, outcome unknown',
};

/** Short enough for a column. */
export const ORDER_STATE_TEXT: Readonly<Record<OrderState, string>> = {
  intended: 'intended',
  'in-flight': 'in flight',
  open: 'open',
  'partially-filled': 'part filled',
  'cancel-pending': 'cancelling',
  filled: 'filled',
  cancelled: 'cancelled',
  rejected: 'rejected',
  unknown: 'UNKNOWN',
};

/** An answer of the operator, as a noun. */
export const ANSWER_TEXT: Readonly<Record<AnswerCommand['kind'], string>> = {
  approve: 'approval',
  veto: 'veto',
  resize: 'smaller size',
  'accept-suggestion': 'acceptance',
  'reject-suggestion': 'rejection',
  'undo-suggestion': 'undoing',
};

export const REFUSAL_TEXT: Readonly<Record<RefusalReason, string>> = {
  'unknown-proposal': 'no such proposal',
  'stale-revision': 'the proposal has changed since',
  'proposal-closed': 'the proposal is closed',
  expired: 'the time was over',
  'not-smaller': 'only a smaller size can be asked for',
  'too-small': 'the venue takes no order that small',
  observing: 'control is OBSERVE',
  halted: 'entries are halted',
  'not-halted': 'nothing is halted',
  'kill-under-way': 'a kill is under way already',
  'not-killed': 'kill first',
  'unknown-suggestion': 'no such suggestion',
  'suggestion-closed': 'the suggestion is closed',
  'no-change': 'it is so already',
  'paper-run': 'this run trades on paper',
  'not-ready': 'the venue is not ready: its panel says what is missing',
  'wrong-code': 'that is not the code',
  unreadable: 'the command could not be read',
};

export const REPORT_REFUSAL_TEXT: Readonly<Record<ReportRefusal, string>> = {
  'paper-run': 'this run trades on paper',
  unreadable: 'it could not be read',
  'unknown-order': 'no such order',
  duplicate: 'known already',
  'stray-fill': 'no order of ours was filled',
  'wrong-instrument': 'the order is in another instrument',
  overfill: 'more than was ordered',
  illegal: 'the order cannot have done that',
};

/** A reason that the engine gave, in words; one that is none of its own comes back as it is. */
export function refusalText(reason: string): string {
  return Object.hasOwn(REFUSAL_TEXT, reason) ? REFUSAL_TEXT[reason as RefusalReason] : reason;
}
