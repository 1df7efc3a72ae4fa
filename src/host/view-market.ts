/** The market half of the view: symbols with their feed, features and depth, and the newest votes. */
import {
  F,
  FEATURE_COUNT,
  type FeatureName,
  formatOnGrid,
  type Instrument,
  REGIMES,
} from '../../engine/domain/index.ts';
import {
  BOOK,
  BOOK_STATE_NAMES,
  CLOSES_KEPT,
  type EngineState,
  levelLots,
  levelPrice,
  scorecardOf,
  storedDirection,
  traceEnsemble,
  traceModels,
  traceProducers,
  weightOf,
  worstRegimeOf,
} from '../../engine/index.ts';
import type { StrategyView } from '../../state/strategy-view.ts';
import type { FeedState, SymbolView, VoteView } from '../../state/view.ts';
import type { FeedLink } from '../venues/market-feed.ts';
import { depthView } from './view-depth.ts';

const CLOSES_SHOWN = 60;
const LEVELS_SHOWN = 10;
/** What the console draws of a feature vector; all of it ten times a second would cost more than the rest of the view. */
const FEATURES_SHOWN: readonly FeatureName[] = ['close', 'rsi', 'atr', 'volumeRatio', 'orderFlowImbalance'];

/** Price in ticks as text; undefined for 0, which is unknown. Half ticks (a middle) are rounded. */
export function priceText(ticks: number, instrument: Instrument): string | undefined {
  return ticks > 0 ? formatOnGrid(Math.round(ticks), instrument.tick) : undefined;
}

export function lotsText(lots: number, instrument: Instrument): string {
  return formatOnGrid(Math.round(lots), instrument.lot);
}

/** Whether there is a connection, or nothing that would need one. */
export const isConnected = (link: FeedLink | undefined): boolean => link !== 'connecting' && link !== 'down';

/** State of one instrument's feed at `nowUs`, as policy judges it. */
export function feedOf(state: EngineState, i: number, nowUs: number, connected: boolean): FeedState {
  if (!connected) return 'down';
  const updated = state.market.updatedAtUs[i]!;
  if (updated === 0) return 'waiting';
  if (state.books.state[i] === BOOK.gap) return 'gap';
  return nowUs - updated > state.config.policy.risk.staleAfterUs && state.market.hasBars[i] === 0 ? 'stale' : 'live';
}

export function symbolView(state: EngineState, instrument: Instrument, nowUs: number, connected: boolean): SymbolView {
  const i = instrument.index;
  const { market, books } = state;
  const row = i * FEATURE_COUNT;
  const known = (f: number): number | undefined =>
    state.features.valid[row + f] === 1 ? state.features.values[row + f]! : undefined;
  const bid = market.bid[i]!;
  const ask = market.ask[i]!;
  const price = market.last[i]! > 0 ? market.last[i]! : bid > 0 && ask > 0 ? (bid + ask) / 2 : 0;
  const first = market.firstPrice[i]!;
  const updated = market.updatedAtUs[i]!;
  return {
    instrument: i,
    symbol: instrument.symbol,
    tradable: instrument.untradable === undefined,
    untradable: instrument.untradable,
    last: priceText(price, instrument),
    bid: priceText(bid, instrument),
    ask: priceText(ask, instrument),
    spreadBps: bid > 0 && ask > 0 ? ((ask - bid) / ((ask + bid) / 2)) * 1e4 : undefined,
    changePct: first > 0 && price > 0 ? (price / first - 1) * 100 : undefined,
    volume: lotsText(market.volume[i]!, instrument),
    imbalance: known(F.depthImbalance),
    chance: state.strategyTable.opportunityAtUs[i]! > 0 ? state.strategyTable.opportunity[i]! : undefined,
    regime: regimeView(state, i),
    feed: feedOf(state, i, nowUs, connected),
    ageMs: updated > 0 ? Math.max(0, (nowUs - updated) / 1000) : undefined,
    book: BOOK_STATE_NAMES[books.state[i]!] ?? 'none',
    closes: closesOf(state, i),
    bids: levelsOf(state, instrument, i * 2),
    asks: levelsOf(state, instrument, i * 2 + 1),
    depth: depthView(state, instrument),
    features: FEATURES_SHOWN.map((name) => ({ name, value: known(F[name]) })),
  };
}

/** As of the last closed bar. */
function regimeView({ features }: EngineState, i: number): SymbolView['regime'] {
  const regime = features.likeliestRegime(i);
  if (regime === undefined) return undefined;
  return { name: REGIMES[regime]!, chance: features.values[i * FEATURE_COUNT + F.regimeCalm + regime]! };
}

/** The last closes, oldest first, as prices. */
function closesOf(state: EngineState, i: number): number[] {
  const bars = state.features.bars[i]!;
  const tick = state.instruments[i]!.tickNumber;
  const closes: number[] = [];
  for (let age = Math.min(bars, CLOSES_SHOWN) - 1; age >= 0; age--) {
    closes.push(state.features.closes[i * CLOSES_KEPT + ((bars - 1 - age) % CLOSES_KEPT)]! * tick);
  }
  return closes;
}

function levelsOf(state: EngineState, instrument: Instrument, book: number): Array<readonly [string, string]> {
  const levels: Array<readonly [string, string]> = [];
  if (state.books.state[instrument.index] !== BOOK.synced) return levels;
  for (let depth = 0; depth < LEVELS_SHOWN; depth++) {
    const price = levelPrice(state.books, book, depth);
    if (price === 0) break;
    levels.push([formatOnGrid(price, instrument.tick), lotsText(levelLots(state.books, book, depth), instrument)]);
  }
  return levels;
}

export function voteView(state: EngineState, instrument: Instrument): VoteView | undefined {
  const i = instrument.index;
  const { signals } = state;
  const atUs = signals.votedAtUs[i]!;
  if (atUs === 0) return undefined;
  const score = signals.score[i]!;
  return {
    instrument: i,
    symbol: instrument.symbol,
    atUs,
    producers: traceProducers(state, i),
    score,
    direction: score > 0 ? 1 : score < 0 ? -1 : 0,
    consensus: signals.consensus[i]!,
    confidence: Math.abs(score),
    disagreement: signals.disagreement[i]!,
    models: traceModels(state.models, state.config.policy.decision, i),
    ensemble: traceEnsemble(state.models, state.config.policy.decision, i),
    strategies: state.strategies.map(({ name, counts }, s) => ({
      name,
      direction: storedDirection(state.strategyTable, i, s),
      counts,
      weight: counts ? shareOf(state, i, s) : undefined,
    })),
  };
}

/** A strategy's share of the combined direction; undefined where each that speaks counts alike. */
function shareOf({ config, strategyTable }: EngineState, instrument: number, strategy: number): number | undefined {
  const { decision } = config.policy;
  return decision.combination === 'agreement' ? undefined : weightOf(strategyTable, decision, instrument, strategy);
}

/** The scorecards of all strategies. */
export function strategyViews({ strategies, strategyTable, config }: EngineState): StrategyView[] {
  const isWeighted = config.policy.decision.combination === 'weighted';
  return strategies.map(({ name, counts }, s) => ({
    name,
    counts,
    weight: isWeighted && counts ? strategyTable.weight[s]! : undefined,
    worst: worstRegimeOf(strategyTable, s, config.policy.governor.minSamples),
    ...scorecardOf(strategyTable, s),
  }));
}
