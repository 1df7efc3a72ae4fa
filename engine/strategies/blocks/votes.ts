/** Blocks over the signals: their vote, how many agree, one of them alone. */
import { asDirection, type BlockInput, type Direction, PRODUCER_COUNT, PRODUCERS } from '../../domain/index.ts';
import { SIGNAL } from '../../domain/tables/index.ts';
import type { Block, BlockRow } from './row.ts';

const MOMENTUM = PRODUCERS.indexOf('momentum');

/** Producers that voted this way. */
function agreeing({ signals, instrument }: BlockRow, direction: number): number {
  let count = 0;
  for (let p = 0; p < PRODUCER_COUNT; p++) {
    const cell = instrument * PRODUCER_COUNT + p;
    if (signals.status[cell] === SIGNAL.voted && signals.direction[cell] === direction) count++;
  }
  return count;
}

const scoreOf = ({ signals, instrument }: BlockRow): number => signals.score[instrument]!;

/** How far price moved over 20 bars, in average true ranges, as the momentum signal has it. */
const movedAtr = ({ signals, instrument }: BlockRow): number =>
  Math.abs(signals.evidence[(instrument * PRODUCER_COUNT + MOMENTUM) * 2]!);

/** The way of one producer; 0 where it did not vote. */
function voted({ signals, instrument }: BlockRow, producer: number): Direction {
  const cell = instrument * PRODUCER_COUNT + producer;
  return signals.status[cell] === SIGNAL.voted ? asDirection(signals.direction[cell]!) : 0;
}

const convictionOf = ({ signals, instrument }: BlockRow, producer: number): number =>
  signals.conviction[instrument * PRODUCER_COUNT + producer]!;

export const vote: Block<'vote'> = {
  judge(row, { score, consensus }) {
    const found = scoreOf(row);
    if (Math.abs(found) < score || row.signals.consensus[row.instrument]! < consensus) return 0;
    return asDirection(found);
  },
  inputs: (row, { score, consensus }) => [
    ['score', Math.abs(scoreOf(row)), score],
    ['consensus', row.signals.consensus[row.instrument]!, consensus],
  ],
};

export const agreement: Block<'agreement'> = {
  judge(row, { producers }) {
    const direction = asDirection(scoreOf(row));
    return agreeing(row, direction) >= producers ? direction : 0;
  },
  inputs: (row, { producers }) => [['producers agreeing', agreeing(row, scoreOf(row) > 0 ? 1 : -1), producers]],
};

export const signal: Block<'signal'> = {
  judge: (row, { producer, conviction }) => (convictionOf(row, producer) >= conviction ? voted(row, producer) : 0),
  inputs(row, { producer, conviction }): BlockInput[] {
    const said = voted(row, producer) === 0 ? 0 : convictionOf(row, producer);
    return [[`conviction of ${PRODUCERS[producer] ?? 'a signal'}`, said, conviction]];
  },
};

export const momentum: Block<'momentum'> = {
  judge: (row, { atr }) => (movedAtr(row) >= atr ? voted(row, MOMENTUM) : 0),
  inputs: (row, { atr }) => [['momentum in ATR', movedAtr(row), atr]],
};
