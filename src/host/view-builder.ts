/** Builds the snapshot for the console from the engine's state: read-only, at most ten times a second. */
import { formatMoney, haltReasonAt, type Money, ratio, readMoney } from '../../engine/domain/index.ts';
import {
  ACCOUNT,
  COUNT,
  computeEquity,
  controlMode,
  type EngineState,
  grossExposure,
  killStage,
  liveEntries,
  modelHealth,
  type PackageHeader,
} from '../../engine/index.ts';
import type { EngineView, FeedState, LiveView, ReplayView } from '../../state/view.ts';
import type { FeedStatus } from '../venues/market-feed.ts';
import type { EquityPoints } from './equity-curve.ts';
import { isConnected, strategyViews, symbolView, voteView } from './view-market.ts';
import { sourceViews } from './view-sources.ts';
import {
  type FindDecision,
  limitViews,
  lossesNow,
  orderViews,
  outcomesView,
  positionViews,
  proposalViews,
  suggestionViews,
} from './view-trading.ts';

/** What the host knows and the state does not. */
export interface HostFacts {
  readonly venue: string;
  readonly session: string;
  readonly recording: boolean;
  readonly unrecorded?: string | undefined;
  /** Session time of now: the wall clock of a live run, the cursor's of a replay. */
  readonly nowUs: number;
  /** Undefined where there is no line that could break, as of a replay. */
  readonly feedStatus?: FeedStatus | undefined;
  readonly leftLive?: string | undefined;
  readonly live?: LiveView | undefined;
  readonly lagMs: number;
  readonly inputsPerSecond: number;
  readonly droppedLogs: number;
  readonly equity: EquityPoints;
  readonly replay: ReplayView | undefined;
  readonly findDecision: FindDecision;
  /** Of a model that the engine has asked. */
  readonly headerOf?: (id: string) => PackageHeader | undefined;
}

/** Order in which the worst state of the symbols becomes the state of the feed. */
const WORST_FIRST: readonly FeedState[] = ['down', 'gap', 'stale', 'waiting', 'live'];

export function buildView(state: EngineState, facts: HostFacts): EngineView {
  const { nowUs } = facts;
  const connected = isConnected(facts.feedStatus?.link);
  const symbols = state.instruments.map((instrument) => symbolView(state, instrument, nowUs, connected));
  const ages = symbols.flatMap((s) => (s.ageMs === undefined ? [] : [s.ageMs]));
  return {
    mode: state.config.venue === 'external' ? 'LIVE' : 'PAPER',
    control: controlMode(state),
    venue: facts.venue,
    feedStatus: facts.feedStatus,
    leftLive: facts.leftLive,
    live: facts.live,
    session: facts.session,
    recording: facts.recording,
    unrecorded: facts.unrecorded,
    seq: state.control.seq[0]!,
    atUs: state.control.nowUs[0]!,
    feed: WORST_FIRST.find((feed) => symbols.some((s) => s.feed === feed)) ?? 'waiting',
    feedAgeMs: ages.length > 0 ? Math.min(...ages) : undefined,
    halted: haltReasonAt(state.control.halt[0]!),
    kill: killStage(state),
    killOpenOrders: killStage(state) === 'armed' ? 0 : liveEntries(state.orders, -1),
    account: accountView(state),
    limits: limitViews(state, nowUs),
    symbols,
    votes: state.instruments.flatMap((instrument) => voteView(state, instrument) ?? []),
    sources: sourceViews(state, nowUs),
    models: modelHealth(state, facts.headerOf),
    positions: positionViews(state),
    orders: orderViews(state, nowUs),
    proposals: proposalViews(state, nowUs, facts.findDecision),
    suggestions: suggestionViews(state),
    counts: countsOf(state),
    engine: { lagMs: facts.lagMs, inputsPerSecond: facts.inputsPerSecond, droppedLogs: facts.droppedLogs },
    barIntervalUs: state.config.barIntervalUs,
    equityCurve: facts.equity.points,
    equityTimesUs: facts.equity.timesUs,
    drawdownCurve: facts.equity.drawdownPct,
    outcomes: outcomesView(state),
    strategies: strategyViews(state),
    replay: facts.replay,
  };
}

function accountView(state: EngineState): EngineView['account'] {
  const { money } = state.account;
  const equity = computeEquity(state);
  const opened = readMoney(money, ACCOUNT.dayOpenEquity);
  const dayPnl = (equity - opened) as Money;
  return {
    currency: state.config.accountCurrency,
    equity: formatMoney(equity, 2),
    cash: formatMoney(readMoney(money, ACCOUNT.cash), 2),
    dayPnl: formatMoney(dayPnl, 2),
    dayPnlPct: ratio(dayPnl, opened) * 100,
    fees: formatMoney(readMoney(money, ACCOUNT.fees), 2),
    drawdownPct: lossesNow(state).drawdownPct,
    exposurePct: ratio(grossExposure(state), equity) * 100,
  };
}

export function countsOf(state: EngineState): EngineView['counts'] {
  const { counts } = state.account;
  return {
    decisions: counts[COUNT.decisions]!,
    proposals: counts[COUNT.proposals]!,
    gateVetoes: counts[COUNT.gateVetoes]!,
    fills: counts[COUNT.fills]!,
    trades: counts[COUNT.roundTrips]!,
    wins: counts[COUNT.wins]!,
  };
}
