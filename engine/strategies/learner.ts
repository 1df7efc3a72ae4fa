/**
 * Learns which strategy to follow in which regime (Q-learning, C. Watkins 1989): for each regime what following a strategy
 * has been worth, none of them being worth nothing. What is done here does not change which regime comes next, so that what
 * a later choice is worth would be added to all alike: it is left out.
 */
import type { Direction } from '../domain/index.ts';
import { actionsOf, type StrategyTable } from '../domain/tables/index.ts';
import { unitOf } from '../kernel/prng.ts';
import type { BlockRow } from './blocks/row.ts';
import type { PreparedStrategy } from './prepared.ts';
import { storedDirection } from './strategies.ts';

const LEARNING_RATE = 0.2;
/** Share of the choices that are made at random. */
const EXPLORATION = 0.1;
/** One outcome counts no more than this, ppm: a crash or a wrong price is no lesson for good. */
const MOST_REWARD_PPM = 5_000;
/** Draws for different ends under one seed. */
const DRAW = { explore: 0x45f1c6d3, which: 0x2b7e1516 } as const;

export interface Moment {
  readonly seed: number;
  readonly nowUs: number;
  /** Bars until a choice is judged and another one made. */
  readonly horizonBars: number;
  readonly priceTicks: number;
  readonly costPpm: number;
}

/** What an action in a regime has been worth, ppm, and how often it was tried; the last action follows nobody. */
export function worthOf(table: StrategyTable, regime: number, action: number): { worth: number; tries: number } {
  const at = cellOf(table, regime, action);
  return { worth: table.worth[at]!, tries: table.tries[at]! };
}

const cellOf = ({ count }: StrategyTable, regime: number, action: number): number => regime * actionsOf(count) + action;

/**
 * Called when a bar closes, after the strategies were asked. A choice stands for the horizon and is judged then by what it
 * has earned after cost; the next is made as soon as a strategy speaks in a regime that is known.
 */
export function followBest(strategies: readonly PreparedStrategy[], row: BlockRow, moment: Moment): void {
  const { strategies: table, instrument } = row;
  if (table.choiceBarsLeft[instrument]! > 0) {
    table.choiceBarsLeft[instrument] = table.choiceBarsLeft[instrument]! - 1;
    if (table.choiceBarsLeft[instrument] === 0) judge(table, instrument, moment.priceTicks);
  }
  if (table.choiceBarsLeft[instrument] === 0) choose(strategies, row, moment);
}

/** Moves what the choice's action is worth toward what it has earned. */
function judge(table: StrategyTable, instrument: number, priceTicks: number): void {
  const action = table.choice[instrument]! - 1;
  const start = table.choicePrice[instrument]!;
  const direction = table.choiceDirection[instrument]!;
  const net = direction === 0 ? 0 : direction * ((priceTicks - start) / start) * 1e6 - table.choiceCostPpm[instrument]!;
  const reward = Math.max(-MOST_REWARD_PPM, Math.min(MOST_REWARD_PPM, net));
  const at = cellOf(table, table.choiceRegime[instrument]!, action);
  table.worth[at] = table.worth[at]! + LEARNING_RATE * (reward - table.worth[at]!);
  table.tries[at] = table.tries[at]! + 1;
}

/** Makes the next choice among the strategies that speak, and none; the best so far, or now and then another. */
function choose(strategies: readonly PreparedStrategy[], row: BlockRow, moment: Moment): void {
  const { strategies: table, instrument } = row;
  const { priceTicks, costPpm, horizonBars } = moment;
  table.choice[instrument] = 0;
  const regime = row.features.likeliestRegime(instrument);
  if (regime === undefined || !(priceTicks > 0)) return;
  const speaking: number[] = [];
  for (const [s, { counts }] of strategies.entries()) {
    if (counts && storedDirection(table, instrument, s) !== 0) speaking.push(s);
  }
  if (speaking.length === 0) return;
  const action = actionOf(table, regime, [...speaking, table.count], instrument, moment);
  const direction: Direction = action === table.count ? 0 : storedDirection(table, instrument, action);
  table.choice[instrument] = action + 1;
  table.choiceBarsLeft[instrument] = horizonBars;
  table.choiceRegime[instrument] = regime;
  table.choiceDirection[instrument] = direction;
  table.choicePrice[instrument] = priceTicks;
  table.choiceCostPpm[instrument] = costPpm;
}

/**
 * The draws belong to the moment and the instrument, not to how many were made before: a fork draws as its recording does.
 * Of actions that are worth the same the first is taken, so that a strategy is tried before nobody is followed.
 */
function actionOf(
  table: StrategyTable,
  regime: number,
  actions: readonly number[],
  instrument: number,
  { seed, nowUs }: Moment,
): number {
  if (unitOf(seed ^ DRAW.explore, nowUs, instrument) < EXPLORATION) {
    return actions[Math.floor(unitOf(seed ^ DRAW.which, nowUs, instrument) * actions.length)]!;
  }
  let best = actions[0]!;
  for (const action of actions) {
    if (table.worth[cellOf(table, regime, action)]! > table.worth[cellOf(table, regime, best)]!) best = action;
  }
  return best;
}
