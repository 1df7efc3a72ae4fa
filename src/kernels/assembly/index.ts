/** All kernels, as the compiled module exports them. */
export { attention, attentionBackward } from './attention';
export { adam, gelu, geluBackward, reluBackward } from './elementwise';
export { addColumnSums, addTransposedProduct, transpose } from './gradients';
export { fillHistogram, subtractHistogram } from './histogram';
export { matmul } from './matmul';
export { layerNorm, layerNormBackward } from './norm';
