/** Every building block at, just below and just above its limits, and without what it needs. */
import { describe, expect, it } from 'vitest';
import {
  BLOCKS,
  type BlockName,
  blockDefinition,
  DEFAULT_POLICY,
  F,
  parametersOf,
  type TomeBlock,
} from '../../../../engine/domain/index.ts';
import { blockNamed } from '../../../../engine/strategies/blocks/index.ts';
import { noteAverages } from '../../../../engine/strategies/strategies.ts';
import { type RowFigures, rowWith, setRow } from '../../../fixtures/strategy-rows.ts';

const POLICY = DEFAULT_POLICY.decision;

const judged = (block: TomeBlock, figures: RowFigures): number =>
  blockNamed(block.block as BlockName).judge(rowWith(figures), parametersOf(block, POLICY));

describe.each([
  [
    { block: 'vote' },
    [
      [{ score: 0.15, consensus: 0.6 }, 1],
      [{ score: -0.15, consensus: 0.6 }, -1],
      [{ score: 0.1499, consensus: 1 }, 0],
      [{ score: 0.9, consensus: 0.5999 }, 0],
      [{ score: 0, consensus: 1 }, 0],
    ],
  ],
  [
    { block: 'vote', score: 0, consensus: 0 },
    [
      [{ score: -0.01, consensus: 0.1 }, -1],
      [{ score: 0 }, 0],
    ],
  ],
  [
    { block: 'agreement' },
    [
      [{ score: 0.1, votes: { rsi: 3, ofi: 1 } }, 1],
      [{ score: 0.1, votes: { rsi: 3, ofi: -1 } }, 0],
      [{ score: -0.1, votes: { rsi: -3, ofi: -1 } }, -1],
      [{ score: 0, votes: { rsi: 3, ofi: 1 } }, 0],
    ],
  ],
  [{ block: 'agreement', producers: 3 }, [[{ score: 0.1, votes: { rsi: 3, ofi: 1 } }, 0]]],
  [
    { block: 'signal', producer: 'ofi', conviction: 4 },
    [
      [{ votes: { ofi: -4 } }, -1],
      [{ votes: { ofi: 3 } }, 0],
      [{ votes: { rsi: 9 } }, 0],
    ],
  ],
  [
    { block: 'momentum' },
    [
      [{ votes: { momentum: 5 }, moved: 4 }, 1],
      [{ votes: { momentum: -5 }, moved: -4.2 }, -1],
      [{ votes: { momentum: 5 }, moved: 3.999 }, 0],
      [{ moved: 9 }, 0],
    ],
  ],
  [{ block: 'momentum', atr: 6 }, [[{ votes: { momentum: 5 }, moved: 5.9 }, 0]]],
  [
    { block: 'volume' },
    [
      [{ features: { volumeRatio: 1.5 } }, 1],
      [{ features: { volumeRatio: 1.4999 } }, 0],
      [{}, 0],
    ],
  ],
  [
    { block: 'moving-averages', atr: 0.5 },
    [
      [{ features: { emaFast: 105, emaSlow: 100, atr: 10 } }, 1],
      [{ features: { emaFast: 95, emaSlow: 100, atr: 10 } }, -1],
      [{ features: { emaFast: 104, emaSlow: 100, atr: 10 } }, 0],
      [{ features: { emaFast: 105, emaSlow: 100, atr: 0 } }, 0],
      [{ features: { emaFast: 105, emaSlow: 100 } }, 0],
    ],
  ],
  [
    { block: 'rsi' },
    [
      [{ features: { rsi: 29.9 } }, 1],
      [{ features: { rsi: 30 } }, 0],
      [{ features: { rsi: 70 } }, 0],
      [{ features: { rsi: 70.1 } }, -1],
      [{}, 0],
    ],
  ],
  [{ block: 'rsi', oversold: 'signal.rsiOversold', overbought: 60 }, [[{ features: { rsi: 61 } }, -1]]],
  // Highest high 200, lowest low 100.
  [
    { block: 'level' },
    [
      [{ features: { close: 110, drawdown: -0.45, rangePosition: 0.1, atr: 10.001 } }, 1],
      [{ features: { close: 110, drawdown: -0.45, rangePosition: 0.1, atr: 9.99 } }, 0],
      [{ features: { close: 190, drawdown: -0.05, rangePosition: 0.9, atr: 10.001 } }, -1],
      [{ features: { close: 200, drawdown: 0, rangePosition: 1, atr: 10 } }, -1],
      [{ features: { close: 100, drawdown: -0.5, rangePosition: 0, atr: 10 } }, 1],
      // Both near, in a range that is narrow itself.
      [{ features: { close: 150, drawdown: -0.25, rangePosition: 0.5, atr: 60 } }, 0],
      [{ features: { close: 150, drawdown: -0.25, rangePosition: 0.5 } }, 0],
    ],
  ],
  [
    { block: 'trend' },
    [
      [{ features: { adx: 20 } }, 1],
      [{ features: { adx: 19.9 } }, 0],
      [{}, 0],
    ],
  ],
  [
    { block: 'volatility', least: 0.5, most: 1.5 },
    [
      [{ features: { volatilityRatio: 0.5 } }, 1],
      [{ features: { volatilityRatio: 1.5 } }, 1],
      [{ features: { volatilityRatio: 0.49 } }, 0],
      [{ features: { volatilityRatio: 1.51 } }, 0],
      [{}, 0],
    ],
  ],
  [
    { block: 'regime' },
    [
      [{ features: { regimeCalm: 0.2, regimeUp: 0.2, regimeDown: 0.1, regimeTurbulent: 0.5 } }, 1],
      [{ features: { regimeCalm: 0.3, regimeUp: 0.2, regimeDown: 0.1, regimeTurbulent: 0.4 } }, 0],
      [{}, 0],
    ],
  ],
  [
    { block: 'regime', is: 'calm', chance: 0.3 },
    [[{ features: { regimeCalm: 0.3, regimeUp: 0.2, regimeDown: 0.1, regimeTurbulent: 0.4 } }, 1]],
  ],
  [
    { block: 'regime-direction' },
    [
      [{ features: { regimeCalm: 0.3, regimeUp: 0.6, regimeDown: 0.1, regimeTurbulent: 0 } }, 1],
      [{ features: { regimeCalm: 0.3, regimeUp: 0.1, regimeDown: 0.6, regimeTurbulent: 0 } }, -1],
      [{ features: { regimeCalm: 0.3, regimeUp: 0.59, regimeDown: 0.1, regimeTurbulent: 0 } }, 0],
      [{}, 0],
    ],
  ],
  [
    { block: 'regime-direction', chance: 0 },
    [[{ features: { regimeCalm: 1, regimeUp: 0, regimeDown: 0, regimeTurbulent: 0 } }, 0]],
  ],
  [
    { block: 'spread', ppm: 100 },
    [
      [{ features: { spreadPpm: 100 } }, 1],
      [{ features: { spreadPpm: 101 } }, 0],
      // A crossed book is no narrow one.
      [{ features: { spreadPpm: -1 } }, 0],
      [{}, 0],
    ],
  ],
] as ReadonlyArray<readonly [TomeBlock, ReadonlyArray<readonly [RowFigures, number]>]>)('%j', (block, cases) => {
  it.each(cases)('%j: %d', (figures, answer) => expect(judged(block, figures)).toBe(answer));
});

describe('crossover', () => {
  const averages = (fast: number, slow: number): RowFigures => ({ features: { emaFast: fast, emaSlow: slow } });
  const parameters = parametersOf({ block: 'crossover', bars: 2 }, POLICY);

  it('speaks for so many bars behind a crossing, and never of the first side that is known', () => {
    const row = rowWith();
    const said: number[] = [];
    // Warming up, above, above, touching, below three times, above.
    const bars = [undefined, [2, 1], [2, 1], [1, 1], [1, 2], [1, 2], [1, 2], [3, 2]] as const;
    for (const bar of bars) {
      if (bar !== undefined) setRow(row, averages(bar[0], bar[1]));
      noteAverages(row);
      said.push(blockNamed('crossover').judge(row, parameters));
    }
    expect(said).toEqual([0, 0, 0, 0, -1, -1, 0, 1]);
  });
});

describe('every block', () => {
  it.each(BLOCKS)('%s tells what it looked at, in finite numbers, and says nothing of an empty row', (name) => {
    const row = rowWith();
    const block = blockNamed(name);
    const parameters = parametersOf({ block: name }, POLICY);
    expect(block.judge(row, parameters)).toBe(0);
    const inputs = block.inputs(row, parameters);
    expect(inputs.length).toBeGreaterThan(0);
    for (const [what, value, limit] of inputs) {
      expect(what).toMatch(/^\S.*\S$/);
      expect([what, Number.isFinite(value), Number.isFinite(limit)]).toEqual([what, true, true]);
    }
  });

  it.each(BLOCKS)('%s ships with parameters within its bounds', (name) => {
    for (const [parameter, definition] of Object.entries(blockDefinition(name).parameters)) {
      const value = parametersOf({ block: name }, POLICY)[parameter]!;
      if ('choices' in definition) expect(definition.choices[value]).toBe(definition.otherwise);
      else expect(value >= definition.least && value <= definition.most).toBe(true);
    }
  });

  it('reads only its own instrument', () => {
    const row = rowWith({ features: { rsi: 10 } });
    expect(blockNamed('rsi').judge({ ...row, instrument: 0 }, parametersOf({ block: 'rsi' }, POLICY))).toBe(0);
    expect(row.features.values[F.rsi]).toBe(0);
  });
});
