/** The strategies that ship. Which of them count is policy (`decision.strategies`); the others observe. */
import type { Tome } from './tome.ts';

export const SHIPPED_TOMES: readonly Tome[] = [
  {
    format: 'chimera-tome-1',
    name: 'confluence',
    title: 'Enough signals agree and the vote carries',
    when: [{ block: 'vote' }, { block: 'agreement' }],
    unless: [],
  },
  {
    format: 'chimera-tome-1',
    name: 'momentum-volume',
    title: 'A strong move on unusual volume that the vote does not oppose',
    when: [{ block: 'volume' }, { block: 'momentum' }],
    unless: [{ block: 'vote', score: 0, consensus: 0 }],
  },
  {
    format: 'chimera-tome-1',
    name: 'ensemble',
    title: 'Enough models speak and their vote carries',
    when: [{ block: 'ensemble' }],
    unless: [],
  },
  {
    format: 'chimera-tome-1',
    name: 'ma-crossover',
    title: 'The averages of 12 and 26 closes have crossed in a market with a trend',
    when: [{ block: 'crossover' }, { block: 'trend' }],
    unless: [],
  },
  {
    format: 'chimera-tome-1',
    name: 'momentum-ma',
    title: 'A strong move on the side of the moving averages',
    when: [{ block: 'momentum' }, { block: 'moving-averages' }],
    unless: [],
  },
  {
    format: 'chimera-tome-1',
    name: 'rsi-support',
    title: 'Oversold near the support of 60 bars, overbought near their resistance',
    when: [{ block: 'rsi' }, { block: 'level' }],
    unless: [],
  },
  {
    format: 'chimera-tome-1',
    name: 'volatility-regime',
    title: 'With a rising or falling regime while volatility is not out of bounds',
    when: [{ block: 'regime-direction' }, { block: 'volatility', least: 0.5, most: 1.5 }],
    unless: [{ block: 'regime', is: 'turbulent' }],
  },
];
