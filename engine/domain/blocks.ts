/**
 * The building blocks of strategies as a tome may name them: what each says and the numbers it takes, with their bounds.
 * How each judges stands in `engine/strategies/blocks` under the same name.
 */
import { PRODUCER_COUNT, PRODUCERS } from './features.ts';
import { MODEL_COUNT } from './models.ts';
import type { DecisionPolicy } from './policy.ts';

/** Figures of policy that may stand for a number, under the names and in the units in which `chimera policy` sets them. */
export const TOME_FIGURES = {
  'decision.minScore': (policy) => policy.minScore,
  'decision.minConsensus': (policy) => policy.minConsensus,
  'decision.confluenceProducers': (policy) => policy.confluenceProducers,
  'decision.minVolumeRatio': (policy) => policy.minVolumeRatio,
  'decision.minModels': (policy) => policy.minModels,
  'decision.minModelScore': (policy) => policy.minModelScore,
  'decision.minModelConsensus': (policy) => policy.minModelConsensus,
  'signal.rsiOversold': (policy) => policy.signal.rsiOversold,
  'signal.rsiOverbought': (policy) => policy.signal.rsiOverbought,
  'signal.momentumAtr': (policy) => policy.signal.momentumAtr,
  'signal.gaussianZ': (policy) => policy.signal.gaussianZ,
} as const satisfies Readonly<Record<string, (policy: DecisionPolicy) => number>>;
export type TomeFigure = keyof typeof TOME_FIGURES;

/** A number with its bounds, or a figure of policy; what it is where a tome does not say. */
export interface NumberParameter {
  readonly meaning: string;
  readonly least: number;
  readonly most: number;
  readonly whole?: true;
  readonly otherwise: number | TomeFigure;
}

/** One of several words. */
export interface ChoiceParameter {
  readonly meaning: string;
  readonly choices: readonly string[];
  readonly otherwise: string;
}
export type Parameter = NumberParameter | ChoiceParameter;

/** direction: long, short or nothing · condition: holds or does not. */
export type BlockKind = 'direction' | 'condition';

export interface BlockDefinition {
  readonly kind: BlockKind;
  readonly meaning: string;
  readonly parameters: Readonly<Record<string, Parameter>>;
}

/** Labels of the market's regime, in the order of the features `regimeCalm` … `regimeTurbulent`. */
export const REGIMES = ['calm', 'up', 'down', 'turbulent'] as const;
export type Regime = (typeof REGIMES)[number];

const number = (meaning: string, least: number, most: number, otherwise: number | TomeFigure): NumberParameter => ({
  meaning,
  least,
  most,
  otherwise,
});
const count = (meaning: string, least: number, most: number, otherwise: number | TomeFigure): NumberParameter => ({
  ...number(meaning, least, most, otherwise),
  whole: true,
});

/** New blocks are declared here. */
export const BLOCK_DEFINITIONS = {
  vote: {
    kind: 'direction',
    meaning: 'the way of the vote of all signals, where it carries',
    parameters: {
      score: number('least absolute score', 0, 1, 'decision.minScore'),
      consensus: number('least share of the voting weight on its side', 0, 1, 'decision.minConsensus'),
    },
  },
  agreement: {
    kind: 'direction',
    meaning: 'the way of the vote, where enough signals voted it',
    parameters: { producers: count('signals on its side', 1, PRODUCER_COUNT, 'decision.confluenceProducers') },
  },
  ensemble: {
    kind: 'direction',
    meaning: 'the way of the models, where enough of them speak and their vote carries; none without models',
    parameters: {
      models: count('models that must speak', 1, MODEL_COUNT, 'decision.minModels'),
      score: number('least absolute score of the models', 0, 1, 'decision.minModelScore'),
      consensus: number('least share of the speaking weight on its side', 0, 1, 'decision.minModelConsensus'),
    },
  },
  signal: {
    kind: 'direction',
    meaning: 'the way of one signal, where it voted',
    parameters: {
      producer: { meaning: 'which', choices: PRODUCERS, otherwise: 'momentum' },
      conviction: count('least conviction', 1, 10, 1),
    },
  },
  momentum: {
    kind: 'direction',
    meaning: 'the way of the momentum signal, where it voted on a move that is large enough',
    parameters: { atr: number('least move over 20 bars, in average true ranges', 0, 50, 'signal.momentumAtr') },
  },
  volume: {
    kind: 'condition',
    meaning: 'the volume is unusual',
    parameters: { ratio: number('least volume over its mean of 20 bars', 0, 100, 'decision.minVolumeRatio') },
  },
  'moving-averages': {
    kind: 'direction',
    meaning: 'long while the exponential average of 12 closes is above that of 26, short below',
    parameters: { atr: number('least distance, in average true ranges', 0, 50, 0) },
  },
  crossover: {
    kind: 'direction',
    meaning: 'the way in which the average of 12 closes has crossed that of 26 not long ago',
    parameters: { bars: count('most bars since', 1, 240, 3) },
  },
  rsi: {
    kind: 'direction',
    meaning: 'long while the relative strength index is oversold, short while it is overbought',
    parameters: {
      oversold: number('oversold below', 1, 50, 'signal.rsiOversold'),
      overbought: number('overbought above', 50, 99, 'signal.rsiOverbought'),
    },
  },
  level: {
    kind: 'direction',
    meaning: 'long near the lowest low of 60 bars (support), short near their highest high (resistance)',
    parameters: { atr: number('most distance of the close, in average true ranges', 0, 20, 1) },
  },
  trend: {
    kind: 'condition',
    meaning: 'the market has a trend',
    parameters: { adx: number('least average directional index', 0, 100, 20) },
  },
  volatility: {
    kind: 'condition',
    meaning: 'the volatility of 20 bars over that of 60 is within bounds',
    parameters: { least: number('least ratio', 0, 20, 0), most: number('largest ratio', 0, 20, 20) },
  },
  regime: {
    kind: 'condition',
    meaning: 'the market is in this regime',
    parameters: {
      is: { meaning: 'which', choices: REGIMES, otherwise: 'turbulent' },
      chance: number('least chance of it', 0, 1, 0.5),
    },
  },
  'regime-direction': {
    kind: 'direction',
    meaning: 'long in a rising regime, short in a falling one',
    parameters: { chance: number('least chance of it', 0, 1, 0.6) },
  },
  spread: {
    kind: 'condition',
    meaning: 'the spread is known and narrow',
    parameters: { ppm: number('widest, in millionths of price', 0, 100_000, 500) },
  },
} as const satisfies Readonly<Record<string, BlockDefinition>>;

export type BlockName = keyof typeof BLOCK_DEFINITIONS;
export const BLOCKS = Object.keys(BLOCK_DEFINITIONS) as readonly BlockName[];

/** The numbers that a block judges by, by the names of its parameters; a choice is its place in the list. */
export type ParametersOf<B extends BlockName> = Readonly<
  Record<keyof (typeof BLOCK_DEFINITIONS)[B]['parameters'], number>
>;

export const blockDefinition = (name: BlockName): BlockDefinition => BLOCK_DEFINITIONS[name];
export const isBlock = (name: string): name is BlockName => Object.hasOwn(BLOCK_DEFINITIONS, name);
export const isTomeFigure = (name: string): name is TomeFigure => Object.hasOwn(TOME_FIGURES, name);
