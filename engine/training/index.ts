/** The door to training: what `src` takes of it, apart from the engine's own door, for nothing that runs live needs it. */
export type { KernelsOver } from '../models/nets/kernels.ts';
export { DEFAULT_NHITS } from '../models/nets/nhits.ts';
export { DEFAULT_PATCHTST } from '../models/nets/patchtst.ts';
export { LIGHTGBM_DEFAULTS, XGBOOST_DEFAULTS } from '../models/trees/training/options.ts';
export { BarCapture, type CapturedBars } from './capture.ts';
export type { Dataset, DatasetPlan } from './dataset.ts';
export { DEFAULT_JUDGE, type Judgement, judge, type Predictions, type Refusal } from './evaluation.ts';
export { type FinishedModel, type FinishPlan, type FinishProgress, finishModel } from './finish.ts';
export { type JoinedDataset, joinSeries } from './join.ts';
export { barsFrom, newestFrom } from './newest.ts';
export { type Trainable, trainableNet, trainableTrees } from './trainable.ts';
export { chancesOf, type WalkPlan, type WalkReport } from './walk.ts';
