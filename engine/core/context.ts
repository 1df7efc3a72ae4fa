/** What several parts of core ask of the state: prices, exposure, equity, and the gates' context. */

import { pendingFor } from '../approval/proposals.ts';
import {
  CONTROL_MODES,
  type ControlMode,
  F,
  FEATURE_COUNT,
  type Instrument,
  type Money,
  money,
  notional,
  type OrderIntent,
  type PaperPolicy,
  readMoney,
} from '../domain/index.ts';
import { ACCOUNT, BOOK, ORDER_CAPACITY } from '../domain/tables/index.ts';
import { assert } from '../kernel/assert.ts';
import { referencePrice, touchFor } from '../market/ticks.ts';
import { isLiveSlot, liveEntries, openLots } from '../oms/orders.ts';
import { entryTicks, unrealised } from '../oms/positions.ts';
import { exitPrice, overdue } from '../oms/protective.ts';
import { ordersLastMinute } from '../risk/account.ts';
import type { GateContext } from '../risk/gates.ts';
import type { EngineState } from './state.ts';

export function nowUs(state: EngineState): number {
  return state.control.nowUs[0]!;
}

export function controlMode(state: EngineState): ControlMode {
  return CONTROL_MODES[state.control.control[0]!] ?? 'observe';
}

export function isHalted(state: EngineState): boolean {
  return state.control.halt[0] !== 0;
}

export function instrumentAt(state: EngineState, index: number): Instrument {
  const instrument = state.instruments[index];
  assert(instrument !== undefined, `instrument ${index}`);
  return instrument;
}

/** Takes the next id of a kind (see `NEXT_ID`). */
export function takeId(state: EngineState, kind: number): number {
  const id = state.control.nextId[kind]!;
  state.control.nextId[kind] = id + 1;
  return id;
}

/**
 * Whole ticks at which a position is valued: where it could be left; when that is not known after lost data,
 * the last price seen, else the entry. A mark of 0 would be a total loss that never was.
 */
export function markTicks(state: EngineState, instrument: number): number {
  const exit = exitPrice(state.market, state.positions, instrument);
  if (exit > 0) return Math.round(exit);
  const seen = state.bars.close[instrument]!;
  return Math.round(seen > 0 ? seen : entryTicks(state.positions, instrumentAt(state, instrument)));
}

/**
 * Too little for the venue's smallest order: a spot venue will not take it back, whoever asks how often. What is on a
 * margined account goes with a reduce-only order of any size.
 */
export function isDust(state: EngineState, instrument: number): boolean {
  const { kind, unit, minNotionalMoney } = instrumentAt(state, instrument);
  const lots = Math.abs(state.positions.lots[instrument]!);
  if (state.config.venue !== 'external' || kind !== 'spot' || lots === 0) return false;
  return notional(markTicks(state, instrument), lots, unit) < minNotionalMoney;
}

/**
 * A position that was sold by hand while nobody ran would be sold again, from coins that are not ours: on spot nothing
 * leaves after a restart before the account has been compared, or the venue has been silent for too long; and where the
 * account was seen to hold less than it should, nothing before the operator has said what is right.
 */
export function mayBeGone(state: EngineState, instrument: number): boolean {
  const { kind } = instrumentAt(state, instrument);
  if (kind !== 'spot') return false;
  return state.positions.inDoubt[instrument] === 1 || state.control.uncomparedUntilUs[0]! > nowUs(state);
}

/** Whether a position has been held for as long as policy allows. */
export function isOverdue(state: EngineState, instrument: number): boolean {
  const { config, positions } = state;
  const longestUs = config.policy.execution.maxHoldingBars * config.barIntervalUs;
  return overdue(positions, instrument, nowUs(state), longestUs);
}

/** Cash and the unrealised worth of all positions. */
export function computeEquity(state: EngineState): Money {
  let equity: bigint = readMoney(state.account.money, ACCOUNT.cash);
  for (const instrument of state.instruments) {
    if (state.positions.lots[instrument.index] === 0) continue;
    equity += unrealised(state.positions, instrument, markTicks(state, instrument.index));
  }
  return money(equity);
}

/** Worth of all open positions at their mark, and of what working entries could still buy or sell. */
export function grossExposure(state: EngineState): Money {
  let gross = 0n;
  for (const instrument of state.instruments) {
    const lots = Math.abs(state.positions.lots[instrument.index]!);
    if (lots > 0) gross += notional(markTicks(state, instrument.index), lots, instrument.unit);
  }
  for (let slot = 0; slot < ORDER_CAPACITY; slot++) {
    if (!isLiveSlot(state.orders, slot) || state.orders.reduceOnly[slot] === 1) continue;
    const instrument = instrumentAt(state, state.orders.instrument[slot]!);
    gross += notional(state.orders.limitTicks[slot]!, openLots(state.orders, slot), instrument.unit);
  }
  return money(gross);
}

/** Middle price in whole ticks; 0 when unknown. */
export function referenceTicks(state: EngineState, instrument: number): number {
  return Math.round(referencePrice(state.market, instrument));
}

/** Limit of an entry: as far beyond the touch (or the reference) as policy lets it reach; 0 when unknown. */
export function entryLimit(state: EngineState, instrument: number, side: number): number {
  const touch = touchFor(state.market, instrument, side);
  const base = touch > 0 ? touch : referenceTicks(state, instrument);
  if (base === 0) return 0;
  const reach = Math.max(Math.round((base * state.config.policy.execution.entryReachPpm) / 1e6), 1);
  return Math.max(Math.round(base) + side * reach, 1);
}

/** Positions that are open, and those that an entry under way may open before the next one is judged. */
function openPositions(state: EngineState): number {
  let count = 0;
  for (let i = 0; i < state.instruments.length; i++) {
    if (state.positions.lots[i] !== 0 || liveEntries(state.orders, i) > 0) count++;
  }
  return count;
}

/** A feed of ready-made bars is silent between two of them: it is late when the next one is. */
function staleAfterUs(state: EngineState, instrument: number): number {
  const { staleAfterUs } = state.config.policy.risk;
  return state.market.hasBars[instrument] === 1 ? 2 * state.config.barIntervalUs + staleAfterUs : staleAfterUs;
}

/** What entering and leaving costs: fees of orders that take, and the spread, assumed where none is known. */
export function roundTripPpm({ takerFeePpm, assumedSpreadPpm }: PaperPolicy, spreadPpm: number | undefined): number {
  return 2 * takerFeePpm + (spreadPpm ?? assumedSpreadPpm);
}

/** Where an entry goes in, and where it is to go out again. */
export interface EntryPlan extends Pick<OrderIntent, 'side' | 'limitTicks' | 'stopTicks' | 'targetTicks'> {
  /** What it was made for. */
  readonly priceTicks: number;
}

/** Gathers what the gates may look at for an entry. `exceptProposal` is the slot being cleared, or −1. */
export function gateContext(
  state: EngineState,
  instrument: Instrument,
  { side, priceTicks, limitTicks, stopTicks, targetTicks }: EntryPlan,
  exceptProposal: number,
): GateContext {
  const i = instrument.index;
  const { market } = state;
  const bid = market.bid[i]!;
  const ask = market.ask[i]!;
  const lastEntry = state.positions.lastEntryAtUs[i]!;
  const now = nowUs(state);
  const reference = referenceTicks(state, i);
  const { risk, paper } = state.config.policy;
  const quoted = bid > 0 && ask > 0;
  const spreadPpm = quoted ? ((ask - bid) / ((ask + bid) / 2)) * 1e6 : 0;
  return {
    instrument,
    policy: risk,
    side,
    halted: isHalted(state),
    blockers: state.control.blockers[0]!,
    dataAgeUs: now - market.updatedAtUs[i]!,
    staleAfterUs: staleAfterUs(state, i),
    bookGapped: state.books.state[i] === BOOK.gap,
    referenceTicks: reference,
    limitTicks,
    stopTicks,
    targetTicks,
    riskTicks: Math.max(side * (reference - stopTicks), side * (priceTicks - stopTicks)),
    costPpm: roundTripPpm(paper, quoted ? spreadPpm : undefined),
    volatilityKnown: state.features.valid[i * FEATURE_COUNT + F.atr] === 1,
    spreadPpm,
    heldLots: state.positions.lots[i]!,
    pendingEntries: pendingFor(state.proposals, i, exceptProposal) + liveEntries(state.orders, i),
    barsSinceEntry: lastEntry === 0 ? Number.MAX_SAFE_INTEGER : (now - lastEntry) / state.config.barIntervalUs,
    ordersLastMinute: ordersLastMinute(state.account, now),
    openPositions: openPositions(state),
    equity: computeEquity(state),
    grossExposure: grossExposure(state),
  };
}
