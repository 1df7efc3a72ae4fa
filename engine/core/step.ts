/** The engine: one input in, the events that follow from it out. Synchronous, deterministic, without I/O. */
import {
  AT,
  type EngineEvent,
  FLAG_HISTORY,
  GAP_REASONS,
  type InputCursor,
  NO_INSTRUMENT,
  RECORD,
  type VenueReports,
} from '../domain/index.ts';
import { type BarTable, BOOK, BOOK_STATE_NAMES } from '../domain/tables/index.ts';
import { assert } from '../kernel/assert.ts';
import { hashWords } from '../kernel/hash.ts';
import { closeBar } from '../market/bars.ts';
import { applyDifference, applySnapshot, breakBook, DEPTH, levelLots, levelPrice } from '../market/books.ts';
import { forgetFlow } from '../market/features/volumes.ts';
import { applyReading } from '../market/readings.ts';
import { applyQuote, applyTrade, extendBar, forgetTouch, isTradable, setTouch } from '../market/ticks.ts';
import { type ModelLibrary, ModelSeats, NO_MODELS } from '../models/library.ts';
import { triggered } from '../oms/protective.ts';
import { onAssumedPrice, onTouch, onTrade, type PaperVenue, type Touch, touchOf } from '../sim/paper-broker.ts';
import { walkBar } from './bar-walk.ts';
import { applyReport } from './broker-reports.ts';
import { applyCommand } from './commands.ts';
import { nowUs } from './context.ts';
import { afterBar } from './decide.ts';
import { refreshDeadline, runDue, setNow, watchAccount } from './due.ts';
import { exitPosition, paperVenue, pressFlatten, reportsInto } from './execution.ts';
import { applyModel } from './model-swap.ts';
import { restart } from './restart.ts';
import { hasShadow, shadowTouch, shadowTrade } from './shadow-fills.ts';
import type { EngineState } from './state.ts';
import { applyVenueState } from './venue-ready.ts';
import { keepStopsAtVenue } from './venue-stops.ts';

/** The state with the parts that a step needs beside it. */
export interface Engine {
  readonly state: EngineState;
  readonly venue: PaperVenue;
  readonly reports: VenueReports;
  readonly seats: ModelSeats;
}

/** An engine over a state. Asked for a model that `models` does not have, its step throws an InvariantError. */
export function createEngine(state: EngineState, models: ModelLibrary = NO_MODELS): Engine {
  return { state, venue: paperVenue(state), reports: reportsInto(state), seats: new ModelSeats(models) };
}

/**
 * Folds the input under the cursor into the state.
 * @returns the events it caused, empty for most market data.
 * @throws InvariantError when the sequence has a hole, time runs backward, or the engine itself is wrong.
 */
export function step(engine: Engine, input: InputCursor): readonly EngineEvent[] {
  const { state } = engine;
  const { control, outbox } = state;
  const { view, offset } = input;
  const seq = view.getFloat64(offset + AT.seq, true);
  const receivedAtUs = view.getFloat64(offset + AT.receivedAtUs, true);
  if (seq !== control.seq[0]! + 1) assert(false, `input ${seq} follows ${control.seq[0]}`);
  if (!Number.isSafeInteger(receivedAtUs)) assert(false, `input ${seq} has no time in whole microseconds`);
  if (!(receivedAtUs >= control.nowUs[0]!)) assert(false, `input ${seq} goes back in time`);
  control.seq[0] = seq;
  outbox.seq = seq;
  const length = view.getUint32(offset, true);
  hashWords(control.inputHash, input.words, (offset + AT.type) >> 2, (offset + length) >> 2);
  if (control.nextGridUs[0] === 0) begin(state, receivedAtUs);
  const type = view.getUint8(offset + AT.type);
  if (type === RECORD.bar && view.getUint8(offset + AT.flags) !== FLAG_HISTORY) {
    foldBar(engine, view, offset, receivedAtUs);
  } else {
    const due = control.nextDeadlineUs[0]!;
    if (receivedAtUs >= control.nextGridUs[0]! || (due > 0 && receivedAtUs >= due)) {
      runDue(state, engine.venue, engine.reports, engine.seats, receivedAtUs);
    }
    setNow(state, receivedAtUs);
    fold(engine, type, view, offset);
  }
  if (outbox.events.length > 0) {
    pressFlatten(state, engine.venue);
    keepStopsAtVenue(state, engine.venue);
    refreshDeadline(state);
  }
  return outbox.take();
}

/** First input: session time starts, and with it the timer grid. */
function begin(state: EngineState, atUs: number): void {
  const interval = state.config.barIntervalUs;
  setNow(state, atUs);
  state.control.nextGridUs[0] = (Math.floor(atUs / interval) + 1) * interval;
}

function fold(engine: Engine, type: number, view: DataView, offset: number): void {
  const { state } = engine;
  const instrument = view.getUint16(offset + AT.instrument, true);
  switch (type) {
    case RECORD.trade:
      refresh(state, instrument);
      foldTrade(engine, instrument, view, offset);
      return;
    case RECORD.quote:
      refresh(state, instrument);
      foldQuote(engine, instrument, view, offset);
      return;
    case RECORD.bar:
      foldHistory(state, instrument, view, offset);
      return;
    case RECORD.depth:
    case RECORD.snapshot:
      foldDepth(engine, type, instrument, view, offset);
      return;
    case RECORD.gap:
      foldGap(engine, instrument, view, offset);
      return;
    case RECORD.command:
      applyCommand(state, engine.venue, view, offset);
      return;
    case RECORD.report:
      checkInstrument(state, instrument);
      applyReport(state, engine.venue, view, offset);
      return;
    case RECORD.venue:
      applyVenueState(state, view, offset);
      return;
    case RECORD.reading:
      foldReading(state, instrument, view, offset);
      return;
    case RECORD.model:
      applyModel(state, engine.seats, view, offset);
      return;
    case RECORD.timer:
      return;
    default:
      assert(false, `input of unknown type ${type}`);
  }
}

function checkInstrument(state: EngineState, instrument: number): void {
  if (!(instrument < state.instruments.length)) assert(false, `instrument ${instrument} is not in this run`);
}

/** The market of this instrument is known as of now; lost or unusable data must not come here. */
function refresh(state: EngineState, instrument: number): void {
  checkInstrument(state, instrument);
  state.market.updatedAtUs[instrument] = nowUs(state);
}

function foldTrade(engine: Engine, instrument: number, view: DataView, offset: number): void {
  const { state } = engine;
  applyTrade(state.market, state.bars, instrument, view, offset);
  if (state.orders.liveCount[instrument]! > 0) {
    const price = state.market.last[instrument]!;
    onTrade(engine.venue, engine.reports, instrument, price, state.market.lastTradeLots[instrument]!);
    if (state.market.bid[instrument] === 0) onAssumedPrice(engine.venue, engine.reports, instrument, true);
  }
  const { shadow } = engine.venue;
  if (shadow !== undefined)
    shadowTrade(state, shadow, instrument, state.market.last[instrument]!, state.market.lastTradeLots[instrument]!);
  if (state.positions.lots[instrument] !== 0) protect(engine, instrument);
}

function foldQuote(engine: Engine, instrument: number, view: DataView, offset: number): void {
  const before = touchBefore(engine.state, instrument);
  applyQuote(engine.state.market, engine.state.bars, instrument, view, offset);
  afterTouch(engine, instrument, before);
}

/** The touch that is about to change, where an order may ask what is new in the next. */
function touchBefore(state: EngineState, instrument: number): Touch | undefined {
  const asked = state.orders.liveCount[instrument]! > 0 || hasShadow(state, instrument);
  return asked ? touchOf(state.market, instrument) : undefined;
}

/** Orders and stops that the new touch may have reached. */
function afterTouch(engine: Engine, instrument: number, before: Touch | undefined): void {
  const { shadow } = engine.venue;
  if (before !== undefined) onTouch(engine.venue, engine.reports, instrument, before);
  if (before !== undefined && shadow !== undefined) shadowTouch(engine.state, shadow, instrument, before);
  if (engine.state.positions.lots[instrument] !== 0) protect(engine, instrument);
}

function protect(engine: Engine, instrument: number): void {
  const trigger = triggered(engine.state.market, engine.state.positions, instrument);
  if (trigger !== undefined) exitPosition(engine.state, engine.venue, instrument, trigger);
}

function foldDepth(engine: Engine, type: number, instrument: number, view: DataView, offset: number): void {
  const { state } = engine;
  const { books } = state;
  checkInstrument(state, instrument);
  const before = books.state[instrument]!;
  if (type === RECORD.snapshot) applySnapshot(books, instrument, view, offset);
  else {
    const result = applyDifference(books, instrument, view, offset);
    if (result === DEPTH.ignored || result === DEPTH.stale) return;
  }
  const after = books.state[instrument]!;
  if (after !== before) bookEvent(engine, instrument);
  if (after === BOOK.gap) {
    forgetFlow(state.indicators, state.features, instrument);
    if (state.market.hasQuotes[instrument] === 0) forgetTouch(state.market, instrument);
    return;
  }
  refresh(state, instrument);
  if (state.market.hasQuotes[instrument] === 1) {
    state.bars.updates[instrument] = state.bars.updates[instrument]! + 1;
    return;
  }
  const bids = instrument * 2;
  const bid = levelPrice(books, bids, 0);
  const ask = levelPrice(books, bids + 1, 0);
  const touchThen = touchBefore(state, instrument);
  setTouch(state.market, state.bars, instrument, bid, levelLots(books, bids, 0), ask, levelLots(books, bids + 1, 0));
  afterTouch(engine, instrument, touchThen);
}

function bookEvent(engine: Engine, instrument: number): void {
  const { books, outbox } = engine.state;
  const state = BOOK_STATE_NAMES[books.state[instrument]!] ?? 'gap';
  outbox.push({ kind: 'book', instrument, state, updateId: books.lastUpdateId[instrument]! });
}

/** Data was lost: the book is broken, the touch unknown, and order flow must warm again. */
function foldGap(engine: Engine, instrument: number, view: DataView, offset: number): void {
  const { state } = engine;
  const reason = GAP_REASONS[view.getFloat64(offset + AT.gapReason, true)];
  assert(reason !== undefined, 'unknown gap reason');
  const all = instrument === NO_INSTRUMENT;
  if (reason === 'restart') restart(state);
  if (!all) checkInstrument(state, instrument);
  for (let i = all ? 0 : instrument; i < (all ? state.instruments.length : instrument + 1); i++) {
    forgetFlow(state.indicators, state.features, i);
    forgetTouch(state.market, i);
    if (state.books.state[i] !== BOOK.synced) continue;
    breakBook(state.books, i);
    bookEvent(engine, i);
  }
}

/** A reading counts from now on; of no instrument, it is of all. */
function foldReading(state: EngineState, instrument: number, view: DataView, offset: number): void {
  const all = instrument === NO_INSTRUMENT;
  if (!all) checkInstrument(state, instrument);
  const to = all ? state.instruments.length : instrument + 1;
  applyReading(state.readings, view, offset, nowUs(state), all ? 0 : instrument, to);
}

/** A ready-made bar: orders under way arrive at its open, the price walks it, then its close is decided on. */
function foldBar(engine: Engine, view: DataView, offset: number, receivedAtUs: number): void {
  const { state } = engine;
  const instrument = view.getUint16(offset + AT.instrument, true);
  checkInstrument(state, instrument);
  checkBar(view, offset);
  state.market.hasBars[instrument] = 1;
  const { latencyUs, latencyJitterUs } = state.config.policy.paper;
  const opensAtUs = Math.max(receivedAtUs - view.getFloat64(offset + AT.intervalUs, true), nowUs(state));
  runDue(state, engine.venue, engine.reports, engine.seats, opensAtUs);
  state.market.last[instrument] = view.getFloat64(offset + AT.open, true);
  const arrivedAtUs = Math.min(opensAtUs + latencyUs + latencyJitterUs, receivedAtUs);
  runDue(state, engine.venue, engine.reports, engine.seats, arrivedAtUs);
  setNow(state, Math.max(arrivedAtUs, nowUs(state)));
  walkBar(state, engine.venue, engine.reports, instrument, view, offset);
  if (state.outbox.events.length > 0) refreshDeadline(state);
  runDue(state, engine.venue, engine.reports, engine.seats, receivedAtUs);
  setNow(state, receivedAtUs);
  state.market.updatedAtUs[instrument] = receivedAtUs;
  takeBar(engine, instrument, view, offset);
}

function checkBar(view: DataView, offset: number): void {
  const volume = view.getFloat64(offset + AT.volume, true);
  for (const at of [AT.open, AT.high, AT.low, AT.close]) {
    assert(isTradable(view.getFloat64(offset + at, true), volume), 'bar without whole prices and volume');
  }
  const intervalUs = view.getFloat64(offset + AT.intervalUs, true);
  assert(Number.isSafeInteger(intervalUs) && intervalUs > 0, 'bar without an interval');
  const trades = view.getFloat64(offset + AT.tradeCount, true);
  assert(Number.isSafeInteger(trades) && trades >= 0, 'bar without a number of trades');
}

/** A bar of before this run could see: it warms indicators. One that comes when data of now has come is too late. */
function foldHistory(state: EngineState, instrument: number, view: DataView, offset: number): void {
  const { bars, market } = state;
  checkInstrument(state, instrument);
  checkBar(view, offset);
  if (bars.updates[instrument] !== 0 || market.updatedAtUs[instrument] !== 0) return;
  extendByBar(bars, instrument, view, offset);
  closeBar(bars, market, state.books, state.features, state.indicators, instrument);
}

function extendByBar(bars: BarTable, instrument: number, view: DataView, offset: number): void {
  extendBar(bars, instrument, view.getFloat64(offset + AT.open, true), view.getFloat64(offset + AT.volume, true));
  extendBar(bars, instrument, view.getFloat64(offset + AT.high, true), 0);
  extendBar(bars, instrument, view.getFloat64(offset + AT.low, true), 0);
  extendBar(bars, instrument, view.getFloat64(offset + AT.close, true), 0);
  bars.trades[instrument] = view.getFloat64(offset + AT.tradeCount, true);
}

function takeBar(engine: Engine, instrument: number, view: DataView, offset: number): void {
  const { state } = engine;
  const { bars, market } = state;
  const volume = view.getFloat64(offset + AT.volume, true);
  extendByBar(bars, instrument, view, offset);
  market.volume[instrument] = market.volume[instrument]! + volume;
  watchAccount(state, engine.venue);
  if (closeBar(bars, market, state.books, state.features, state.indicators, instrument)) {
    afterBar(state, engine.venue, engine.seats, instrument);
  }
}
