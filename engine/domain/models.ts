/** The kinds of model that vote: a fixed order, for columns and journals count by it. */

/** Boosted trees grown level by level (XGBoost's way) and leaf by leaf (LightGBM's way), N-HiTS, PatchTST. */
export const MODEL_KINDS = ['depth-trees', 'leaf-trees', 'nhits', 'patchtst'] as const;
export type ModelKind = (typeof MODEL_KINDS)[number];
export const MODEL_COUNT = MODEL_KINDS.length;

/** Returns of closed bars that a net is shown, oldest first; a model may ask for fewer, never for more. */
export const WINDOW_STEPS_MOST = 128;
