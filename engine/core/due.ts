/** What falls due with time alone: the grid that closes bars, deadlines of proposals, arrivals at the venue. */

import { closeProposal, isPending, nextDeadline } from '../approval/proposals.ts';
import type { VenueReports } from '../domain/index.ts';
import { ORDER_CAPACITY, PROPOSAL_CAPACITY } from '../domain/tables/index.ts';
import { sooner } from '../kernel/deadline.ts';
import { closeBar } from '../market/bars.ts';
import type { ModelSeats } from '../models/library.ts';
import { isLiveSlot } from '../oms/orders.ts';
import { triggered } from '../oms/protective.ts';
import { sampleEquity } from '../risk/account.ts';
import { nextArrival, type PaperVenue } from '../sim/paper-broker.ts';
import { computeEquity, controlMode, isOverdue, nowUs } from './context.ts';
import { afterBar, clearProposal } from './decide.ts';
import { engageKill, exitPosition, pressFlatten, runVenue } from './execution.ts';
import { checkAccount, watchKill } from './halt.ts';
import { nextShadowEndUs } from './shadow-fills.ts';
import type { EngineState } from './state.ts';
import { keepStopsAtVenue, nextCoverUs } from './venue-stops.ts';

/** Moves session time; the outbox stamps events with it. */
export function setNow(state: EngineState, atUs: number): void {
  state.control.nowUs[0] = atUs;
  state.outbox.atUs = atUs;
}

/** Recomputes the earliest deadline; call after anything that opens or closes one. */
export function refreshDeadline(state: EngineState): void {
  let earliest = nextDeadline(state.proposals);
  earliest = sooner(earliest, nextArrival(state.orders));
  earliest = sooner(earliest, nextArrival(state.shadow.orders));
  earliest = sooner(earliest, nextShadowEndUs(state));
  for (let slot = 0; slot < ORDER_CAPACITY; slot++) {
    if (isLiveSlot(state.orders, slot)) earliest = sooner(earliest, state.orders.timeoutUs[slot]!);
  }
  earliest = sooner(earliest, state.control.killDueUs[0]!);
  earliest = sooner(earliest, nextCoverUs(state));
  for (let i = 0; i < state.instruments.length; i++) {
    if (state.positions.lots[i] !== 0) earliest = sooner(earliest, state.positions.exitAfterUs[i]!);
  }
  state.control.nextDeadlineUs[0] = earliest;
}

/** Handles everything due up to and including `untilUs`, in order of time; deadlines before the grid. */
export function runDue(
  state: EngineState,
  venue: PaperVenue,
  reports: VenueReports,
  seats: ModelSeats,
  untilUs: number,
): void {
  const { nextGridUs, nextDeadlineUs } = state.control;
  for (;;) {
    const grid = nextGridUs[0]!;
    const deadline = nextDeadlineUs[0]!;
    const first = deadline > 0 && deadline <= grid ? deadline : grid;
    if (first > untilUs) return;
    setNow(state, Math.max(first, nowUs(state)));
    const eventsBefore = state.outbox.events.length;
    if (first === deadline) {
      runVenue(state, venue, reports);
      watchKill(state);
      retryExits(state, venue);
      pressFlatten(state, venue);
      keepStopsAtVenue(state, venue);
      settleProposals(state, venue);
    } else {
      nextGridUs[0] = grid + state.config.barIntervalUs;
      onGrid(state, venue, seats);
    }
    // Nothing opens or closes a deadline without an event; one that has passed is over even so.
    if (first === deadline || state.outbox.events.length !== eventsBefore) refreshDeadline(state);
    if (first !== deadline) skipIdle(state, untilUs);
  }
}

/** Exits that a venue has refused, and whose pause is over: sent again where what set them off still holds. */
function retryExits(state: EngineState, venue: PaperVenue): void {
  const { exitAfterUs } = state.positions;
  for (let i = 0; i < state.instruments.length; i++) {
    if (exitAfterUs[i] === 0 || exitAfterUs[i]! > nowUs(state)) continue;
    exitAfterUs[i] = 0;
    const trigger = triggered(state.market, state.positions, i);
    if (trigger !== undefined) exitPosition(state, venue, i, trigger);
  }
}

/**
 * A market that stood still for a week has 600,000 points of the grid at which nothing can happen: the last one
 * stands for them all. Equity is the same at each, so that the day turns to the same figures.
 */
function skipIdle(state: EngineState, untilUs: number): void {
  const { nextGridUs, nextDeadlineUs } = state.control;
  const { barIntervalUs } = state.config;
  if (nextGridUs[0]! + barIntervalUs > untilUs || nextDeadlineUs[0] !== 0) return;
  for (let i = 0; i < state.instruments.length; i++) {
    const waits = state.positions.lots[i] !== 0 && state.positions.exiting[i] === 0;
    if (waits || (state.market.hasBars[i] === 0 && state.bars.updates[i] !== 0)) return;
  }
  nextGridUs[0] = Math.floor(untilUs / barIntervalUs) * barIntervalUs;
}

/** Proposals whose time is over: in manual nothing happens, in veto policy clears them. */
function settleProposals(state: EngineState, venue: PaperVenue): void {
  const now = nowUs(state);
  for (let slot = 0; slot < PROPOSAL_CAPACITY; slot++) {
    if (!isPending(state.proposals, slot) || state.proposals.deadlineUs[slot]! > now) continue;
    const mode = controlMode(state);
    if (mode === 'veto' || mode === 'auto') clearProposal(state, venue, slot, 'policy');
    else closeProposal(state.proposals, state.outbox, slot, 'expired', undefined);
  }
}

function onGrid(state: EngineState, venue: PaperVenue, seats: ModelSeats): void {
  const { market, bars, books, features, indicators } = state;
  watchAccount(state, venue);
  for (let i = 0; i < state.instruments.length; i++) {
    if (market.hasBars[i] === 1) continue;
    if (closeBar(bars, market, books, features, indicators, i)) afterBar(state, venue, seats, i);
  }
}

/**
 * Account and positions at a regular moment, before anything is decided at it: equity, limits, positions held
 * for too long. A limit that breaks is a kill by the engine itself.
 */
export function watchAccount(state: EngineState, venue: PaperVenue): void {
  const now = nowUs(state);
  const moved = sampleEquity(state.account, computeEquity(state), now);
  if (moved && checkAccount(state)) engageKill(state, venue, 'engine');
  for (let i = 0; i < state.instruments.length; i++) {
    if (isOverdue(state, i)) exitPosition(state, venue, i, 'time');
  }
}
