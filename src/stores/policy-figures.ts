/** Every figure of policy as the operator sets it: its name with the unit, its bounds, and its place in the policy. */
import {
  COMBINATIONS,
  countingNames,
  MODEL_COUNT,
  MODEL_KINDS,
  type Policy,
  PRODUCERS,
  TOME_NAME,
  WEIGHTINGS,
} from '../../engine/domain/index.ts';
import { ORDER_TIMES_KEPT } from '../../engine/index.ts';

/** A number, true and false for what is done or not, or words. */
export type FigureValue = number | boolean | string;

/** What a number may be. */
export interface Range {
  /** Units of the policy in one unit of the name: 10,000 ppm in a per cent. */
  readonly scale: number;
  /** A whole number in the policy: money is counted with it, or things are. */
  readonly whole: boolean;
  /** Least and most that may be set, in the unit of the name. */
  readonly least: number;
  readonly most: number;
}

export interface Figure {
  /** What is typed: `risk.maxDrawdownPct`. */
  readonly name: string;
  /** Keys of the policy down to the value. */
  readonly path: readonly (string | number)[];
  readonly meaning: string;
  /** Undefined for true and false, and for words. */
  readonly range: Range | undefined;
  /** One of these, or names with commas between; missing of all else. */
  readonly words?: readonly string[] | 'names';
}

type Row = readonly [name: string, path: string, least: number, most: number, meaning: string];

/** Units that end a name, with how many of the policy's own one of them is; other names are in the policy's unit. */
const UNITS: ReadonlyArray<readonly [ending: RegExp, stored: RegExp, scale: number]> = [
  [/Pct$/, /Ppm$/, 10_000],
  [/Pct$/, /./, 0.01],
  [/Bp$/, /Ppm$/, 100],
  [/X$/, /Ppm$/, 1_000_000],
  [/Ms$/, /Us$/, 1_000],
  [/S$/, /Us$/, 1_000_000],
];
/** Counts, and what exact arithmetic works with. */
const WHOLE =
  /(?:Ppm|Us|Bars|PerMinute|PerSecond|Positions|Outcomes|InARow|Opportunities|confluenceProducers|minModels|minSamples)$/;

const RISK: readonly Row[] = [
  ['maxPositionPct', 'positionLimitPpm', 0.1, 100, 'largest position in one instrument, of equity'],
  ['maxLeverageX', 'leverageLimitPpm', 0.1, 10, 'largest gross exposure, in equities'],
  ['maxOrderPct', 'orderLimitPpm', 0.1, 100, 'largest worth of one order, of equity'],
  ['priceCollarBp', 'collarPpm', 1, 500, 'farthest limit price from the reference price'],
  ['maxOrdersPerMinute', 'maxOrdersPerMinute', 1, ORDER_TIMES_KEPT, 'entry orders in a minute'],
  [
    'maxDecisionsPerSecond',
    'maxDecisionsPerSecond',
    1,
    10_000,
    'decisions a second for each instrument: more is a kill',
  ],
  ['maxOpenPositions', 'maxOpenPositions', 1, 100, 'positions at once'],
  ['maxSpreadBp', 'maxSpreadPpm', 0.1, 500, 'widest spread to enter at'],
  ['staleAfterMs', 'staleAfterUs', 100, 60_000, 'data older than this allows no entry'],
  ['minRewardR', 'minRewardR', -1, 10, 'least gain at the target, in R after costs; -1: any'],
  ['entryCooldownBars', 'entryCooldownBars', 0, 10_000, 'least bars between two entries in one instrument'],
  ['maxDayLossPct', 'dailyLossLimitPpm', 0.1, 50, "loss of the day that halts, of the day's opening equity"],
  ['maxDrawdownPct', 'drawdownLimitPpm', 0.1, 50, 'loss from the peak that halts'],
];
const DECISION: readonly Row[] = [
  ['minConsensus', 'minConsensus', 0, 1, 'least share of the voting weight that points one way, 0 to 1'],
  ['minScore', 'minScore', 0, 1, 'least absolute weighted score'],
  ['confluenceProducers', 'confluenceProducers', 1, PRODUCERS.length, 'producers that must agree for confluence'],
  ['minVolumeRatio', 'minVolumeRatio', 0, 100, 'volume over its mean that momentum + volume asks for'],
  ['repeatBars', 'repeatBars', 1, 10_000, 'a direction that lasts is decided on again after these'],
  ['minWeightPct', 'minWeight', 0, 100, 'weight that must point one way, where strategies are weighted'],
  ['reweighOutcomes', 'reweighOutcomes', 1, 10_000, 'outcomes of strategies after which weights are made anew'],
  [
    'mostOpportunities',
    'mostOpportunities',
    0,
    4_096,
    'only so many symbols with the best chances are decided on; 0: all',
  ],
  ['minModels', 'minModels', 1, MODEL_COUNT, 'models that must speak for the ensemble to say anything'],
  ['minModelScore', 'minModelScore', 0, 1, 'least absolute score of the models'],
  ['minModelConsensus', 'minModelConsensus', 0, 1, 'least share of the speaking weight that points one way, 0 to 1'],
  ['modelDeadZone', 'modelDeadZone', 0, 1, 'a model whose vote is below it is neutral: 0.1 is a chance of 55 %'],
];
/** Those of decisions that are words. */
const DECISION_WORDS: readonly Figure[] = [
  {
    name: 'decision.strategies',
    path: ['decision', 'strategies'],
    meaning: 'strategies that count, commas between; all others observe',
    range: undefined,
    words: 'names',
  },
  {
    name: 'decision.combination',
    path: ['decision', 'combination'],
    meaning: 'how their directions become one',
    range: undefined,
    words: COMBINATIONS,
  },
  {
    name: 'decision.weighting',
    path: ['decision', 'weighting'],
    meaning: 'what weights are made of, where strategies are weighted',
    range: undefined,
    words: WEIGHTINGS,
  },
];
const SIGNAL: readonly Row[] = [
  ['rsiOversold', 'rsiOversold', 1, 50, 'RSI below it buys'],
  ['rsiOverbought', 'rsiOverbought', 50, 99, 'RSI above it sells'],
  ['momentumAtr', 'momentumAtr', 0.1, 50, 'move over 20 bars, in average true ranges'],
  ['flow', 'flow', 0.01, 1, 'order-flow imbalance, 0 to 1'],
  ['energyRatio', 'energyRatio', 0.1, 100, 'energy over its mean'],
  ['vacuumRatio', 'vacuumRatio', 1, 100, 'depth of one side over the other, near the touch'],
  ['gaussianZ', 'gaussianZ', 0.1, 10, 'standard deviations from the mean of 60 closes'],
  ['fundingBp', 'fundingPpm', 0.1, 100, 'funding rate of one interval that is bet against'],
  ['socialSentiment', 'socialSentiment', 0, 1, 'sentiment of social media, 0 to 1 of either sign'],
  ['socialMentionsZ', 'socialMentionsZ', 0.1, 10, 'standard deviations of mentions above what is usual'],
  ['whaleWorth', 'whaleWorth', 0, 1e9, "worth of large transfers, in the provider's currency"],
  ['whaleSharePct', 'whaleShare', 1, 100, 'share of it that goes one way'],
];
const EXECUTION: readonly Row[] = [
  ['riskPerTradePct', 'riskPerTradePpm', 0.0001, 5, 'equity at risk between entry and stop'],
  ['stopAtr', 'stopAtr', 0.1, 50, 'stop distance, in average true ranges'],
  ['minStopBp', 'minStopPpm', 0.1, 2_000, 'least stop distance, of price'],
  ['targetR', 'targetR', 0.1, 50, 'target distance over stop distance'],
  ['entryReachBp', 'entryReachPpm', 0, 500, "how far an entry's limit reaches beyond the touch"],
  ['proposalTtlS', 'proposalTtlUs', 1, 3_600, 'how long a proposal waits for the operator'],
  ['vetoWindowS', 'vetoWindowUs', 1, 3_600, 'how long a proposal can be vetoed before policy clears it'],
  ['entryTimeoutS', 'entryTimeoutUs', 0.1, 3_600, 'an entry not filled by then is cancelled'],
  ['maxHoldingBars', 'maxHoldingBars', 1, 1_000_000, 'a position is closed after these'],
  ['cancelConfirmMs', 'cancelConfirmUs', 100, 60_000, 'a kill whose cancels are not confirmed by then is unconfirmed'],
  ['exitRetryMs', 'exitRetryUs', 100, 60_000, 'how long a venue that refused an exit is left alone'],
];

/** Those of the live side that are true or false. */
const LIVE_SWITCHES: readonly Figure[] = [
  {
    name: 'live.enabled',
    path: ['live', 'enabled'],
    meaning: 'real orders may be sent, once armed with a typed code',
    range: undefined,
  },
  {
    name: 'live.stopsAtVenue',
    path: ['live', 'stopsAtVenue'],
    meaning: 'stops and targets are laid at the venue as well',
    range: undefined,
  },
];

const LIVE: readonly Row[] = [
  ['clockOffsetLimitMs', 'clockOffsetLimitUs', 10, 5_000, "no entry while our clock may be farther from the venue's"],
  ['reconcileEveryS', 'reconcileEveryUs', 5, 3_600, 'how often what we hold is compared with the venue'],
  ['deadManS', 'deadManUs', 5, 600, 'the venue cancels entries when it hears nothing for so long'],
];
const SWITCHES: readonly Figure[] = [
  {
    name: 'risk.entriesBeforeVolatility',
    path: ['risk', 'entriesBeforeVolatility'],
    meaning: 'entries before the average true range is warm, with the least stop',
    range: undefined,
  },
];
const PAPER: readonly Row[] = [
  ['latencyMs', 'latencyUs', 0, 60_000, 'delay of an order or cancel'],
  ['latencyJitterMs', 'latencyJitterUs', 0, 60_000, 'most that is added to it at random'],
  ['takerFeeBp', 'takerFeePpm', 0, 100, 'fee of an order that takes'],
  ['makerFeeBp', 'makerFeePpm', 0, 100, 'fee of an order that rests'],
  ['assumedSpreadBp', 'assumedSpreadPpm', 0.01, 500, 'spread where the data has no quotes'],
  ['assumedDepthPct', 'assumedDepthPpm', 0.1, 100, 'share of the last volume that can be had where it has none'],
];
const GOVERNOR: readonly Row[] = [
  ['horizonBars', 'horizonBars', 1, 10_000, "a signal's outcome is measured after these"],
  ['minSamples', 'minSamples', 2, 1_000_000, 'outcomes before anything is suggested'],
  ['tThreshold', 'tThreshold', 0, 100, 'one-sided t beyond which an edge is below cost'],
  ['throttledWeightPct', 'throttledWeightShare', 0, 100, 'weight left to a signal that does not pay its cost'],
];

const SUPERVISION: readonly Row[] = [
  ['windowBars', 'windowBars', 100, 100_000, 'bars, of all symbols together, over which features are compared'],
  ['mostMovedPct', 'mostMoved', 0, 100, 'features that may have moved in a window'],
  ['windowsInARow', 'windowsInARow', 1, 100, 'windows beyond it that mute a model'],
  ['leastOutcomes', 'leastOutcomes', 100, 1_000_000, 'outcomes before errors of a model are judged'],
  ['fadingOutcomes', 'fadingOutcomes', 100, 1_000_000, 'outcomes over which older ones fade'],
  ['brierMargin', 'brierMargin', 0, 1, 'squared error above that of its training that mutes'],
  ['calibrationMargin', 'calibrationMargin', 0, 1, 'calibration error above that of its training that mutes'],
];

/** In the order in which they are shown. */
export const FIGURES: readonly Figure[] = [
  ...figures('risk', ['risk'], RISK),
  ...SWITCHES,
  ...figures('decision', ['decision'], DECISION),
  ...DECISION_WORDS,
  ...figures('signal', ['decision', 'signal'], SIGNAL),
  ...PRODUCERS.map((producer, i) => ({
    name: `weight.${producer}`,
    path: ['decision', 'producerWeights', i],
    meaning: `weight of ${producer} in the vote`,
    range: { scale: 1, whole: false, least: 0, most: 10 },
  })),
  ...MODEL_KINDS.map((kind, i) => ({
    name: `weight.${kind}`,
    path: ['decision', 'modelWeights', i],
    meaning: `weight of the model ${kind} among the models`,
    range: { scale: 1, whole: false, least: 0, most: 10 },
  })),
  ...figures('execution', ['execution'], EXECUTION),
  ...figures('paper', ['paper'], PAPER),
  ...figures('governor', ['governor'], GOVERNOR),
  ...LIVE_SWITCHES,
  ...figures('live', ['live'], LIVE),
  ...figures('supervision', ['supervision'], SUPERVISION),
];

const BY_NAME: ReadonlyMap<string, Figure> = new Map(FIGURES.map((figure) => [figure.name, figure]));

export const figureNamed = (name: string): Figure | undefined => BY_NAME.get(name);

function figures(group: string, at: readonly string[], rows: readonly Row[]): Figure[] {
  return rows.map(([name, key, least, most, meaning]) => {
    const scale = UNITS.find(([ending, stored]) => ending.test(name) && stored.test(key))?.[2] ?? 1;
    const range = { scale, whole: WHOLE.test(key), least, most };
    return { name: `${group}.${name}`, path: [...at, key], meaning, range };
  });
}

/** Free of the dust of binary fractions. */
const rounded = (value: number): number => Number(value.toPrecision(12));

/** The figure's value in the unit of its name. */
export function readFigure(policy: Policy, { path, range }: Figure): FigureValue {
  let value: unknown = policy;
  for (const key of path) value = (value as Record<string | number, unknown>)[key];
  return range === undefined ? (value as boolean | string) : rounded((value as number) / range.scale);
}

/** A copy of the policy with one figure set, in the unit of its name. */
export function withFigure(policy: Policy, { path, range }: Figure, value: FigureValue): Policy {
  const copy = structuredClone(policy);
  const holder = path.slice(0, -1).reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], copy);
  const stored = range === undefined || typeof value !== 'number' ? value : rounded(value * range.scale);
  (holder as Record<string | number, FigureValue>)[path.at(-1)!] = stored;
  return copy;
}

/** What the figure may be, in words. */
export function boundsText({ range, words }: Figure): string {
  if (words === 'names') return 'names, see chimera strategies';
  if (words !== undefined) return words.join(', ');
  return range === undefined ? 'true or false' : `from ${range.least} to ${range.most}`;
}

/** Why the policy may not have this value, with the figure's bounds; undefined when it may. */
export function figureRefusal(figure: Figure, value: FigureValue): string | undefined {
  const { name, range } = figure;
  if (!fits(figure, value)) return `${name} must be ${boundsText(figure)}, not ${value}`;
  if (range === undefined || typeof value !== 'number' || !range.whole) return undefined;
  if (Number.isInteger(rounded(value * range.scale))) return undefined;
  return `${name} has steps of ${1 / range.scale}, and ${value} lies between two`;
}

function fits({ range, words }: Figure, value: FigureValue): boolean {
  if (words !== undefined)
    return typeof value === 'string' && (words === 'names' ? areNames(value) : words.includes(value));
  if (range === undefined) return typeof value === 'boolean';
  return typeof value === 'number' && value >= range.least && value <= range.most;
}

/** Longest text that a recorded policy may have. */
const LONGEST_NAMES = 256;

/** Names of strategies, each once. Whether they are there is known where they are read. */
function areNames(value: string): boolean {
  const names = countingNames({ strategies: value });
  return value.length <= LONGEST_NAMES && names.every((name, i) => TOME_NAME.test(name) && names.indexOf(name) === i);
}

/** Why these figures cannot stand together, if they cannot. */
export function policyRefusal(policy: Policy): string | undefined {
  for (const figure of FIGURES) {
    const refusal = figureRefusal(figure, readFigure(policy, figure));
    if (refusal !== undefined) return refusal;
  }
  const { risk, execution } = policy;
  if (execution.entryReachPpm > risk.collarPpm) {
    return 'execution.entryReachBp is beyond risk.priceCollarBp: every entry would be vetoed';
  }
  return undefined;
}
