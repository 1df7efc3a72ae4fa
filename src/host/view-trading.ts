/** The trading half of the view: positions, orders, proposals, suggestions and limits. */
import {
  type DecisionTrace,
  formatMoney,
  formatOnGrid,
  type Instrument,
  type Money,
  moneyToNumber,
  notional,
  ORDER_PURPOSES,
  PRODUCERS,
  proposalStateAt,
  ratio,
  readMoney,
  type Side,
  shareUp,
} from '../../engine/domain/index.ts';
import {
  ACCOUNT,
  computeEquity,
  controlMode,
  describeSuggestion,
  type EngineState,
  entryTicks,
  grossExposure,
  isLiveSlot,
  leastLots,
  markTicks,
  ORDER_CAPACITY,
  ordersLastMinute,
  PROPOSAL_CAPACITY,
  refusalNow,
  SUGGESTION,
  SUGGESTION_CAPACITY,
  stateOf,
  summarise,
  unrealised,
} from '../../engine/index.ts';
import { modelDirection } from '../../state/explain/ensemble.ts';
import { percentOf } from '../../state/text/numbers.ts';
import type {
  LimitView,
  OrderView,
  OutcomesView,
  PositionView,
  ProposalView,
  SuggestionView,
} from '../../state/view.ts';
import { rMultiple } from './r-multiple.ts';
import { lotsText, priceText } from './view-market.ts';

const sideOf = (value: number): Side => (value > 0 ? 1 : -1);

export function positionViews(state: EngineState): PositionView[] {
  const views: PositionView[] = [];
  const { positions } = state;
  for (const instrument of state.instruments) {
    const i = instrument.index;
    const lots = positions.lots[i]!;
    if (lots === 0) continue;
    const mark = markTicks(state, i);
    const gain = unrealised(positions, instrument, mark);
    const fees = readMoney(positions.fees, i);
    const net = (gain - fees) as Money;
    const isStopped = positions.stopTicks[i]! > 0;
    const entry = entryTicks(positions, instrument);
    const cost = readMoney(positions.cost, i);
    views.push({
      instrument: i,
      symbol: instrument.symbol,
      side: sideOf(lots),
      quantity: lotsText(Math.abs(lots), instrument),
      entry: formatOnGrid(Math.round(entry), instrument.tick),
      mark: priceText(mark, instrument),
      stop: priceText(positions.stopTicks[i]!, instrument),
      target: priceText(positions.targetTicks[i]!, instrument),
      unrealised: formatMoney(net, 2),
      unrealisedPct: ratio(net, (cost < 0n ? -cost : cost) as Money) * 100,
      rMultiple: isStopped ? rMultiple({ gain, fees }, positions.riskTicks[i]!, lots, instrument) : undefined,
      openedAtUs: positions.openedAtUs[i]!,
      decisionId: positions.decisionId[i]!,
    });
  }
  return views;
}

export function orderViews(state: EngineState, nowUs: number): OrderView[] {
  const views: OrderView[] = [];
  const { orders } = state;
  for (let slot = 0; slot < ORDER_CAPACITY; slot++) {
    if (!isLiveSlot(orders, slot)) continue;
    const instrument = state.instruments[orders.instrument[slot]!]!;
    const waits = orders.triggerTicks[slot] !== 0;
    views.push({
      orderId: orders.id[slot]!,
      symbol: instrument.symbol,
      side: sideOf(orders.side[slot]!),
      purpose: ORDER_PURPOSES[orders.purpose[slot]!] ?? 'entry',
      state: stateOf(orders, slot),
      quantity: lotsText(orders.lots[slot]!, instrument),
      filled: lotsText(orders.filledLots[slot]!, instrument),
      limit: priceText(orders.limitTicks[slot]!, instrument),
      reduceOnly: orders.reduceOnly[slot] === 1,
      ...(waits ? { trigger: priceText(orders.triggerTicks[slot]!, instrument) } : {}),
      ageMs: Math.max(0, (nowUs - orders.createdAtUs[slot]!) / 1000),
    });
  }
  return views.sort((a, b) => a.orderId - b.orderId);
}

/** Finds the trace of a decision; undefined when the host no longer has it. */
export type FindDecision = (decisionId: number) => DecisionTrace | undefined;

export function proposalViews(state: EngineState, nowUs: number, findDecision: FindDecision): ProposalView[] {
  const views: ProposalView[] = [];
  for (let slot = 0; slot < PROPOSAL_CAPACITY; slot++) {
    if (proposalStateAt(state.proposals.state[slot]!) !== 'pending') continue;
    views.push(proposalView(state, slot, nowUs, findDecision));
  }
  return views.sort((a, b) => a.proposalId - b.proposalId);
}

function proposalView(state: EngineState, slot: number, nowUs: number, findDecision: FindDecision): ProposalView {
  const { proposals: p } = state;
  const instrument = state.instruments[p.instrument[slot]!]!;
  const side = sideOf(p.side[slot]!);
  const price = p.priceTicks[slot]!;
  const lots = p.lots[slot]!;
  const worth = notional(p.limitTicks[slot]!, lots, instrument.unit);
  const decision = findDecision(p.decisionId[slot]!);
  const taker = shareUp(worth, 2 * state.config.policy.paper.takerFeePpm);
  const spreadNow = spreadCost(state, instrument, lots);
  const spread = spreadThen(decision, instrument, price, lots);
  const fees = spread === undefined ? undefined : ((taker + spread) as Money);
  const expiresAtUs = p.deadlineUs[slot]!;
  return {
    proposalId: p.id[slot]!,
    revision: p.revision[slot]!,
    decisionId: p.decisionId[slot]!,
    instrument: instrument.index,
    symbol: instrument.symbol,
    side,
    quantity: lotsText(lots, instrument),
    lots,
    leastLots: leastLots(instrument, p.limitTicks[slot]!),
    lotSize: lotsText(1, instrument),
    notional: formatMoney(worth, 2),
    limit: formatOnGrid(p.limitTicks[slot]!, instrument.tick),
    priceThen: formatOnGrid(price, instrument.tick),
    priceNow: priceText(middle(state, instrument.index), instrument),
    stop: formatOnGrid(p.stopTicks[slot]!, instrument.tick),
    target: formatOnGrid(p.targetTicks[slot]!, instrument.tick),
    rMultiple: decision?.gates.find(({ gate }) => gate === 'reward')?.value,
    cost: fees === undefined ? undefined : formatMoney(fees, 2),
    costNow: formatMoney((taker + spreadNow) as Money, 2),
    refusedBy: refusalNow(state, slot),
    votes: votersOf(decision, side),
    chances: chancesOf(decision, side),
    expiresAtUs,
    lifetimeMs: (expiresAtUs - p.openedAtUs[slot]!) / 1000,
    remainingMs: Math.max(0, (expiresAtUs - nowUs) / 1000),
    atExpiry: clears(state) ? 'clears' : 'expires',
  };
}

function middle(state: EngineState, i: number): number {
  const bid = state.market.bid[i]!;
  const ask = state.market.ask[i]!;
  return bid > 0 && ask > 0 ? (bid + ask) / 2 : state.market.last[i]!;
}

/** What the spread of now costs. */
function spreadCost({ market }: EngineState, { index, unit }: Instrument, lots: number): Money {
  const bid = market.bid[index]!;
  const ask = market.ask[index]!;
  return bid > 0 && ask > bid ? notional(ask - bid, lots, unit) : (0n as Money);
}

/** What the spread costs that its gate saw when it was decided on; undefined where the host no longer has the decision. */
function spreadThen(
  decision: DecisionTrace | undefined,
  { unit }: Instrument,
  priceTicks: number,
  lots: number,
): Money | undefined {
  const seen = decision?.gates.find(({ gate }) => gate === 'spread');
  return seen === undefined ? undefined : notional(Math.round((seen.value / 1e6) * priceTicks), lots, unit);
}

/** Which producers voted for it when it was decided on, the most convinced first: later votes have not made it. */
function votersOf(decision: DecisionTrace | undefined, side: Side): string[] {
  return (decision?.producers ?? [])
    .filter(({ status, direction }) => status === 'voted' && direction === side)
    .sort((a, b) => b.conviction - a.conviction)
    .map(({ producer, conviction }) => `${producer} ${conviction}/10`);
}

/** Which models did, and the chance that each of them gave to its way. */
function chancesOf(decision: DecisionTrace | undefined, side: Side): string[] {
  return (decision?.models ?? [])
    .filter((each) => each.role === 'serve' && modelDirection(each) === side)
    .map(({ model, vote }) => `${model} ${percentOf((1 + Math.abs(vote)) / 2, 0)}`);
}

const SUGGESTION_STATES = ['open', 'open', 'accepted', 'rejected', 'undone'] as const;

export function suggestionViews(state: EngineState): SuggestionView[] {
  const views: SuggestionView[] = [];
  const table = state.governor;
  for (let slot = 0; slot < SUGGESTION_CAPACITY; slot++) {
    if (table.state[slot] === SUGGESTION.free) continue;
    views.push({
      ...describeSuggestion(table, slot),
      state: SUGGESTION_STATES[table.state[slot]!] ?? 'open',
      atUs: table.madeAtUs[slot]!,
    });
  }
  return views.sort((a, b) => b.suggestionId - a.suggestionId);
}

/** What the governor has measured of each signal so far. */
export function outcomesView(state: EngineState): OutcomesView {
  return {
    horizonBars: state.config.policy.governor.horizonBars,
    producers: PRODUCERS.map((producer, p) => ({ producer, ...summarise(state.governor, p) })),
  };
}

/**
 * Loss of the day, and from the peak, in per cent, 0 or more. Of the equity that the screen shows: the engine's own figures are
 * of its last look at the account, before what the newest input has done.
 */
export function lossesNow(state: EngineState): { readonly dayPct: number; readonly drawdownPct: number } {
  const { money } = state.account;
  const equity = computeEquity(state);
  const peak = readMoney(money, ACCOUNT.peakEquity);
  const below = (from: Money): number => Math.max(0, ratio((from - equity) as Money, from)) * 100;
  return { dayPct: below(readMoney(money, ACCOUNT.dayOpenEquity)), drawdownPct: below(peak) };
}

/** Every limit that policy sets on the account, with what is used of it. */
export function limitViews(state: EngineState, nowUs: number): LimitView[] {
  const { risk } = state.config.policy;
  const equity = moneyToNumber(readMoney(state.account.money, 3));
  const losses = lossesNow(state);
  let largest = 0;
  let open = 0;
  for (const instrument of state.instruments) {
    const lots = Math.abs(state.positions.lots[instrument.index]!);
    if (lots === 0) continue;
    open++;
    const worth = moneyToNumber(notional(markTicks(state, instrument.index), lots, instrument.unit));
    largest = Math.max(largest, worth);
  }
  const share = (value: number): number => (equity > 0 ? value / equity : 0);
  return [
    { name: 'largest position', used: share(largest) * 100, limit: risk.positionLimitPpm / 1e4, unit: '%' },
    {
      name: 'leverage',
      used: share(moneyToNumber(grossExposure(state))),
      limit: risk.leverageLimitPpm / 1e6,
      unit: 'x',
    },
    { name: 'day loss', used: losses.dayPct, limit: risk.dailyLossLimitPpm / 1e4, unit: '%' },
    { name: 'drawdown', used: losses.drawdownPct, limit: risk.drawdownLimitPpm / 1e4, unit: '%' },
    { name: 'open positions', used: open, limit: risk.maxOpenPositions, unit: '' },
    { name: 'orders', used: ordersLastMinute(state.account, nowUs), limit: risk.maxOrdersPerMinute, unit: '/min' },
  ];
}

/** True when policy clears what nobody answers. */
function clears(state: EngineState): boolean {
  const mode = controlMode(state);
  return mode === 'veto' || mode === 'auto';
}
