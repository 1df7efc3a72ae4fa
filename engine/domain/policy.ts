/** Every figure an operator may change, with the defaults that ship. Rates are parts per million, times µs. */

export interface RiskPolicy {
  /** Largest position in one instrument, as a share of equity. */
  readonly positionLimitPpm: number;
  /** Largest gross exposure, in millionths of equity: 3,000,000 is 3×. */
  readonly leverageLimitPpm: number;
  /** Largest worth of one order, as a share of equity. */
  readonly orderLimitPpm: number;
  /** Largest distance of an order's limit price from the reference price. */
  readonly collarPpm: number;
  readonly maxOrdersPerMinute: number;
  /** Decisions within a second, for each instrument of the run, beyond which a strategy has gone mad: a kill. */
  readonly maxDecisionsPerSecond: number;
  readonly maxOpenPositions: number;
  readonly maxSpreadPpm: number;
  /** No entry when the instrument's data is older than this. */
  readonly staleAfterUs: number;
  /** Entries while the average true range is not warm: their stop is the least one that policy allows. */
  readonly entriesBeforeVolatility: boolean;
  /**
   * Least that an entry must gain at its target, in R: the gain after costs over the loss at the stop, costs included. What costs
   * as much as its target gives loses whatever the market does. −1 asks for nothing.
   */
  readonly minRewardR: number;
  /** Least bars between two entries in one instrument. */
  readonly entryCooldownBars: number;
  /** Loss of the day that halts entries, as a share of the day's opening equity. */
  readonly dailyLossLimitPpm: number;
  /** Drawdown from the peak that halts entries. */
  readonly drawdownLimitPpm: number;
}

/** Where each producer starts to speak. */
export interface SignalPolicy {
  readonly rsiOversold: number;
  readonly rsiOverbought: number;
  /** Move over 20 bars, in average true ranges. */
  readonly momentumAtr: number;
  /** Order-flow imbalance, 0–1. */
  readonly flow: number;
  /** Energy over its mean. */
  readonly energyRatio: number;
  /** Depth of one side over the other, near the touch. */
  readonly vacuumRatio: number;
  /** Standard deviations from the mean of the last 60 closes. */
  readonly gaussianZ: number;
  /** Funding rate of one interval, of either sign, beyond which the crowd pays too much. */
  readonly fundingPpm: number;
  /** Sentiment of social media, 0–1 of either sign, and standard deviations of mentions above what is usual. */
  readonly socialSentiment: number;
  readonly socialMentionsZ: number;
  /** Worth of large transfers, in the provider's currency, and the share of it that must go one way. */
  readonly whaleWorth: number;
  readonly whaleShare: number;
}

/**
 * How the directions of the strategies that count become one. agreement: one that speaks is enough, none may oppose ·
 * weighted: by weights made of what each has earned · learned: the one that has done best in the market's regime.
 */
export const COMBINATIONS = ['agreement', 'weighted', 'learned'] as const;
export type Combination = (typeof COMBINATIONS)[number];

/** What weights are made of. sharpe: mean outcome over its deviation · minimum-variance · equal-risk: as much risk from each. */
export const WEIGHTINGS = ['sharpe', 'minimum-variance', 'equal-risk'] as const;
export type Weighting = (typeof WEIGHTINGS)[number];

export interface DecisionPolicy {
  /** Least share of the weight of those that voted which must point the same way. */
  readonly minConsensus: number;
  /** Least absolute weighted score. */
  readonly minScore: number;
  /** Producers that must agree for the confluence strategy. */
  readonly confluenceProducers: number;
  /** Volume over its mean that the momentum + volume strategy asks for. */
  readonly minVolumeRatio: number;
  /** A direction that lasts is decided on again after this many bars; a new one at once. */
  readonly repeatBars: number;
  /** Names of the strategies that count, commas between; all others only observe: they are asked and measured. */
  readonly strategies: string;
  readonly combination: Combination;
  readonly weighting: Weighting;
  /** Weights, of 1, that must point one way where strategies are weighted. */
  readonly minWeight: number;
  /** Weights are made anew after so many outcomes of strategies. */
  readonly reweighOutcomes: number;
  /** Only so many instruments with the best opportunities are decided on; 0 is all. */
  readonly mostOpportunities: number;
  readonly signal: SignalPolicy;
  /** Weight of each producer, in the order of `PRODUCERS`. */
  readonly producerWeights: readonly number[];
  /** Weight of each kind of model, in the order of `MODEL_KINDS`; of those that abstain it does not count. */
  readonly modelWeights: readonly number[];
  /** Models that must speak for the ensemble to say anything. */
  readonly minModels: number;
  /** Least absolute score of the ensemble, and least share of the speaking weight that must point its way. */
  readonly minModelScore: number;
  readonly minModelConsensus: number;
  /** A model whose vote is below this is neutral: 0.1 is a chance between 45 and 55 per cent. */
  readonly modelDeadZone: number;
}

/** When a model has drifted; beyond it a serving one is muted. */
export interface SupervisionPolicy {
  /** Closed bars, of all instruments together, in one window of the features. */
  readonly windowBars: number;
  /** Share of the features that may have moved in a window, and windows in a row beyond it that mute. */
  readonly mostMoved: number;
  readonly windowsInARow: number;
  /** Outcomes before errors are judged, and outcomes over which older ones fade. */
  readonly leastOutcomes: number;
  readonly fadingOutcomes: number;
  /** How far squared error and calibration error may lie above those that the model came with. */
  readonly brierMargin: number;
  readonly calibrationMargin: number;
}

export interface ExecutionPolicy {
  /** Equity put at risk between entry and stop. */
  readonly riskPerTradePpm: number;
  /** Stop distance in average true ranges, and its floor as a share of price. */
  readonly stopAtr: number;
  readonly minStopPpm: number;
  /** Target distance over stop distance. */
  readonly targetR: number;
  /** How far an entry's limit may reach beyond the touch. */
  readonly entryReachPpm: number;
  /** How long a proposal waits for the operator (manual) or until policy clears it (veto). */
  readonly proposalTtlUs: number;
  readonly vetoWindowUs: number;
  /** An entry order that is not filled by then is cancelled. */
  readonly entryTimeoutUs: number;
  /** A kill whose cancels a venue has not confirmed by then is unconfirmed. */
  readonly cancelConfirmUs: number;
  /** How long a venue that has refused an exit is left alone before the next one. */
  readonly exitRetryUs: number;
  /** A position is closed after this many bars. */
  readonly maxHoldingBars: number;
}

export interface PaperPolicy {
  /** Delay of an order or cancel on its way, and the most that is added at random. */
  readonly latencyUs: number;
  readonly latencyJitterUs: number;
  readonly takerFeePpm: number;
  readonly makerFeePpm: number;
  /** Spread assumed where the data has no quotes, as a share of price. */
  readonly assumedSpreadPpm: number;
  /** Share of the last trade's (or ready-made bar's) volume that can be had at once where the data has no quotes. */
  readonly assumedDepthPpm: number;
}

export interface GovernorPolicy {
  /** A signal's outcome is measured after this many bars. */
  readonly horizonBars: number;
  readonly minSamples: number;
  /** One-sided t statistic beyond which an edge below cost is called so. */
  readonly tThreshold: number;
  /** Weight given to a signal whose edge is positive but does not pay its cost. */
  readonly throttledWeightShare: number;
}

export interface LivePolicy {
  /** Without it no real order is sent at all. */
  readonly enabled: boolean;
  /** Stops and targets are laid at the venue as well, where it takes them as reduce-only. */
  readonly stopsAtVenue: boolean;
  /** No entry while our clock and the venue's may be farther apart than this. */
  readonly clockOffsetLimitUs: number;
  /** How often what we hold is compared with the venue. */
  readonly reconcileEveryUs: number;
  /** The venue cancels entries by itself when nothing is heard of us for so long. */
  readonly deadManUs: number;
}

export interface Policy {
  readonly version: number;
  readonly risk: RiskPolicy;
  readonly decision: DecisionPolicy;
  readonly execution: ExecutionPolicy;
  readonly paper: PaperPolicy;
  readonly governor: GovernorPolicy;
  readonly live: LivePolicy;
  readonly supervision: SupervisionPolicy;
}

export const DEFAULT_POLICY: Policy = {
  version: 1,
  risk: {
    positionLimitPpm: 150_000,
    leverageLimitPpm: 3_000_000,
    orderLimitPpm: 150_000,
    collarPpm: 5_000,
    maxOrdersPerMinute: 30,
    maxDecisionsPerSecond: 20,
    maxOpenPositions: 8,
    maxSpreadPpm: 2_000,
    staleAfterUs: 3_000_000,
    entriesBeforeVolatility: false,
    minRewardR: 0.5,
    entryCooldownBars: 10,
    dailyLossLimitPpm: 50_000,
    drawdownLimitPpm: 200_000,
  },
  decision: {
    minConsensus: 0.6,
    minScore: 0.15,
    confluenceProducers: 2,
    minVolumeRatio: 1.5,
    repeatBars: 10,
    strategies: 'confluence,momentum-volume,ensemble',
    combination: 'agreement',
    weighting: 'sharpe',
    minWeight: 0.3,
    reweighOutcomes: 20,
    mostOpportunities: 0,
    signal: {
      rsiOversold: 30,
      rsiOverbought: 70,
      momentumAtr: 4,
      flow: 0.3,
      energyRatio: 3,
      vacuumRatio: 2.5,
      gaussianZ: 2,
      fundingPpm: 500,
      socialSentiment: 0.3,
      socialMentionsZ: 2,
      whaleWorth: 10_000_000,
      whaleShare: 0.5,
    },
    producerWeights: [1, 1, 1, 0.8, 0.8, 1, 0.5, 0.5, 0.8],
    modelWeights: [0.25, 0.25, 0.3, 0.2],
    minModels: 2,
    minModelScore: 0.1,
    minModelConsensus: 0.6,
    modelDeadZone: 0.1,
  },
  execution: {
    riskPerTradePpm: 200,
    stopAtr: 3,
    minStopPpm: 2_000,
    targetR: 2,
    entryReachPpm: 300,
    proposalTtlUs: 20_000_000,
    vetoWindowUs: 8_000_000,
    entryTimeoutUs: 5_000_000,
    cancelConfirmUs: 2_000_000,
    exitRetryUs: 500_000,
    maxHoldingBars: 120,
  },
  paper: {
    latencyUs: 40_000,
    latencyJitterUs: 20_000,
    takerFeePpm: 500,
    makerFeePpm: 200,
    assumedSpreadPpm: 200,
    assumedDepthPpm: 100_000,
  },
  governor: { horizonBars: 10, minSamples: 20, tThreshold: 2, throttledWeightShare: 0.5 },
  live: {
    enabled: false,
    stopsAtVenue: true,
    clockOffsetLimitUs: 500_000,
    reconcileEveryUs: 60_000_000,
    deadManUs: 30_000_000,
  },
  supervision: {
    windowBars: 2_000,
    mostMoved: 0.5,
    windowsInARow: 2,
    leastOutcomes: 2_000,
    fadingOutcomes: 2_000,
    brierMargin: 0.06,
    calibrationMargin: 0.15,
  },
};
