/** The only door to the engine. */
export {
  computeEquity,
  controlMode,
  grossExposure,
  instrumentAt,
  isHalted,
  markTicks,
  referenceTicks,
} from './core/context.ts';
export { refusalNow, traceProducers } from './core/decide.ts';
export { killStage } from './core/halt.ts';
export { refusalIn } from './core/refusal.ts';
export { createState, type EngineState, schemaHash } from './core/state.ts';
export { createEngine, type Engine, step } from './core/step.ts';
export { armCode, isArmed, venueBlockers } from './core/venue-ready.ts';
export { guardsAtVenue } from './core/venue-stops.ts';
export * from './domain/tables/index.ts';
export { type OutcomeSummary, summarise } from './governor/outcomes.ts';
export { describeSuggestion } from './governor/suggestions.ts';
export { Arena } from './kernel/arena.ts';
export {
  applyDifference,
  applySnapshot,
  breakBook,
  DEPTH,
  type DepthResult,
  depthLots,
  levelLots,
  levelPrice,
} from './market/books.ts';
export { hasModels, traceEnsemble, traceModels } from './models/ensemble.ts';
export { type ModelLibrary, NO_MODELS } from './models/library.ts';
export type { Kernels } from './models/nets/kernels.ts';
export { type OpenModel, openModel } from './models/open-model.ts';
export { type ModelPackage, type PackageHeader, readPackage, writePackage } from './models/package.ts';
export { ModelFormatError } from './models/trees/format-error.ts';
export { readModel as readForest } from './models/trees/formats/read-model.ts';
export type { TreeKernels } from './models/trees/training/kernels.ts';
export { type HitRate, type ModelHealth, modelHealth } from './models/watch/health.ts';
export { isLiveSlot, liveEntries, openLots, stateOf } from './oms/orders.ts';
export { entryTicks, unrealised } from './oms/positions.ts';
export {
  EVENT_CLASS,
  EventLog,
  type EventPacker,
  type IndexedEvent,
  PLAIN_PACKER,
} from './replay/event-log.ts';
export { Fold } from './replay/fold.ts';
export { type ForkCommand, ForkedSource } from './replay/fork.ts';
export type { ForkAnswer, ForkAnswers } from './replay/forked-run.ts';
export type { InputSource } from './replay/source.ts';
export { DEFAULT_TIME_TRAVEL, type StepUnit, TimeTravel, type TimeTravelOptions } from './replay/time-travel.ts';
export { dayLoss, drawdown, ordersLastMinute } from './risk/account.ts';
export { leastLots } from './risk/sizing.ts';
export { SyntheticMarket } from './sim/synthetic-market.ts';
export { SyntheticReadings } from './sim/synthetic-readings.ts';
export * from './statistics/calibration.ts';
export * from './statistics/classification.ts';
export { type Alternative, type KolmogorovSmirnov, kolmogorovSmirnov } from './statistics/kolmogorov.ts';
export * from './statistics/loss.ts';
export * from './statistics/performance.ts';
export * from './statistics/portfolio.ts';
export * from './statistics/selection.ts';
export * from './statistics/stability.ts';
export { weightOf } from './strategies/combination.ts';
export { worthOf } from './strategies/learner.ts';
export { type RegimeOutcome, type Scorecard, scorecardOf, worstRegimeOf } from './strategies/scorecard.ts';
export { storedDirection } from './strategies/strategies.ts';
