/** Ready-made bars: the price walks open → worse end → better end → close, so that stops fill where they were crossed. */
import { AT, type VenueReports } from '../domain/index.ts';
import { triggered } from '../oms/protective.ts';
import { deliver, onAssumedPrice, type PaperVenue } from '../sim/paper-broker.ts';
import { exitPosition } from './execution.ts';
import type { EngineState } from './state.ts';

/** Latency is below what a bar can show: an exit sent inside it arrives at once. */
const ARRIVE_AT_ONCE_US = Number.MAX_SAFE_INTEGER;

/** Walks the bar at `offset`. For the position held at its open the worse end comes first: a short one meets the high. */
export function walkBar(
  state: EngineState,
  venue: PaperVenue,
  reports: VenueReports,
  instrument: number,
  view: DataView,
  offset: number,
): void {
  const open = view.getFloat64(offset + AT.open, true);
  const high = view.getFloat64(offset + AT.high, true);
  const low = view.getFloat64(offset + AT.low, true);
  const close = view.getFloat64(offset + AT.close, true);
  state.market.lastTradeLots[instrument] = view.getFloat64(offset + AT.volume, true);
  visit(state, venue, reports, instrument, open);
  const short = state.positions.lots[instrument]! < 0;
  moveTo(state, venue, reports, instrument, short ? high : low);
  moveTo(state, venue, reports, instrument, short ? low : high);
  moveTo(state, venue, reports, instrument, close);
}

/** Moves the price in one line and halts at the stop and the target when the line crosses them. */
function moveTo(state: EngineState, venue: PaperVenue, reports: VenueReports, instrument: number, price: number): void {
  const { positions, market } = state;
  if (positions.lots[instrument] !== 0) {
    const from = market.last[instrument]!;
    for (const level of [positions.stopTicks[instrument]!, positions.targetTicks[instrument]!]) {
      const crossed = level > 0 && (from < level ? price >= level : price <= level && from > level);
      if (crossed && positions.lots[instrument] !== 0) visit(state, venue, reports, instrument, level);
    }
  }
  visit(state, venue, reports, instrument, price);
}

function visit(state: EngineState, venue: PaperVenue, reports: VenueReports, instrument: number, price: number): void {
  const { market, orders, positions } = state;
  market.last[instrument] = price;
  if (market.firstPrice[instrument] === 0) market.firstPrice[instrument] = price;
  if (orders.liveCount[instrument]! > 0) onAssumedPrice(venue, reports, instrument, false);
  if (positions.lots[instrument] === 0) return;
  const trigger = triggered(market, positions, instrument);
  if (trigger === undefined) return;
  exitPosition(state, venue, instrument, trigger);
  deliver(venue, reports, ARRIVE_AT_ONCE_US, instrument);
}
