/** Columns of execution and money: orders, the paper venue's view of them, positions, account, kill and clock. */
import type { Arena } from '../../kernel/arena.ts';

export const ORDER_CAPACITY = 128;

/** Orders by slot. A slot whose state is terminal is reused; `id` 0 was never used. */
export class OrderTable {
  readonly id: Float64Array;
  /** Index into `ORDER_STATES`. */
  readonly state: Uint8Array;
  readonly instrument: Int32Array;
  readonly side: Int32Array;
  readonly lots: Float64Array;
  readonly filledLots: Float64Array;
  /** 0 is a market order. */
  readonly limitTicks: Float64Array;
  readonly reduceOnly: Uint8Array;
  /** Index into `ORDER_PURPOSES` and `CLEARANCES`. */
  readonly purpose: Uint8Array;
  readonly clearance: Uint8Array;
  readonly decisionId: Float64Array;
  readonly stopTicks: Float64Array;
  readonly targetTicks: Float64Array;
  /** Price at which an order that waits at the venue comes to trade; 0 is one that works at once. */
  readonly triggerTicks: Float64Array;
  readonly createdAtUs: Float64Array;
  /** When an unfilled entry is cancelled; 0 is never. */
  readonly timeoutUs: Float64Array;
  /** The venue's side: when the order and its cancel arrive (0 is not under way), and lots ahead in the queue. */
  readonly arrivesAtUs: Float64Array;
  readonly cancelArrivesAtUs: Float64Array;
  readonly queueAhead: Float64Array;
  /** Lots that an external venue says were filled in all when it closed the order; −1 while it is open there. */
  readonly closedAtLots: Float64Array;
  /** Live orders of each instrument, so that market data of an idle one costs nothing. */
  readonly liveCount: Int32Array;

  /** `name` begins the names of its columns; a table without capacity holds nothing. */
  constructor(arena: Arena, instruments: number, name = 'order', n = ORDER_CAPACITY) {
    this.id = arena.f64(`${name}.id`, n);
    this.state = arena.u8(`${name}.state`, n);
    this.instrument = arena.i32(`${name}.instrument`, n);
    this.side = arena.i32(`${name}.side`, n);
    this.lots = arena.f64(`${name}.lots`, n);
    this.filledLots = arena.f64(`${name}.filledLots`, n);
    this.limitTicks = arena.f64(`${name}.limitTicks`, n);
    this.reduceOnly = arena.u8(`${name}.reduceOnly`, n);
    this.purpose = arena.u8(`${name}.purpose`, n);
    this.clearance = arena.u8(`${name}.clearance`, n);
    this.decisionId = arena.f64(`${name}.decisionId`, n);
    this.stopTicks = arena.f64(`${name}.stopTicks`, n);
    this.targetTicks = arena.f64(`${name}.targetTicks`, n);
    this.triggerTicks = arena.f64(`${name}.triggerTicks`, n);
    this.createdAtUs = arena.f64(`${name}.createdAtUs`, n);
    this.timeoutUs = arena.f64(`${name}.timeoutUs`, n);
    this.arrivesAtUs = arena.f64(`${name}.arrivesAtUs`, n);
    this.cancelArrivesAtUs = arena.f64(`${name}.cancelArrivesAtUs`, n);
    this.queueAhead = arena.f64(`${name}.queueAhead`, n);
    this.closedAtLots = arena.f64(`${name}.closedAtLots`, n);
    this.liveCount = arena.i32(`${name}.liveCount`, instruments);
  }
}

/** Positions by instrument; money columns hold two 64-bit halves for each (see `readMoney`). */
export class PositionTable {
  /** Signed. */
  readonly lots: Float64Array;
  /** Signed worth paid for the open lots. */
  readonly cost: BigInt64Array;
  /** Of the round trip that is open, or was the last. */
  readonly realised: BigInt64Array;
  readonly fees: BigInt64Array;
  readonly stopTicks: Float64Array;
  readonly targetTicks: Float64Array;
  /** Distance entry to stop when opened: one R. */
  readonly riskTicks: Float64Array;
  readonly openedAtUs: Float64Array;
  readonly decisionId: Float64Array;
  readonly lastEntryAtUs: Float64Array;
  /** 1 while a protective exit is under way. */
  readonly exiting: Uint8Array;
  /** No exit before this time, after the venue has refused one; 0 is at once. */
  readonly exitAfterUs: Float64Array;
  /** No stop is laid at the venue before this time, after it has refused or ended one; 0 is at once. */
  readonly coverAfterUs: Float64Array;
  /** The next such pause: it doubles until a stop is taken. */
  readonly coverPauseUs: Float64Array;
  /** 1 while a spot venue may hold less of it than we believe: what is sold then may be somebody else's. */
  readonly inDoubt: Uint8Array;

  constructor(arena: Arena, instruments: number) {
    this.lots = arena.f64('position.lots', instruments);
    this.cost = arena.i64('position.cost', instruments * 2);
    this.realised = arena.i64('position.realised', instruments * 2);
    this.fees = arena.i64('position.fees', instruments * 2);
    this.stopTicks = arena.f64('position.stopTicks', instruments);
    this.targetTicks = arena.f64('position.targetTicks', instruments);
    this.riskTicks = arena.f64('position.riskTicks', instruments);
    this.openedAtUs = arena.f64('position.openedAtUs', instruments);
    this.decisionId = arena.f64('position.decisionId', instruments);
    this.lastEntryAtUs = arena.f64('position.lastEntryAtUs', instruments);
    this.exiting = arena.u8('position.exiting', instruments);
    this.exitAfterUs = arena.f64('position.exitAfterUs', instruments);
    this.coverAfterUs = arena.f64('position.coverAfterUs', instruments);
    this.coverPauseUs = arena.f64('position.coverPauseUs', instruments);
    this.inDoubt = arena.u8('position.inDoubt', instruments);
  }
}

/**
 * Orders of an external venue as the paper venue would have filled them, in slots of their own: an order may be over at
 * the one long before it is at the other.
 */
export class ShadowTable {
  readonly orders: OrderTable;
  /** What the external venue has filled of each, and what was paid for it; there and here. */
  readonly liveLots: Float64Array;
  readonly liveCost: BigInt64Array;
  readonly shadowCost: BigInt64Array;
  /** 1 when the order is over at the external venue. */
  readonly liveOver: Uint8Array;
  /** When the comparison ends, whatever is still open here; 0 while the order is open there. */
  readonly untilUs: Float64Array;
  /** Orders compared so far. */
  readonly compared: Float64Array;
  /** What was paid more (or got less) than on paper, for the lots that both have filled. */
  readonly gap: BigInt64Array;

  constructor(arena: Arena, instruments: number, external: boolean) {
    const n = external ? ORDER_CAPACITY : 0;
    this.orders = new OrderTable(arena, instruments, 'shadow.order', n);
    this.liveLots = arena.f64('shadow.liveLots', n);
    this.liveCost = arena.i64('shadow.liveCost', n * 2);
    this.shadowCost = arena.i64('shadow.shadowCost', n * 2);
    this.liveOver = arena.u8('shadow.liveOver', n);
    this.untilUs = arena.f64('shadow.untilUs', n);
    this.compared = arena.f64('shadow.compared', 1);
    this.gap = arena.i64('shadow.gap', 2);
  }
}

export const EXECUTIONS_KEPT = 4096;

/** The newest executions that an external venue has reported, a ring: what is told again is known by it. */
export class ExecutionTable {
  readonly id: Float64Array;
  /** Index from 1; 0 in places that were never used. */
  readonly instrument: Int32Array;
  readonly head: Int32Array;

  constructor(arena: Arena, external: boolean) {
    const n = external ? EXECUTIONS_KEPT : 0;
    this.id = arena.f64('execution.id', n);
    this.instrument = arena.i32('execution.instrument', n);
    this.head = arena.i32('execution.head', 1);
  }
}

/** Rows of {@link AccountTable.money}. */
export const ACCOUNT = { cash: 0, realised: 1, fees: 2, equity: 3, peakEquity: 4, dayOpenEquity: 5 } as const;
const ACCOUNT_ROWS = 6;

export const ORDER_TIMES_KEPT = 64;

/** The account's ledger sums, counters, and what limits need to remember. */
export class AccountTable {
  readonly money: BigInt64Array;
  /** Decisions, proposals, vetoes of gates, fills, round trips, wins. */
  readonly counts: Float64Array;
  /** Start of the trading day, UTC midnight. */
  readonly dayStartUs: Float64Array;
  /** Send times of the newest entry orders, a ring. */
  readonly orderTimesUs: Float64Array;
  readonly orderTimesHead: Int32Array;
  /** Decisions since a moment, which is set anew when a second has passed. */
  readonly decisionsSinceUs: Float64Array;
  readonly decisionsInSecond: Float64Array;

  constructor(arena: Arena) {
    this.money = arena.i64('account.money', ACCOUNT_ROWS * 2);
    this.counts = arena.f64('account.counts', 6);
    this.dayStartUs = arena.f64('account.dayStartUs', 1);
    this.orderTimesUs = arena.f64('account.orderTimesUs', ORDER_TIMES_KEPT);
    this.orderTimesHead = arena.i32('account.orderTimesHead', 1);
    this.decisionsSinceUs = arena.f64('account.decisionsSinceUs', 1);
    this.decisionsInSecond = arena.f64('account.decisionsInSecond', 1);
  }
}

export const COUNT = { decisions: 0, proposals: 1, gateVetoes: 2, fills: 3, roundTrips: 4, wins: 5 } as const;

/** Session clock, ids, generator, and the modes an operator sets. */
export class ControlTable {
  /** Inputs folded. */
  readonly seq: Float64Array;
  readonly nowUs: Float64Array;
  /** Next point of the timer grid, and the earliest deadline of proposals and orders (0 is none). */
  readonly nextGridUs: Float64Array;
  readonly nextDeadlineUs: Float64Array;
  /** Next decision, proposal and order id; suggestions count apart. */
  readonly nextId: Float64Array;
  /** Running hash over every byte of every input. */
  readonly inputHash: Int32Array;
  readonly configHash: Int32Array;
  /** Index into `CONTROL_MODES`, `HALT_REASONS`, `KILL_STAGES`. */
  readonly control: Uint8Array;
  readonly halt: Uint8Array;
  readonly kill: Uint8Array;
  /** When a kill whose cancels are not confirmed becomes unconfirmed; 0 is none under way. */
  readonly killDueUs: Float64Array;
  /** Of an external venue: what stands between it and an entry, as bits of `VENUE_BLOCKERS`, and how often it was disarmed. */
  readonly blockers: Int32Array;
  readonly disarms: Int32Array;
  /** After a restart, until when a spot venue's holdings may be somebody else's; 0 once the account has been compared. */
  readonly uncomparedUntilUs: Float64Array;
  /** When it was last told that the account has been compared; 0 when it never was. Restarts leave it. */
  readonly comparedAtUs: Float64Array;

  constructor(arena: Arena) {
    this.seq = arena.f64('control.seq', 1);
    this.nowUs = arena.f64('control.nowUs', 1);
    this.nextGridUs = arena.f64('control.nextGridUs', 1);
    this.nextDeadlineUs = arena.f64('control.nextDeadlineUs', 1);
    this.nextId = arena.f64('control.nextId', 4);
    this.inputHash = arena.i32('control.inputHash', 4);
    this.configHash = arena.i32('control.configHash', 4);
    this.control = arena.u8('control.control', 1);
    this.halt = arena.u8('control.halt', 1);
    this.kill = arena.u8('control.kill', 1);
    this.killDueUs = arena.f64('control.killDueUs', 1);
    this.blockers = arena.i32('control.blockers', 1);
    this.disarms = arena.i32('control.disarms', 1);
    this.uncomparedUntilUs = arena.f64('control.uncomparedUntilUs', 1);
    this.comparedAtUs = arena.f64('control.comparedAtUs', 1);
  }
}

export const NEXT_ID = { decision: 0, proposal: 1, order: 2, suggestion: 3 } as const;
