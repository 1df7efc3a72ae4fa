/** Strategies: each turns the signals and features of one instrument into a direction, or none, as its tome says. */
import { type BlockInput, type Direction, F, type PartTrace, type StrategyTrace } from '../domain/index.ts';
import type { StrategyTable } from '../domain/tables/index.ts';
import { areValid, type BlockRow, featureOf } from './blocks/row.ts';
import type { PreparedPart, PreparedStrategy } from './prepared.ts';

/** Whether an `unless` keeps a strategy from this direction: a condition that holds, or a direction that opposes. */
const forbids = ({ block, parameters, kind }: PreparedPart, row: BlockRow, direction: number): boolean =>
  block.judge(row, parameters) === (kind === 'direction' ? -direction : 1);

/** What a strategy says of a row. */
export function directionOf(strategy: PreparedStrategy, row: BlockRow): Direction {
  const { when, unless } = strategy;
  let direction: Direction = 0;
  for (let i = 0; i < when.length; i++) {
    const { block, parameters, kind } = when[i]!;
    const answer = block.judge(row, parameters);
    if (answer === 0) return 0;
    if (kind === 'condition') continue;
    if (answer === -direction) return 0;
    direction = answer;
  }
  for (let i = 0; i < unless.length; i++) if (forbids(unless[i]!, row, direction)) return 0;
  return direction;
}

/** Asks every strategy about the row's instrument and stores its answer. */
export function askStrategies(strategies: readonly PreparedStrategy[], row: BlockRow): void {
  const { direction, count } = row.strategies;
  for (let s = 0; s < count; s++) direction[row.instrument * count + s] = directionOf(strategies[s]!, row);
}

/**
 * Notes on which side of each other the averages are, and for how many bars. The first side that is known is no
 * crossing: 0 bars since then mean that none has been seen.
 */
export function noteAverages(row: BlockRow): void {
  const { strategies, instrument } = row;
  if (!areValid(row, [F.emaFast, F.emaSlow])) return;
  const apart = featureOf(row, F.emaFast) - featureOf(row, F.emaSlow);
  const before = strategies.averageSide[instrument]!;
  // Equal averages keep their side: touching is no crossing.
  const side = apart > 0 ? 1 : apart < 0 ? -1 : before;
  const since = strategies.barsSinceCross[instrument]!;
  strategies.averageSide[instrument] = side;
  if (side !== before && before !== 0) strategies.barsSinceCross[instrument] = 1;
  else if (since > 0 && since < MOST_BARS_SINCE) strategies.barsSinceCross[instrument] = since + 1;
}

/** Beyond what any block asks for. */
const MOST_BARS_SINCE = 1_000_000;

/** What a strategy looked at, for the trace; its direction is the one that was stored. */
export function explainStrategy(
  strategy: PreparedStrategy,
  place: number,
  weight: number,
  row: BlockRow,
): StrategyTrace {
  const { name, when, unless } = strategy;
  const direction = storedDirection(row.strategies, row.instrument, place);
  const found = directionOf({ ...strategy, unless: [] }, row);
  const inputsOf = ({ block, parameters }: PreparedPart): readonly BlockInput[] => block.inputs(row, parameters);
  const keptBack = unless.filter((part) => found !== 0 && forbids(part, row, found));
  return {
    strategy: name,
    direction,
    inputs: [...when.flatMap(inputsOf), ...keptBack.flatMap((part) => forbidding(part, row))],
    parts: [
      ...when.map((part) => partTrace(part, 'when', row)),
      ...unless.map((part) => partTrace(part, 'unless', row)),
    ],
    weight,
  };
}

/** What an `unless` that keeps a strategy back looked at, and what it would have to be not to. */
function forbidding({ name, block, parameters, kind }: PreparedPart, row: BlockRow): readonly BlockInput[] {
  if (kind === 'direction') return [[`${name} the other way`, 1, 0, 'most']];
  return block
    .inputs(row, parameters)
    .map(([what, value, limit, bound]) =>
      bound === undefined ? [`unless ${what}`, value, limit, 'most'] : [`unless ${what}`, value, limit],
    );
}

function partTrace({ name, kind, block, parameters }: PreparedPart, role: PartTrace['role'], row: BlockRow): PartTrace {
  return { role, block: name, kind, answer: block.judge(row, parameters), parameters };
}

/** What a strategy said of an instrument at its last bar. */
export const storedDirection = ({ direction, count }: StrategyTable, instrument: number, place: number): Direction =>
  (direction[instrument * count + place] ?? 0) as Direction;
